//! Migration thresholds and exclusive discovery. Source: behaviour notes 03 §4.6.

use pcmk_core::score::Score;

use crate::book::Task;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, ProbeMode};
use crate::state::failcount::fail_count;
use crate::work::Work;

/// For every node, every top-level resource: first the threshold, then discovery.
pub fn apply_all(w: &mut Work<'_>) {
    let config = w.config;
    for &node in &config.node_order {
        let failures = w
            .state
            .node(node)
            .attributes
            .iter()
            .any(|(name, _)| name.starts_with("fail-count-"));
        for &rsc in &config.top {
            if failures {
                ban_failed(w, rsc, node);
            }
            ban_undiscovered(w, rsc, node);
        }
    }
}

fn ban_failed(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    let config = w.config;
    let row = config.rsc(rsc);
    if !row.is_primitive() {
        for &child in &row.children {
            ban_failed(w, child, node);
        }
        return;
    }
    if w.find_key(rsc, Task::CLEAR_FAILCOUNT, 0, Some(node))
        .is_some()
        || !threshold_reached(w, rsc, node)
    {
        return;
    }
    let banned = if row.unique { rsc } else { config.top_of(rsc) };
    w.add_score(banned, Some(node), Score::MINUS_INFINITY, &Cause::FailLimit);
}

/// Whether the primitive failed as often on the node as its `migration-threshold` allows (03 §4.6.1).
pub fn threshold_reached(w: &mut Work<'_>, rsc: RscId, node: NodeId) -> bool {
    let threshold = w.config.rsc(rsc).migration_threshold.value();
    if threshold == 0 || w.board.rsc(rsc).ignore_failure {
        return false;
    }
    let (failures, _) = fail_count(w, rsc, node, true, true, None);
    if failures <= 0 || threshold.saturating_sub(failures) > 0 {
        return false;
    }
    let (rsc, node) = (w.config.name(rsc), w.config.node_name(node));
    let text = format!(
        "{rsc} cannot run on {node} due to reaching migration threshold (clean up resource to allow again) \
         \u{7} failures={failures} migration-threshold={threshold}"
    );
    w.log.sched_warning("pcmk__threshold_reached", text);
    true
}

/// Bans a resource with exclusive discovery from a node without (03 §4.6.2).
fn ban_undiscovered(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    let config = w.config;
    if !w.board.rsc(rsc).exclusive_discovery && !w.board.rsc(config.top_of(rsc)).exclusive_discovery
    {
        return;
    }
    for &child in &config.rsc(rsc).children {
        ban_undiscovered(w, child, node);
    }
    if w.scores
        .of(rsc)
        .get(node)
        .is_some_and(|e| e.probe != ProbeMode::Exclusive)
    {
        w.ban(rsc, node, || Cause::Other("exclusive resource discovery"));
    }
}
