//! Fencing and shutdown of nodes, and what that implies for the actions on them. Source: behaviour notes 04 §12.3 to §12.6.

use crate::actions::notify;
use crate::book::{ActionFlags, Needs, OrderFlags, Side, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// Schedules fencing and shutdowns, nodes in node order.
pub fn for_fencing(w: &mut Work<'_>) {
    let config = w.config;
    let any_managed = config.top.iter().any(|&r| w.board.rsc(r).managed);
    let primitives = w.primitives_in_order();
    let mut dc_down: Option<ActionId> = None;
    let mut fencings: Vec<ActionId> = Vec::new();
    let mut shutdowns: Vec<ActionId> = Vec::new();
    for &node in &config.node_order {
        if config.is_guest_or_bundle_node(node) {
            if w.board.node(node).remote_reset && any_managed && w.can_fence(node) {
                fence_guest(w, node, &primitives);
            }
            continue;
        }
        let is_dc = w.state.dc == Some(node);
        let believed = w.board.node(node);
        if believed.unclean && any_managed && w.can_fence(node) {
            w.log.sched_warning(
                "schedule_fencing",
                format!("Scheduling node {} for fencing", config.node_name(node)),
            );
            let fence = w.fencing_action(node, None, false, Some("node is unclean"), false);
            relate_to_actions(w, fence, node, &primitives);
            if is_dc {
                dc_down = Some(fence);
            } else {
                if !config.options.concurrent_fencing
                    && let Some(&previous) = fencings.last()
                {
                    w.relate(previous, fence, OrderFlags::ORDERED);
                }
                fencings.push(fence);
            }
        } else if believed.online && believed.shutdown && !config.node(node).remote {
            let shutdown = shut_down(w, node);
            if is_dc {
                dc_down = Some(shutdown);
            } else {
                shutdowns.push(shutdown);
            }
        }
        let believed = w.board.node(node);
        if believed.unclean && !w.can_fence(node) {
            w.log.config_warning(
                "schedule_fencing_and_shutdowns",
                format!(
                    "Node {} is unclean but cannot be fenced",
                    config.node_name(node)
                ),
            );
        }
    }
    let Some(dc_down) = dc_down else { return };
    if w.book.get(dc_down).task == Task::DO_SHUTDOWN {
        for &shutdown in shutdowns.iter().rev() {
            w.relate(shutdown, dc_down, OrderFlags::ORDERED);
        }
    }
    if config.options.concurrent_fencing {
        for &fence in fencings.iter().rev() {
            w.relate(fence, dc_down, OrderFlags::ORDERED);
        }
    } else if let Some(&last) = fencings.last() {
        w.relate(last, dc_down, OrderFlags::ORDERED);
    }
}

/// Relates a fencing action to the actions of all resources (04 §12.3).
fn relate_to_actions(w: &mut Work<'_>, fence: ActionId, node: NodeId, primitives: &[RscId]) {
    for &rsc in primitives {
        if w.board.rsc(rsc).managed {
            relate_starts(w, rsc, fence, node);
            relate_stops(w, rsc, fence, node);
        }
    }
}

fn relate_starts(w: &mut Work<'_>, rsc: RscId, fence: ActionId, target: NodeId) {
    let (config, state) = (w.config, w.state);
    let ids: Vec<ActionId> = w.book.newest_first(rsc).collect();
    for id in ids {
        let action = w.book.get(id);
        match action.needs {
            Needs::Nothing => {}
            Needs::Fencing => {
                w.relate(fence, id, OrderFlags::ORDERED);
            }
            Needs::Quorum => {
                let parent_knows = || {
                    !config.rsc(rsc).unique
                        && config
                            .rsc(rsc)
                            .parent
                            .is_some_and(|p| state.rsc(p).known.get(target).is_some())
                };
                if action.task == Task::START
                    && w.scores.of(rsc).get(target).is_some()
                    && state.rsc(rsc).known.get(target).is_none()
                    && !parent_knows()
                {
                    w.relate(
                        fence,
                        id,
                        OrderFlags::ORDERED | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
                    );
                }
            }
        }
    }
}

fn relate_stops(w: &mut Work<'_>, rsc: RscId, fence: ActionId, target: NodeId) {
    let config = w.config;
    let top = config.top_of(rsc);
    let implicit = config.rsc(rsc).requires.fencing || config.is_guest_or_bundle_node(target);
    let bundled = config.is_bundled(rsc);
    let stops = w.claim_all(rsc, Task::STOP, 0, Some(target));
    // The newest stop of the topmost resource stands for the whole; looked up before anything changes.
    let parent_stop = w.find_task(top, Task::STOP, None);
    for stop in stops {
        w.book
            .get_mut(stop)
            .flags
            .insert(ActionFlags::PSEUDO | ActionFlags::RUNNABLE);
        if implicit {
            if !bundled {
                w.relate(fence, stop, OrderFlags::GUEST_ALLOWED);
            }
            if let Some(parent_stop) = parent_stop {
                w.relate(fence, parent_stop, OrderFlags::GUEST_ALLOWED);
            }
        }
        if config.rsc(rsc).notify {
            notify::for_implied_stop(w, rsc, stop, fence);
        }
    }
    let demotes = w.claim_all(rsc, Task::DEMOTE, 0, Some(target));
    for demote in demotes {
        let believed = w.board.node(target);
        if !believed.online || believed.unclean || w.board.rsc(rsc).failed {
            w.book
                .get_mut(demote)
                .flags
                .insert(ActionFlags::PSEUDO | ActionFlags::RUNNABLE);
            if !bundled && implicit {
                w.relate(
                    fence,
                    demote,
                    OrderFlags::GUEST_ALLOWED | OrderFlags::ORDERED,
                );
            }
        }
    }
}

/// "Fencing" of a guest or bundle node: its launcher's recovery (04 §12.5).
fn fence_guest(w: &mut Work<'_>, node: NodeId, primitives: &[RscId]) {
    let config = w.config;
    let launcher = config.launcher_of_node(node);
    let stop = launcher.and_then(|l| w.find_task(l, Task::STOP, None));
    let start = launcher.and_then(|l| w.find_task(l, Task::START, None));
    let op = if start.is_some() { "reboot" } else { "off" };
    let fence = w.fencing_action(node, Some(op), false, Some("guest is unclean"), false);
    w.book
        .get_mut(fence)
        .flags
        .insert(ActionFlags::PSEUDO | ActionFlags::RUNNABLE);
    let flags = OrderFlags::UNRUNNABLE_FIRST_BLOCKS | OrderFlags::FIRST_IMPLIES_THEN;
    match stop {
        Some(stop) if w.book.is(stop, ActionFlags::PSEUDO) => {
            if let Some(host) = w.book.get(stop).node {
                let host_fence = w.fencing_action(host, None, false, None, false);
                w.relate(host_fence, fence, flags);
            }
        }
        Some(stop) => {
            w.relate(stop, fence, flags);
        }
        None => {
            let connection = config.node(node).connection;
            if let Some(stop) = connection.and_then(|c| w.find_task(c, Task::STOP, None)) {
                w.relate(stop, fence, OrderFlags::ORDERED);
            }
        }
    }
    relate_to_actions(w, fence, node, primitives);
}

/// A clean shutdown (04 §12.6).
fn shut_down(w: &mut Work<'_>, node: NodeId) -> ActionId {
    let config = w.config;
    let key = format!("do_shutdown-{}", config.node_name(node));
    let shutdown = w.create_singleton(&key, Task::DO_SHUTDOWN, Some(node), false);
    let node_maintenance = w.board.node(node).maintenance;
    for position in (0..w.book.actions.len()).rev() {
        let id = ActionId::from_index(position);
        let action = w.book.get(id);
        let Some(rsc) = action.rsc else { continue };
        if action.task != Task::STOP || action.node != Some(node) {
            continue;
        }
        let row = w.board.rsc(rsc);
        if row.maintenance || node_maintenance || (!row.managed && !row.blocked) {
            continue;
        }
        w.book.get_mut(id).flags.remove(ActionFlags::OPTIONAL);
        w.order(
            Side::Action(id),
            Side::Action(shutdown),
            OrderFlags::ORDERED | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
        );
    }
    w.book.get_mut(shutdown).set_meta("op_no_wait", "true");
    shutdown
}
