//! The graph as such: who waits for whom, and whether everything can run in the end.

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::{Fault, Notes, Reason, describe};
use crate::book::{ActionFlags, Task};
use crate::id::{ActionId, NodeId, RscId};
use crate::pipeline::Decision;

/// The synapses by action, for walking.
pub(super) struct Graph<'a> {
    /// The run.
    pub(super) decision: &'a Decision,
    position: HashMap<ActionId, usize>,
    inputs: Vec<Vec<usize>>,
    runs: Vec<bool>,
    of_rsc: HashMap<RscId, Vec<ActionId>>,
    fencing: HashMap<NodeId, Vec<ActionId>>,
    self_hosted: Vec<NodeId>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(decision: &'a Decision) -> Graph<'a> {
        let synapses = &decision.transition.synapses;
        let position: HashMap<ActionId, usize> = synapses
            .iter()
            .enumerate()
            .map(|(i, s)| (s.action, i))
            .collect();
        let inputs: Vec<Vec<usize>> = synapses
            .iter()
            .map(|s| {
                (decision.transition.inputs(s).iter())
                    .filter_map(|input| position.get(input).copied())
                    .collect()
            })
            .collect();
        let mut of_rsc: HashMap<RscId, Vec<ActionId>> = HashMap::new();
        let mut fencing: HashMap<NodeId, Vec<ActionId>> = HashMap::new();
        for synapse in synapses {
            let action = decision.book.get(synapse.action);
            if let Some(rsc) = action.rsc {
                of_rsc.entry(rsc).or_default().push(synapse.action);
            }
            if action.task == Task::STONITH
                && action.added_meta("stonith_action") != Some("on")
                && let Some(node) = action.node
            {
                fencing.entry(node).or_default().push(synapse.action);
            }
        }
        let complete: Vec<bool> = synapses
            .iter()
            .map(|s| {
                let mut inputs = decision.transition.inputs(s).iter();
                inputs.all(|input| position.contains_key(input))
            })
            .collect();
        let runs = execute(&inputs, &complete);
        Graph {
            decision,
            position,
            inputs,
            runs,
            of_rsc,
            fencing,
            self_hosted: self_hosted(decision),
        }
    }

    /// Positions of the inputs of each synapse.
    pub(super) fn inputs(&self) -> &[Vec<usize>] {
        &self.inputs
    }

    /// Whether the action is in the graph.
    pub(super) fn has(&self, id: ActionId) -> bool {
        self.position.contains_key(&id)
    }

    /// Whether the action will run in the end: it waits neither for a circle nor for what is not there. (What it waits
    /// for in vain has a note of its own.)
    pub(super) fn runs(&self, id: ActionId) -> bool {
        self.position.get(&id).is_some_and(|&at| self.runs[at])
    }

    /// The actions of a resource that are in the graph.
    pub(super) fn actions(&self, rsc: RscId) -> impl Iterator<Item = ActionId> + '_ {
        self.of_rsc.get(&rsc).into_iter().flatten().copied()
    }

    /// The resource's actions of this task (not recurring) that are in the graph.
    pub(super) fn planned(&self, rsc: RscId, task: Task) -> impl Iterator<Item = ActionId> + '_ {
        self.actions(rsc).filter(move |&id| {
            let action = self.decision.book.get(id);
            action.task == task && action.interval_ms == 0
        })
    }

    /// The same on one node.
    pub(super) fn planned_on(
        &self,
        rsc: RscId,
        task: Task,
        node: NodeId,
    ) -> impl Iterator<Item = ActionId> + '_ {
        self.planned(rsc, task)
            .filter(move |&id| self.decision.book.get(id).node == Some(node))
    }

    /// The same, for a node that may be unknown.
    pub(super) fn planned_on_any(
        &self,
        rsc: RscId,
        task: Task,
        node: Option<NodeId>,
    ) -> impl Iterator<Item = ActionId> + '_ {
        self.planned(rsc, task)
            .filter(move |&id| self.decision.book.get(id).node == node)
    }

    /// Fencing of the node (also pseudo-fencing of a guest), but no unfencing.
    pub(super) fn fencing(&self, node: NodeId) -> &[ActionId] {
        self.fencing.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Whether the action is on a guest that runs on itself, or is its launcher's.
    pub(super) fn is_self_hosted(&self, id: ActionId) -> bool {
        let action = self.decision.book.get(id);
        let config = &self.decision.config;
        self.self_hosted.iter().any(|&node| {
            let hosted = action.rsc.is_some()
                && (config.launcher_of_node(node) == action.rsc
                    || config.node(node).connection == action.rsc);
            action.node == Some(node) || hosted
        })
    }

    /// Whether `then` waits, directly or not, for `first`.
    pub(super) fn follows(&self, then: ActionId, first: ActionId) -> bool {
        let (Some(&from), Some(&to)) = (self.position.get(&then), self.position.get(&first)) else {
            return false;
        };
        let mut seen = HashSet::from_iter([from]);
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

    /// Whether `then` waits for one of these.
    pub(super) fn follows_any(
        &self,
        then: ActionId,
        firsts: impl IntoIterator<Item = ActionId>,
    ) -> bool {
        firsts.into_iter().any(|first| self.follows(then, first))
    }

    /// Whether the action is executed somewhere (and not only thought, or done by the controller).
    pub(super) fn is_executed(&self, id: ActionId) -> bool {
        let action = self.decision.book.get(id);
        !action.is(ActionFlags::PSEUDO)
            && !action.is(ActionFlags::ON_DC)
            && !matches!(action.task, Task::STONITH | Task::DO_SHUTDOWN)
    }
}

/// Guests whose launcher is, was or will be on themselves, perhaps by way of other guests.
fn self_hosted(decision: &Decision) -> Vec<NodeId> {
    let Decision {
        config,
        state,
        board,
        ..
    } = decision;
    let hosts = |node: NodeId| {
        let launcher = config.launcher_of_node(node);
        let was = launcher
            .into_iter()
            .flat_map(|l| state.rsc(l).active.iter().copied());
        was.chain(launcher.and_then(|l| board.assigned_node(l)))
            .collect::<Vec<_>>()
    };
    let on_itself = |guest: &NodeId| {
        let mut seen = hosts(*guest);
        let mut next = 0;
        while let Some(&host) = seen.get(next) {
            next += 1;
            for above in hosts(host) {
                if !seen.contains(&above) {
                    seen.push(above);
                }
            }
        }
        seen.contains(guest)
    };
    config
        .node_order
        .iter()
        .copied()
        .filter(|&node| config.is_guest_or_bundle_node(node))
        .filter(on_itself)
        .collect()
}

/// Executes the graph in thought: which synapses fire in the end. Incomplete ones wait for something that is not there.
fn execute(inputs: &[Vec<usize>], complete: &[bool]) -> Vec<bool> {
    let mut waiting: Vec<usize> = inputs.iter().map(Vec::len).collect();
    let mut followers = vec![Vec::new(); inputs.len()];
    for (then, firsts) in inputs.iter().enumerate() {
        for &first in firsts {
            followers[first].push(then);
        }
    }
    let mut runs = vec![false; inputs.len()];
    let mut ready: Vec<usize> = (0..inputs.len())
        .filter(|&at| waiting[at] == 0 && complete[at])
        .collect();
    while let Some(at) = ready.pop() {
        runs[at] = true;
        for &then in &followers[at] {
            waiting[then] -= 1;
            if waiting[then] == 0 && complete[then] {
                ready.push(then);
            }
        }
    }
    runs
}

/// Why an action is not in the graph although another one waits for it (04 §25.2, §25.3).
fn absence(graph: &Graph<'_>, input: ActionId) -> Option<Reason> {
    let Decision {
        config,
        board,
        book,
        ..
    } = graph.decision;
    let action = book.get(input);
    if !action.is(ActionFlags::RUNNABLE) {
        return Some(Reason::InputBlocked);
    }
    if action.rsc.is_some_and(|rsc| !board.rsc(rsc).managed) {
        return Some(Reason::InputUnmanaged);
    }
    let node = action.node.filter(|_| graph.is_executed(input))?;
    let row = board.node(node);
    let lost =
        (!row.online || row.unclean) && (!config.is_guest_or_bundle_node(node) || row.remote_reset);
    lost.then_some(Reason::InputOnLostNode)
}

/// Everything that is waited for is there.
pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    let decision = graph.decision;
    let synapses = &decision.transition.synapses;
    for synapse in synapses {
        for &input in decision.transition.inputs(synapse) {
            if !graph.has(input) {
                let fault = Fault::MissingInput {
                    action: describe(decision, synapse.action),
                    input: describe(decision, input),
                };
                notes.add(fault, absence(graph, input));
            }
        }
    }
}
