//! Mandatory colocations are kept, together as well as apart.

use pcmk_core::role::Role;

use super::graph::Graph;
use super::places::{active_afterwards, leaves};
use super::{Fault, Notes};
use crate::book::Task;
use crate::config::Kind;
use crate::constraints::Colocation;
use crate::id::{NodeId, RscId};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    for colocation in &graph.decision.constraints.colocations {
        if colocation.explicit && colocation.score.is_infinite() {
            kept(graph, colocation, notes);
        }
    }
}

fn kept(graph: &Graph<'_>, colocation: &Colocation, notes: &mut Notes) {
    let config = &graph.decision.config;
    let together = !colocation.score.is_minus_infinity();
    let primaries: Vec<NodeId> = placements(graph, colocation.primary, colocation.primary_role)
        .into_iter()
        .map(|(_, node)| node)
        .collect();
    for (dependent, node) in placements(graph, colocation.dependent, colocation.dependent_role) {
        if !moves(graph, dependent, node, colocation.dependent_role) {
            continue;
        }
        let met = primaries.iter().any(|&other| same_place(graph, colocation, node, other));
        if met != together {
            let fault = Fault::ColocationBroken {
                id: colocation.id.to_string(),
                dependent: config.name(dependent).to_owned(),
                node: config.node_name(node).to_owned(),
                primary: config.name(colocation.primary).to_owned(),
            };
            notes.add(fault, None);
        }
    }
}

/// Whether the plan puts the resource there (in this role), rather than leaving it.
fn moves(graph: &Graph<'_>, rsc: RscId, node: NodeId, role: Role) -> bool {
    let task = if role == Role::Promoted { Task::PROMOTE } else { Task::START };
    graph.planned_on(rsc, task, node).any(|id| graph.runs(id))
}

/// Primitives of a resource, with the cluster nodes or remote nodes on which they are active afterwards in this role.
fn placements(graph: &Graph<'_>, rsc: RscId, role: Role) -> Vec<(RscId, NodeId)> {
    let config = &graph.decision.config;
    let members = match &config.rsc(rsc).kind {
        Kind::Bundle(bundle) => bundle.replicas.iter().map(|r| (r.container, r.child)).collect(),
        Kind::Primitive | Kind::Group(_) | Kind::Clone(_) => {
            leaves(graph, rsc).into_iter().map(|leaf| (leaf, Some(leaf))).collect::<Vec<_>>()
        }
    };
    let mut placements = Vec::new();
    for (place, acts) in members {
        let of_role = match (role, acts) {
            (Role::Unknown | Role::Started, _) => true,
            (Role::Stopped, _) | (Role::Unpromoted | Role::Promoted, None) => false,
            (Role::Unpromoted | Role::Promoted, Some(acts)) => graph.decision.board.rsc(acts).next_role == role,
        };
        if of_role {
            placements.extend(active_afterwards(graph, place).into_iter().map(|node| (place, node)));
        }
    }
    placements
}

fn same_place(graph: &Graph<'_>, colocation: &Colocation, one: NodeId, other: NodeId) -> bool {
    if &*colocation.attribute == "#uname" {
        return one == other;
    }
    let value = |node: NodeId| graph.decision.state.node(node).attributes.get(&colocation.attribute);
    match (value(one), value(other)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
