//! Instances of a clone, or containers of a bundle: in which order, and where. Source: behaviour notes 03 §10.2 to §10.5.

use std::cmp::Ordering;

use pcmk_core::order::merge_sort;
use pcmk_core::score::Score;

use crate::actions::children::instance_number;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, NodeTable};
use crate::work::Work;

use super::colocation::fold::{Selection, Table, factor_of, fold};
use super::colocation::has_influence;
use super::colocation::list::{this_with_list, with_this_list};
use super::{assign_rsc, unassign};

/// What is compared of an instance (03 §10.2), looked up once per sort.
#[derive(Clone, Debug)]
pub struct Rank {
    /// The instance.
    pub rsc: RscId,
    /// Number of entries in its list of active nodes.
    active: usize,
    /// Its current node, if it may run there.
    node: Option<NodeId>,
    /// It runs where it may not.
    misplaced: bool,
    available: bool,
    /// Instances counted on its node by its parent; `None` if the parent does not have the node.
    count: Option<u32>,
    failed: bool,
    number: i64,
    /// Score of its node with everything colocated, worked out on demand.
    colocated: Option<i32>,
}

impl Rank {
    /// What is known of an instance now.
    #[must_use]
    pub fn of(w: &Work<'_>, rsc: RscId) -> Rank {
        let current = w.current_node(rsc);
        let node = current.filter(|&n| w.scores.of(rsc).score(n).is_some_and(|s| s >= Score::ZERO));
        let parent = w.config.rsc(rsc).parent;
        Rank {
            rsc,
            active: w.state.rsc(rsc).active.len(),
            node,
            misplaced: current.is_some() && node.is_none(),
            available: node.is_some_and(|n| w.available(n)),
            count: node
                .and_then(|n| parent.and_then(|p| w.scores.of(p).get(n)))
                .map(|e| e.count),
            failed: w.failed_inside(rsc),
            number: instance_number(w.config.name(rsc)),
            colocated: None,
        }
    }

    fn colocated(&mut self, w: &mut Work<'_>, node: NodeId) -> i32 {
        if let Some(known) = self.colocated {
            return known;
        }
        let score = colocated_score(w, self.rsc, node);
        self.colocated = Some(score);
        score
    }
}

/// Compares two instances: the one to be assigned first comes first. Not a total order: inactive instances are all
/// equal, whatever their relation to others.
pub fn compare(w: &mut Work<'_>, a: &mut Rank, b: &mut Rank) -> Ordering {
    if a.active > 0 && b.active > 0 && a.active != b.active {
        return a.active.cmp(&b.active);
    }
    if a.misplaced != b.misplaced {
        return a.misplaced.cmp(&b.misplaced);
    }
    let by_priority = w
        .board
        .rsc(b.rsc)
        .priority
        .cmp(&w.board.rsc(a.rsc).priority);
    if by_priority.is_ne() {
        return by_priority;
    }
    let (node_a, node_b) = match (a.node, b.node) {
        (None, None) => return Ordering::Equal,
        (Some(_), None) => return Ordering::Less,
        (None, Some(_)) => return Ordering::Greater,
        (Some(node_a), Some(node_b)) => (node_a, node_b),
    };
    if a.available != b.available {
        return b.available.cmp(&a.available);
    }
    let by_count = match (a.count, b.count) {
        (None, None) => return Ordering::Equal,
        (Some(_), None) => return Ordering::Less,
        (None, Some(_)) => return Ordering::Greater,
        (Some(count_a), Some(count_b)) => count_a.cmp(&count_b),
    };
    if by_count.is_ne() {
        return by_count;
    }
    if a.failed != b.failed {
        return a.failed.cmp(&b.failed);
    }
    let by_colocation = b.colocated(w, node_b).cmp(&a.colocated(w, node_a));
    if by_colocation.is_ne() {
        return by_colocation;
    }
    a.number.cmp(&b.number)
}

/// Sorts instances into the order in which they are assigned.
pub fn sort(w: &mut Work<'_>, instances: &mut [RscId]) {
    let ranks: Vec<std::cell::RefCell<Rank>> = instances
        .iter()
        .map(|&i| std::cell::RefCell::new(Rank::of(w, i)))
        .collect();
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    merge_sort(&mut order, |&a, &b| {
        if a == b {
            return Ordering::Equal;
        }
        compare(w, &mut ranks[a].borrow_mut(), &mut ranks[b].borrow_mut())
    });
    let sorted: Vec<RscId> = order.into_iter().map(|at| ranks[at].borrow().rsc).collect();
    instances.copy_from_slice(&sorted);
}

/// The score of an instance's current node with everything that the instance is colocated with (03 §10.2 step 9).
fn colocated_score(w: &mut Work<'_>, instance: RscId, node: NodeId) -> i32 {
    let mut table = Table::single(node, w.state.node(node).score);
    for index in this_with_list(w, instance) {
        let colocation = &w.constraints.colocations[index as usize];
        let (primary, factor) = (colocation.primary, factor_of(colocation.score));
        fold(
            w,
            primary,
            instance,
            &mut table,
            index,
            factor,
            Selection::default(),
        );
    }
    for index in with_this_list(w, instance) {
        if has_influence(w, index, Some(instance)) {
            let colocation = &w.constraints.colocations[index as usize];
            let (dependent, factor) = (colocation.dependent, factor_of(colocation.score));
            let selection = Selection {
                nonnegative: true,
                ..Selection::default()
            };
            fold(w, dependent, instance, &mut table, index, factor, selection);
        }
    }
    table.iter().next().map_or(0, |(_, score)| score)
}

