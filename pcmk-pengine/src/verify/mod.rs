//! An independent reading of a finished transition: does the plan make sense?
//!
//! Everything here is worked out from the outcome alone (assigned nodes, roles, synapses), not from the passes that made
//! it. It reports notes and never repairs anything. Where the reference itself breaks one of these rules, our answer is
//! still the reference's, and the caller keeps a list of such cases with the reason.

use std::collections::{HashMap, HashSet};
use std::fmt;

use pcmk_core::role::Role;

use crate::book::{ActionFlags, Task};
use crate::config::{Kind, MultipleActive};
use crate::id::{ActionId, NodeId, RscId};
use crate::pipeline::Decision;
use crate::transition::describe::key_text;

/// Something that should not be in a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// These actions wait for each other.
    Loop(Vec<String>),
    /// The action waits for one that is not in the graph.
    MissingInput {
        /// Who waits.
        action: String,
        /// For what.
        input: String,
    },
    /// The action would run on a node that is down, or that is to be fenced first.
    UnusableNode {
        /// Action.
        action: String,
        /// Node.
        node: String,
    },
    /// A start does not wait for the stop elsewhere.
    StartBeforeStop {
        /// Start.
        start: String,
        /// Stop.
        stop: String,
    },
    /// More instances of an anonymous clone on a node than allowed.
    TooManyInstances {
        /// Clone.
        clone: String,
        /// Node.
        node: String,
        /// How many.
        count: u32,
    },
    /// The resource would run in several places.
    ActiveTwice {
        /// Resource.
        rsc: String,
        /// Where.
        nodes: Vec<String>,
    },
    /// A mandatory colocation is not kept.
    ColocationBroken {
        /// Constraint.
        id: String,
        /// Dependent.
        dependent: String,
        /// Primary.
        primary: String,
    },
    /// A notification has no confirmation, or the reverse.
    UnpairedNotification(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Loop(actions) => write!(
                f,
                "these actions wait for each other: {}",
                actions.join(", ")
            ),
            Note::MissingInput { action, input } => {
                write!(f, "{action} waits for {input}, which is not in the graph")
            }
            Note::UnusableNode { action, node } => {
                write!(f, "{action} is scheduled on unusable node {node}")
            }
            Note::StartBeforeStop { start, stop } => write!(f, "{start} does not wait for {stop}"),
            Note::TooManyInstances { clone, node, count } => {
                write!(f, "{count} instances of {clone} on {node}")
            }
            Note::ActiveTwice { rsc, nodes } => {
                write!(f, "{rsc} would be active on {}", nodes.join(", "))
            }
            Note::ColocationBroken {
                id,
                dependent,
                primary,
            } => {
                write!(
                    f,
                    "colocation {id}: {dependent} would run without {primary}"
                )
            }
            Note::UnpairedNotification(key) => write!(f, "notification {key} is not paired"),
        }
    }
}

/// Reads a finished transition and tells what is wrong with it.
#[must_use]
pub fn verify(decision: &Decision) -> Vec<Note> {
    let mut notes = Vec::new();
    let graph = Graph::of(decision);
    graph.loops(decision, &mut notes);
    nodes_are_usable(decision, &mut notes);
    starts_follow_stops(decision, &graph, &mut notes);
    instances_fit(decision, &mut notes);
    active_once(decision, &mut notes);
    colocations_hold(decision, &mut notes);
    notifications_pair(decision, &graph, &mut notes);
    notes
}

fn describe(decision: &Decision, id: ActionId) -> String {
    let key = key_text(decision, id);
    match decision.book.get(id).node {
        Some(node) => format!("{key} on {}", decision.config.node_name(node)),
        None => key.into_owned(),
    }
}

/// The synapses by action, for walking.
struct Graph {
    position: HashMap<ActionId, usize>,
    inputs: Vec<Vec<usize>>,
}

impl Graph {
    fn of(decision: &Decision) -> Graph {
        let synapses = &decision.transition.synapses;
        let position: HashMap<ActionId, usize> = synapses
            .iter()
            .enumerate()
            .map(|(i, s)| (s.action, i))
            .collect();
        let inputs = synapses
            .iter()
            .map(|s| {
                s.inputs
                    .iter()
                    .filter_map(|input| position.get(input).copied())
                    .collect()
            })
            .collect();
        Graph { position, inputs }
    }

