//! Ordering records become relations between actions, in order of record number. Source: behaviour notes 04 §19.
//!
//! A record may name actions that do not exist. If the missing side is "first", a placeholder may be created: optional,
//! on no node and hence unrunnable, it is what makes "start A then start B" block B when A is not started at all.

use pcmk_core::role::Role;

use crate::book::{ActionFlags, ActionList, OrderFlags, Ordering, Side, Task};
use crate::id::{ActionId, RscId};
use crate::work::Work;

/// Applies all records.
pub fn apply(w: &mut Work<'_>) {
    for index in 0..w.book.orderings.len() {
        let record = w.book.orderings[index];
        match w.side_rsc(record.first) {
            Some(rsc) => resource_first(w, rsc, record),
            None => {
                if let Side::Action(first) = record.first {
                    then_after(w, first, record);
                }
            }
        }
    }
}

/// The role of a resource: the highest of its children's for groups and collectives.
#[must_use]
pub fn current_role(w: &Work<'_>, rsc: RscId) -> Role {
    let row = w.config.rsc(rsc);
    if row.is_primitive() {
        return w.board.rsc(rsc).role;
    }
    row.children
        .iter()
        .map(|&c| current_role(w, c))
        .max()
        .unwrap_or(Role::Unknown)
}

/// All actions that a side names, oldest first.
#[must_use]
pub fn named_by(w: &Work<'_>, side: Side) -> ActionList {
    match side {
        Side::Action(id) => ActionList::from_slice(&[id]),
        Side::StartAndReload(rsc) => {
            let mut both = named_by(w, Side::key(rsc, Task::START));
            both.extend(named_by(w, Side::key(rsc, Task::RELOAD_AGENT)));
            both
        }
        Side::Key { rsc, task } => {
            let oldest = w.book.oldest_named(rsc, task);
            w.book.and_newer(oldest).collect()
        }
    }
}

fn resource_first(w: &mut Work<'_>, rsc: RscId, record: Ordering) {
    let task = match record.first {
        Side::Action(first) => return then_after(w, first, record),
        Side::Key { task, .. } => task,
        Side::StartAndReload(_) => return,
    };
    let mut firsts = named_by(w, record.first);
    if firsts.is_empty() {
        if w.side_rsc(record.then) == Some(rsc) {
            return;
        }
        let role = current_role(w, rsc);
        if (task == Task::STOP && role == Role::Stopped)
            || (task == Task::DEMOTE && role == Role::Unpromoted)
        {
            return;
        }
        firsts.push(w.request(rsc, task, 0, None, true));
    }
    for first in firsts {
        then_after(w, first, record);
    }
}

fn then_after(w: &mut Work<'_>, first: ActionId, record: Ordering) {
    let mut flags = record.flags;
    if let Some(then_rsc) = w.side_rsc(record.then) {
        let action = w.book.get(first);
        if action.rsc == Some(then_rsc) && action.is(ActionFlags::MIGRATION_ABORT) {
            flags.remove(OrderFlags::FIRST_IMPLIES_THEN);
        }
    }
    match record.then {
        Side::Action(then) => {
            w.relate(first, then, flags);
        }
        Side::Key { rsc, task } => {
            let oldest = w.book.oldest_named(rsc, task);
            relate_all(w, first, oldest, flags);
        }
        Side::StartAndReload(rsc) => {
            let start = w.book.oldest_named(rsc, Task::START);
            if let Some(start) = start {
                w.book.expect_probes(start, w.book.get(first).rsc);
            }
            relate_all(w, first, start, flags);
            let reload = w.book.oldest_named(rsc, Task::RELOAD_AGENT);
            relate_all(w, first, reload, OrderFlags::ORDERED);
        }
    }
}

/// Relates an action to another one and all newer ones with its key. Relating does not create actions.
fn relate_all(w: &mut Work<'_>, first: ActionId, oldest: Option<ActionId>, flags: OrderFlags) {
    let mut next = oldest;
    while let Some(then) = next {
        w.relate(first, then, flags);
        next = w.book.newer_of_key(then);
    }
}
