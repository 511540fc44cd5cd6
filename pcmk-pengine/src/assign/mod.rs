//! Who runs where. Source: behaviour notes 03.

use crate::id::{NodeId, RscId};
use crate::scores::Entry;
use crate::work::Work;

/// Assigns every resource.
pub fn assign(w: &mut Work<'_>) {
    let _ = w;
}

/// Assigns a resource (or all its children) to a given node, or to none (03 §6.1).
pub fn place(w: &mut Work<'_>, rsc: RscId, node: Option<Entry>, force: bool, last: bool) {
    let _ = (w, rsc, node, force, last);
}

/// The resource's allowed nodes, best first (03 §5.2).
#[must_use]
pub fn sorted_nodes(w: &Work<'_>, rsc: RscId, active: Option<NodeId>) -> Vec<NodeId> {
    let _ = (w, rsc, active);
    Vec::new()
}
