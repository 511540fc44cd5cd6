//! Mandatory colocations are kept, together as well as apart.

use foldhash::HashSet;

use pcmk_core::role::Role;

use super::graph::Graph;
use super::places::{active_afterwards, is_nameless, leaves};
use super::{Fault, Notes, Reason};
use crate::book::{ActionFlags, Task};
use crate::config::{Config, Kind};
use crate::constraints::Colocation;
use crate::id::{NodeId, RscId};
use crate::state::attribute::{HostChoice, node_attr};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    for colocation in &graph.decision.constraints.colocations {
        if colocation.score.is_infinite() {
            kept(graph, colocation, notes);
        }
    }
}

/// What the plan puts somewhere is where the colocation wants it. (What stays where it was may have to.)
fn kept(graph: &Graph<'_>, colocation: &Colocation, notes: &mut Notes) {
    let config = &graph.decision.config;
    let together = !colocation.score.is_minus_infinity();
    let mut primaries: Vec<NodeId> = Vec::new();
    for (primary, acts) in parts(config, colocation.primary) {
        if has_role(graph, acts, colocation.primary_role) {
            primaries.extend(active_afterwards(graph, primary));
            // A start that waits in vain has a note of its own.
            primaries.extend(
                graph
                    .planned(primary, Task::START)
                    .filter_map(|id| graph.decision.book.get(id).node),
            );
        }
    }
    for (dependent, acts) in parts(config, colocation.dependent) {
        if !has_role(graph, acts, colocation.dependent_role) {
            continue;
        }
        for node in active_afterwards(graph, dependent) {
            let promoted = colocation.dependent_role == Role::Promoted;
            let (moved, task) = match acts {
                Some(acts) if promoted => (acts, Task::PROMOTE),
                Some(_) | None => (dependent, Task::START),
            };
            if !graph.planned(moved, task).any(|id| graph.runs(id)) {
                continue;
            }
            let with = |other: &&NodeId| same_place(graph, colocation, dependent, node, **other);
            let met = primaries.iter().find(with);
            if met.is_some() != together {
                let fault = Fault::ColocationBroken {
                    id: colocation.id.to_string(),
                    dependent: config.name(dependent).to_owned(),
                    node: config.node_name(node).to_owned(),
                    primary: config.name(colocation.primary).to_owned(),
                };
                notes.add(fault, reason(graph, colocation, node, &primaries));
            }
        }
    }
}

/// The primitives that place a resource, each with the one whose role counts: for a bundle's container that is the
/// bundled instance.
fn parts(config: &Config, rsc: RscId) -> Vec<(RscId, Option<RscId>)> {
    match &config.rsc(rsc).kind {
        Kind::Bundle(bundle) => bundle
            .replicas
            .iter()
            .map(|r| (r.container, r.child))
            .collect(),
        Kind::Primitive | Kind::Group(_) | Kind::Clone(_) => leaves(config, rsc)
            .into_iter()
            .map(|leaf| (leaf, Some(leaf)))
            .collect(),
    }
}

fn has_role(graph: &Graph<'_>, acts: Option<RscId>, role: Role) -> bool {
    match (role, acts) {
        (Role::Unknown | Role::Started, _) => true,
        (Role::Stopped, _) | (Role::Unpromoted | Role::Promoted, None) => false,
        (Role::Unpromoted | Role::Promoted, Some(acts)) => {
            graph.decision.board.rsc(acts).next_role == role
        }
    }
}

/// Whether a dependent on one node is in the same place as a primary on the other.
fn same_place(
    graph: &Graph<'_>,
    colocation: &Colocation,
    dependent: RscId,
    node: NodeId,
    other: NodeId,
) -> bool {
    let decision = graph.decision;
    if node == other {
        return true;
    }
    let value = |at: NodeId, rsc: RscId| {
        let name = &colocation.attribute;
        node_attr(
            &decision.config,
            &decision.state,
            &decision.board,
            at,
            name,
            Some(rsc),
            HostChoice::Assigned,
        )
    };
    match (value(node, dependent), value(other, colocation.primary)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (None, None) => &*colocation.attribute != "#uname",
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn reason(
    graph: &Graph<'_>,
    colocation: &Colocation,
    node: NodeId,
    primaries: &[NodeId],
) -> Option<Reason> {
    let config = &graph.decision.config;
    let primary_has_role = parts(config, colocation.primary)
        .into_iter()
        .any(|(_, acts)| has_role(graph, acts, colocation.primary_role));
    if [node]
        .iter()
        .chain(primaries)
        .filter(|&&at| is_nameless(graph, at))
        .count()
        > 1
    {
        Some(Reason::NamelessNode)
    } else if !primary_has_role {
        Some(Reason::PrimaryNotInRole)
    } else if colocation.dependent_role == Role::Unpromoted {
        Some(Reason::UnpromotedDependent)
    } else if [colocation.dependent, colocation.primary]
        .iter()
        .any(|&rsc| is_loose_group(config, rsc))
    {
        Some(Reason::LooseGroup)
    } else if !config
        .rsc(config.root_of(colocation.primary))
        .is_primitive()
        && leaves(config, colocation.primary)
            .into_iter()
            .any(|leaf| start_is_blocked(graph, leaf))
    {
        Some(Reason::BlockedPrimary)
    } else if depends_on(graph, colocation.primary, colocation.dependent) {
        Some(Reason::CircularColocation)
    } else {
        None
    }
}

fn start_is_blocked(graph: &Graph<'_>, rsc: RscId) -> bool {
    let book = &graph.decision.book;
    book.with_key(rsc, Task::START, 0)
        .any(|id| !book.is(id, ActionFlags::RUNNABLE))
}

/// A group whose members need not be together.
fn is_loose_group(config: &Config, rsc: RscId) -> bool {
    match &config.rsc(rsc).kind {
        Kind::Group(group) => !group.colocated,
        Kind::Clone(_) => config
            .rsc(rsc)
            .children
            .iter()
            .any(|&child| is_loose_group(config, child)),
        Kind::Primitive | Kind::Bundle(_) => false,
    }
}

/// Whether a resource is colocated, directly or not, with the other one.
fn depends_on(graph: &Graph<'_>, rsc: RscId, on: RscId) -> bool {
    let config = &graph.decision.config;
    let (from, to) = (config.root_of(rsc), config.root_of(on));
    let mut seen = HashSet::from_iter([from]);
    let mut stack = vec![from];
    while let Some(at) = stack.pop() {
        for colocation in graph
            .decision
            .constraints
            .colocations
            .iter()
            .filter(|c| c.explicit)
        {
            let primary = config.root_of(colocation.primary);
            if config.root_of(colocation.dependent) != at {
                continue;
            }
            if primary == to {
                return true;
            }
            if seen.insert(primary) {
                stack.push(primary);
            }
        }
    }
    false
}
