//! Circles in the graph: what waits for itself in the end.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use pcmk_core::role::Role;

use super::graph::Graph;
use super::{Fault, Notes, Reason, describe};
use crate::book::{Action, Task};
use crate::config::Config;
use crate::id::{ActionId, RscId};

pub(super) fn check(graph: &Graph<'_>, notes: &mut Notes) {
    let decision = graph.decision;
    let circles = circles(graph.inputs());
    if circles.is_empty() {
        return;
    }
    let synapses = &decision.transition.synapses;
    let ordered = ConfiguredPairs::read(&decision.config);
    // What belongs to a launcher is as good as the launcher.
    let root = |at: usize| {
        let config = &decision.config;
        let rsc = config.root_of(decision.book.get(synapses[at].action).rsc?);
        Some(
            config
                .rsc(rsc)
                .launcher
                .map_or(rsc, |launcher| config.root_of(launcher)),
        )
    };
    for circle in circles {
        let members: Vec<ActionId> = circle.iter().map(|&at| synapses[at].action).collect();
        let roots: Vec<Option<RscId>> = circle.iter().map(|&at| root(at)).collect();
        let ordered = roots
            .iter()
            .any(|&one| roots.iter().any(|&other| ordered.joins(one, other)));
        let reason = reason(graph, &members)
            .or_else(|| ordered.then_some(Reason::ConfiguredLoop))
            .or_else(|| unpromoted_apart(graph, &members).then_some(Reason::UnpromotedApart));
        let mut names: Vec<(ActionId, String)> = circle
            .iter()
            .map(|&at| (synapses[at].action, describe(decision, synapses[at].action)))
            .collect();
        names.sort();
        notes.add(
            Fault::Loop(names.into_iter().map(|(_, name)| name).collect()),
            reason,
        );
    }
}

/// What the circle's members tell of its cause.
fn reason(graph: &Graph<'_>, members: &[ActionId]) -> Option<Reason> {
    let decision = graph.decision;
    let any =
        |wanted: &dyn Fn(&Action) -> bool| members.iter().any(|&id| wanted(decision.book.get(id)));
    let of = |action: &Action| action.rsc.map(|rsc| decision.config.rsc(rsc));
    if members.iter().any(|&id| graph.is_self_hosted(id)) {
        return Some(Reason::SelfHosted);
    }
    if any(&|a| a.task == Task::STONITH && a.added_meta("stonith_action") == Some("on")) {
        return Some(Reason::UnfencingLoop);
    }
    if any(&|a| a.task == Task::START && of(a).is_some_and(|row| row.remote_connection)) {
        return Some(Reason::ConnectionLoop);
    }
    let migrates = any(&|a| a.task == Task::MIGRATE_TO);
    let restarts = any(&|a| a.task == Task::STOPPED && of(a).is_some_and(|row| row.is_clone()));
    (migrates && restarts).then_some(Reason::MigrationInClone)
}

/// Whether the circle goes through the promotions of both sides of a mandatory ban on being unpromoted together.
fn unpromoted_apart(graph: &Graph<'_>, members: &[ActionId]) -> bool {
    let decision = graph.decision;
    let promoted = |rsc: RscId| {
        members.iter().any(|&id| {
            let action = decision.book.get(id);
            action.task == Task::PROMOTE
                && action
                    .rsc
                    .is_some_and(|of| of == rsc || decision.config.is_ancestor(rsc, of))
        })
    };
    decision.constraints.colocations.iter().any(|colocation| {
        colocation.score.is_minus_infinity()
            && colocation.dependent_role == Role::Unpromoted
            && colocation.primary_role == Role::Unpromoted
            && promoted(colocation.dependent)
            && promoted(colocation.primary)
    })
}

/// Top-level resources that one ordering constraint names together.
struct ConfiguredPairs(HashSet<(RscId, RscId)>);

impl ConfiguredPairs {
    fn read(config: &Config) -> ConfiguredPairs {
        let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
        for list in config.tags.iter().chain(&config.templates) {
            members
                .entry(&list.id)
                .or_default()
                .extend(list.members.iter().map(|id| &**id));
        }
        let mut pairs = HashSet::new();
        let constraints = config
            .doc
            .root_element()
            .child("configuration")
            .and_then(|c| c.child("constraints"));
        for order in constraints
            .into_iter()
            .flat_map(|c| c.children_named("rsc_order"))
        {
            let mut names: Vec<&str> = ["first", "then"]
                .into_iter()
                .filter_map(|name| order.attr(name))
                .collect();
            names.extend(
                order
                    .descendants()
                    .filter(|e| e.name() == "resource_ref")
                    .filter_map(|e| e.xml_id()),
            );
            let expanded = names
                .iter()
                .flat_map(|&name| members.get(name).cloned().unwrap_or_else(|| vec![name]));
            let roots: Vec<RscId> = expanded
                .filter_map(|name| config.find_rsc(name))
                .map(|rsc| config.root_of(rsc))
                .collect();
            for (at, &one) in roots.iter().enumerate() {
                pairs.extend(
                    roots[at + 1..]
                        .iter()
                        .flat_map(|&other| [(one, other), (other, one)]),
                );
            }
        }
        ConfiguredPairs(pairs)
    }

    fn joins(&self, one: Option<RscId>, other: Option<RscId>) -> bool {
        one.zip(other).is_some_and(|pair| self.0.contains(&pair))
    }
}

/// Strongly connected parts with more than one member, or with a member that waits for itself: positions of synapses.
fn circles(inputs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut number = vec![NEW; inputs.len()];
    let mut lowest = vec![NEW; inputs.len()];
    let mut open = vec![false; inputs.len()];
    let (mut next, mut path, mut found) = (0, Vec::new(), Vec::new());
    for root in 0..inputs.len() {
        if number[root] != NEW {
            continue;
        }
        // An explicit stack: how deep a graph is depends on the input.
        let mut stack = vec![(root, 0usize)];
        while let Some(&mut (at, ref mut edge)) = stack.last_mut() {
            if *edge == 0 {
                number[at] = next;
                lowest[at] = next;
                next += 1;
                open[at] = true;
                path.push(at);
            }
            let mut deeper = None;
            while let Some(&first) = inputs[at].get(*edge) {
                *edge += 1;
                if number[first] == NEW {
                    deeper = Some(first);
                    break;
                }
                if open[first] {
                    lowest[at] = lowest[at].min(number[first]);
                }
            }
            if let Some(first) = deeper {
                stack.push((first, 0));
                continue;
            }
            stack.pop();
            if let Some(&(above, _)) = stack.last() {
                lowest[above] = lowest[above].min(lowest[at]);
            }
            if lowest[at] == number[at] {
                let start = path.iter().rposition(|&member| member == at).unwrap_or(0);
                let part = path.split_off(start);
                part.iter().for_each(|&member| open[member] = false);
                if part.len() > 1 || inputs[at].contains(&at) {
                    found.push(part);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found() {
        let mut found = circles(&[vec![1], vec![2], vec![0, 3], vec![], vec![4], vec![3]]);
        found.iter_mut().for_each(|part| part.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![4]]);
        assert!(circles(&[vec![1], vec![]]).is_empty());
    }

    #[test]
    fn deep_graphs_are_no_problem() {
        let chain: Vec<Vec<usize>> = (0..200_000)
            .map(|at| if at == 0 { vec![] } else { vec![at - 1] })
            .collect();
        assert!(circles(&chain).is_empty());
    }
}