/// Assigns at most `total` instances of a collective, at most `per_node` on a node (03 §10.3).
pub fn assign_instances(
    w: &mut Work<'_>,
    collective: RscId,
    order: &[RscId],
    total: u32,
    per_node: u32,
) {
    let mut available = 0;
    for entry in w.scores.allowed[collective.index()].iter_mut() {
        entry.count = 0;
        if w.board.node(entry.node).available() {
            available += 1;
        }
    }
    let optimal = total.checked_div(available).unwrap_or(0).max(1);
    let mut assigned = 0;
    for &instance in order {
        if assigned >= total {
            break;
        }
        if let Some(current) = stays(w, collective, instance, optimal)
            && assign_early(w, collective, instance, current, total - assigned, per_node)
        {
            assigned += 1;
        }
    }
    for &instance in order {
        if !w.board.rsc(instance).unassigned {
            continue;
        }
        if assigned >= total {
            w.add_score(
                instance,
                None,
                Score::MINUS_INFINITY,
                &Cause::Other("instance limit"),
            );
        } else if assign_instance(w, collective, instance, None, per_node).is_some() {
            assigned += 1;
        }
    }
}

/// The node on which an instance should be tried first: where it runs, if it is healthy and the node is not full.
fn stays(w: &Work<'_>, collective: RscId, instance: RscId, optimal: u32) -> Option<NodeId> {
    let row = w.board.rsc(instance);
    if w.state.rsc(instance).active.is_empty() || !row.unassigned || row.failed {
        return None;
    }
    let current = w.current_node(instance)?;
    if !w.usable(&w.own_entry(current)) {
        return None;
    }
    let full = w
        .scores
        .of(collective)
        .get(current)
        .is_some_and(|e| e.count >= optimal);
    (!full).then_some(current)
}

/// Tries to keep an instance on its current node (03 §10.5). Every try that ends elsewhere reserves that place for
/// another instance, for the duration of the attempt.
fn assign_early(
    w: &mut Work<'_>,
    collective: RscId,
    instance: RscId,
    current: NodeId,
    remaining: u32,
    per_node: u32,
) -> bool {
    if !w
        .scores
        .of(instance)
        .get(current)
        .is_some_and(|e| w.usable(e))
    {
        return false;
    }
    let mut backups: Vec<(RscId, NodeTable)> = Vec::new();
    back_up(w, instance, &mut backups);
    let collective_table = w.scores.of(collective).clone();
    let mut stayed = false;
    for _ in 0..remaining {
        let node = assign_instance(w, collective, instance, Some(current), per_node);
        if node == Some(current) {
            stayed = true;
            break;
        }
        for (rsc, table) in &backups {
            w.restore_table(*rsc, table.clone());
        }
        if node.is_none() {
            w.board.rsc_mut(instance).unassigned = true;
            break;
        }
        unassign(w, instance);
    }
    *w.scores.of_mut(collective) = collective_table;
    if stayed && let Some(entry) = w.scores.of_mut(collective).get_mut(current) {
        entry.count += 1;
    }
    stayed
}

fn back_up(w: &Work<'_>, rsc: RscId, backups: &mut Vec<(RscId, NodeTable)>) {
    backups.push((rsc, w.scores.of(rsc).clone()));
    for &child in &w.config.rsc(rsc).children {
        back_up(w, child, backups);
    }
}

/// Assigns one instance where the collective has room (03 §10.4).
fn assign_instance(
    w: &mut Work<'_>,
    collective: RscId,
    instance: RscId,
    prefer: Option<NodeId>,
    per_node: u32,
) -> Option<NodeId> {
    if w.board.rsc(instance).assigning {
        return None;
    }
    ban_unusable(w, collective, instance, per_node);
    let node = assign_rsc(w, instance, prefer, prefer.is_none())?;
    if let Some(entry) = w.scores.of_mut(collective).get_mut(node) {
        entry.count += 1;
    }
    Some(node)
}

/// Bans an instance (and its direct children) from nodes where it cannot run.
fn ban_unusable(w: &mut Work<'_>, collective: RscId, instance: RscId, per_node: u32) {
    let config = w.config;
    let removed = config.rsc(instance).removed;
    let mut banned: Vec<(NodeId, &'static str)> = Vec::new();
    for entry in w.scores.of(instance).iter() {
        let room = w.scores.of(collective).get(entry.node);
        let why = if removed {
            "instance is removed"
        } else if !w.available(entry.node) {
            "node is not available to instances"
        } else {
            match room {
                Some(room) if room.score < Score::ZERO => "collective is not allowed there",
                Some(room) if room.count >= per_node => "instances per node",
                Some(_) => continue,
                None => "collective does not know the node",
            }
        };
        banned.push((entry.node, why));
    }
    for (node, why) in banned {
        w.ban(instance, node, || Cause::Other(why));
        for &child in &config.rsc(instance).children {
            w.ban(child, node, || Cause::Other(why));
        }
    }
}
