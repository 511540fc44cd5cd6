//! Where resources run: stop before start, in one place only, and no more clone instances on a node than allowed.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::{Fault, Notes, Reason, describe};
use crate::book::{ActionFlags, Task};
use crate::config::{Config, Kind, MultipleActive};
use crate::id::{ActionId, NodeId, RscId};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    let config = &graph.decision.config;
    for row in &config.resources {
        match &row.kind {
            Kind::Primitive => {
                steps_follow(graph, row.rsc, notes);
                starts_follow_ends(graph, row.rsc, notes);
                active_once(graph, row.rsc, notes);
            }
            Kind::Clone(clone) if !row.unique => {
                instances_fit(graph, row.rsc, clone.clone_node_max, notes)
            }
            Kind::Group(_) | Kind::Clone(_) | Kind::Bundle(_) => {}
        }
    }
}

fn out_of_order(graph: &Graph<'_>, first: ActionId, then: ActionId, notes: &mut Notes) {
    let decision = graph.decision;
    let reason =
        (graph.is_self_hosted(first) || graph.is_self_hosted(then)).then_some(Reason::SelfHosted);
    notes.add(
        Fault::OutOfOrder {
            first: describe(decision, first),
            then: describe(decision, then),
        },
        reason,
    );
}

/// On one node: demote before stop, start before promote, migrate_to before migrate_from before stop and start.
fn steps_follow(graph: &Graph<'_>, rsc: RscId, notes: &mut Notes) {
    let book = &graph.decision.book;
    let mut pairs: Vec<(ActionId, ActionId)> = Vec::new();
    for (first, then) in [(Task::DEMOTE, Task::STOP), (Task::START, Task::PROMOTE)] {
        for before in graph.planned(rsc, first) {
            pairs.extend(
                graph
                    .planned(rsc, then)
                    .filter(|&a| book.get(a).node == book.get(before).node)
                    .map(|a| (before, a)),
            );
        }
    }
    for to in graph.planned(rsc, Task::MIGRATE_TO) {
        pairs.extend(
            graph
                .planned(rsc, Task::MIGRATE_FROM)
                .map(|from| (to, from)),
        );
    }
    for from in graph.planned(rsc, Task::MIGRATE_FROM) {
        let target = book.get(from).node;
        pairs.extend(
            graph
                .planned_on_any(rsc, Task::START, target)
                .map(|start| (from, start)),
        );
        let sources = graph
            .planned(rsc, Task::STOP)
            .filter(|&stop| book.get(stop).node != target);
        pairs.extend(
            sources
                .filter(|&stop| !book.is(stop, ActionFlags::MIGRATION_ABORT))
                .map(|stop| (from, stop)),
        );
    }
    for (first, then) in pairs {
        if graph.runs(then) && !graph.follows(then, first) {
            out_of_order(graph, first, then, notes);
        }
    }
}

/// A start waits until the resource has ended wherever it was active: stopped, or its node fenced.
fn starts_follow_ends(graph: &Graph<'_>, rsc: RscId, notes: &mut Notes) {
    let decision = graph.decision;
    let book = &decision.book;
    let starts: Vec<ActionId> = graph
        .planned(rsc, Task::START)
        .filter(|&start| graph.runs(start))
        .collect();
    for &start in &starts {
        // A migration's pseudo-start is the end of it.
        let migration = book.is(start, ActionFlags::PSEUDO)
            && graph
                .planned_on_any(rsc, Task::MIGRATE_FROM, book.get(start).node)
                .next()
                .is_some();
        for &was in &decision.state.rsc(rsc).active {
            let stops: Vec<ActionId> = graph.planned_on(rsc, Task::STOP, was).collect();
            let fencing = graph.fencing(was);
            let ended = graph.follows_any(start, stops.iter().chain(fencing).copied());
            if ended || (migration && !stops.is_empty()) {
                continue;
            }
            match stops.iter().chain(fencing).next() {
                Some(&end) => out_of_order(graph, end, start, notes),
                None if Some(was) == book.get(start).node => {}
                None => {
                    let nodes = [Some(was), book.get(start).node]
                        .into_iter()
                        .flatten()
                        .collect();
                    twice(graph, rsc, nodes, notes);
                }
            }
        }
    }
    let targets: Vec<NodeId> = starts
        .iter()
        .filter_map(|&start| book.get(start).node)
        .collect();
    if targets.windows(2).any(|pair| pair[0] != pair[1]) {
        twice(graph, rsc, targets, notes);
    }
}

