//! Internal orderings: what the parts of every resource owe each other. Source: behaviour notes 04 §17 (and §12.2, §14.1).
//!
//! Reads the configuration, the observed state and the allowed nodes; writes ordering records and, on the way, the
//! unfencing and load_stopped actions they name. Order of visiting: top-level resources in list order, then as §17 says
//! per kind; record numbers depend on it.

use crate::book::{ActionFlags, OrderFlags, Side, Task};
use crate::config::{Kind, Placement};
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

const ORDERED: OrderFlags = OrderFlags::ORDERED;
const UFB: OrderFlags = OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
const FIT: OrderFlags = OrderFlags::FIRST_IMPLIES_THEN;
const TIF: OrderFlags = OrderFlags::THEN_IMPLIES_FIRST;
const FIG: OrderFlags = OrderFlags::FIRST_IMPLIES_THEN_GRAPHED;
const TIG: OrderFlags = OrderFlags::THEN_IMPLIES_FIRST_GRAPHED;

/// Internal orderings of every resource.
pub fn internal_orderings(w: &mut Work<'_>) {
    let config = w.config;
    for &rsc in &config.top {
        of_resource(w, rsc);
    }
}

fn of_resource(w: &mut Work<'_>, rsc: RscId) {
    match w.config.rsc(rsc).kind {
        Kind::Primitive => of_primitive(w, rsc),
        Kind::Group(_) => of_group(w, rsc),
        Kind::Clone(_) => of_clone(w, rsc),
        Kind::Bundle(_) => of_bundle(w, rsc),
    }
}

fn keys(w: &mut Work<'_>, first: (RscId, Task), then: (RscId, Task), flags: OrderFlags) {
    w.order(
        Side::key(first.0, first.1),
        Side::key(then.0, then.1),
        flags,
    );
}

fn of_primitive(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    if !w.board.rsc(rsc).managed {
        return;
    }
    let row = config.rsc(rsc);
    keys(
        w,
        (rsc, Task::STOP),
        (rsc, Task::START),
        ORDERED | FIT | OrderFlags::INTERMEDIATE_STOP,
    );
    let top_promotable = config.rsc(config.top_of(rsc)).promotable;
    if top_promotable || w.board.rsc(rsc).role == pcmk_core::role::Role::Promoted {
        keys(
            w,
            (rsc, Task::DEMOTE),
            (rsc, Task::STOP),
            OrderFlags::PROMOTED_THEN_IMPLIES_FIRST,
        );
        keys(w, (rsc, Task::START), (rsc, Task::PROMOTE), UFB);
    }
    keys(
        w,
        (rsc, Task::LRM_DELETE),
        (rsc, Task::MONITOR),
        OrderFlags::IF_ON_SAME_NODE | OrderFlags::THEN_CANCELS_FIRST,
    );
    if !row.fence_device && row.requires.unfencing {
        order_after_unfencing(w, rsc);
    }
    if config.options.placement != Placement::Default && row.utilization.is_some() {
        order_load_stopped(w, rsc);
    }
    let Some(launcher) = row.launcher else { return };
    if row.remote_connection {
        keys(w, (launcher, Task::MONITOR), (rsc, Task::STOP), ORDERED);
    }
    if forced_node(w, rsc).is_none() {
        keys(w, (launcher, Task::START), (rsc, Task::START), FIT | UFB);
        keys(w, (rsc, Task::STOP), (launcher, Task::STOP), TIF);
    }
}

/// The remote or guest node on which a launched resource is forced to run, if its launcher is a connection or launches a
/// guest node (03 §4.7). Connections themselves are never forced.
#[must_use]
pub fn forced_node(w: &Work<'_>, rsc: RscId) -> Option<NodeId> {
    let config = w.config;
    let row = config.rsc(rsc);
    if row.remote_connection {
        return None;
    }
    let launcher = row.launcher?;
    if config.rsc(launcher).remote_connection {
        return config.rsc(launcher).connects;
    }
    config
        .rsc(launcher)
        .launched
        .iter()
        .find(|&&l| config.rsc(l).remote_connection)
        .and_then(|&connection| config.rsc(connection).connects)
}

fn order_after_unfencing(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    for node in w.scores.of(rsc).by_name(config) {
        let unfence = w.fencing_action(node, Some("on"), true, None, false);
        w.order(
            Side::key(rsc, Task::STOP),
            Side::Action(unfence),
            ORDERED | OrderFlags::IF_ON_SAME_NODE,
        );
        w.order(
            Side::Action(unfence),
            Side::key(rsc, Task::START),
            OrderFlags::FIRST_IMPLIES_SAME_NODE_THEN | OrderFlags::IF_ON_SAME_NODE,
        );
    }
}

