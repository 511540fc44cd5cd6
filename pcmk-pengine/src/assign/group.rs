//! Assigning a group: its members, in order. Source: behaviour notes 03 §9.

use crate::id::{NodeId, RscId};
use crate::work::Work;

use super::{assign_rsc, show};

/// Assigns a group; the result is the first node that a member got, if the group is colocated.
pub fn assign(
    w: &mut Work<'_>,
    group: RscId,
    prefer: Option<NodeId>,
    last: bool,
) -> Option<NodeId> {
    let config = w.config;
    let row = config.rsc(group);
    if !w.board.rsc(group).unassigned || w.board.rsc(group).assigning {
        return None;
    }
    let Some(&first) = row.children.first() else {
        w.board.rsc_mut(group).unassigned = false;
        return None;
    };
    w.board.rsc_mut(group).assigning = true;
    w.board.rsc_mut(group).role = w.board.rsc(first).role;
    show::scores(w, "pcmk__group_assign", group);
    let mut first_node = None;
    for &member in &row.children {
        let node = assign_rsc(w, member, prefer, last);
        first_node = first_node.or(node);
    }
    let next_role = w.board.rsc(first).next_role;
    let state = w.board.rsc_mut(group);
    state.next_role = next_role;
    state.assigning = false;
    state.unassigned = false;
    if row.as_group().is_some_and(|g| g.colocated) {
        first_node
    } else {
        None
    }
}
