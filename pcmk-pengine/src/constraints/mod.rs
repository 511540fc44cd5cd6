//! Constraints: explicit ones in document order, then the implied ones. Source: behaviour notes 01 §10, 03 §4 and §8.

pub mod add;
pub mod colocation;
pub mod implied;
pub mod location;
pub mod order;
pub mod pattern;
pub mod read;
pub mod reference;
pub mod set;
pub mod ticket;

use foldhash::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::role::Role;
use pcmk_core::score::Score;

pub use add::NewColocation;
pub use implied::imply;
pub use read::read;

use crate::assign::colocation::attribute::Classes;
use crate::id::RscId;
use crate::scores::{Entry, ProbeMode};
use crate::state::Ticket;

/// Index into `Constraints::colocations`.
pub type ColocationIndex = u32;

/// A location constraint on one resource.
#[derive(Clone, Debug)]
pub struct Location {
    /// Constraint id (the strategy's name for health).
    pub id: Arc<str>,
    /// Id of the rule it comes from.
    pub rule: Option<Arc<str>>,
    /// Resource.
    pub rsc: RscId,
    /// Role filter; `None` is any.
    pub role: Option<Role>,
    /// Nodes with scores, in the order in which they are applied.
    pub nodes: Vec<Entry>,
    /// Discovery mode.
    pub probe: ProbeMode,
}

/// A colocation of two resources.
#[derive(Clone, Debug)]
pub struct Colocation {
    /// Constraint or set id, or an internal id starting with `#`.
    pub id: Arc<str>,
    /// Dependent.
    pub dependent: RscId,
    /// Primary.
    pub primary: RscId,
    /// Score, never 0.
    pub score: Score,
    /// Role of the dependent; Unknown is any.
    pub dependent_role: Role,
    /// Role of the primary; Unknown is any.
    pub primary_role: Role,
    /// Node attribute, `#uname` by default.
    pub attribute: Arc<str>,
    /// The dependent's preferences influence the primary.
    pub influence: bool,
    /// From the CIB.
    pub explicit: bool,
    /// Numbers of the nodes' values of the attribute, so that comparing values is comparing numbers.
    pub classes: Classes,
}

/// `loss-policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossPolicy {
    /// Stop.
    Stop,
    /// Demote.
    Demote,
    /// Fence.
    Fence,
    /// Freeze.
    Freeze,
}

/// A ticket constraint on one resource.
#[derive(Clone, Debug)]
pub struct TicketConstraint {
    /// Constraint id.
    pub id: Arc<str>,
    /// Ticket id.
    pub ticket: Arc<str>,
    /// Resource.
    pub rsc: RscId,
    /// Role; Unknown is any.
    pub role: Role,
    /// Policy.
    pub policy: LossPolicy,
}

/// All constraints of a run.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// Location constraints in order of creation (applied newest first).
    pub locations: Vec<Location>,
    /// Locations of each resource (indexes), in order of creation. This and the other lists by resource end where the
    /// rest has none: there are clusters without any.
    pub locations_of: Vec<Vec<u32>>,
    /// Colocations in order of creation.
    pub colocations: Vec<Colocation>,
    /// Colocations in which the resource is the dependent, sorted (03 §8.2).
    pub this_with: Vec<Vec<ColocationIndex>>,
    /// Colocations in which the resource is the primary, sorted (03 §8.2).
    pub with_this: Vec<Vec<ColocationIndex>>,
    /// Ticket constraints in order of creation.
    pub tickets: Vec<TicketConstraint>,
    /// Ticket constraints of each resource (indexes).
    pub tickets_of: Vec<Vec<u32>>,
    /// State of every ticket mentioned in status or constraints.
    pub ticket_states: BTreeMap<Arc<str>, Ticket>,
    /// Numbered values of every attribute that a colocation names.
    pub attribute_classes: HashMap<Arc<str>, Classes>,
}

/// The list of a resource, to add to.
pub(crate) fn list_of(lists: &mut Vec<Vec<u32>>, rsc: RscId) -> &mut Vec<u32> {
    if lists.len() <= rsc.index() {
        lists.resize(rsc.index() + 1, Vec::new());
    }
    &mut lists[rsc.index()]
}

impl Constraints {
    /// No constraints so far.
    #[must_use]
    pub fn for_cluster(state: &crate::state::State) -> Constraints {
        Constraints {
            ticket_states: state.tickets.clone(),
            ..Constraints::default()
        }
    }
}
