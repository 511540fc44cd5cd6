//! The transition summary as data: what is going to happen, in terms of nodes and resources. Source: behaviour notes
//! 05 section 4, 04 section 26.3.
//!
//! Lines are facts (verb, places, roles, reason); widths, brackets and words belong to the tools. Nothing here changes
//! the decision. The reference binds an action without node to the node it is looked up for, and treats an active
//! resource whose original role is Stopped as Started from then on; both matter for the lines only and are kept in
//! local state here.

use foldhash::{HashMap, HashMapExt as _};
use std::sync::Arc;

use pcmk_core::role::Role;

use crate::book::{Action, ActionFlags, Task};
use crate::config::Kind;
use crate::id::{ActionId, NodeId, RscId};
use crate::pipeline::Decision;
use crate::transition::describe::current_node;

/// One line of the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Something happens to a node.
    Node(NodeLine),
    /// Something happens to a resource.
    Rsc(RscLine),
}

/// Something happens to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeLine {
    /// The fencing action (`off`, `reboot`, `on`), or none for a shutdown.
    pub fence: Option<Arc<str>>,
    /// The node.
    pub node: NodeId,
    /// The resource whose recovery fences a guest node.
    pub launcher: Option<RscId>,
    /// Why.
    pub reason: Arc<str>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Live migration.
    Migrate,
    /// Reload of parameters.
    Reload,
    /// Demotion and promotion on the same node.
    RePromote,
    /// Stop.
    Stop,
    /// Stop and start because of a failure.
    Recover,
    /// Stop here, start there.
    Move,
    /// Stop and start on the same node.
    Restart,
    /// Demotion.
    Demote,
    /// Promotion.
    Promote,
    /// Start.
    Start,
}

impl Verb {
    /// The word shown in text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Verb::Migrate => "Migrate",
            Verb::Reload => "Reload",
            Verb::RePromote => "Re-promote",
            Verb::Stop => "Stop",
            Verb::Recover => "Recover",
            Verb::Move => "Move",
            Verb::Restart => "Restart",
            Verb::Demote => "Demote",
            Verb::Promote => "Promote",
            Verb::Start => "Start",
        }
    }
}

/// Something happens to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RscLine {
    /// What.
    pub verb: Verb,
    /// The resource.
    pub rsc: RscId,
    /// Where, and in which role.
    pub details: Details,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// The action cannot run.
    pub blocked: bool,
}

/// Places and roles of a resource line; the cases of behaviour notes 05 section 4.3. A role is there only where it
/// says something: the resource was above Started or will be above Unpromoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// Nothing runs now: `ROLE -> NEXT DEST`.
    RoleChangeTo {
        /// Role now.
        role: Role,
        /// Role wanted.
        next: Role,
        /// Destination.
        dest: NodeId,
    },
    /// `NODE`.
    At {
        /// The node.
        node: NodeId,
    },
    /// `ROLE NODE`.
    RoleAt {
        /// The role.
        role: Role,
        /// The node.
        node: NodeId,
    },
    /// `NODE`, both before and after.
    Stay {
        /// The node.
        node: NodeId,
    },
    /// `ROLE NODE`, both before and after.
    StayAs {
        /// The role.
        role: Role,
        /// The node.
        node: NodeId,
    },
    /// `ORIGIN -> DEST ROLE`.
    MoveAs {
        /// Origin.
        origin: NodeId,
        /// Destination.
        dest: NodeId,
        /// Role, the same in both places.
        role: Role,
    },
    /// `ORIGIN -> DEST`.
    Move {
        /// Origin.
        origin: NodeId,
        /// Destination.
        dest: NodeId,
    },
    /// `ROLE -> NEXT NODE`.
    RoleChangeAt {
        /// Role now.
        role: Role,
        /// Role wanted.
        next: Role,
        /// The node.
        node: NodeId,
    },
    /// `ROLE ORIGIN -> NEXT DEST`.
    All {
        /// Role now.
        role: Role,
        /// Origin.
        origin: NodeId,
        /// Role wanted.
        next: Role,
        /// Destination.
        dest: NodeId,
    },
}

/// The whole summary.
#[must_use]
pub fn summary(decision: &Decision) -> Vec<Line> {
    let mut summary = Summary {
        decision,
        bound: HashMap::new(),
        lines: Vec::new(),
    };
    summary.nodes();
    for &rsc in &decision.board.top {
        summary.resource(rsc);
    }
    summary.lines
}

struct Summary<'a> {
    decision: &'a Decision,
    /// Nodes that lookups gave to actions without one.
    bound: HashMap<ActionId, NodeId>,
    lines: Vec<Line>,
}

/// What `Summary::primitive` found out about one resource.
#[derive(Clone, Copy)]
struct Case {
    rsc: RscId,
    role: Role,
    next_role: Role,
    current: Option<NodeId>,
    next: Option<NodeId>,
}

