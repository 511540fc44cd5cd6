//! Assigning a primitive. Source: behaviour notes 03 §7.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::NoQuorum;
use crate::constraints::ColocationIndex;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, Choice, Entry};
use crate::work::Work;

use super::colocation::apply::apply_as_dependent;
use super::colocation::fold::fold_dependent;
use super::colocation::list::{this_with_list, with_this_list};
use super::{assign_rsc, capacity, nodes, place, show};

/// Assigns a primitive; its collective or group comes first if that is not under way.
pub fn assign(w: &mut Work<'_>, rsc: RscId, prefer: Option<NodeId>, last: bool) -> Option<NodeId> {
    let config = w.config;
    let row = config.rsc(rsc);
    if let Some(parent) = row.parent
        && !w.board.rsc(parent).assigning
    {
        assign_rsc(w, parent, prefer, last);
    }
    if !w.board.rsc(rsc).unassigned {
        return w.board.assigned_node(rsc);
    }
    if w.board.rsc(rsc).assigning {
        return None;
    }
    w.board.rsc_mut(rsc).assigning = true;
    apply_colocations(w, rsc);
    settle_role(w, rsc);
    show::scores(w, "pcmk__primitive_assign", rsc);
    if config.options.fencing_enabled && !config.have_fencing {
        w.board.rsc_mut(rsc).managed = false;
    }
    if !w.board.rsc(rsc).managed {
        let role = w.board.rsc(rsc).role;
        w.board.rsc_mut(rsc).next_role = role;
        let current = w.current_node(rsc).map(|n| w.own_entry(n));
        w.scores
            .note_choice(rsc, current.map(|e| e.node), Choice::Unmanaged);
        place(w, rsc, current, true, last);
    } else if config.options.stop_all {
        w.scores.note_choice(rsc, None, Choice::StopAll);
        place(w, rsc, None, true, last);
    } else {
        choose(w, rsc, prefer, last);
    }
    w.board.rsc_mut(rsc).assigning = false;
    if row.remote_connection {
        connection_assigned(w, rsc);
    }
    w.board.assigned_node(rsc)
}

/// Mandatory colocations first, then optional ones; in each pass those as dependent first (03 §7.2).
fn apply_colocations(w: &mut Work<'_>, rsc: RscId) {
    let this_with = this_with_list(w, rsc);
    let with_this = with_this_list(w, rsc);
    for mandatory in [true, false] {
        let of_pass = |w: &Work<'_>, index: ColocationIndex| {
            let score = w.constraints.colocations[index as usize].score;
            (score.is_infinite() || score.is_minus_infinity()) == mandatory
        };
        for &index in &this_with {
            if of_pass(w, index) {
                apply_as_dependent(w, rsc, index);
            }
        }
        for &index in &with_this {
            if of_pass(w, index) {
                fold_dependent(w, rsc, index);
            }
        }
    }
}

/// A resource that is to be stopped is banned everywhere; without quorum, frozen resources do not rise (03 §7.4 step 1).
fn settle_role(w: &mut Work<'_>, rsc: RscId) {
    let options = &w.config.options;
    let row = w.board.rsc_mut(rsc);
    if row.next_role == Role::Stopped {
        w.add_score(
            rsc,
            None,
            Score::MINUS_INFINITY,
            &Cause::Other("will be stopped"),
        );
    } else if row.next_role > row.role && !options.quorate && options.no_quorum == NoQuorum::Freeze
    {
        row.next_role = row.role;
    }
}

/// Takes the best node (03 §7.6).
fn choose(w: &mut Work<'_>, rsc: RscId, prefer: Option<NodeId>, last: bool) {
    let most_capable = capacity::ban_insufficient(w, rsc);
    let prefer = prefer.or(most_capable);
    if !w.board.rsc(rsc).unassigned {
        return; // A colocation that could not be interleaved already decided.
    }
    let running = w.current_node(rsc);
    let Some(best) = nodes::best_entry(w, w.scores.of(rsc), running) else {
        w.scores.note_choice(rsc, None, Choice::Best);
        place(w, rsc, None, false, last);
        return;
    };
    let preferred = prefer
        .and_then(|n| w.scores.of(rsc).get(n).copied())
        .filter(|e| e.score >= best.score && w.usable(e));
    let (entry, why) = match preferred {
        Some(entry) => (entry, Choice::Preferred),
        None => match running_among_best(w, rsc, running, &best) {
            Some(entry) => (entry, Choice::Running),
            None => (best, Choice::Best),
        },
    };
    w.scores.note_choice(rsc, Some(entry.node), why);
    place(w, rsc, Some(entry), false, last);
}

/// Where the primitive runs already, if that is as good as the best, and better than nothing. Instances of unique clones
/// have no such preference.
fn running_among_best(
    w: &Work<'_>,
    rsc: RscId,
    running: Option<NodeId>,
    best: &Entry,
) -> Option<Entry> {
    let config = w.config;
    let in_unique_clone = config
        .rsc(rsc)
        .parent
        .is_some_and(|p| config.rsc(p).is_clone() && config.rsc(p).unique);
    if in_unique_clone || best.score <= Score::ZERO || !w.available(best.node) {
        return None;
    }
    let running = running.filter(|&n| w.usable(&w.own_entry(n)))?;
    w.scores
        .of(rsc)
        .get(running)
        .filter(|e| e.score == best.score)
        .copied()
}

/// A remote connection was assigned: its node comes up, or shuts down (03 §7.5).
fn connection_assigned(w: &mut Work<'_>, rsc: RscId) {
    let Some(node) = w.config.rsc(rsc).connects else {
        return;
    };
    let row = w.board.rsc(rsc);
    let comes_up = row.assigned.is_some() && row.next_role != Role::Stopped;
    let believed = w.board.node_mut(node);
    if comes_up {
        believed.online = true;
        if !believed.seen {
            believed.unclean = false;
        }
    } else {
        believed.shutdown = true;
    }
}