/// `load_stopped_NODE`: required on first use, bound to the node.
fn load_stopped(w: &mut Work<'_>, node: NodeId) -> ActionId {
    let name = format!("load_stopped_{}", w.config.node_name(node));
    let task = w.book.tasks.intern(&name);
    let id = w.request_singleton(&name, task, None, true);
    let action = w.book.get_mut(id);
    if action.node.is_none() {
        action.node = Some(node);
        action.flags.insert(ActionFlags::PSEUDO);
        action.flags.remove(ActionFlags::OPTIONAL);
    }
    id
}

fn order_load_stopped(w: &mut Work<'_>, rsc: RscId) {
    let (config, state) = (w.config, w.state);
    let flags = OrderFlags::IF_ON_SAME_NODE_OR_TARGET;
    for &node in &state.rsc(rsc).active {
        let gate = load_stopped(w, node);
        w.order(Side::key(rsc, Task::STOP), Side::Action(gate), flags);
    }
    for node in w.scores.of(rsc).by_name(config) {
        let gate = load_stopped(w, node);
        w.order(Side::Action(gate), Side::key(rsc, Task::START), flags);
        w.order(Side::Action(gate), Side::key(rsc, Task::MIGRATE_TO), flags);
    }
}

fn of_group(w: &mut Work<'_>, group: RscId) {
    let config = w.config;
    let row = config.rsc(group);
    let ordered = row.as_group().is_some_and(|g| g.ordered);
    let promotable = config.rsc(config.top_of(group)).promotable;
    keys(w, (group, Task::STOP), (group, Task::STOPPED), UFB);
    keys(w, (group, Task::STOPPED), (group, Task::START), ORDERED);
    keys(w, (group, Task::START), (group, Task::RUNNING), UFB);
    let mut previous: Option<RscId> = None;
    let mut last_active: Option<RscId> = None;
    for &member in &row.children {
        of_resource(w, member);
        let (mut down, mut post_down) = (TIG, FIG);
        if ordered && previous.is_none() {
            down |= ORDERED;
            post_down = FIT;
        }
        if promotable {
            keys(w, (group, Task::DEMOTE), (member, Task::DEMOTE), down);
            keys(w, (member, Task::DEMOTE), (group, Task::DEMOTED), post_down);
            keys(
                w,
                (member, Task::PROMOTE),
                (group, Task::PROMOTED),
                UFB | FIT | FIG,
            );
            keys(w, (group, Task::PROMOTE), (member, Task::PROMOTE), TIG);
        }
        keys(w, (group, Task::STOP), (member, Task::STOP), down);
        keys(w, (member, Task::STOP), (group, Task::STOPPED), post_down);
        keys(w, (group, Task::START), (member, Task::START), TIG);
        keys(
            w,
            (member, Task::START),
            (group, Task::RUNNING),
            UFB | FIT | FIG,
        );
        let active = !w.state.rsc(member).active.is_empty();
        match previous {
            _ if !ordered => {
                keys(
                    w,
                    (group, Task::START),
                    (member, Task::START),
                    FIT | UFB | TIG,
                );
                if promotable {
                    keys(
                        w,
                        (group, Task::PROMOTE),
                        (member, Task::PROMOTE),
                        FIT | UFB | TIG,
                    );
                }
            }
            None => {
                keys(
                    w,
                    (group, Task::START),
                    (member, Task::START),
                    OrderFlags::empty(),
                );
                if promotable {
                    keys(
                        w,
                        (group, Task::PROMOTE),
                        (member, Task::PROMOTE),
                        OrderFlags::empty(),
                    );
                }
            }
            Some(before) => {
                keys(w, (before, Task::START), (member, Task::START), FIT | UFB);
                keys(
                    w,
                    (member, Task::STOP),
                    (before, Task::STOP),
                    ORDERED | OrderFlags::INTERMEDIATE_STOP,
                );
                if active && w.state.rsc(before).active.is_empty() {
                    keys(w, (member, Task::STOP), (before, Task::START), TIF | UFB);
                }
                if promotable {
                    keys(
                        w,
                        (before, Task::PROMOTE),
                        (member, Task::PROMOTE),
                        FIT | UFB,
                    );
                    keys(w, (member, Task::DEMOTE), (before, Task::DEMOTE), ORDERED);
                }
            }
        }
        if active {
            if ordered
                && let Some(before) = previous
                && w.state.rsc(before).active.is_empty()
                && let Some(last) = last_active
            {
                keys(w, (member, Task::STOP), (last, Task::STOP), ORDERED);
            }
            last_active = Some(member);
        }
        previous = Some(member);
    }
}

