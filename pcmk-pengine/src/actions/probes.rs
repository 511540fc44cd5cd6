//! Probes: is a resource active where nobody has looked yet? Source: behaviour notes 04 §8.
//!
//! Nodes in node order, within a node resources in list order: probe numbers depend on it.

use pcmk_core::role::Role;

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::config::Kind;
use crate::id::{NodeId, RscId};
use crate::scores::ProbeMode;
use crate::work::Work;

/// Schedules all probes.
pub fn probes(w: &mut Work<'_>) {
    let (config, state) = (w.config, w.state);
    if !config.options.startup_probes {
        return;
    }
    let top = w.board.top.clone();
    for &node in &config.node_order {
        if !w.board.node(node).online {
            if config.is_remote_node(node) && w.connection_failed(node) {
                w.fence_node(node, "the connection is unrecoverable", false);
            }
            continue;
        }
        if w.board.node(node).unclean || !state.node(node).probes_allowed {
            continue;
        }
        for &rsc in &top {
            probe(w, rsc, node);
        }
    }
}

fn probe(w: &mut Work<'_>, rsc: RscId, node: NodeId) -> bool {
    match w.config.rsc(rsc).kind {
        Kind::Primitive | Kind::Group(_) => probe_simple(w, rsc, node),
        Kind::Clone(_) => probe_clone(w, rsc, node),
        Kind::Bundle(_) => probe_bundle(w, rsc, node),
    }
}

fn each(w: &mut Work<'_>, rscs: &[RscId], node: NodeId) -> bool {
    let mut any = false;
    for &rsc in rscs {
        any |= probe(w, rsc, node);
    }
    any
}

/// A primitive or group (04 §8.2, first table).
fn probe_simple(w: &mut Work<'_>, rsc: RscId, node: NodeId) -> bool {
    let (config, state) = (w.config, w.state);
    let row = config.rsc(rsc);
    let guest = config.is_guest_or_bundle_node(node);
    if config.node(node).remote {
        let launches_guest = || {
            row.launched
                .iter()
                .any(|&l| config.rsc(l).remote_connection)
        };
        if row.fence_device || (guest && launches_guest()) || row.remote_connection {
            return false;
        }
    }
    if !row.children.is_empty() {
        let children = w.board.rsc(rsc).children.clone();
        return each(w, &children, node);
    }
    if row.launcher.is_some() && !row.remote_connection {
        return false;
    }
    if row.removed || state.rsc(rsc).known.get(node).is_some() {
        return false;
    }
    let top = config.top_of(rsc);
    let mode = w.scores.of(rsc).get(node).map(|e| e.probe);
    let exclusive = w.board.rsc(rsc).exclusive_discovery || w.board.rsc(top).exclusive_discovery;
    if exclusive && mode != Some(ProbeMode::Exclusive) {
        return false;
    }
    let never = match mode {
        Some(mode) => mode == ProbeMode::Never,
        None => config.node(node).probe_never,
    };
    if never {
        return false;
    }
    if guest && let Some(launcher) = config.launcher_of_node(node) {
        if w.board.rsc(launcher).role == Role::Stopped {
            let host = w.board.assigned_node(launcher);
            if host.is_some_and(|h| state.rsc(launcher).known.get(h).is_none()) {
                w.order(
                    Side::key(launcher, Task::MONITOR),
                    Side::key(top, Task::START),
                    OrderFlags::ORDERED,
                );
            }
            return false;
        }
        if guest_will_stop(w, node, launcher) {
            w.order(
                Side::key(launcher, Task::STOP),
                Side::key(top, Task::START),
                OrderFlags::ORDERED,
            );
            return false;
        }
    }
    let id = w.request(rsc, Task::MONITOR, 0, Some(node), false);
    w.book.get_mut(id).flags.remove(ActionFlags::OPTIONAL);
    w.order_after_unfencing(id, OrderFlags::ORDERED);
    let active = state.rsc(rsc).active.contains(&node);
    let promoted = w.board.rsc(rsc).role == Role::Promoted;
    w.book.get_mut(id).target_rc = match (active, promoted) {
        (false, _) => Some(7),
        (true, true) => Some(8),
        (true, false) => None,
    };
    let then = if config.rsc(top).is_clone() { top } else { rsc };
    let mut flags = OrderFlags::ORDERED;
    if !w.book.is(id, ActionFlags::RUNNABLE) && state.rsc(then).active.is_empty() {
        flags |= OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
    }
    w.order(Side::Action(id), Side::key(then, Task::START), flags);
    // The reference names the instance's reload key here but searches the clone's actions: nothing is found then, as
    // collectives never reload.
    w.order(
        Side::Action(id),
        Side::key(then, Task::RELOAD_AGENT),
        OrderFlags::ORDERED,
    );
    true
}

