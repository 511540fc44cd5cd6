//! Interleaved clones: relations between single instances instead of whole clones. Source: behaviour notes 04 §22.3.

use pcmk_core::lenient::is_true;

use crate::assign;
use crate::book::{OrderFlags, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::settle::evaluate::{self, Changed, Update};
use crate::settle::{flags, update};
use crate::work::Work;

/// Whether two actions are related instance by instance.
#[must_use]
pub fn can_interleave(w: &Work<'_>, first: ActionId, then: ActionId) -> bool {
    let (Some(a), Some(b)) = (w.book.get(first).rsc, w.book.get(then).rsc) else {
        return false;
    };
    let config = w.config;
    let collective = |r: RscId| config.rsc(r).is_clone() || config.rsc(r).is_bundle();
    if a == b || !collective(a) || !collective(b) {
        return false;
    }
    let down = w.book.key_ends_in(then, &[Task::STOP, Task::DEMOTE]);
    is_true(config.rsc(if down { a } else { b }).meta("interleave"))
}

/// Instances of a collective: children of a clone, containers of a bundle.
fn instances(w: &Work<'_>, rsc: RscId) -> Vec<RscId> {
    match w.config.rsc(rsc).as_bundle() {
        Some(bundle) => bundle.replicas.iter().map(|r| r.container).collect(),
        None => w.board.rsc(rsc).children.clone(),
    }
}

/// The instance of `collective` that is where `rsc` is (or will be, or could be).
#[must_use]
pub fn compatible_instance(
    w: &Work<'_>,
    rsc: RscId,
    collective: RscId,
    current: bool,
) -> Option<RscId> {
    let candidates = instances(w, collective);
    let on = |node: NodeId| {
        candidates
            .iter()
            .copied()
            .find(|&i| !blocked(w, i) && update::single_location(w, i, current) == Some(node))
    };
    match update::single_location(w, rsc, current) {
        Some(node) => on(node),
        None => assign::sorted_nodes(w, rsc, None).into_iter().find_map(on),
    }
}

fn blocked(w: &Work<'_>, rsc: RscId) -> bool {
    w.board.rsc(rsc).blocked || w.config.rsc(rsc).children.iter().any(|&c| blocked(w, c))
}

/// The action of an instance that takes part.
fn instance_action(
    w: &Work<'_>,
    action: ActionId,
    instance: RscId,
    task: Task,
    node: Option<NodeId>,
    for_first: bool,
) -> Option<ActionId> {
    let config = w.config;
    let contained = config
        .rsc(instance)
        .parent
        .and_then(|parent| config.rsc(parent).as_bundle())
        .and_then(|bundle| bundle.replicas.iter().find(|r| r.container == instance))
        .and_then(|replica| replica.child);
    let inside = if for_first {
        !matches!(task, Task::STOP | Task::STOPPED)
    } else {
        matches!(
            task,
            Task::PROMOTE | Task::PROMOTED | Task::DEMOTE | Task::DEMOTED
        )
    };
    let _ = action;
    match contained {
        Some(child) if inside => w.find_task(child, task, None),
        Some(_) | None => w.find_task(instance, task, node),
    }
}

/// Relates and updates the instances of two interleaved collectives for one kind of relation.
pub fn update(w: &mut Work<'_>, call: Update, depth: u32) -> Changed {
    let Update {
        first,
        then,
        node,
        kind,
        filter,
        ..
    } = call;
    let (Some(first_rsc), Some(then_rsc)) = (w.book.get(first).rsc, w.book.get(then).rsc) else {
        return Changed::empty();
    };
    let current = w.book.key_ends_in(first, &[Task::STOPPED, Task::DEMOTED]);
    let behind = flags::task_behind(w, first);
    let first_task = if flags::first_child_is_primitive(w, first_rsc) {
        flags::base_task(behind)
    } else {
        behind
    };
    let then_task = flags::task_behind(w, then);
    let mut changed = Changed::empty();
    for then_instance in instances(w, then_rsc) {
        let Some(first_instance) = compatible_instance(w, then_instance, first_rsc, current) else {
            let mandatory = kind
                .intersects(OrderFlags::UNRUNNABLE_FIRST_BLOCKS | OrderFlags::FIRST_IMPLIES_THEN);
            if !current && mandatory {
                if had_node(w, then_instance) {
                    changed |= Changed::THEN;
                }
                assign::place(w, then_instance, None, true, true);
            }
            continue;
        };
        let Some(first_action) = instance_action(w, first, first_instance, first_task, node, true)
        else {
            continue;
        };
        let Some(then_action) = instance_action(w, then, then_instance, then_task, node, false)
        else {
            continue;
        };
        if w.relate(first_action, then_action, kind) {
            changed |= Changed::FIRST | Changed::THEN;
        }
        let flags = flags::of_action(w, first_action, node);
        let Some(owner) = w.book.get(then_action).rsc else {
            continue;
        };
        let one = Update {
            first: first_action,
            then: then_action,
            node,
            flags,
            filter,
            kind,
        };
        changed |= evaluate::update_method(w, owner, one, depth);
    }
    changed
}

/// Whether anything of the instance is assigned.
fn had_node(w: &Work<'_>, rsc: RscId) -> bool {
    let row = w.config.rsc(rsc);
    if row.is_primitive() {
        w.board.assigned_node(rsc).is_some()
    } else {
        row.children.iter().any(|&c| had_node(w, c))
    }
}
