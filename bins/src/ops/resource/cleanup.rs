//! Where a resource's history would be cleaned up. Source: behaviour notes 07 section 3.8.

use pcmk_core::score::Score;
use pcmk_pengine::{NodeId, Observed, RscId};

/// One history to be cleaned up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The primitive.
    pub rsc: RscId,
    /// The node.
    pub node: NodeId,
}

/// All histories that are meant, in order. `force`: only of the resource itself, and on all nodes if need be.
#[must_use]
pub fn targets(seen: &Observed, rsc: RscId, node: Option<NodeId>, force: bool) -> Vec<Target> {
    let config = &seen.config;
    let start = if force { rsc } else { config.top_of(rsc) };
    let mut found = Vec::new();
    for leaf in config.leaves(start) {
        let nodes = match node {
            Some(node) => vec![node],
            None => nodes_of(seen, leaf, force),
        };
        found.extend(nodes.into_iter().map(|node| Target { rsc: leaf, node }));
    }
    found
}

/// The online nodes where a primitive has a history, or may have one.
fn nodes_of(seen: &Observed, rsc: RscId, force: bool) -> Vec<NodeId> {
    let config = &seen.config;
    let known = &seen.state.rsc(rsc).known;
    let mut nodes: Vec<NodeId> = if !known.is_empty() {
        // The reference makes a list of a table by prepending.
        known.upstream_order(config).into_iter().rev().collect()
    } else if force {
        config.node_order.clone()
    } else {
        let allowed = seen.scores.of(rsc);
        let exclusive = seen.board.rsc(rsc).exclusive_discovery;
        let mut nodes = allowed.upstream_order(config);
        nodes.reverse();
        nodes.retain(|&node| {
            !exclusive
                || allowed
                    .score(node)
                    .is_some_and(|score| score >= Score::ZERO)
        });
        nodes
    };
    nodes.retain(|&node| seen.board.node(node).online);
    nodes
}
