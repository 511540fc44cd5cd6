//! Primitives in brief: how many there are of each agent, and where they are active. Source: behaviour notes 05 section
//! 3.9.

use std::collections::BTreeMap;

use pcmk_core::order::name_order;
use pcmk_pengine::RscId;

use super::{Cluster, primitive};
use crate::out::Out;

/// What is known of one agent.
#[derive(Default)]
struct Row<'a> {
    total: usize,
    /// Active ones by node.
    active: BTreeMap<&'a str, usize>,
}

/// How the lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Totals and nodes.
    Full,
    /// Nodes only, and only agents that are active somewhere.
    Active,
    /// Neither: they are below their node.
    OnNode,
}

/// Shows primitives. Says whether anything was printed.
pub fn list(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    primitives: impl Iterator<Item = RscId>,
    style: Style,
) -> bool {
    let mut rows: BTreeMap<String, Row<'_>> = BTreeMap::new();
    for rsc in primitives {
        let row = rows.entry(primitive::agent(cluster, rsc)).or_default();
        row.total += 1;
        let managed = cluster.seen.board.rsc(rsc).managed;
        for &node in &cluster.seen.state.rsc(rsc).active {
            let board = cluster.seen.board.node(node);
            let lost = !board.online && !board.unclean && managed;
            if !lost && cluster.filter.node(node) {
                *row.active.entry(cluster.node_name(node)).or_default() += 1;
            }
        }
    }
    let mut printed = false;
    for (agent, row) in &rows {
        let mut nodes: Vec<(&&str, &usize)> = row.active.iter().collect();
        nodes.sort_by(|a, b| name_order(a.0, b.0));
        let total = row.total;
        for (node, count) in &nodes {
            printed = true;
            match style {
                Style::Full => out.item(&format!("{count}/{total}\t({agent}):\tActive {node}")),
                Style::Active => out.item(&format!("{count}\t({agent}):\tActive {node}")),
                Style::OnNode => out.item(&format!("{count}\t({agent}):\tActive ")),
            }
        }
        if style == Style::Full && nodes.is_empty() {
            printed = true;
            out.item(&format!("0/{total}\t({agent}):\tActive"));
        }
    }
    printed
}
