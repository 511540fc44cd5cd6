//! Node health becomes location constraints. Source: behaviour notes 03 §4.3, 01 §6.6.

use pcmk_core::lenient::is_true;
use pcmk_core::score::{Score, parse_score};

use crate::constraints::location::add_location;
use crate::id::NodeId;
use crate::scores::Entry;
use crate::work::Work;

/// Records a location constraint for every node with a health other than 0 and every top-level resource.
pub fn health(w: &mut Work<'_>) {
    let config = w.config;
    let strategy = &config.options.health_strategy;
    if strategy.eq_ignore_ascii_case("none") {
        return;
    }
    for &node in &config.node_order {
        let score = health_of(w, node);
        if score == Score::ZERO {
            continue;
        }
        let entry = Entry {
            score,
            ..w.own_entry(node)
        };
        for &rsc in &config.top {
            if score < Score::ZERO && is_true(config.rsc(rsc).meta("allow-unhealthy-nodes")) {
                continue;
            }
            add_location(w, strategy, rsc, None, vec![entry], None);
        }
    }
}

/// Sum of the base (with strategy `progressive`) and all `#health*` attributes of a node.
#[must_use]
pub fn health_of(w: &Work<'_>, node: NodeId) -> Score {
    let options = &w.config.options;
    let mut sum = Score::clipped(i64::from(options.health_base));
    for (name, value) in w.state.node(node).attributes.iter() {
        if name.starts_with("#health")
            && let Ok(score) = parse_score(value, &options.health)
        {
            sum = sum.plus(score);
        }
    }
    sum
}