    /// Executes the graph in thought; what can never run is in a loop or waits for one.
    fn loops(&self, decision: &Decision, notes: &mut Vec<Note>) {
        let synapses = &decision.transition.synapses;
        for synapse in synapses {
            for &input in &synapse.inputs {
                if !self.position.contains_key(&input) {
                    notes.push(Note::MissingInput {
                        action: describe(decision, synapse.action),
                        input: describe(decision, input),
                    });
                }
            }
        }
        let mut waiting: Vec<usize> = self.inputs.iter().map(Vec::len).collect();
        let mut followers = vec![Vec::new(); synapses.len()];
        for (then, inputs) in self.inputs.iter().enumerate() {
            for &first in inputs {
                followers[first].push(then);
            }
        }
        let mut ready: Vec<usize> = (0..synapses.len()).filter(|&i| waiting[i] == 0).collect();
        let mut done = 0;
        while let Some(index) = ready.pop() {
            done += 1;
            for &then in &followers[index] {
                waiting[then] -= 1;
                if waiting[then] == 0 {
                    ready.push(then);
                }
            }
        }
        if done < synapses.len() {
            let stuck = (0..synapses.len()).filter(|&i| waiting[i] > 0);
            notes.push(Note::Loop(
                stuck
                    .map(|i| describe(decision, synapses[i].action))
                    .collect(),
            ));
        }
    }

    /// Whether `then` waits, directly or not, for `first`.
    fn follows(&self, then: ActionId, first: ActionId) -> bool {
        let (Some(&from), Some(&to)) = (self.position.get(&then), self.position.get(&first)) else {
            return false;
        };
        let mut seen = HashSet::from([from]);
        let mut stack = vec![from];
        while let Some(at) = stack.pop() {
            if at == to {
                return true;
            }
            stack.extend(
                self.inputs[at]
                    .iter()
                    .copied()
                    .filter(|&input| seen.insert(input)),
            );
        }
        false
    }
}

fn nodes_are_usable(decision: &Decision, notes: &mut Vec<Note>) {
    let Decision {
        config,
        board,
        book,
        ..
    } = decision;
    for synapse in &decision.transition.synapses {
        let action = book.get(synapse.action);
        let executed = !action.is(ActionFlags::PSEUDO)
            && !action.is(ActionFlags::ON_DC)
            && !matches!(action.task, Task::STONITH | Task::DO_SHUTDOWN);
        let Some(node) = action.node.filter(|_| executed) else {
            continue;
        };
        let row = board.node(node);
        if config.is_guest_or_bundle_node(node) && !row.remote_reset {
            continue;
        }
        if !row.online || row.unclean {
            notes.push(Note::UnusableNode {
                action: describe(decision, synapse.action),
                node: config.node_name(node).to_owned(),
            });
        }
    }
}

fn primitives(decision: &Decision) -> impl Iterator<Item = RscId> + '_ {
    (0..decision.config.resources.len())
        .map(RscId::from_index)
        .filter(|&rsc| decision.config.rsc(rsc).is_primitive())
}

fn planned(decision: &Decision, rsc: RscId, task: Task) -> impl Iterator<Item = ActionId> + '_ {
    decision.book.newest_first(rsc).filter(move |&id| {
        let action = decision.book.get(id);
        action.task == task && action.is(ActionFlags::ADDED)
    })
}

fn starts_follow_stops(decision: &Decision, graph: &Graph, notes: &mut Vec<Note>) {
    for rsc in primitives(decision) {
        for start in planned(decision, rsc, Task::START) {
            // A migration's pseudo start happens elsewhere before the stop.
            if decision.book.is(start, ActionFlags::PSEUDO) {
                continue;
            }
            for stop in planned(decision, rsc, Task::STOP) {
                let dangling = decision.book.is(stop, ActionFlags::MIGRATION_ABORT);
                if !dangling && !graph.follows(start, stop) {
                    notes.push(Note::StartBeforeStop {
                        start: describe(decision, start),
                        stop: describe(decision, stop),
                    });
                }
            }
        }
    }
}

