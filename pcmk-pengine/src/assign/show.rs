//! Score and capacity lines, recorded at the moment the reference prints them. Source: behaviour notes 03 §15.

use crate::id::RscId;
use crate::record::Event;
use crate::work::Work;

/// Records the scores of a resource and of everything inside it, if wanted. Nothing for removed resources.
pub fn scores(w: &mut Work<'_>, function: &'static str, rsc: RscId) {
    if w.record.wanted.scores {
        scores_inside(w, function, rsc);
    }
}

fn scores_inside(w: &mut Work<'_>, function: &'static str, rsc: RscId) {
    let config = w.config;
    if config.rsc(rsc).removed {
        return;
    }
    let table = w.scores.of(rsc);
    for &node in &config.node_order {
        if let Some(score) = table.score(node) {
            w.record.events.push(Event::NodeScore {
                function,
                rsc,
                node,
                score,
            });
        }
    }
    if !config.rsc(rsc).children.is_empty() {
        let children = w.board.rsc(rsc).children.clone();
        for child in children {
            scores_inside(w, function, child);
        }
    }
}

/// Records the capacities of all nodes but bundle nodes, if wanted.
pub fn capacities(w: &mut Work<'_>, comment: &'static str) {
    if !w.record.wanted.utilization {
        return;
    }
    let config = w.config;
    for &node in &config.node_order {
        if config.is_bundle_node(node) {
            continue;
        }
        let values = w
            .board
            .node(node)
            .remaining
            .iter()
            .map(|(n, v)| (n.into(), v.clone()))
            .collect();
        w.record.events.push(Event::Capacity {
            comment,
            node,
            values,
        });
    }
}
