//! What was observed: nodes, histories, failures, tickets. Frozen once `observe` returns.

mod active;
mod assign_history;
pub mod attribute;
mod counts;
pub mod digest;
mod entry;
pub mod failcount;
mod failure;
pub mod find;
pub mod history;
mod lrm;
mod migration;
mod nodes;
mod observe;
pub mod params;
#[cfg(test)]
mod tests;
mod tickets;

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_cib::xml::ElementId;
use pcmk_core::order::UpstreamTable;
use pcmk_core::score::Score;

pub use attribute::{HostChoice, node_attr};
pub use counts::count;
pub use find::{all_renamed, find_renamed, find_rsc_or_history};
pub use observe::observe;

use crate::id::{NodeId, RscId};
use crate::scores::NodeTable;

/// What was observed of a node (what may still change while planning is in `NodeBoard`).
#[derive(Clone, Debug, Default)]
pub struct NodeState {
    /// The node's own score: configured, or minus infinity when not online or shutting down.
    pub score: Score,
    /// Attributes: permanent ones overlaid with transient ones.
    pub attributes: UpstreamTable<Arc<str>>,
    /// Active primitives, in order of discovery.
    pub running: Vec<RscId>,
    /// Its `node_state` element, if any.
    pub xml: Option<ElementId>,
    /// History was processed.
    pub unpacked: bool,
    /// Remote: fenced since last connected.
    pub remote_fenced: bool,
    /// Remote: last recorded as in maintenance.
    pub remote_maintenance: bool,
    /// Probes allowed (`resource-discovery-enabled`).
    pub probes_allowed: bool,
}

/// What was observed of a resource.
#[derive(Clone, Debug, Default)]
pub struct RscState {
    /// Active nodes in order of discovery. Of ancestors too (their entry list may hold duplicates).
    pub active: Vec<NodeId>,
    /// Nodes where its state is known ("probed" table).
    pub known: NodeTable,
    /// Pending action's task and node.
    pub pending: Option<(Arc<str>, NodeId)>,
    /// The id under which history knows it, if different.
    pub history_id: Option<Arc<str>>,
    /// Sources of dangling migrations, newest first.
    pub dangling: Vec<NodeId>,
}

/// A ticket.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Id.
    pub id: Arc<str>,
    /// Granted.
    pub granted: bool,
    /// Standby.
    pub standby: bool,
    /// Epoch, -1 if unknown.
    pub last_granted: i64,
    /// All attributes but `id`.
    pub attributes: UpstreamTable<Arc<str>>,
}

/// One recorded failure (an entry of the failed-operations list).
#[derive(Clone, Debug)]
pub struct FailedOp {
    /// The history entry it was copied from.
    pub entry: ElementId,
    /// All attributes of the copy, `uname` and `rsc-id` included.
    pub attributes: Vec<(Arc<str>, Arc<str>)>,
    /// Node.
    pub node: NodeId,
    /// Resource.
    pub rsc: RscId,
}

impl FailedOp {
    /// Attribute of the recorded copy.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| &**v)
    }
}

/// The observed state of the whole cluster.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By node.
    pub nodes: Vec<NodeState>,
    /// By resource.
    pub resources: Vec<RscState>,
    /// The DC.
    pub dc: Option<NodeId>,
    /// Tickets by id (constraints may add ungranted ones to their own copy).
    pub tickets: BTreeMap<Arc<str>, Ticket>,
    /// Ticket ids in order of first mention.
    pub ticket_order: Vec<Arc<str>>,
    /// Failed operations in order of record.
    pub failed: Vec<FailedOp>,
    /// History entries whose attributes the reference changes (for `crm_simulate -I`): element, attribute, value.
    pub marks: Vec<(ElementId, &'static str, Arc<str>)>,
    /// History entries whose `op-restart-digest` was forged (02 §9.6 d).
    pub forged: foldhash::HashSet<ElementId>,
    /// Resource instances, disabled ones, blocked ones (02 §17.6).
    pub counts: Counts,
    /// Resources by the id under which history knows them, in depth-first order.
    pub history_index: foldhash::HashMap<Arc<str>, Vec<RscId>>,
    /// Parameter checks to repeat after assignment, in order of registration.
    pub deferred: Vec<DeferredCheck>,
    /// `crm_feature_set` of the document was acceptable and everything was read.
    pub read: bool,
}

/// Counts of resource instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub total: u32,
    /// Disabled.
    pub disabled: u32,
    /// Blocked.
    pub blocked: u32,
}

/// A digest check that has to wait for the assignment of a container (02 §13.5, §13.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeferredCheck {
    /// Resource (a bundle's connection).
    pub rsc: RscId,
    /// Node.
    pub node: NodeId,
    /// History entry.
    pub entry: ElementId,
    /// Check of an active operation (else of a last failure).
    pub active: bool,
}

impl State {
    /// The node's row.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &NodeState {
        &self.nodes[id.index()]
    }

    /// The resource's row.
    #[must_use]
    pub fn rsc(&self, id: RscId) -> &RscState {
        &self.resources[id.index()]
    }
}
