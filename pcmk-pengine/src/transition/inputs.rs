//! Which actions enter the graph, and which of their inputs are written. Source: behaviour notes 04 §25, 05 §1.4, §1.6.

use crate::book::{ActionFlags, OrderFlags, Relation, Task};
use crate::id::ActionId;
use crate::work::Work;

/// Relations of only these flags cannot change actions.
const MERELY_ORDERED: OrderFlags = OrderFlags::ORDERED
    .union(OrderFlags::THEN_IMPLIES_FIRST_GRAPHED)
    .union(OrderFlags::FIRST_IMPLIES_THEN_GRAPHED);

/// Why an action is left out although it should have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It has no node.
    NoNode,
    /// Its node is offline.
    Offline,
    /// Its node is unclean.
    Unclean,
}

/// Whether an action belongs in the graph (04 §25.2).
///
/// # Errors
///
/// The mistake, if it is left out for a reason that should not occur.
pub fn belongs(w: &Work<'_>, id: ActionId) -> Result<bool, Mistake> {
    let config = w.config;
    let action = w.book.get(id);
    if !action.is(ActionFlags::RUNNABLE) {
        return Ok(false);
    }
    if action.is(ActionFlags::OPTIONAL) && !action.is(ActionFlags::ALWAYS_IN_GRAPH) {
        return Ok(false);
    }
    if let Some(rsc) = action.rsc
        && !w.board.rsc(rsc).managed
        && action.task != Task::MONITOR
        && !w.is_recurring(id)
    {
        return Ok(false);
    }
    if action.is(ActionFlags::PSEUDO) || matches!(action.task, Task::STONITH | Task::DO_SHUTDOWN) {
        return Ok(true);
    }
    let Some(node) = action.node else {
        return Err(Mistake::NoNode);
    };
    if action.is(ActionFlags::ON_DC) {
        return Ok(true);
    }
    let believed = w.board.node(node);
    if config.is_guest_or_bundle_node(node) && !believed.remote_reset {
        return Ok(true);
    }
    if !believed.online {
        return Err(Mistake::Offline);
    }
    if believed.unclean {
        return Err(Mistake::Unclean);
    }
    Ok(true)
}

/// Sorts an action's inputs by action number and merges those of one action, once (04 §25.2 end). From then on the list
/// is in its final order.
pub fn deduplicate(w: &mut Work<'_>, id: ActionId) {
    let action = w.book.get_mut(id);
    if action.is(ActionFlags::DEDUPLICATED) {
        return;
    }
    action.flags.insert(ActionFlags::DEDUPLICATED);
    if action.before.len() < 2 {
        return;
    }
    action.before.sort_by_key(|relation| relation.other);
    action
        .before
        .dedup_by(|next: &mut Relation, kept: &mut Relation| {
            let same = next.other == kept.other;
            if same {
                kept.flags |= next.flags;
            }
            same
        });
}

/// Whether the input at `position` is kept; some rules disable it for good (04 §25.3).
pub fn keep(w: &mut Work<'_>, id: ActionId, position: usize) -> bool {
    let Relation {
        other: input,
        flags,
    } = w.book.get(id).before[position];
    if flags.is_empty() {
        return false;
    }
    let runnable = w.book.is(input, ActionFlags::RUNNABLE);
    let optional = w.book.is(input, ActionFlags::OPTIONAL);
    let migratable = w.book.is(input, ActionFlags::MIGRATABLE);
    if !runnable && (MERELY_ORDERED.contains(flags) || flags.contains(OrderFlags::MIN_RUNNABLE)) {
        return false;
    }
    if flags.contains(OrderFlags::UNMIGRATABLE_THEN_BLOCKS) && !runnable {
        return false;
    }
    if flags.contains(OrderFlags::IF_FIRST_UNMIGRATABLE) && migratable {
        return false;
    }
    let first = w.book.get(input);
    let input_stops = || w.book.key_ends_in(input, &[Task::STOP]);
    if flags == OrderFlags::ORDERED && migratable && input_stops() {
        return false;
    }
    let then = w.book.get(id);
    if flags == OrderFlags::IF_ON_SAME_NODE_OR_TARGET {
        let migrating = then.task == Task::MIGRATE_TO;
        let place = if migrating {
            then.rsc.and_then(|rsc| w.board.assigned_node(rsc))
        } else {
            then.node
        };
        if first.node != place || (!migrating && optional) {
            w.book.get_mut(id).before[position].flags = OrderFlags::empty();
            return false;
        }
        return true;
    }
    if flags == OrderFlags::IF_REQUIRED_ON_SAME_NODE {
        let apart = matches!((first.node, then.node), (Some(a), Some(b)) if a != b);
        if apart || optional {
            w.book.get_mut(id).before[position].flags = OrderFlags::empty();
            return false;
        }
        return true;
    }
    if let (Some(first_rsc), Some(then_rsc)) = (first.rsc, then.rsc)
        && first_rsc != then_rsc
        && w.board.rsc(first_rsc).failed
        && !w.board.rsc(first_rsc).managed
        && input_stops()
        && w.config.rsc(then_rsc).is_clone()
    {
        return false;
    }
    if optional
        && !w.book.is(input, ActionFlags::ALWAYS_IN_GRAPH)
        && !w.book.is(input, ActionFlags::ADDED)
        && belongs(w, input) != Ok(true)
    {
        return false;
    }
    true
}