fn twice(graph: &Graph<'_>, rsc: RscId, nodes: Vec<NodeId>, notes: &mut Notes) {
    let config = &graph.decision.config;
    let fault = Fault::ActiveTwice {
        rsc: config.name(rsc).to_owned(),
        nodes: nodes
            .into_iter()
            .map(|n| config.node_name(n).to_owned())
            .collect(),
    };
    notes.add(fault, None);
}

/// Where a primitive is active once the transition is done.
pub(super) fn active_afterwards(graph: &Graph<'_>, rsc: RscId) -> Vec<NodeId> {
    let book = &graph.decision.book;
    let mut nodes: Vec<NodeId> = Vec::new();
    for &node in &graph.decision.state.rsc(rsc).active {
        let stops = graph.planned_on(rsc, Task::STOP, node);
        let ends = stops
            .chain(graph.fencing(node).iter().copied())
            .any(|end| graph.runs(end));
        if !ends && !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    for start in graph
        .planned(rsc, Task::START)
        .filter(|&start| graph.runs(start))
    {
        if let Some(node) = book.get(start).node
            && !nodes.contains(&node)
        {
            nodes.push(node);
        }
    }
    nodes
}

/// Where the plan wants it to be: without the places that it should leave, but cannot because the stop is blocked.
fn wanted_afterwards(graph: &Graph<'_>, rsc: RscId) -> Vec<NodeId> {
    let book = &graph.decision.book;
    let mut nodes = active_afterwards(graph, rsc);
    nodes.retain(|&node| {
        let mut stops = book
            .with_key(rsc, Task::STOP, 0)
            .filter(|&stop| book.get(stop).node == Some(node));
        !stops.any(|stop| !book.is(stop, ActionFlags::OPTIONAL))
            || graph
                .planned_on(rsc, Task::START, node)
                .any(|start| graph.runs(start))
    });
    nodes
}

/// A managed resource that may not be active in several places does not stay so.
fn active_once(graph: &Graph<'_>, rsc: RscId, notes: &mut Notes) {
    let row = graph.decision.config.rsc(rsc);
    if !graph.decision.board.rsc(rsc).managed || row.multiple_active == MultipleActive::Block {
        return;
    }
    let nodes = wanted_afterwards(graph, rsc);
    if nodes.len() > 1 {
        twice(graph, rsc, nodes, notes);
    }
}

/// Instances of an anonymous clone on a node: no more than allowed, unless nothing can be done about them.
fn instances_fit(graph: &Graph<'_>, clone: RscId, most: u32, notes: &mut Notes) {
    let config = &graph.decision.config;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for &child in &config.rsc(clone).children {
        let mut nodes: Vec<NodeId> = Vec::new();
        for leaf in leaves(config, child) {
            if graph.decision.board.rsc(leaf).managed {
                nodes.extend(wanted_afterwards(graph, leaf));
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        for node in nodes {
            *counts.entry(config.node_name(node)).or_default() += 1;
        }
    }
    for (node, count) in counts {
        if count > most {
            let fault = Fault::TooManyInstances {
                clone: config.name(clone).to_owned(),
                node: node.to_owned(),
                count,
            };
            let nameless = config
                .find_node(node)
                .is_some_and(|node| is_nameless(graph, node));
            notes.add(fault, nameless.then_some(Reason::NamelessNode));
        }
    }
}

/// Whether colocations cannot tell the node from others because it has no name among its attributes.
pub(super) fn is_nameless(graph: &Graph<'_>, node: NodeId) -> bool {
    graph
        .decision
        .state
        .node(node)
        .attributes
        .get("#uname")
        .is_none()
}

/// The primitives of a resource.
pub(super) fn leaves(config: &Config, rsc: RscId) -> Vec<RscId> {
    let mut leaves = Vec::new();
    let mut stack = vec![rsc];
    while let Some(at) = stack.pop() {
        let row = config.rsc(at);
        match row.is_primitive() {
            true => leaves.push(at),
            false => stack.extend(row.children.iter().rev()),
        }
    }
    leaves
}