fn of_clone(w: &mut Work<'_>, clone: RscId) {
    let config = w.config;
    let row = config.rsc(clone);
    let ordered = row.as_clone().is_some_and(|c| c.ordered);
    keys(w, (clone, Task::STOPPED), (clone, Task::START), ORDERED);
    keys(w, (clone, Task::START), (clone, Task::RUNNING), UFB);
    keys(w, (clone, Task::STOP), (clone, Task::STOPPED), UFB);
    if row.promotable {
        keys(w, (clone, Task::DEMOTED), (clone, Task::STOP), ORDERED);
        keys(w, (clone, Task::RUNNING), (clone, Task::PROMOTE), UFB);
    }
    if ordered {
        w.sort_by_instance_number(clone);
    }
    let children = w.board.rsc(clone).children.clone();
    for (position, &child) in children.iter().enumerate() {
        of_resource(w, child);
        keys(w, (clone, Task::START), (child, Task::START), UFB | TIG);
        keys(w, (child, Task::START), (clone, Task::RUNNING), FIG);
        keys(w, (clone, Task::STOP), (child, Task::STOP), TIG);
        keys(w, (child, Task::STOP), (clone, Task::STOPPED), FIG);
        if ordered {
            for &later in &children[position + 1..] {
                keys(w, (child, Task::START), (later, Task::START), ORDERED);
                keys(w, (later, Task::STOP), (child, Task::STOP), ORDERED);
            }
        }
    }
    if row.promotable {
        promotable_restart(w, clone);
        let mut previous: Option<RscId> = None;
        for &child in &children {
            keys(w, (child, Task::DEMOTE), (child, Task::PROMOTE), ORDERED);
            keys(w, (clone, Task::PROMOTE), (child, Task::PROMOTE), ORDERED);
            keys(w, (child, Task::PROMOTE), (clone, Task::PROMOTED), ORDERED);
            if ordered && let Some(before) = previous {
                keys(w, (before, Task::PROMOTE), (child, Task::PROMOTE), ORDERED);
            }
            keys(w, (clone, Task::DEMOTE), (child, Task::DEMOTE), TIG);
            keys(w, (child, Task::DEMOTE), (clone, Task::DEMOTED), FIG);
            if ordered && let Some(before) = previous {
                keys(w, (child, Task::DEMOTE), (before, Task::DEMOTE), ORDERED);
            }
            previous = Some(child);
        }
    }
}

/// Restart orderings of promotable clones and bundles (04 §17.5).
fn promotable_restart(w: &mut Work<'_>, rsc: RscId) {
    for (first, then) in [
        (Task::STOPPED, Task::START),
        (Task::STOPPED, Task::PROMOTE),
        (Task::DEMOTED, Task::STOP),
        (Task::DEMOTED, Task::START),
        (Task::DEMOTED, Task::PROMOTE),
        (Task::RUNNING, Task::PROMOTE),
        (Task::DEMOTE, Task::DEMOTED),
    ] {
        keys(w, (rsc, first), (rsc, then), ORDERED);
    }
}

fn of_bundle(w: &mut Work<'_>, bundle: RscId) {
    let config = w.config;
    let Some(info) = config.rsc(bundle).as_bundle() else {
        return;
    };
    for replica in &info.replicas {
        let container = replica.container;
        of_resource(w, container);
        keys(
            w,
            (bundle, Task::START),
            (container, Task::START),
            UFB | TIG,
        );
        if let Some(child) = replica.child {
            keys(w, (bundle, Task::STOP), (child, Task::STOP), TIG);
        }
        keys(w, (bundle, Task::STOP), (container, Task::STOP), TIG);
        keys(w, (container, Task::START), (bundle, Task::RUNNING), FIG);
        keys(w, (container, Task::STOP), (bundle, Task::STOPPED), FIG);
        if let Some(ip) = replica.ip {
            of_resource(w, ip);
            keys(
                w,
                (ip, Task::START),
                (container, Task::START),
                UFB | OrderFlags::GUEST_ALLOWED,
            );
            keys(
                w,
                (container, Task::STOP),
                (ip, Task::STOP),
                TIF | OrderFlags::GUEST_ALLOWED,
            );
        }
        if let Some(remote) = replica.remote {
            of_resource(w, remote);
        }
    }
    let Some(clone) = info.clone else { return };
    keys(w, (bundle, Task::START), (clone, Task::START), TIG);
    keys(w, (clone, Task::RUNNING), (bundle, Task::RUNNING), FIG);
    keys(w, (bundle, Task::STOP), (clone, Task::STOP), TIG);
    keys(w, (clone, Task::STOPPED), (bundle, Task::STOPPED), FIG);
    of_clone(w, clone);
    if config.rsc(clone).promotable {
        promotable_restart(w, bundle);
        keys(w, (bundle, Task::DEMOTE), (clone, Task::DEMOTE), TIG);
        keys(w, (clone, Task::DEMOTED), (bundle, Task::DEMOTED), FIG);
        keys(w, (bundle, Task::PROMOTE), (clone, Task::PROMOTE), TIG);
        keys(w, (clone, Task::PROMOTED), (bundle, Task::PROMOTED), FIG);
    }
}