impl<'a> Summary<'a> {
    fn action(&self, id: ActionId) -> &'a Action {
        self.decision.book.get(id)
    }

    fn is(&self, id: Option<ActionId>, flag: ActionFlags) -> bool {
        id.is_some_and(|id| self.decision.book.is(id, flag))
    }

    fn nodes(&mut self) {
        let config = &self.decision.config;
        for action in self.decision.book.actions.iter().rev() {
            let (None, Some(node)) = (action.rsc, action.node) else {
                continue;
            };
            if action.is(ActionFlags::OPTIONAL) {
                continue;
            }
            let fence = match action.task {
                Task::STONITH => Some(
                    action
                        .added_meta("stonith_action")
                        .unwrap_or_default()
                        .into(),
                ),
                Task::DO_SHUTDOWN => None,
                _ => continue,
            };
            let Some(reason) = action.reason().cloned() else {
                continue;
            };
            let launcher = config.launcher_of_node(node);
            self.lines.push(Line::Node(NodeLine {
                fence,
                node,
                launcher,
                reason,
            }));
        }
    }

    fn resource(&mut self, rsc: RscId) {
        let config = &self.decision.config;
        match &config.rsc(rsc).kind {
            Kind::Primitive => self.primitive(rsc),
            Kind::Group(_) | Kind::Clone(_) => {
                let children = &self.decision.board.rsc(rsc).children;
                let children = if children.is_empty() {
                    &config.rsc(rsc).children
                } else {
                    children
                };
                for &child in children {
                    self.resource(child);
                }
            }
            Kind::Bundle(bundle) => {
                for replica in &bundle.replicas {
                    let parts = [
                        replica.ip,
                        Some(replica.container),
                        replica.remote,
                        replica.child,
                    ];
                    for part in parts.into_iter().flatten() {
                        self.resource(part);
                    }
                }
            }
        }
    }

    /// The oldest action with this key on this node, or anywhere if there is no node. Actions without node are taken,
    /// and are on that node from now on (04 §3.4, "resource + task name").
    fn on(&mut self, rsc: RscId, task: Task, node: Option<NodeId>) -> Option<ActionId> {
        let Some(node) = node else {
            return self.anywhere(rsc, task);
        };
        let mut oldest = None;
        for id in self.decision.book.with_key(rsc, task, 0) {
            let own = self.action(id).node;
            let at = own.or_else(|| self.bound.get(&id).copied());
            if at.is_none() {
                self.bound.insert(id, node);
            }
            if at.is_none_or(|at| at == node) {
                oldest = Some(id);
            }
        }
        oldest
    }

    /// The oldest action with this key, wherever it is.
    fn anywhere(&self, rsc: RscId, task: Task) -> Option<ActionId> {
        self.decision.book.with_key(rsc, task, 0).last()
    }

    fn primitive(&mut self, rsc: RscId) {
        let decision = self.decision;
        let config = &decision.config;
        let board = decision.board.rsc(rsc);
        let next = decision.board.assigned_node(rsc);
        let active = &decision.state.rsc(rsc).active;
        let current = current_node(decision, rsc);
        let role = if current.is_some() && board.role == Role::Stopped {
            Role::Started
        } else {
            board.role
        };
        if config.rsc(rsc).removed && active.is_empty() {
            return;
        }
        if !board.managed || (current.is_none() && next.is_none()) {
            return;
        }
        let case = Case {
            rsc,
            role,
            next_role: board.next_role,
            current,
            next,
        };
        let start = self.on(rsc, Task::START, next);
        let mut stop = if self.is(start, ActionFlags::RUNNABLE) {
            self.on(rsc, Task::STOP, current)
        } else {
            self.anywhere(rsc, Task::STOP)
        };
        if stop.is_none() && board.stop_unexpected {
            stop = self.anywhere(rsc, Task::STOP);
        }
        let promote = self.on(rsc, Task::PROMOTE, next);
        let demote = self.on(rsc, Task::DEMOTE, next);
        if role == board.next_role {
            self.same_role(case, start, stop, promote, demote);
        } else {
            self.role_change(case, start, stop, promote, demote);
        }
    }

    fn same_role(
        &mut self,
        case: Case,
        start: Option<ActionId>,
        stop: Option<ActionId>,
        promote: Option<ActionId>,
        demote: Option<ActionId>,
    ) {
        let Case {
            rsc, current, next, ..
        } = case;
        let board = self.decision.board.rsc(rsc);
        if next.is_none() {
            return;
        }
        let moving = current.is_some() && current != next;
        let migrate = self.on(rsc, Task::MIGRATE_FROM, next);
        let here = Case { next: None, ..case };
        if self.is(migrate, ActionFlags::RUNNABLE) && current.is_some() {
            self.line(case, Verb::Migrate, start, None);
        } else if board.reload {
            self.line(case, Verb::Reload, start, None);
        } else if start.is_none() || self.is(start, ActionFlags::OPTIONAL) {
            let required =
                |id: Option<ActionId>| id.is_some() && !self.is(id, ActionFlags::OPTIONAL);
            if required(demote) && required(promote) {
                self.line(case, Verb::RePromote, promote, demote);
            }
        } else if !self.is(start, ActionFlags::RUNNABLE) {
            let reason = self.reasoned(stop, start);
            self.line(here, Verb::Stop, stop, reason);
        } else if moving {
            self.line(
                case,
                if board.failed {
                    Verb::Recover
                } else {
                    Verb::Move
                },
                stop,
                None,
            );
        } else if board.failed {
            self.line(here, Verb::Recover, stop, None);
        } else {
            self.line(case, Verb::Restart, start, None);
        }
    }

    fn role_change(
        &mut self,
        case: Case,
        start: Option<ActionId>,
        stop: Option<ActionId>,
        promote: Option<ActionId>,
        demote: Option<ActionId>,
    ) {
        let Case {
            rsc,
            role,
            next_role,
            current,
            next,
        } = case;
        let board = self.decision.board.rsc(rsc);
        let start_blocked = start.is_some() && !self.is(start, ActionFlags::RUNNABLE);
        if stop.is_some() && (next_role == Role::Stopped || start_blocked) {
            for &node in &self.decision.state.rsc(rsc).active {
                let stop = self.on(rsc, Task::STOP, Some(node));
                let reason = self.reasoned(stop, start);
                self.line(
                    Case {
                        current: Some(node),
                        next: None,
                        ..case
                    },
                    Verb::Stop,
                    stop,
                    reason,
                );
            }
        } else if stop.is_some() && board.failed && board.stop_if_failed {
            self.line(case, Verb::Recover, stop, start);
        } else if current.is_some() && next.is_some() && current != next {
            self.line(case, Verb::Move, stop, None);
        } else if board.reload {
            self.line(case, Verb::Reload, start, None);
        } else if stop.is_some() && !self.is(stop, ActionFlags::OPTIONAL) {
            self.line(case, Verb::Restart, start, None);
        } else if role == Role::Promoted {
            self.line(case, Verb::Demote, demote, None);
        } else if next_role == Role::Promoted {
            self.line(case, Verb::Promote, promote, None);
        } else if role == Role::Stopped && next_role > Role::Stopped {
            self.line(case, Verb::Start, start, None);
        }
    }

    /// The stop if it has a reason, else the start.
    fn reasoned(&self, stop: Option<ActionId>, start: Option<ActionId>) -> Option<ActionId> {
        match stop {
            Some(id) if self.action(id).reason().is_some() => Some(id),
            Some(_) | None => start,
        }
    }

    /// Adds a line about an action; without the action there is nothing to tell. `source` has the reason, or else the
    /// action itself.
    fn line(&mut self, case: Case, verb: Verb, action: Option<ActionId>, source: Option<ActionId>) {
        let Some(action) = action else { return };
        let Some(details) = details(case) else { return };
        let reason = self.action(source.unwrap_or(action)).reason().cloned();
        let blocked = !self.decision.book.is(action, ActionFlags::RUNNABLE);
        self.lines.push(Line::Rsc(RscLine {
            verb,
            rsc: case.rsc,
            details,
            reason,
            blocked,
        }));
    }
}

