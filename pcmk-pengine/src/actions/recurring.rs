//! Recurring actions and their cancellation. Source: behaviour notes 04 §7.

use pcmk_core::role::Role;

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::config::Operation;
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// Creates (or cancels) the recurring actions of a primitive.
pub fn create(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    if w.board.rsc(rsc).blocked || w.board.rsc(rsc).maintenance {
        return;
    }
    let assigned = w.board.assigned_node(rsc);
    let mut start = None;
    if let Some(node) = assigned
        && !w.board.node(node).maintenance
        && (w.board.rsc(rsc).next_role != Role::Stopped || !w.board.rsc(rsc).managed)
    {
        start = Some(w.request(rsc, Task::START, 0, Some(node), true));
    }
    let operations = &config.rsc(rsc).operations;
    for op in operations.iter() {
        let Some(role) = valid_recurring(w, rsc, operations, op) else {
            continue;
        };
        let task = w.book.tasks.intern(&op.name);
        if let Some(start) = start {
            for_active(w, rsc, start, assigned, task, op.interval_ms, role);
        }
        if role == Some(Role::Stopped) {
            for_inactive(w, rsc, assigned, task, op.interval_ms);
        }
    }
}

/// Whether an operation is a valid recurring one; its role (if any) if so.
#[allow(
    clippy::option_option,
    reason = "outer: valid at all; inner: has a role"
)]
fn valid_recurring(
    w: &mut Work<'_>,
    rsc: RscId,
    operations: &[Operation],
    op: &Operation,
) -> Option<Option<Role>> {
    if op.interval_ms == 0 {
        return None;
    }
    let config = w.config;
    let id = |op| config.operation_id(op);
    if id(op).is_empty() {
        w.log.config_error(
            "is_recurring_history",
            "Ignoring resource history entry without ID",
        );
        return None;
    }
    if matches!(
        &*op.name,
        "start" | "stop" | "demote" | "promote" | "reload-agent" | "migrate_to" | "migrate_from"
    ) {
        w.log.config_error(
            "is_recurring_history",
            format!(
                "Ignoring {} because {} action cannot be recurring",
                id(op),
                op.name
            ),
        );
        return None;
    }
    let mut twins = operations
        .iter()
        .filter(|o| o.name == op.name && o.interval_ms == op.interval_ms);
    if let (Some(one), Some(other)) = (twins.next(), twins.next()) {
        w.log.config_error(
            "is_op_dup",
            format!(
                "Operation {} is duplicate of {} (do not use same name and interval combination more than once per \
                 resource)",
                id(other),
                id(one)
            ),
        );
        return None;
    }
    let role = match op.role.as_deref() {
        None => None,
        Some(text) => match Role::parse(text) {
            Some(parsed) => Some(parsed.role),
            None => {
                w.log.config_error(
                    "is_recurring_history",
                    format!(
                        "Ignoring {} role because {text} is not a valid role",
                        id(op)
                    ),
                );
                return None;
            }
        },
    };
    w.config
        .find_operation(rsc, &op.name, op.interval_ms, false)?;
    Some(role)
}

/// An operation for active roles (04 §7.2).
fn for_active(
    w: &mut Work<'_>,
    rsc: RscId,
    start: ActionId,
    node: Option<NodeId>,
    task: Task,
    interval_ms: u32,
    role: Option<Role>,
) {
    if role == Some(Role::Stopped) {
        return;
    }
    let existing = w.find_exact(rsc, task, interval_ms, node);
    let optional = w.book.is(start, ActionFlags::OPTIONAL)
        && !existing.is_empty()
        && !existing
            .iter()
            .any(|&id| w.book.is(id, ActionFlags::RESCHEDULE));
    let (original, next) = (w.board.rsc(rsc).role, w.board.rsc(rsc).next_role);
    let matches = match role {
        None => next != Role::Promoted,
        Some(role) => role == next,
    };
    if !matches {
        if optional {
            cancel_if_running(w, rsc, node, task, interval_ms, original, next);
        }
        return;
    }
    let monitor = w.request(rsc, task, interval_ms, node, optional);
    let unusable = node.is_none_or(|n| !w.board.node(n).online || w.board.node(n).unclean);
    if !w.book.is(start, ActionFlags::RUNNABLE) || unusable {
        w.book.get_mut(monitor).flags.remove(ActionFlags::RUNNABLE);
    }
    if next == Role::Promoted {
        w.book.get_mut(monitor).set_target_rc(8);
    }
    if node.is_none() || w.board.rsc(rsc).managed {
        let then = Side::Action(monitor);
        let hard = OrderFlags::FIRST_IMPLIES_THEN | OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
        let soft = OrderFlags::ORDERED | OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
        w.order(Side::key(rsc, Task::START), then, hard);
        w.order(Side::key(rsc, Task::RELOAD_AGENT), then, hard);
        if next == Role::Promoted {
            w.order(Side::key(rsc, Task::PROMOTE), then, soft);
        } else if original == Role::Promoted {
            w.order(Side::key(rsc, Task::DEMOTE), then, soft);
        }
    }
}

