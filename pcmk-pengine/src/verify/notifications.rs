//! Notifications are told before and after, and confirmed.

use super::graph::Graph;
use super::{Fault, Notes, Reason, describe};
use crate::actions::notify::NotifySet;
use crate::book::{ActionFlags, Task};
use crate::id::{ActionId, RscId};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    let decision = graph.decision;
    let mut clones: Vec<RscId> = decision.book.notifications.keys().copied().collect();
    clones.sort_unstable();
    for clone in clones {
        let sets = decision.book.notifications[&clone];
        for (task, set) in [
            (Task::START, sets.start),
            (Task::STOP, sets.stop),
            (Task::PROMOTE, sets.promote),
            (Task::DEMOTE, sets.demote),
        ] {
            if let Some(set) = set {
                pairs(graph, set, notes);
                around(graph, clone, task, set, notes);
            }
        }
    }
}

fn missing(graph: &Graph<'_>, told: ActionId, missing: &'static str, notes: &mut Notes) {
    notes.add(
        Fault::UnpairedNotification {
            told: describe(graph.decision, told),
            missing,
        },
        None,
    );
}

/// What is told is confirmed, and what is confirmed was told; single notifications are in between.
fn pairs(graph: &Graph<'_>, set: NotifySet, notes: &mut Notes) {
    for (told, confirmed) in [
        (set.pre, set.pre_done),
        (Some(set.post), Some(set.post_done)),
    ] {
        let (Some(told), Some(confirmed)) = (told, confirmed) else {
            continue;
        };
        match (graph.has(told), graph.has(confirmed)) {
            (false, false) => {}
            (true, false) => missing(graph, told, "is not confirmed", notes),
            (false, true) => missing(graph, confirmed, "was not told", notes),
            (true, true) if !graph.follows(confirmed, told) => {
                missing(graph, confirmed, "does not wait", notes)
            }
            (true, true) => {}
        }
        let book = &graph.decision.book;
        for relation in &book.get(told).after {
            let single = relation.other;
            if book.get(single).task != Task::NOTIFY || !graph.has(single) {
                continue;
            }
            if !graph.follows(single, told) {
                missing(graph, single, "does not wait for its announcement", notes);
            }
            if graph.has(confirmed) && !graph.follows(confirmed, single) {
                missing(graph, single, "is not waited for", notes);
            }
        }
    }
}

/// Every instance's action is announced before and told after.
fn around(graph: &Graph<'_>, clone: RscId, task: Task, set: NotifySet, notes: &mut Notes) {
    for leaf in super::places::leaves(&graph.decision.config, clone) {
        for action in graph
            .planned(leaf, task)
            .filter(|&id| graph.is_executed(id) && graph.runs(id))
        {
            let reason = reason(graph, leaf, task, action);
            let mut missing = |id: ActionId, missing: &'static str| {
                notes.add(
                    Fault::UnpairedNotification {
                        told: describe(graph.decision, id),
                        missing,
                    },
                    reason,
                );
            };
            if let Some(done) = set.pre_done {
                if !graph.has(done) {
                    missing(done, "is missing before an action");
                } else if !graph.follows(action, done) {
                    missing(done, "does not come before an action it announces");
                }
            }
            if !graph.has(set.post) {
                missing(set.post, "is missing after an action");
            } else if !graph.follows(set.post, action) {
                missing(set.post, "does not wait for an action it tells of");
            }
        }
    }
}

/// Why an action of an instance goes on without notifications.
fn reason(graph: &Graph<'_>, leaf: RscId, task: Task, action: ActionId) -> Option<Reason> {
    if graph.decision.book.is(action, ActionFlags::OPTIONAL) {
        return Some(Reason::PendingStart);
    }
    let config = &graph.decision.config;
    let group = config
        .rsc(leaf)
        .parent
        .filter(|&parent| config.rsc(parent).is_group())?;
    let whole = config
        .rsc(group)
        .children
        .iter()
        .all(|&member| graph.planned(member, task).next().is_some());
    (!whole).then_some(Reason::PartialGroup)
}
