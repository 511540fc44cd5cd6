//! What would happen? Changes to a CIB document instead of changes to a cluster.
//!
//! [`inject()`] pretends that something happened (a node went down, an operation failed); [`execute()`] pretends that a
//! transition was carried out. Both work on a [`Working`] copy of the CIB and tell what they did as a list of
//! [`Event`]s; nothing here prints or touches a file. Source: behaviour notes 05 sections 7 and 8.
//!
//! The reference sends a whole node state through the CIB for every single action. Here the copy carries an index
//! (node states by name, history elements by resource, entries by id) that is built when first asked for and kept up
//! to date, so that an action costs the same in a CIB of any size.

pub mod execute;
pub mod history;
pub mod inject;
pub mod step;
pub mod working;

use std::sync::Arc;

pub use execute::{Report, execute};
pub use inject::{Injections, inject};
pub use working::Working;

/// One thing told by an injection or an execution, in order of arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `have-quorum` was set.
    Quorum(String),
    /// The cluster option `have-watchdog` was set.
    Watchdog(String),
    /// A node's membership was changed.
    Node {
        /// What happened to it.
        change: NodeChange,
        /// Its name.
        node: String,
    },
    /// A ticket was changed.
    Ticket {
        /// What happened to it.
        change: TicketChange,
        /// Its id.
        ticket: String,
    },
    /// A result is about to be injected; the specification as given.
    Spec(String),
    /// A transient node attribute was set.
    Attribute {
        /// Attribute name.
        name: String,
        /// Its new value.
        value: String,
        /// The node's id in the CIB.
        node_id: String,
    },
    /// Something is wrong with what was asked for; for standard error.
    Error(String),
    /// A pseudo-action was executed.
    Pseudo {
        /// Its key.
        key: Arc<str>,
        /// Its node, for the "fencing" of a guest.
        node: Option<Arc<str>>,
    },
    /// A node was fenced.
    Fencing {
        /// The node.
        node: Arc<str>,
        /// `off`, `reboot` or `on`.
        action: Arc<str>,
    },
    /// A cluster action (no agent) was executed.
    Cluster {
        /// Task.
        task: Arc<str>,
        /// Resource, if the action has one.
        rsc: Option<Arc<str>>,
        /// Node.
        node: Arc<str>,
    },
    /// A resource action was executed.
    Resource {
        /// Resource.
        rsc: Arc<str>,
        /// Task.
        task: Arc<str>,
        /// Node.
        node: Arc<str>,
        /// Interval in milliseconds, 0 for one-time actions.
        interval_ms: u32,
    },
    /// An action was made to fail on request.
    Pretended {
        /// The action's number in the graph.
        action: u32,
        /// The exit status it was given.
        rc: i32,
    },
}

/// What can be injected about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeChange {
    /// It joined.
    Online,
    /// It left in good order.
    Offline,
    /// It vanished.
    Failing,
}

/// What can be injected about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketChange {
    /// Granted.
    Grant,
    /// Revoked.
    Revoke,
    /// Put in standby.
    Standby,
    /// Taken out of standby.
    Activate,
}

/// Why a simulation cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulateError {
    /// Several `node_state` elements have this name.
    AmbiguousNodeState(String),
    /// No node of this name is known, so there is no id for a new `node_state`.
    UnknownNode(String),
}

impl SimulateError {
    /// The exit status of a tool that ends because of it: an internal error, as in the reference (05 section 7.1).
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            SimulateError::AmbiguousNodeState(_) => 70,
            SimulateError::UnknownNode(_) => 68,
        }
    }
}

impl std::fmt::Display for SimulateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SimulateError::AmbiguousNodeState(node) => {
                write!(f, "More than one node_state has uname '{node}'")
            }
            SimulateError::UnknownNode(node) => write!(f, "Node '{node}' is not known"),
        }
    }
}

impl std::error::Error for SimulateError {}
