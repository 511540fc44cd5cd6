//! Relations that follow from probes. Source: behaviour notes 04 §20.

use crate::book::{ActionFlags, OrderFlags, Task};
use crate::id::{ActionId, RscId};
use crate::settle::{interleave, records};
use crate::work::Work;

/// Adds them.
pub fn imply(w: &mut Work<'_>) {
    let mut walk = Walk {
        seen: vec![0; w.book.actions.len()],
        round: 0,
        stack: Vec::new(),
        restarting: Vec::new(),
    };
    for rsc in w.primitives_in_order() {
        walk.restarting.clear();
        // Nothing here creates actions.
        let mut next = w.book.oldest_with_key(rsc, Task::MONITOR, 0);
        while let Some(probe) = next {
            starts_and_restarts(w, rsc, probe, &mut walk);
            next = w.book.newer_of_key(probe);
        }
    }
    stops(w);
}

/// State of the walks: which actions were met in this round.
struct Walk {
    seen: Vec<u32>,
    round: u32,
    stack: Vec<(ActionId, usize, Option<Option<RscId>>)>,
    /// Walks on behalf of the resource at hand: where they began, and what they found.
    restarting: Vec<(ActionId, Vec<ActionId>)>,
}

fn starts_and_restarts(w: &mut Work<'_>, rsc: RscId, probe: ActionId, walk: &mut Walk) {
    for position in (0..w.book.get(probe).after.len()).rev() {
        let entry = w.book.get(probe).after[position];
        clone_starts(w, rsc, probe, entry.other, entry.flags);
        restarts(w, rsc, probe, entry.other, walk);
    }
}

/// An unrunnable probe of an instance blocks the starts of its siblings (04 §20.1 a).
fn clone_starts(w: &mut Work<'_>, rsc: RscId, probe: ActionId, then: ActionId, flags: OrderFlags) {
    let config = w.config;
    if w.book.is(probe, ActionFlags::RUNNABLE)
        || flags.contains(OrderFlags::UNRUNNABLE_FIRST_BLOCKS)
    {
        return;
    }
    let top = config.top_of(rsc);
    let action = w.book.get(then);
    if !(config.rsc(top).is_clone() || config.rsc(top).is_bundle())
        || action.rsc != Some(top)
        || action.task != Task::START
    {
        return;
    }
    for position in (0..w.book.get(then).after.len()).rev() {
        let start = w.book.get(then).after[position].other;
        let action = w.book.get(start);
        let Some(owner) = action.rsc else { continue };
        if action.task == Task::START
            && config.top_of(owner) == top
            && w.state.rsc(owner).active.is_empty()
        {
            w.relate(
                probe,
                start,
                OrderFlags::ORDERED | OrderFlags::UNRUNNABLE_FIRST_BLOCKS,
            );
        }
    }
}

/// What restarts because of what follows the probe must not stop before the probe is done (04 §20.1 b).
fn restarts(w: &mut Work<'_>, rsc: RscId, probe: ActionId, start: ActionId, walk: &mut Walk) {
    // Nearly always the same as for the probe before.
    let known = (walk.restarting.iter()).rposition(|(from, _)| *from == start);
    let at = known.unwrap_or_else(|| {
        let stops = restarting(w, rsc, start, walk);
        walk.restarting.push((start, stops));
        walk.restarting.len() - 1
    });
    let (_, stops) = &walk.restarting[at];
    for &stop in stops {
        w.relate(probe, stop, OrderFlags::ORDERED);
    }
}

