//! Stickiness: what runs prefers to stay. Source: behaviour notes 03 §4.5.

use pcmk_core::score::Score;

use crate::id::RscId;
use crate::scores::Cause;
use crate::work::Work;

/// Adds the stickiness of every primitive that is active on exactly one node.
pub fn apply_all(w: &mut Work<'_>) {
    let config = w.config;
    for &rsc in &config.top {
        apply(w, rsc);
    }
}

fn apply(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &row.children {
            apply(w, child);
        }
        return;
    }
    let [node] = w.state.rsc(rsc).active.as_slice() else {
        return;
    };
    if row.stickiness <= Score::ZERO || !w.board.rsc(rsc).managed {
        return;
    }
    if config.options.symmetric || w.scores.of(rsc).get(*node).is_some() {
        w.add_score(rsc, Some(*node), row.stickiness, &Cause::Stickiness);
    }
}
