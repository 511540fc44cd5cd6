//! A start or promotion that cannot run blocks what must be with it. Source: behaviour notes 04 §23.

use pcmk_core::role::Role;

use crate::assign::colocation;
use crate::book::{ActionFlags, Task};
use crate::id::{ActionId, RscId};
use crate::settle::{deeper, update};
use crate::work::Work;

/// Blocks the dependents of the action's resource if the action is an unrunnable start or promotion of all of it.
pub fn block_dependents(w: &mut Work<'_>, id: ActionId, depth: u32) {
    let action = w.book.get(id);
    let task = action.task;
    if action.is(ActionFlags::RUNNABLE) || !matches!(task, Task::START | Task::PROMOTE) {
        return;
    }
    let Some(rsc) = action.rsc else { return };
    let config = w.config;
    let root = config.root_of(rsc);
    let some_child_can = config.rsc(root).children.iter().any(|&child| {
        w.find_task(child, task, None)
            .is_none_or(|a| w.book.is(a, ActionFlags::RUNNABLE))
    });
    if some_child_can {
        return;
    }
    for index in colocation::with_this_list(w, root) {
        let (dependent, score, dependent_role, primary_role) = {
            let c = &w.constraints.colocations[index as usize];
            (c.dependent, c.score, c.dependent_role, c.primary_role)
        };
        if !score.is_infinite() || (task == Task::PROMOTE && primary_role != Role::Promoted) {
            continue;
        }
        let blocked = if dependent_role == Role::Promoted {
            Task::PROMOTE
        } else {
            Task::START
        };
        deeper(w, depth, move |w| {
            mark_blocked(w, dependent, blocked, rsc, depth);
        });
    }
}

fn mark_blocked(w: &mut Work<'_>, rsc: RscId, task: Task, cause: RscId, depth: u32) {
    let ids: Vec<ActionId> = w.book.newest_first(rsc).collect();
    for id in ids {
        let action = w.book.get(id);
        if !action.is(ActionFlags::RUNNABLE) || action.task != task {
            continue;
        }
        let reason = format!("colocation with {}", w.config.name(cause));
        let action = w.book.get_mut(id);
        action.flags.remove(ActionFlags::RUNNABLE);
        if action.reason().is_none() {
            action.set_reason(reason);
        }
        block_dependents(w, id, depth + 1);
        update::update(w, id, depth + 1);
    }
    for &child in &w.config.rsc(rsc).children {
        mark_blocked(w, child, task, cause, depth);
    }
}