fn details(case: Case) -> Option<Details> {
    let Case {
        role,
        next_role: next,
        ..
    } = case;
    let need_role = role > Role::Started || next > Role::Unpromoted;
    Some(match (case.current, case.next) {
        (None, None) => return None,
        (None, Some(dest)) if need_role => Details::RoleChangeTo { role, next, dest },
        (None, Some(node)) => Details::At { node },
        (Some(node), None) if need_role => Details::RoleAt { role, node },
        (Some(node), None) => Details::At { node },
        (Some(origin), Some(dest)) => match (role == next, origin == dest) {
            (true, true) if need_role => Details::StayAs { role, node: origin },
            (true, true) => Details::Stay { node: origin },
            (true, false) if need_role => Details::MoveAs { origin, dest, role },
            (true, false) => Details::Move { origin, dest },
            (false, true) => Details::RoleChangeAt {
                role,
                next,
                node: origin,
            },
            (false, false) => Details::All {
                role,
                origin,
                next,
                dest,
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(role: Role, next_role: Role, current: Option<usize>, next: Option<usize>) -> Case {
        let node = |n: Option<usize>| n.map(NodeId::from_index);
        Case {
            rsc: RscId::from_index(0),
            role,
            next_role,
            current: node(current),
            next: node(next),
        }
    }

    #[test]
    fn roles_are_told_where_they_matter() {
        let (a, b) = (NodeId::from_index(0), NodeId::from_index(1));
        assert_eq!(
            details(case(Role::Stopped, Role::Started, None, Some(0))),
            Some(Details::At { node: a })
        );
        assert_eq!(
            details(case(Role::Stopped, Role::Promoted, None, Some(0))),
            Some(Details::RoleChangeTo {
                role: Role::Stopped,
                next: Role::Promoted,
                dest: a
            })
        );
        assert_eq!(
            details(case(Role::Started, Role::Started, Some(0), Some(1))),
            Some(Details::Move { origin: a, dest: b })
        );
        assert_eq!(
            details(case(Role::Unpromoted, Role::Promoted, Some(0), Some(0))),
            Some(Details::RoleChangeAt {
                role: Role::Unpromoted,
                next: Role::Promoted,
                node: a
            })
        );
        assert_eq!(
            details(case(Role::Stopped, Role::Stopped, None, None)),
            None
        );
    }
}
