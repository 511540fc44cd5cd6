//! Role changes of primitives: from the observed role on the current node to the wanted role on the assigned node.
//!
//! Source: behaviour notes 04 §6. First the "down and up" pass, always (mostly with optional actions that other orderings
//! may make required), then the transition pass with required actions, then recurring and migration actions.

use pcmk_core::role::Role;

use crate::actions::{migrate, recurring};
use crate::book::{ActionFlags, OrderFlags, Task};
use crate::config::MultipleActive;
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// What one step of a role change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Stop,
    Start,
    Promote,
    Demote,
}

/// The next role on the way from one role to another (04 §6.2).
fn next_step(from: Role, target: Role) -> Role {
    use Role::{Promoted, Started, Stopped, Unknown, Unpromoted};
    match (from, target) {
        (Unknown, Unknown) => Unknown,
        (Unknown, Stopped | Started | Unpromoted | Promoted) => Stopped,
        (Stopped, Started) => Started,
        (Stopped, Unpromoted | Promoted) => Unpromoted,
        (Stopped, Unknown | Stopped) => Stopped,
        (Started, Unknown | Stopped) => Stopped,
        (Started, Started) => Started,
        (Started, Unpromoted) => Unpromoted,
        (Started, Promoted) => Promoted,
        (Unpromoted, Unknown | Stopped | Started) => Stopped,
        (Unpromoted, Unpromoted) => Unpromoted,
        (Unpromoted, Promoted) => Promoted,
        (Promoted, Unknown) => Stopped,
        (Promoted, Stopped | Started | Unpromoted) => Unpromoted,
        (Promoted, Promoted) => Promoted,
    }
}

/// What leads from one role to the next; `None` ends the walk (04 §6.2).
fn step_function(from: Role, to: Role) -> Option<Step> {
    use Role::{Promoted, Started, Stopped, Unknown, Unpromoted};
    match (from, to) {
        (Unknown, Stopped) => Some(Step::Stop),
        (Stopped, Started | Unpromoted) => Some(Step::Start),
        (Started, Stopped) => Some(Step::Stop),
        (Started, Promoted) => Some(Step::Promote),
        (Unpromoted, Stopped | Started) => Some(Step::Stop),
        (Unpromoted, Promoted) => Some(Step::Promote),
        (Promoted, Stopped | Started | Unpromoted) => Some(Step::Demote),
        (Unknown, Unknown | Started | Unpromoted | Promoted)
        | (Stopped, Unknown | Stopped | Promoted)
        | (Started, Unknown | Started | Unpromoted)
        | (Unpromoted, Unknown | Unpromoted)
        | (Promoted, Unknown | Promoted) => None,
    }
}

