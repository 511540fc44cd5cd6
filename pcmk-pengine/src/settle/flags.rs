//! An action's flags "for ordering purposes". Looking at a collective's action may change the action itself.
//!
//! Source: behaviour notes 04 §22.1, §22.2.

use crate::book::{ActionFlags, Task};
use crate::config::Kind;
use crate::id::{ActionId, NodeId, RscId};
use crate::work::Work;

/// Flags of an action as an ordering with something on `node` sees them.
pub fn for_ordering(w: &mut Work<'_>, id: ActionId, node: Option<NodeId>) -> ActionFlags {
    let Some(rsc) = w.book.get(id).rsc else {
        return w.book.get(id).flags;
    };
    let flags = of_action(w, id, None);
    if node.is_none() || !w.config.rsc(rsc).is_clone() {
        return flags;
    }
    let mut on_node = of_action(w, id, node);
    if flags.contains(ActionFlags::RUNNABLE) {
        on_node.insert(ActionFlags::RUNNABLE);
    }
    on_node
}

/// Does to the action what [`for_ordering`] does without a node, for callers that have no use for the result.
pub fn look(w: &mut Work<'_>, id: ActionId) {
    of_action(w, id, None);
}

/// Does to the action, after [`look`], what [`for_ordering`] does further with a node.
pub fn look_on(w: &mut Work<'_>, id: ActionId, node: Option<NodeId>) {
    let Some(rsc) = w.book.get(id).rsc else {
        return;
    };
    if node.is_none() || !w.config.rsc(rsc).is_clone() {
        return;
    }
    // All that can happen to the action of a clone of primitives is that it becomes required.
    let decided = !w.book.is(id, ActionFlags::OPTIONAL) && first_child_is_primitive(w, rsc);
    if !decided {
        of_action(w, id, node);
    }
}

/// Whether the action belongs to a clone of primitives or a bundle.
#[must_use]
pub fn is_folded(w: &Work<'_>, id: ActionId) -> bool {
    let rsc = w.book.get(id).rsc;
    rsc.is_some_and(|rsc| {
        let row = w.config.rsc(rsc);
        (row.is_clone() || row.is_bundle()) && first_child_is_primitive(w, rsc)
    })
}

/// The flags method of the action's resource.
pub fn of_action(w: &mut Work<'_>, id: ActionId, node: Option<NodeId>) -> ActionFlags {
    let Some(rsc) = w.book.get(id).rsc else {
        return w.book.get(id).flags;
    };
    match w.config.rsc(rsc).kind {
        Kind::Primitive => w.book.get(id).flags,
        Kind::Group(_) => of_group(w, rsc, id, node),
        Kind::Clone(_) | Kind::Bundle(_) => of_collective(w, rsc, id, node),
    }
}

/// Completions become the action they complete.
#[must_use]
pub fn base_task(task: Task) -> Task {
    match task {
        Task::RUNNING => Task::START,
        Task::STOPPED => Task::STOP,
        Task::PROMOTED => Task::PROMOTE,
        Task::DEMOTED => Task::DEMOTE,
        Task::NOTIFIED => Task::NOTIFY,
        other => other,
    }
}

fn of_group(w: &mut Work<'_>, group: RscId, id: ActionId, node: Option<NodeId>) -> ActionFlags {
    let mut flags = ActionFlags::OPTIONAL | ActionFlags::RUNNABLE | ActionFlags::PSEUDO;
    let own = w.book.get(id).task;
    let task = base_task(own);
    let config = w.config;
    for &member in &config.rsc(group).children {
        match w.find_task(member, task, node) {
            Some(member_action) => {
                let member_flags = w.book.get(member_action).flags;
                if !member_flags.contains(ActionFlags::OPTIONAL) {
                    flags.remove(ActionFlags::OPTIONAL);
                    w.book.get_mut(id).flags.remove(ActionFlags::OPTIONAL);
                }
                if task != own && !member_flags.contains(ActionFlags::RUNNABLE) {
                    flags.remove(ActionFlags::RUNNABLE);
                    w.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
                }
            }
            None if !matches!(task, Task::STOP | Task::DEMOTE) => {
                flags.remove(ActionFlags::RUNNABLE)
            }
            None => {}
        }
    }
    flags
}

