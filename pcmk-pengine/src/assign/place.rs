//! Giving a node to a resource, and taking it away again. Source: behaviour notes 03 §6.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::id::RscId;
use crate::record::Event;
use crate::scores::Entry;
use crate::work::Work;

use super::capacity;

/// Assigns a resource (or all its children) to a given node, or to none (03 §6.1).
///
/// `force`: whatever the score and the state of the node. `last`: without a node the resource will be stopped, and its
/// existing actions are edited accordingly.
pub fn place(w: &mut Work<'_>, rsc: RscId, node: Option<Entry>, force: bool, last: bool) {
    if !w.config.rsc(rsc).is_primitive() {
        let children = w.board.rsc(rsc).children.clone();
        for child in children {
            place(w, child, node, force, last);
        }
        return;
    }
    let config = w.config;
    let mut node = node;
    if !force
        && let Some(entry) = node
        && (entry.score < Score::ZERO
            || (!w.available(entry.node) && !config.is_guest_or_bundle_node(entry.node)))
    {
        if last {
            w.board.rsc_mut(rsc).next_role = Role::Stopped;
        }
        node = None;
    }
    unassign(w, rsc);
    w.board.rsc_mut(rsc).unassigned = false;
    let Some(entry) = node else {
        if last {
            w.board.rsc_mut(rsc).next_role = Role::Stopped;
            w.edit_unplaced(rsc);
        }
        return;
    };
    w.board.rsc_mut(rsc).assigned = Some(entry);
    let believed = w.board.node_mut(entry.node);
    believed.assigned.insert(0, rsc);
    believed.assigned_count += 1;
    capacity::take(w, rsc, entry.node);
    if w.record.wanted.utilization {
        let values = config
            .rsc(rsc)
            .utilization()
            .map(|(n, v)| (n.into(), v.clone()))
            .collect();
        w.record.events.push(Event::Utilization {
            rsc,
            node: entry.node,
            values,
        });
    }
}

/// Takes back an assignment (of everything inside the resource too). Scores and counts stay as they are (03 §6.2).
pub fn unassign(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    for &child in &config.rsc(rsc).children {
        unassign(w, child);
    }
    let row = w.board.rsc_mut(rsc);
    row.unassigned = true;
    let Some(entry) = row.assigned.take() else {
        return;
    };
    let believed = w.board.node_mut(entry.node);
    believed.assigned.retain(|&r| r != rsc);
    believed.assigned_count -= 1;
    capacity::give_back(w, rsc, entry.node);
}
