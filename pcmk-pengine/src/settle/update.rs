//! The update loop: an action looks at its inputs, changes accordingly, and has everything it changed looked at again.
//!
//! Source: behaviour notes 04 §21.1, §21.2. The before and after lists grow while they are walked; walking backwards from
//! the length they had is what the reference does (new entries are put in front of its iterator).

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::settle::evaluate::{self, Changed};
use crate::settle::{blocking, deeper, flags};
use crate::work::Work;

/// Bound of the recursion. A level needs well under 4 kB of the thread's 1 GiB of stack. Real clusters stay far below
/// (the longest chain is a few times the number of resources in a row of orderings); beyond it an action keeps the state
/// it has, which is what the reference would have had before looking again.
const DEPTH_MAX: u32 = 200_000;

/// Updates an action for its inputs (04 §21.1).
pub fn update(w: &mut Work<'_>, then: ActionId, depth: u32) {
    if depth > DEPTH_MAX {
        return;
    }
    let action = w.book.get(then);
    if action.before.is_empty() && action.required_runnable() == 0 {
        return; // Nothing to look at.
    }
    deeper(w, depth, move |w| look_again(w, then, depth));
}

fn look_again(w: &mut Work<'_>, then: ActionId, depth: u32) {
    let before_pass = w.book.get(then).flags;
    let mut then_changed = false;
    // Looking at `then` once more would change nothing, as nothing has happened since.
    let mut looked_at = false;
    let required = w.book.get(then).required_runnable();
    if required > 0 {
        let action = w.book.get_mut(then);
        action.rare().runnable_before = 0;
        action.flags.remove(ActionFlags::RUNNABLE);
    }
    let plain = is_plain(w, then);
    for position in (0..w.book.get(then).before.len()).rev() {
        let entry = w.book.get(then).before[position];
        if entry.flags.is_empty() {
            continue;
        }
        let mut first = entry.other;
        if entry.flags == OrderFlags::ORDERED && is_plain(w, first) {
            // Order alone changes neither action. Still, a collective's own action changes when it is looked at.
            if plain {
                continue;
            }
            if flags::is_folded(w, then) {
                if !looked_at {
                    flags::look(w, then);
                    looked_at = true;
                }
                flags::look_on(w, then, place_of(w, first));
                continue;
            }
        }
        looked_at = false;
        let first_node = place_of(w, first);
        let then_node = place_of(w, then);
        if entry.flags.contains(OrderFlags::IF_ON_SAME_NODE)
            && let (Some(a), Some(b)) = (first_node, then_node)
            && a != b
        {
            set_flags(w, then, position, OrderFlags::empty());
            continue;
        }
        let mut first_changed = false;
        if entry.flags.contains(OrderFlags::THEN_CANCELS_FIRST)
            && !w.book.is(then, ActionFlags::OPTIONAL)
            && let Some(rsc) = w.book.get(first).rsc
        {
            w.book.get_mut(first).flags.insert(ActionFlags::OPTIONAL);
            if w.book.get(first).task == Task::RELOAD_AGENT {
                w.board.rsc_mut(rsc).reload = false;
            }
        }
        if let (Some(a), Some(b)) = (w.book.get(first).rsc, w.book.get(then).rsc)
            && a != b
            && !w.config.is_ancestor(a, b)
        {
            first = completion(w, first, a);
        }
        if first == entry.other {
            let first_flags = flags::for_ordering(w, first, then_node);
            let then_required = if (entry.flags).contains(OrderFlags::THEN_IMPLIES_FIRST_GRAPHED) {
                let flags = flags::for_ordering(w, then, first_node);
                !flags.contains(ActionFlags::OPTIONAL)
            } else {
                flags::look(w, then);
                flags::look_on(w, then, first_node);
                false
            };
            let changed =
                evaluate::evaluate(w, first, then, first_flags, then_required, position, depth);
            first_changed = changed.contains(Changed::FIRST);
            then_changed |= changed.contains(Changed::THEN);
        } else if w.relate(first, then, entry.flags) {
            then_changed = true;
            set_flags(w, then, position, OrderFlags::empty());
        }
        if first_changed {
            update_after(w, first, depth);
            update(w, first, depth + 1);
        }
    }
    if required > 0 {
        then_changed = w.book.get(then).flags != before_pass;
    }
    if then_changed {
        if before_pass.contains(ActionFlags::RUNNABLE) && !w.book.is(then, ActionFlags::RUNNABLE) {
            blocking::block_dependents(w, then, depth + 1);
        }
        update(w, then, depth + 1);
        update_after(w, then, depth);
    }
}