/// The task an action of a collective is about: for notifications the part after `_notify_`.
#[must_use]
pub fn task_behind(w: &Work<'_>, id: ActionId) -> Task {
    let action = w.book.get(id);
    if matches!(action.task, Task::NOTIFY | Task::NOTIFIED)
        && let Some((_, about)) = w.book.tasks.name(action.key).split_once("_notify_")
        && let Some(task) = w.book.tasks.find(about)
    {
        return task;
    }
    action.task
}

/// Instances of a clone or bundle, without copying their list. Nothing that is done to actions changes it.
#[derive(Clone, Copy)]
pub enum Instances {
    /// Those of a clone, in the order in force.
    Clone(RscId),
    /// The containers of a bundle.
    Bundle(RscId),
    /// None.
    None,
}

impl Instances {
    /// Children of a clone, containers of a bundle.
    #[must_use]
    pub fn of(w: &Work<'_>, rsc: RscId) -> Instances {
        if w.config.rsc(rsc).is_bundle() {
            Instances::Bundle(rsc)
        } else {
            Instances::Clone(rsc)
        }
    }

    /// Those whose actions stand behind an action of a clone or bundle.
    #[must_use]
    pub fn behind(w: &Work<'_>, rsc: RscId, task: Task) -> Instances {
        match (w.config.rsc(rsc).as_bundle(), task) {
            (None, _) => Instances::Clone(rsc),
            (Some(_), Task::START | Task::RUNNING | Task::STOP | Task::STOPPED | Task::MONITOR) => {
                Instances::Bundle(rsc)
            }
            (Some(bundle), _) => bundle.clone.map_or(Instances::None, Instances::Clone),
        }
    }

    /// The instance at a position.
    #[must_use]
    pub fn get(self, w: &Work<'_>, at: usize) -> Option<RscId> {
        match self {
            Instances::Clone(clone) => w.board.rsc(clone).children.get(at).copied(),
            Instances::Bundle(bundle) => {
                let replicas = &w.config.rsc(bundle).as_bundle()?.replicas;
                replicas.get(at).map(|replica| replica.container)
            }
            Instances::None => None,
        }
    }
}

fn of_collective(w: &mut Work<'_>, rsc: RscId, id: ActionId, node: Option<NodeId>) -> ActionFlags {
    let mut flags = ActionFlags::OPTIONAL | ActionFlags::RUNNABLE | ActionFlags::PSEUDO;
    let behind = task_behind(w, id);
    let instances = Instances::behind(w, rsc, behind);
    let mut any_runnable = false;
    let folded = first_child_is_primitive(w, rsc);
    let task = if folded { base_task(behind) } else { behind };
    for at in 0.. {
        let Some(instance) = instances.get(w, at) else {
            break;
        };
        let primitive = w.config.rsc(instance).is_primitive();
        let Some(action) = w.find_task(instance, task, if primitive { node } else { None }) else {
            continue;
        };
        let instance_flags = of_action(w, action, node);
        if !instance_flags.contains(ActionFlags::OPTIONAL) {
            flags.remove(ActionFlags::OPTIONAL);
            w.book.get_mut(id).flags.remove(ActionFlags::OPTIONAL);
        }
        any_runnable |= instance_flags.contains(ActionFlags::RUNNABLE);
        // Nothing changes any more, and looking at primitives has no effect of its own.
        if folded && any_runnable && !flags.contains(ActionFlags::OPTIONAL) {
            break;
        }
    }
    if !any_runnable {
        flags.remove(ActionFlags::RUNNABLE);
        if node.is_none() {
            w.book.get_mut(id).flags.remove(ActionFlags::RUNNABLE);
        }
    }
    flags
}

/// Whether the first child is a primitive (always so for bundles).
#[must_use]
pub fn first_child_is_primitive(w: &Work<'_>, rsc: RscId) -> bool {
    let row = w.config.rsc(rsc);
    row.is_bundle()
        || w.board
            .rsc(rsc)
            .children
            .first()
            .is_some_and(|&child| w.config.rsc(child).is_primitive())
}
