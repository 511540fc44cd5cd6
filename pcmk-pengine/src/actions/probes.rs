//! Probes: is a resource active where nobody has looked yet? Source: behaviour notes 04 §8.
//!
//! Nodes in node order, within a node resources in list order: probe numbers depend on it.

use foldhash::HashMap;
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
    let mut choices = Choices::default();
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
            probe(w, rsc, node, &mut choices);
        }
    }
}

/// What is reserved ahead has a bound.
const MOST_EXPECTED: usize = 1 << 20;

/// About how many probes there will be: one for each resource and node, less what history knows, and for an anonymous
/// clone one on each node.
fn expected(w: &Work<'_>) -> usize {
    let (config, state) = (w.config, w.state);
    if !config.options.startup_probes {
        return 0;
    }
    let nodes = config.node_order.iter();
    let nodes = nodes.filter(|&&node| w.board.node(node).online && state.node(node).probes_allowed);
    let mut wanted = 0;
    let mut open: Vec<RscId> = config.top.clone();
    while let Some(rsc) = open.pop() {
        let row = config.rsc(rsc);
        match row.kind {
            Kind::Primitive => wanted += 1,
            Kind::Clone(_) if !row.unique => open.extend(row.children.first()),
            Kind::Group(_) | Kind::Clone(_) | Kind::Bundle(_) => open.extend(&row.children),
        }
    }
    let known = state.resources.iter().map(|row| row.known.len());
    let expected = nodes
        .count()
        .saturating_mul(wanted)
        .saturating_sub(known.sum());
    expected.min(MOST_EXPECTED)
}

/// Makes room for what the passes will ask for.
pub fn reserve(w: &mut Work<'_>) {
    let (probes, resources) = (expected(w), w.config.resources.len());
    // A start, a stop and some monitors for each resource; their orderings, and those of groups and clones.
    let (actions, orderings) = (probes + 4 * resources, probes + 8 * resources);
    w.book.reserve(actions, 3 * resources, orderings);
}

fn probe(w: &mut Work<'_>, rsc: RscId, node: NodeId, choices: &mut Choices) -> bool {
    match w.config.rsc(rsc).kind {
        Kind::Primitive | Kind::Group(_) => probe_simple(w, rsc, node, choices),
        Kind::Clone(_) => probe_clone(w, rsc, node, choices),
        Kind::Bundle(_) => probe_bundle(w, rsc, node, choices),
    }
}

/// All children of a resource. Members and unique instances stay in order while they are probed.
fn each(w: &mut Work<'_>, parent: RscId, node: NodeId, choices: &mut Choices) -> bool {
    let mut any = false;
    for at in 0..w.board.rsc(parent).children.len() {
        let child = w.board.rsc(parent).children[at];
        any |= probe(w, child, node, choices);
    }
    any
}

/// A primitive or group (04 §8.2, first table).
fn probe_simple(w: &mut Work<'_>, rsc: RscId, node: NodeId, choices: &mut Choices) -> bool {
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
        return each(w, rsc, node, choices);
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
    if row.fence_device || row.requires.unfencing {
        w.order_after_unfencing(id, OrderFlags::ORDERED);
    }
    let active = state.rsc(rsc).active.contains(&node);
    let promoted = w.board.rsc(rsc).role == Role::Promoted;
    w.book.get_mut(id).set_target_rc(match (active, promoted) {
        (false, _) => 7,
        (true, true) => 8,
        (true, false) => 0,
    });
    let then = if config.rsc(top).is_clone() { top } else { rsc };
    let mut flags = OrderFlags::ORDERED;
    if !w.book.is(id, ActionFlags::RUNNABLE) && state.rsc(then).active.is_empty() {
        flags |= OrderFlags::UNRUNNABLE_FIRST_BLOCKS;
    }
    // The reference names the instance's reload key here but searches the clone's actions: nothing is found then, as
    // collectives never reload.
    w.order(Side::Action(id), Side::StartAndReload(then), flags);
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

fn probe_clone(w: &mut Work<'_>, clone: RscId, node: NodeId, choices: &mut Choices) -> bool {
    let config = w.config;
    if w.board.rsc(clone).exclusive_discovery {
        let mode = w.scores.of(clone).get(node).map(|e| e.probe);
        if mode != Some(ProbeMode::Exclusive) {
            w.scores.of_mut(clone).remove(node);
            return false;
        }
    }
    let chosen = choices.of(w, clone, node);
    if config.rsc(clone).unique {
        return each(w, clone, node, choices);
    }
    chosen.is_some_and(|child| probe(w, child, node, choices))
}

/// Which instance of an anonymous clone is probed on which node: the first that was probed there; else the first that is
/// assigned to it; else the first of all. Nothing of this changes while probes are scheduled.
#[derive(Default)]
struct Choices {
    /// By clone; each by node. Nothing for unique clones: all their instances are probed.
    instances: HashMap<RscId, Vec<RscId>>,
}

impl Choices {
    /// The choice. The first question about a clone sorts its instances.
    fn of(&mut self, w: &mut Work<'_>, clone: RscId, node: NodeId) -> Option<RscId> {
        let by_node = self.instances.entry(clone).or_insert_with(|| {
            w.sort_by_instance_number(clone);
            if w.config.rsc(clone).unique {
                Vec::new()
            } else {
                choose(w, &w.board.rsc(clone).children)
            }
        });
        by_node.get(node.index()).copied()
    }
}

/// The choice for each node; none if there are no instances.
fn choose(w: &Work<'_>, children: &[RscId]) -> Vec<RscId> {
    let Some(&first) = children.first() else {
        return Vec::new();
    };
    let mut chosen = vec![first; w.config.nodes.len()];
    for &child in children.iter().rev() {
        each_primitive(w, child, &mut |primitive| {
            if let Some(node) = w.board.assigned_node(primitive) {
                chosen[node.index()] = child;
            }
        });
    }
    for &child in children.iter().rev() {
        each_primitive(w, child, &mut |primitive| {
            for entry in w.state.rsc(primitive).known.iter() {
                chosen[entry.node.index()] = child;
            }
        });
    }
    chosen
}

/// The resource itself, or its members.
fn each_primitive(w: &Work<'_>, rsc: RscId, found: &mut impl FnMut(RscId)) {
    let row = w.config.rsc(rsc);
    if row.is_primitive() {
        return found(rsc);
    }
    for &child in &row.children {
        each_primitive(w, child, found);
    }
}

fn probe_bundle(w: &mut Work<'_>, bundle: RscId, node: NodeId, choices: &mut Choices) -> bool {
    let config = w.config;
    let Some(info) = config.rsc(bundle).as_bundle() else {
        return false;
    };
    let mut any = false;
    for replica in &info.replicas {
        if let Some(ip) = replica.ip {
            any |= probe(w, ip, node, choices);
        }
        if let Some(child) = replica.child
            && replica.node == Some(node)
        {
            any |= probe(w, child, node, choices);
        }
        let container = replica.container;
        if probe(w, container, node, choices) {
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
            && probe(w, remote, node, choices)
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