/// The guest's launcher will stop (so a probe would be pointless).
fn guest_will_stop(w: &Work<'_>, node: NodeId, launcher: RscId) -> bool {
    let row = w.board.rsc(launcher);
    if w.board.node(node).remote_reset
        || w.board.node(node).unclean
        || row.failed
        || row.next_role == Role::Stopped
    {
        return true;
    }
    row.role > Role::Stopped
        && row
            .assigned
            .is_some_and(|host| !w.state.rsc(launcher).active.contains(&host.node))
}

fn probe_clone(w: &mut Work<'_>, clone: RscId, node: NodeId) -> bool {
    let config = w.config;
    if w.board.rsc(clone).exclusive_discovery {
        let mode = w.scores.of(clone).get(node).map(|e| e.probe);
        if mode != Some(ProbeMode::Exclusive) {
            w.scores.of_mut(clone).remove(node);
            return false;
        }
    }
    w.sort_by_instance_number(clone);
    let children = w.board.rsc(clone).children.clone();
    if config.rsc(clone).unique {
        return each(w, &children, node);
    }
    let known = |w: &Work<'_>, child: RscId| known_on(w, child, node);
    let chosen = children
        .iter()
        .copied()
        .find(|&c| known(w, c))
        .or_else(|| children.iter().copied().find(|&c| assigned_on(w, c, node)))
        .or_else(|| children.first().copied());
    chosen.is_some_and(|child| probe(w, child, node))
}

/// Whether the resource (or any member) was probed on the node.
fn known_on(w: &Work<'_>, rsc: RscId, node: NodeId) -> bool {
    let row = w.config.rsc(rsc);
    if row.is_primitive() {
        w.state.rsc(rsc).known.get(node).is_some()
    } else {
        row.children.iter().any(|&c| known_on(w, c, node))
    }
}

/// Whether the resource (or any member) is assigned to the node.
fn assigned_on(w: &Work<'_>, rsc: RscId, node: NodeId) -> bool {
    let row = w.config.rsc(rsc);
    if row.is_primitive() {
        w.board.assigned_node(rsc) == Some(node)
    } else {
        row.children.iter().any(|&c| assigned_on(w, c, node))
    }
}

fn probe_bundle(w: &mut Work<'_>, bundle: RscId, node: NodeId) -> bool {
    let config = w.config;
    let Some(info) = config.rsc(bundle).as_bundle() else {
        return false;
    };
    let mut any = false;
    for replica in &info.replicas {
        if let Some(ip) = replica.ip {
            any |= probe(w, ip, node);
        }
        if let Some(child) = replica.child
            && replica.node == Some(node)
        {
            any |= probe(w, child, node);
        }
        let container = replica.container;
        if probe(w, container, node) {
            any = true;
            if info.replicas_per_host <= 1 {
                for other in info
                    .replicas
                    .iter()
                    .map(|r| r.container)
                    .filter(|&c| c != container)
                {
                    w.order(
                        Side::key(container, Task::MONITOR),
                        Side::key(other, Task::START),
                        OrderFlags::ORDERED | OrderFlags::IF_ON_SAME_NODE,
                    );
                }
            }
        }
        if let Some(remote) = replica.remote
            && probe(w, remote, node)
        {
            any = true;
            if let Some(id) = w
                .find_exact(remote, Task::MONITOR, 0, Some(node))
                .first()
                .copied()
            {
                w.order(
                    Side::key(container, Task::START),
                    Side::Action(id),
                    OrderFlags::NESTED_REMOTE_PROBE,
                );
            }
        }
    }
    any
}