fn cancel_if_running(
    w: &mut Work<'_>,
    rsc: RscId,
    node: Option<NodeId>,
    task: Task,
    interval_ms: u32,
    original: Role,
    next: Role,
) {
    let Some(node) = node else { return };
    let cancel = w.new_cancel(rsc, task, interval_ms, node);
    let after = match (original, next) {
        (Role::Started | Role::Unpromoted, Role::Promoted) => Task::PROMOTE,
        (Role::Started | Role::Unpromoted, Role::Stopped) => Task::STOP,
        (Role::Promoted, _) => Task::DEMOTE,
        (Role::Started | Role::Unpromoted, Role::Unknown | Role::Started | Role::Unpromoted)
        | (Role::Unknown | Role::Stopped, _) => return,
    };
    w.order(
        Side::Action(cancel),
        Side::key(rsc, after),
        OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
    );
}

/// An operation for role Stopped: everywhere but on the assigned node (04 §7.3).
fn for_inactive(
    w: &mut Work<'_>,
    rsc: RscId,
    assigned: Option<NodeId>,
    task: Task,
    interval_ms: u32,
) {
    let config = w.config;
    if !config.rsc(rsc).unique {
        return;
    }
    for &node in &config.node_order {
        let exists = !w.find_exact(rsc, task, interval_ms, Some(node)).is_empty();
        if assigned == Some(node) {
            if exists {
                let cancel = w.new_cancel(rsc, task, interval_ms, node);
                if matches!(w.board.rsc(rsc).next_role, Role::Started | Role::Unpromoted) {
                    w.order(
                        Side::Action(cancel),
                        Side::key(rsc, Task::START),
                        OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
                    );
                }
            }
            continue;
        }
        let monitor = w.request(rsc, task, interval_ms, Some(node), exists);
        w.book.get_mut(monitor).set_target_rc(7);
        let managed = w.board.rsc(rsc).managed;
        if managed {
            for probe in w.claim_all(rsc, Task::MONITOR, 0, Some(node)) {
                w.relate(probe, monitor, OrderFlags::UNRUNNABLE_FIRST_BLOCKS);
            }
        }
        for stop in w.find_exact(rsc, Task::STOP, 0, Some(node)) {
            let required = |w: &Work<'_>, id| !w.book.is(id, ActionFlags::OPTIONAL);
            if required(w, stop) && required(w, monitor) && !managed {
                w.book.get_mut(monitor).flags.insert(ActionFlags::OPTIONAL);
            }
            if !w.book.is(stop, ActionFlags::RUNNABLE) {
                w.book.get_mut(monitor).flags.remove(ActionFlags::RUNNABLE);
            }
            if managed {
                w.order(
                    Side::Action(stop),
                    Side::Action(monitor),
                    OrderFlags::FIRST_IMPLIES_THEN | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
                );
            }
        }
        let believed = w.board.node(node);
        if !believed.online || believed.unclean {
            w.book.get_mut(monitor).flags.remove(ActionFlags::RUNNABLE);
        }
    }
}

impl Work<'_> {
    /// Turns the recurring action (found or created) into its own cancellation (04 §7.4).
    pub fn new_cancel(
        &mut self,
        rsc: RscId,
        task: Task,
        interval_ms: u32,
        node: NodeId,
    ) -> ActionId {
        let id = self.request(rsc, task, interval_ms, Some(node), false);
        let name = self.book.tasks.name(task).clone();
        let action = self.book.get_mut(id);
        action.task = Task::CANCEL;
        action.rare().cancelled = Some(task);
        action.set_meta("operation", &name);
        action.set_meta("interval", &interval_ms.to_string());
        id
    }
}
