//! No action on a node that is down, not connected, about to be fenced or shutting down.

use super::graph::Graph;
use super::{Fault, Notes, Reason, describe};
use crate::book::Task;
use crate::id::{ActionId, NodeId, RscId};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    let decision = graph.decision;
    for synapse in &decision.transition.synapses {
        let id = synapse.action;
        if !graph.is_executed(id) || !graph.runs(id) {
            continue;
        }
        let Some(node) = decision.book.get(id).node else {
            let fault = Fault::UnusableNode {
                action: describe(decision, id),
                node: "none".into(),
                why: "was chosen",
            };
            notes.add(fault, None);
            continue;
        };
        let why = match decision.config.node(node).remote {
            false => cluster_node(graph, id, node),
            true => remote_node(graph, id, node),
        };
        if let Some(why) = why {
            let fault = Fault::UnusableNode {
                action: describe(decision, id),
                node: decision.config.node_name(node).to_owned(),
                why,
            };
            notes.add(fault, reason(graph, id, node));
        }
    }
    shutdowns(graph, notes);
}

fn cluster_node(graph: &Graph<'_>, id: ActionId, node: NodeId) -> Option<&'static str> {
    let believed = graph.decision.board.node(node);
    let starts = matches!(
        graph.decision.book.get(id).task,
        Task::START | Task::PROMOTE | Task::MIGRATE_FROM
    );
    if !believed.online {
        Some("is down")
    } else if believed.unclean {
        Some("is unclean")
    } else if !graph.fencing(node).is_empty() {
        Some("is to be fenced")
    } else if starts && believed.shutdown {
        Some("is shutting down")
    } else {
        None
    }
}

/// A Pacemaker Remote node is as good as its connection.
fn remote_node(graph: &Graph<'_>, id: ActionId, node: NodeId) -> Option<&'static str> {
    let decision = graph.decision;
    let Some(connection) = decision.config.node(node).connection else {
        return Some("has no connection");
    };
    let starts: Vec<ActionId> = graph.planned(connection, Task::START).collect();
    if !graph.fencing(node).is_empty()
        && !graph.follows_any(id, graph.fencing(node).iter().copied())
    {
        return Some("is to be fenced first");
    }
    if graph.follows_any(id, starts) {
        return None;
    }
    if !connected(graph, connection) {
        return Some("is not connected");
    }
    if graph.follows_any(id, graph.planned(connection, Task::STOP)) {
        return Some("is disconnected before");
    }
    None
}

/// Why an action is scheduled on a node that is not there.
fn reason(graph: &Graph<'_>, id: ActionId, node: NodeId) -> Option<Reason> {
    let decision = graph.decision;
    if graph.is_self_hosted(id) {
        return Some(Reason::SelfHosted);
    }
    let connection = decision.config.node(node).connection?;
    if decision.book.get(id).task == Task::NOTIFY
        && graph.planned(connection, Task::START).next().is_some()
    {
        return Some(Reason::NotifiedBeforeConnected);
    }
    let lost = !decision.state.rsc(connection).active.is_empty() && !connected(graph, connection);
    (lost && decision.board.node(node).online).then_some(Reason::ConnectionOnLostHost)
}

/// Whether the connection is active on a node that works.
fn connected(graph: &Graph<'_>, connection: RscId) -> bool {
    let board = &graph.decision.board;
    let mut hosts = graph
        .decision
        .state
        .rsc(connection)
        .active
        .iter()
        .map(|&n| board.node(n));
    hosts.any(|host| host.online && !host.unclean)
}

/// A node goes down after everything on it was stopped.
fn shutdowns(graph: &Graph<'_>, notes: &mut Notes) {
    let decision = graph.decision;
    for shutdown in &decision.transition.synapses {
        let action = decision.book.get(shutdown.action);
        if action.task != Task::DO_SHUTDOWN || !graph.runs(shutdown.action) {
            continue;
        }
        for synapse in &decision.transition.synapses {
            let other = decision.book.get(synapse.action);
            let leaves = other.node == action.node
                && other.task == Task::STOP
                && graph.is_executed(synapse.action);
            if leaves && !graph.follows(shutdown.action, synapse.action) {
                let fault = Fault::OutOfOrder {
                    first: describe(decision, synapse.action),
                    then: describe(decision, shutdown.action),
                };
                notes.add(fault, None);
            }
        }
    }
}