/// Creates all actions of a primitive.
pub fn create_actions(w: &mut Work<'_>, rsc: RscId) {
    let (config, state) = (w.config, w.state);
    let assigned = w.board.assigned_node(rsc);
    if w.board.rsc(rsc).next_role == Role::Unknown {
        w.board.rsc_mut(rsc).next_role = if assigned.is_some() {
            Role::Started
        } else {
            Role::Stopped
        };
    }
    let current = w.current_node(rsc);
    let active = &state.rsc(rsc).active;
    let clean_count = active
        .iter()
        .filter(|&&n| {
            let node = w.board.node(n);
            node.online && !node.unclean
        })
        .count();
    for &source in &state.rsc(rsc).dangling {
        let stop = w.request(rsc, Task::STOP, 0, Some(source), false);
        w.book
            .get_mut(stop)
            .flags
            .insert(ActionFlags::MIGRATION_ABORT);
    }

    let next_role = w.board.rsc(rsc).next_role;
    let mut need_stop = false;
    let mut need_promote = false;
    let mut moving = false;
    let mut allow_migrate = false;
    if let (Some(from), Some(to)) = (current, assigned)
        && from != to
        && next_role >= Role::Started
    {
        moving = true;
        need_stop = true;
        allow_migrate = migrate::can_migrate(w, rsc, Some(from));
    }

    let (source, target) = (
        w.board.rsc(rsc).partial_source,
        w.board.rsc(rsc).partial_target,
    );
    let mut multiply_active = false;
    if source.is_some()
        && target.is_some()
        && allow_migrate
        && active.len() == 2
        && current == source
        && assigned == target
    {
        // The partial migration continues.
    } else if source.is_some() || target.is_some() {
        need_stop = true;
        allow_migrate = false;
        let row = w.board.rsc_mut(rsc);
        row.partial_source = None;
        row.partial_target = None;
    } else if config.rsc(rsc).requires.fencing {
        multiply_active = active.len() > 1;
    } else {
        multiply_active = clean_count > 1;
    }
    if multiply_active {
        w.log.sched_error(
            "pcmk__primitive_create_actions",
            format!(
                "{} resource {} might be active on {} nodes",
                agent_type(w, rsc),
                config.name(rsc),
                active.len()
            ),
        );
        match config.rsc(rsc).multiple_active {
            MultipleActive::StopStart => need_stop = true,
            MultipleActive::StopUnexpected => {
                need_stop = true;
                w.board.rsc_mut(rsc).stop_unexpected = true;
            }
            MultipleActive::Block | MultipleActive::StopOnly => {}
        }
    } else {
        w.board.rsc_mut(rsc).stop_unexpected = false;
    }

    if w.board.rsc(rsc).start_pending {
        let start = w.request(rsc, Task::START, 0, assigned, true);
        w.book
            .get_mut(start)
            .flags
            .insert(ActionFlags::ALWAYS_IN_GRAPH);
    }

    if !moving {
        let row = w.board.rsc(rsc);
        if row.failed {
            if row.stop_if_failed {
                need_stop = true;
            } else if row.next_role == Role::Promoted {
                need_promote = true;
            }
        } else if row.blocked {
            need_stop = true;
        } else if row.role > Role::Started && current.is_some() && assigned.is_some() {
            let start = w.request(rsc, Task::START, 0, assigned, true);
            if !w.book.is(start, ActionFlags::OPTIONAL) {
                need_stop = true;
            }
        }
    }

    down_and_up(w, rsc, current, assigned, need_stop, need_promote);
    transition(w, rsc, assigned);
    recurring::create(w, rsc);
    if allow_migrate {
        migrate::create(w, rsc, current);
    }
}

fn agent_type<'a>(w: &Work<'a>, rsc: RscId) -> &'a str {
    w.config.rsc(rsc).agent.as_deref().unwrap_or("")
}

/// The "restart" pass (04 §6.3).
fn down_and_up(
    w: &mut Work<'_>,
    rsc: RscId,
    current: Option<NodeId>,
    assigned: Option<NodeId>,
    need_stop: bool,
    need_promote: bool,
) {
    w.board.rsc_mut(rsc).restarting = true;
    let original = w.board.rsc(rsc).role;
    let mut role = original;
    while role != Role::Stopped {
        let next = next_step(role, Role::Stopped);
        let Some(step) = step_function(role, next) else {
            break;
        };
        take(w, rsc, step, current, !need_stop);
        role = next;
    }
    while original <= w.board.rsc(rsc).next_role && role != original && !w.board.rsc(rsc).blocked {
        let next = next_step(role, original);
        let Some(step) = step_function(role, next) else {
            break;
        };
        let required = need_stop || (need_promote && next == Role::Promoted);
        take(w, rsc, step, assigned, !required);
        role = next;
    }
    w.board.rsc_mut(rsc).restarting = false;
}

/// The transition pass (04 §6.4).
fn transition(w: &mut Work<'_>, rsc: RscId, assigned: Option<NodeId>) {
    let mut role = w.board.rsc(rsc).role;
    let target = w.board.rsc(rsc).next_role;
    while role != target {
        let next = next_step(role, target);
        let Some(step) = step_function(role, next) else {
            break;
        };
        take(w, rsc, step, assigned, false);
        role = next;
    }
}

fn take(w: &mut Work<'_>, rsc: RscId, step: Step, node: Option<NodeId>, optional: bool) {
    match step {
        Step::Stop => stop(w, rsc, optional),
        Step::Start => start(w, rsc, node, optional),
        Step::Promote => promote(w, rsc, node, optional),
        Step::Demote => demote(w, rsc, optional),
    }
}

/// The node where a stop-unexpected resource is expected to stay.
fn is_expected(w: &Work<'_>, rsc: RscId, node: NodeId) -> bool {
    let row = w.board.rsc(rsc);
    row.restarting
        && row.stop_unexpected
        && row.next_role > Role::Stopped
        && row.assigned.is_some_and(|entry| entry.node == node)
}