/// The stops and demotions of everything that restarts because of what follows `start`. All probes of a resource find the
/// same: the relations that are added here begin at probes of primitives and imply nothing, so no walk follows them.
fn restarting(w: &mut Work<'_>, rsc: RscId, start: ActionId, walk: &mut Walk) -> Vec<ActionId> {
    let config = w.config;
    let mut stops = Vec::new();
    walk.round += 1;
    walk.stack.clear();
    enter(w, rsc, start, walk, &mut stops);
    while let Some((after, position, compatible)) = walk.stack.pop() {
        if position == 0 {
            continue;
        }
        walk.stack.push((after, position - 1, compatible));
        let entry = w.book.get(after).after[position - 1];
        if !entry.flags.contains(OrderFlags::FIRST_IMPLIES_THEN) {
            let Some(parent) = w.book.get(after).rsc else {
                continue;
            };
            if config.rsc(parent).is_primitive() || config.rsc(rsc).parent == Some(parent) {
                continue;
            }
            let Some(child) = w.book.get(entry.other).rsc else {
                continue;
            };
            let row = config.rsc(child);
            if !(row.is_primitive() || row.is_group()) || row.parent != Some(parent) {
                continue;
            }
            if let Some(compatible) = compatible
                && compatible != Some(child)
            {
                continue;
            }
        }
        enter(w, rsc, entry.other, walk, &mut stops);
    }
    stops
}

fn enter(
    w: &mut Work<'_>,
    rsc: RscId,
    after: ActionId,
    walk: &mut Walk,
    stops: &mut Vec<ActionId>,
) {
    if walk.seen[after.index()] == walk.round {
        return;
    }
    walk.seen[after.index()] = walk.round;
    let mut compatible = None;
    if let Some(owner) = w.book.get(after).rsc {
        let config = w.config;
        let row = config.rsc(owner);
        if row.is_primitive() && owner != rsc {
            let undo = match w.book.get(after).task {
                Task::START => Some(Task::STOP),
                Task::PROMOTE => Some(Task::DEMOTE),
                _ => None,
            };
            if let Some(undo) = undo {
                for id in w.claim_all(owner, undo, 0, None) {
                    if !w.book.is(id, ActionFlags::PSEUDO) {
                        stops.push(id);
                    }
                }
            }
        }
        if (row.is_clone() || row.is_bundle())
            && pcmk_core::lenient::is_true(row.meta("interleave"))
        {
            compatible = Some(interleave::compatible_instance(w, rsc, owner, false));
        }
    }
    walk.stack
        .push((after, w.book.get(after).after.len(), compatible));
}

/// "Stop then X" implies "probe then X" (04 §20.2).
fn stops(w: &mut Work<'_>) {
    let config = w.config;
    for index in 0..w.book.orderings.len() {
        let record = w.book.orderings[index];
        // Most records are those of probes.
        if w.side_task(record.first) != Task::STOP {
            continue;
        }
        let Some(first) = w.side_rsc(record.first) else {
            continue;
        };
        let then_rsc = w.side_rsc(record.then);
        if record.flags.is_empty() || then_rsc == Some(first) {
            continue;
        }
        let then_task = w.side_task(record.then);
        if then_rsc.is_some() && config.rsc(first).launcher == then_rsc && then_task == Task::STOP {
            continue;
        }
        let exact = [
            OrderFlags::IF_REQUIRED_ON_SAME_NODE,
            OrderFlags::IF_ON_SAME_NODE_OR_TARGET,
        ];
        let flags = if exact.contains(&record.flags) {
            record.flags
        } else {
            OrderFlags::ORDERED
                | (record.flags & (OrderFlags::IF_FIRST_UNMIGRATABLE | OrderFlags::IF_ON_SAME_NODE))
        };
        let mut next = w.book.oldest_with_key(first, Task::MONITOR, 0);
        if next.is_none() {
            continue;
        }
        let thens = records::named_by(w, record.then);
        while let Some(probe) = next {
            for &then in &thens {
                if !exempt(w, probe, then) {
                    w.relate(probe, then, flags);
                }
            }
            next = w.book.newer_of_key(probe);
        }
    }
}

fn exempt(w: &Work<'_>, probe: ActionId, then: ActionId) -> bool {
    let (probe_node, action) = (w.book.get(probe).node, w.book.get(then));
    match action.task {
        Task::STONITH => {
            action.node == probe_node && action.added_meta("stonith_action") == Some("on")
        }
        Task::DO_SHUTDOWN => {
            probe_node.is_some() && action.node.is_some() && probe_node != action.node
        }
        _ => false,
    }
}
