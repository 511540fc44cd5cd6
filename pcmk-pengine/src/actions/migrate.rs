//! Live migration of a primitive. Source: behaviour notes 04 §9.

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::id::{NodeId, RscId};
use crate::work::Work;

/// Whether the resource may migrate from its current node to the assigned one.
#[must_use]
pub fn can_migrate(w: &Work<'_>, rsc: RscId, current: Option<NodeId>) -> bool {
    let row = w.board.rsc(rsc);
    let clean = |node: Option<NodeId>| node.is_some_and(|n| !w.board.node(n).unclean);
    row.migratable
        && row.managed
        && !row.failed
        && !row.start_pending
        && clean(current)
        && clean(row.assigned.map(|e| e.node))
}

/// Creates migration actions and their orderings.
pub fn create(w: &mut Work<'_>, rsc: RscId, current: Option<NodeId>) {
    let config = w.config;
    let assigned = w.board.assigned_node(rsc);
    let (Some(from), Some(to)) = (current, assigned) else {
        return;
    };
    let partial = w.board.rsc(rsc).partial_target.is_some();

    let start = w.request(rsc, Task::START, 0, Some(to), true);
    let stop = w.request(rsc, Task::STOP, 0, Some(from), true);
    let migrate_to = (!partial).then(|| w.request(rsc, Task::MIGRATE_TO, 0, Some(from), true));
    let migrate_from = w.request(rsc, Task::MIGRATE_FROM, 0, Some(to), true);

    let needs = w.book.get(start).needs;
    w.book
        .get_mut(start)
        .flags
        .insert(ActionFlags::MIGRATABLE | ActionFlags::PSEUDO);
    w.book.get_mut(stop).flags.insert(ActionFlags::MIGRATABLE);
    w.book
        .get_mut(migrate_from)
        .flags
        .insert(ActionFlags::MIGRATABLE);
    let key = |task| Side::key(rsc, task);
    let then_blocks = OrderFlags::ORDERED | OrderFlags::UNMIGRATABLE_THEN_BLOCKS;
    match migrate_to {
        None => {
            w.book.get_mut(migrate_from).needs = needs;
            w.order(
                key(Task::MONITOR),
                key(Task::MIGRATE_FROM),
                OrderFlags::ORDERED,
            );
        }
        Some(migrate_to) => {
            let action = w.book.get_mut(migrate_to);
            action.flags.insert(ActionFlags::MIGRATABLE);
            action.needs = needs;
            w.order(
                key(Task::MONITOR),
                key(Task::MIGRATE_TO),
                OrderFlags::ORDERED,
            );
            w.order(key(Task::MIGRATE_TO), key(Task::MIGRATE_FROM), then_blocks);
        }
    }
    w.order(key(Task::MIGRATE_FROM), key(Task::STOP), then_blocks);
    w.order(
        key(Task::MIGRATE_FROM),
        key(Task::START),
        then_blocks | OrderFlags::FIRST_ELSE_THEN,
    );

    if let Some(migrate_to) = migrate_to {
        let action = w.book.get_mut(migrate_to);
        action.set_meta("migrate_source", config.node_name(from));
        action.set_meta("migrate_target", config.node_name(to));
        if !config.rsc(rsc).remote_connection {
            action.set_meta("record-pending", "true");
        }
    }
    let action = w.book.get_mut(migrate_from);
    action.set_meta("migrate_source", config.node_name(from));
    action.set_meta("migrate_target", config.node_name(to));
}
