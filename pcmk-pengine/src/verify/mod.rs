//! An independent reading of a finished transition: does the plan make sense?
//!
//! Everything here is worked out from what was read (configuration, observed state) and from the outcome (the synapses
//! of the graph, final nodes and roles), not from the passes in between. It reports notes and never repairs anything.
//! Where the reference itself breaks one of the rules our answer is still the reference's; where that is for a reason
//! we know, the note carries the [`Reason`].

mod colocations;
mod graph;
mod loops;
mod nodes;
mod notifications;
mod places;
mod reason;

use std::fmt;

pub use reason::Reason;

use crate::id::ActionId;
use crate::pipeline::Decision;
use crate::transition::describe::key_text;
use graph::Graph;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// These actions wait for each other.
    Loop(Vec<String>),
    /// The action waits for one that is not in the graph.
    MissingInput {
        /// Who waits.
        action: String,
        /// For what.
        input: String,
    },
    /// The action would run on a node that is down, not connected, to be fenced first, or shutting down.
    UnusableNode {
        /// Action.
        action: String,
        /// Node.
        node: String,
        /// What is wrong with the node.
        why: &'static str,
    },
    /// Two actions of one resource that must follow each other do not: stop, start, promote and their like.
    OutOfOrder {
        /// What must come first.
        first: String,
        /// What does not wait for it.
        then: String,
    },
    /// More instances of an anonymous clone on a node than allowed.
    TooManyInstances {
        /// Clone.
        clone: String,
        /// Node.
        node: String,
        /// How many.
        count: u32,
    },
    /// The resource would run in several places.
    ActiveTwice {
        /// Resource.
        rsc: String,
        /// Where.
        nodes: Vec<String>,
    },
    /// A mandatory colocation is not kept.
    ColocationBroken {
        /// Constraint.
        id: String,
        /// Dependent.
        dependent: String,
        /// Its node.
        node: String,
        /// Primary.
        primary: String,
    },
    /// A notification is not confirmed, or not told before or after what it is about.
    UnpairedNotification {
        /// The notification.
        told: String,
        /// What is missing.
        missing: &'static str,
    },
}

impl Fault {
    /// The broken rule, in a word.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Fault::Loop(_) => "loop",
            Fault::MissingInput { .. } => "missing-input",
            Fault::UnusableNode { .. } => "unusable-node",
            Fault::OutOfOrder { .. } => "out-of-order",
            Fault::TooManyInstances { .. } => "too-many-instances",
            Fault::ActiveTwice { .. } => "active-twice",
            Fault::ColocationBroken { .. } => "colocation-broken",
            Fault::UnpairedNotification { .. } => "unpaired-notification",
        }
    }
}

/// Something that should not be in a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is wrong.
    pub fault: Fault,
    /// Why the reference does it nevertheless, if that is known.
    pub reason: Option<Reason>,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Loop(actions) => write!(
                f,
                "these actions wait for each other: {}",
                actions.join(", ")
            ),
            Fault::MissingInput { action, input } => {
                write!(f, "{action} waits for {input}, which is not in the graph")
            }
            Fault::UnusableNode { action, node, why } => {
                write!(f, "{action} is scheduled although {node} {why}")
            }
            Fault::OutOfOrder { first, then } => write!(f, "{then} does not wait for {first}"),
            Fault::TooManyInstances { clone, node, count } => {
                write!(f, "{count} instances of {clone} on {node}")
            }
            Fault::ActiveTwice { rsc, nodes } => {
                write!(f, "{rsc} would be active on {}", nodes.join(" and "))
            }
            Fault::ColocationBroken {
                id,
                dependent,
                node,
                primary,
            } => {
                write!(
                    f,
                    "colocation {id} with {primary} is not kept by {dependent} on {node}"
                )
            }
            Fault::UnpairedNotification { told, missing } => {
                write!(f, "notification {told} {missing}")
            }
        }?;
        match self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

/// Reads a finished transition and tells what is wrong with it.
#[must_use]
pub fn verify(decision: &Decision) -> Vec<Note> {
    let graph = Graph::of(decision);
    let mut notes = Notes::default();
    graph::check(&graph, &mut notes);
    loops::check(&graph, &mut notes);
    nodes::check(&graph, &mut notes);
    places::check(&graph, &mut notes);
    colocations::check(&graph, &mut notes);
    notifications::check(&graph, &mut notes);
    notes.0
}

/// Notes in order of arrival.
#[derive(Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn add(&mut self, fault: Fault, reason: Option<Reason>) {
        let note = Note { fault, reason };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

/// An action for a person: key, and node if it has one.
fn describe(decision: &Decision, id: ActionId) -> String {
    let key = key_text(decision, id);
    match decision.book.get(id).node {
        Some(node) => format!("{key} on {}", decision.config.node_name(node)),
        None => key.into_owned(),
    }
}
