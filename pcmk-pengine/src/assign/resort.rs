//! The order of assignment when utilization matters: by priority, then by how strongly resources want their nodes.
//! Source: behaviour notes 03 §3.2.

use std::cell::RefCell;
use std::cmp::Ordering;

use pcmk_core::order::merge_sort;

use crate::id::{NodeId, RscId};
use crate::work::Work;

use super::colocation::fold::cumulative;
use super::nodes::sorted_cluster;

const INFINITY: i32 = 1_000_000;

/// Cumulative scores of a resource: on its current node, and on the nodes of the cluster in reference order.
struct Wish {
    current: i32,
    by_node: Vec<i32>,
}

/// The top-level resources in the order in which they are to be assigned.
#[must_use]
pub fn sorted(w: &mut Work<'_>) -> Vec<RscId> {
    let order = w.board.top.clone();
    let nodes = sorted_cluster(w);
    // The scores do not change while sorting, so each resource's are worked out once, when first compared.
    let wishes: Vec<RefCell<Option<Wish>>> = order.iter().map(|_| RefCell::new(None)).collect();
    let mut positions: Vec<usize> = (0..order.len()).collect();
    merge_sort(&mut positions, |&a, &b| {
        let by_priority = w
            .board
            .rsc(order[b])
            .priority
            .cmp(&w.board.rsc(order[a]).priority);
        if by_priority.is_ne() || nodes.is_empty() || a == b {
            return by_priority;
        }
        for at in [a, b] {
            if wishes[at].borrow().is_none() {
                *wishes[at].borrow_mut() = Some(wish(w, order[at], &nodes));
            }
        }
        match (&*wishes[a].borrow(), &*wishes[b].borrow()) {
            (Some(a), Some(b)) => b
                .current
                .cmp(&a.current)
                .then_with(|| b.by_node.cmp(&a.by_node)),
            (Some(_) | None, Some(_) | None) => Ordering::Equal,
        }
    });
    positions.into_iter().map(|at| order[at]).collect()
}

fn wish(w: &mut Work<'_>, rsc: RscId, nodes: &[NodeId]) -> Wish {
    let mut score_of = vec![-INFINITY; w.config.nodes.len()];
    if let Some(table) = cumulative(w, rsc) {
        for (node, score) in table.iter() {
            score_of[node.index()] = score;
        }
    }
    let current = w
        .current_node(rsc)
        .map_or(-INFINITY, |n| score_of[n.index()]);
    Wish {
        current,
        by_node: nodes.iter().map(|n| score_of[n.index()]).collect(),
    }
}