/// Where a primitive is active once the transition is done.
fn active_afterwards(decision: &Decision, rsc: RscId) -> Vec<NodeId> {
    let Decision {
        config,
        state,
        board,
        book,
        ..
    } = decision;
    let mut nodes: Vec<NodeId> = state
        .rsc(rsc)
        .active
        .iter()
        .copied()
        .filter(|&n| {
            let row = board.node(n);
            row.online && !row.unclean && !(config.is_guest_or_bundle_node(n) && row.remote_reset)
        })
        .collect();
    for stop in planned(decision, rsc, Task::STOP) {
        nodes.retain(|&n| book.get(stop).node != Some(n));
    }
    for start in planned(decision, rsc, Task::START) {
        if let Some(node) = book.get(start).node
            && !nodes.contains(&node)
        {
            nodes.push(node);
        }
    }
    nodes
}

fn instances_fit(decision: &Decision, notes: &mut Vec<Note>) {
    let config = &decision.config;
    for row in &config.resources {
        let Kind::Clone(clone) = &row.kind else {
            continue;
        };
        if row.unique {
            continue;
        }
        let mut counts: HashMap<NodeId, u32> = HashMap::new();
        for &child in &row.children {
            let leaf = first_primitive(decision, child);
            for node in active_afterwards(decision, leaf) {
                *counts.entry(node).or_default() += 1;
            }
        }
        for (node, count) in counts {
            if count > clone.clone_node_max {
                notes.push(Note::TooManyInstances {
                    clone: row.id.to_string(),
                    node: config.node_name(node).to_owned(),
                    count,
                });
            }
        }
    }
}

fn first_primitive(decision: &Decision, rsc: RscId) -> RscId {
    let mut at = rsc;
    while let Some(&child) = decision.config.rsc(at).children.first() {
        at = child;
    }
    at
}

fn active_once(decision: &Decision, notes: &mut Vec<Note>) {
    let Decision { config, board, .. } = decision;
    for rsc in primitives(decision) {
        let row = config.rsc(rsc);
        if !board.rsc(rsc).managed || row.multiple_active == MultipleActive::Block {
            continue;
        }
        let nodes = active_afterwards(decision, rsc);
        if nodes.len() > 1 {
            notes.push(Note::ActiveTwice {
                rsc: row.id.to_string(),
                nodes: nodes
                    .into_iter()
                    .map(|n| config.node_name(n).to_owned())
                    .collect(),
            });
        }
    }
}

fn colocations_hold(decision: &Decision, notes: &mut Vec<Note>) {
    let Decision {
        config,
        board,
        constraints,
        ..
    } = decision;
    for colocation in &constraints.colocations {
        let plain = colocation.score.is_infinite()
            && &*colocation.attribute == "#uname"
            && colocation.dependent_role == Role::Unknown
            && colocation.primary_role == Role::Unknown
            && config.rsc(colocation.dependent).is_primitive()
            && config.rsc(colocation.primary).is_primitive();
        if !plain || !board.rsc(colocation.dependent).managed {
            continue;
        }
        let Some(node) = board.assigned_node(colocation.dependent) else {
            continue;
        };
        if board.assigned_node(colocation.primary) != Some(node) {
            notes.push(Note::ColocationBroken {
                id: colocation.id.to_string(),
                dependent: config.name(colocation.dependent).to_owned(),
                primary: config.name(colocation.primary).to_owned(),
            });
        }
    }
}

fn notifications_pair(decision: &Decision, graph: &Graph, notes: &mut Vec<Note>) {
    for sets in decision.book.notifications.values() {
        for set in [sets.start, sets.stop, sets.promote, sets.demote]
            .into_iter()
            .flatten()
        {
            for (told, confirmed) in [
                (set.pre, set.pre_done),
                (Some(set.post), Some(set.post_done)),
            ] {
                let (Some(told), Some(confirmed)) = (told, confirmed) else {
                    continue;
                };
                if graph.position.contains_key(&told) != graph.position.contains_key(&confirmed) {
                    notes.push(Note::UnpairedNotification(describe(decision, told)));
                }
            }
        }
    }
}