fn stop(w: &mut Work<'_>, rsc: RscId, optional: bool) {
    let (config, state) = (w.config, w.state);
    let mut optional = optional;
    for &node in &state.rsc(rsc).active {
        if is_expected(w, rsc, node) {
            continue;
        }
        let assigned = w.board.assigned_node(rsc);
        if let Some(target) = w.board.rsc(rsc).partial_target {
            if node == target && assigned == Some(node) {
                continue;
            }
            optional = false;
        }
        let stop = w.request(rsc, Task::STOP, 0, Some(node), optional);
        if assigned.is_none() {
            w.book.get_mut(stop).set_reason("node availability");
        } else if w.board.rsc(rsc).restarting && w.board.rsc(rsc).stop_unexpected {
            w.book.get_mut(stop).set_reason("being multiply active");
        }
        if !w.board.rsc(rsc).managed {
            w.book.get_mut(stop).flags.remove(ActionFlags::RUNNABLE);
        }
        if config.rsc(rsc).requires.unfencing {
            let unfence = w.fencing_action(node, Some("on"), true, None, false);
            w.relate(stop, unfence, OrderFlags::THEN_IMPLIES_FIRST);
            if !w.node_unfenced(node) {
                w.log.sched_error(
                    "stop_resource",
                    format!(
                        "Stopping {} until {} can be unfenced",
                        config.name(rsc),
                        config.node_name(node)
                    ),
                );
            }
        }
    }
}

fn start(w: &mut Work<'_>, rsc: RscId, node: Option<NodeId>, optional: bool) {
    let Some(node) = node else { return };
    let start = w.request(rsc, Task::START, 0, Some(node), true);
    w.order_after_unfencing(start, OrderFlags::FIRST_IMPLIES_THEN);
    if w.book.is(start, ActionFlags::RUNNABLE) && !optional {
        w.book.get_mut(start).flags.remove(ActionFlags::OPTIONAL);
    }
    if is_expected(w, rsc, node) {
        w.book.get_mut(start).flags.insert(ActionFlags::PSEUDO);
    }
}

fn promote(w: &mut Work<'_>, rsc: RscId, node: Option<NodeId>, optional: bool) {
    let Some(node) = node else { return };
    let startable = w
        .find_exact(rsc, Task::START, 0, Some(node))
        .into_iter()
        .all(|id| w.book.is(id, ActionFlags::RUNNABLE));
    if startable {
        let promote = w.request(rsc, Task::PROMOTE, 0, Some(node), optional);
        if is_expected(w, rsc, node) {
            w.book.get_mut(promote).flags.insert(ActionFlags::PSEUDO);
        }
    } else {
        for id in w.find_exact(rsc, Task::PROMOTE, 0, Some(node)) {
            w.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
        }
    }
}

fn demote(w: &mut Work<'_>, rsc: RscId, optional: bool) {
    let state = w.state;
    for &node in &state.rsc(rsc).active {
        if !is_expected(w, rsc, node) {
            w.request(rsc, Task::DEMOTE, 0, Some(node), optional);
        }
    }
}

impl Work<'_> {
    /// The node's `#node-unfenced` attribute is set and not 0.
    #[must_use]
    pub fn node_unfenced(&self, node: NodeId) -> bool {
        self.state
            .node(node)
            .attributes
            .get("#node-unfenced")
            .is_some_and(|v| &**v != "0")
    }

    /// Orders an action after unfencing of its node, if its resource wants that (04 §12.2).
    pub fn order_after_unfencing(&mut self, action: ActionId, flags: OrderFlags) {
        let config = self.config;
        let (Some(rsc), Some(node)) = (self.book.get(action).rsc, self.book.get(action).node)
        else {
            return;
        };
        let row = config.rsc(rsc);
        if !((row.fence_device && config.unfencing) || row.requires.unfencing) {
            return;
        }
        let unfence = self.fencing_action(node, Some("on"), true, None, false);
        self.relate(unfence, action, flags);
        if !self.node_unfenced(node) {
            let task = self.book.tasks.name(self.book.get(action).task).clone();
            let reason = format!("required by {} {task}", config.name(rsc));
            self.trigger_unfencing(None, Some(node), &reason);
        }
    }
}