/// Looking at the action changes nothing, and its relations are its own: it belongs to a primitive, or to nothing.
fn is_plain(w: &Work<'_>, id: ActionId) -> bool {
    let owner = w.book.get(id).rsc;
    owner.is_none_or(|rsc| w.config.rsc(rsc).is_primitive())
}

/// Updates everything after an action, newest relation first.
pub fn update_after(w: &mut Work<'_>, first: ActionId, depth: u32) {
    for position in (0..w.book.get(first).after.len()).rev() {
        let then = w.book.get(first).after[position].other;
        update(w, then, depth + 1);
    }
}

/// Changes the flags of one input.
pub fn set_flags(w: &mut Work<'_>, then: ActionId, position: usize, flags: OrderFlags) {
    w.book.get_mut(then).before[position].flags = flags;
}

/// Where an action happens, for comparing nodes: the group's place for the start of a group.
fn place_of(w: &Work<'_>, id: ActionId) -> Option<NodeId> {
    let action = w.book.get(id);
    if action.task == Task::START
        && let Some(rsc) = action.rsc
        && w.config.rsc(rsc).is_group()
        && let Some(node) = single_location(w, rsc, false)
    {
        return Some(node);
    }
    action.node
}

/// The one node a resource is active on (or assigned to); `None` if there is none or several.
#[must_use]
pub fn single_location(w: &Work<'_>, rsc: RscId, current: bool) -> Option<NodeId> {
    let mut found: Option<NodeId> = None;
    let mut several = false;
    collect_locations(w, rsc, current, &mut |node| match found {
        None => found = Some(node),
        Some(known) if known == node => {}
        Some(_) => several = true,
    });
    if several { None } else { found }
}

fn collect_locations(w: &Work<'_>, rsc: RscId, current: bool, each: &mut impl FnMut(NodeId)) {
    let row = w.config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &row.children {
            collect_locations(w, child, current, each);
        }
    } else if current {
        w.state.rsc(rsc).active.iter().copied().for_each(each);
    } else {
        w.board.assigned_node(rsc).into_iter().for_each(each);
    }
}

/// What stands for a collective's action as "first": its completion, notifications included (04 §21.2).
fn completion(w: &Work<'_>, first: ActionId, rsc: RscId) -> ActionId {
    let config = w.config;
    let row = config.rsc(rsc);
    if row.is_primitive() {
        return first;
    }
    let action = w.book.get(first);
    if action.interval_ms != 0 || w.book.tasks.name(action.key).contains("notify") {
        return first;
    }
    let complete = match action.key {
        Task::START | Task::RUNNING => Task::RUNNING,
        Task::STOP | Task::STOPPED => Task::STOPPED,
        Task::PROMOTE | Task::PROMOTED => Task::PROMOTED,
        Task::DEMOTE | Task::DEMOTED => Task::DEMOTED,
        _ => return first,
    };
    let key = if row.notify && (row.is_clone() || row.is_bundle() || config.is_bundled(rsc)) {
        let name = format!("confirmed-post_notify_{}", w.book.tasks.name(complete));
        match w.book.tasks.find(&name) {
            Some(task) => task,
            None => return first,
        }
    } else {
        complete
    };
    w.find_key(rsc, key, 0, None).unwrap_or(first)
}
