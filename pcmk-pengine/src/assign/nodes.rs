//! Which nodes can run something, and which of two is better. Source: behaviour notes 03 §5.

use std::cmp::Ordering;

use pcmk_core::order::merge_sort;
use pcmk_core::score::Score;

use crate::config::Placement;
use crate::id::{NodeId, RscId};
use crate::scores::{Entry, NodeTable};
use crate::work::Work;

use super::capacity;

impl Work<'_> {
    /// Online, clean, not shutting down, not in standby or maintenance. Scores are not considered.
    #[must_use]
    pub fn available(&self, node: NodeId) -> bool {
        self.board.node(node).available()
    }

    /// Available, and the entry's score is not negative.
    #[must_use]
    pub fn usable(&self, entry: &Entry) -> bool {
        entry.score >= Score::ZERO && self.available(entry.node)
    }

    /// Some node of the table is available with a score that is not negative.
    #[must_use]
    pub fn any_usable(&self, table: &NodeTable) -> bool {
        table.iter().any(|e| self.usable(e))
    }

    /// Available, and for a guest or bundle node, its launcher is assigned to exactly one node (used for promotion).
    #[must_use]
    pub fn available_with_guest(&self, node: NodeId) -> bool {
        if !self.available(node) {
            return false;
        }
        !self.config.is_guest_or_bundle_node(node)
            || self
                .config
                .launcher_of_node(node)
                .is_some_and(|l| self.single_assigned(l).is_some())
    }

    /// Nodes that a resource (or its members, in order) is assigned to, without duplicates.
    #[must_use]
    pub fn assigned_nodes(&self, rsc: RscId) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        self.collect_assigned(rsc, &mut nodes);
        nodes
    }

    fn collect_assigned(&self, rsc: RscId, nodes: &mut Vec<NodeId>) {
        let row = self.config.rsc(rsc);
        if row.is_primitive() {
            if let Some(node) = self.board.assigned_node(rsc)
                && !nodes.contains(&node)
            {
                nodes.push(node);
            }
            return;
        }
        for &child in &row.children {
            self.collect_assigned(child, nodes);
        }
    }

    /// The one node that a resource (or all its members that have one) is assigned to.
    #[must_use]
    pub fn single_assigned(&self, rsc: RscId) -> Option<NodeId> {
        if self.config.rsc(rsc).is_primitive() {
            return self.board.assigned_node(rsc);
        }
        match self.assigned_nodes(rsc).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The resource or anything inside it is blocked.
    #[must_use]
    pub fn blocked_inside(&self, rsc: RscId) -> bool {
        self.board.rsc(rsc).blocked
            || self
                .config
                .rsc(rsc)
                .children
                .iter()
                .any(|&c| self.blocked_inside(c))
    }

    /// The resource or anything inside it failed.
    #[must_use]
    pub fn failed_inside(&self, rsc: RscId) -> bool {
        self.board.rsc(rsc).failed
            || self
                .config
                .rsc(rsc)
                .children
                .iter()
                .any(|&c| self.failed_inside(c))
    }

    /// Wanted role; of a group, the highest of its members.
    #[must_use]
    pub fn next_role_of(&self, rsc: RscId) -> pcmk_core::role::Role {
        let row = self.config.rsc(rsc);
        match row.children.iter().map(|&c| self.next_role_of(c)).max() {
            Some(role) if row.is_group() => role,
            Some(_) | None => self.board.rsc(rsc).next_role,
        }
    }

    /// Original role; of a group, the highest of its members.
    #[must_use]
    pub fn role_of(&self, rsc: RscId) -> pcmk_core::role::Role {
        let row = self.config.rsc(rsc);
        match row.children.iter().map(|&c| self.role_of(c)).max() {
            Some(role) if row.is_group() => role,
            Some(_) | None => self.board.rsc(rsc).role,
        }
    }
}

/// Compares nodes for one choice, best first (03 §5.2). Capacities are parsed once per choice.
struct Comparator<'c> {
    placement: Placement,
    active: Option<NodeId>,
    capacities: Option<capacity::Capacities<'c>>,
}

impl Comparator<'_> {
    fn compare(&self, w: &Work<'_>, a: &Entry, b: &Entry) -> Ordering {
        let by_score = effective(w, b).cmp(&effective(w, a));
        by_score.then_with(|| self.compare_equal(w, a, b))
    }

    /// The same for nodes with equal scores.
    fn compare_equal(&self, w: &Work<'_>, a: &Entry, b: &Entry) -> Ordering {
        let by_name = || w.config.node_name(a.node).cmp(w.config.node_name(b.node));
        if self.placement == Placement::Minimal {
            return by_name();
        }
        if let Some(capacities) = &self.capacities {
            let vote = capacities.vote(a.node, b.node);
            if vote != 0 {
                return vote.cmp(&0);
            }
        }
        let by_load = w
            .board
            .node(a.node)
            .assigned_count
            .cmp(&w.board.node(b.node).assigned_count);
        if by_load.is_ne() {
            return by_load;
        }
        if let Some(active) = self.active {
            let by_activity = (b.node == active).cmp(&(a.node == active));
            if by_activity.is_ne() {
                return by_activity;
            }
        }
        by_name()
    }
}

/// The score that counts.
fn effective(w: &Work<'_>, entry: &Entry) -> Score {
    if w.available(entry.node) {
        entry.score
    } else {
        Score::MINUS_INFINITY
    }
}

/// Entries of the table, best node first.
#[must_use]
pub fn sorted_entries(w: &Work<'_>, table: &NodeTable, active: Option<NodeId>) -> Vec<Entry> {
    let placement = w.config.options.placement;
    let mut comparator = Comparator {
        placement,
        active,
        capacities: None,
    };
    if placement != Placement::Balanced {
        let mut entries: Vec<Entry> = table.iter().copied().collect();
        entries.sort_by(|a, b| comparator.compare(w, a, b));
        return entries;
    }
    // The vote on capacities is not transitive, so the result depends on the algorithm and on the order before.
    comparator.capacities = Some(capacity::Capacities::of(w, table));
    let mut entries: Vec<Entry> = table
        .upstream_order(w.config)
        .into_iter()
        .rev()
        .filter_map(|n| table.get(n).copied())
        .collect();
    merge_sort(&mut entries, |a, b| comparator.compare(w, a, b));
    entries
}

/// The best entry of the table: the first of [`sorted_entries`].
#[must_use]
pub fn best_entry(w: &Work<'_>, table: &NodeTable, active: Option<NodeId>) -> Option<Entry> {
    let placement = w.config.options.placement;
    if placement == Placement::Balanced {
        return sorted_entries(w, table, active).first().copied();
    }
    let comparator = Comparator {
        placement,
        active,
        capacities: None,
    };
    best_of(w, table.iter(), &comparator)
}

/// The best of those entries for which `accept` holds.
#[must_use]
pub fn best_accepted(
    w: &Work<'_>,
    table: &NodeTable,
    mut accept: impl FnMut(NodeId) -> bool,
) -> Option<Entry> {
    let placement = w.config.options.placement;
    if placement == Placement::Balanced {
        return sorted_entries(w, table, None)
            .into_iter()
            .find(|e| accept(e.node));
    }
    let comparator = Comparator {
        placement,
        active: None,
        capacities: None,
    };
    best_of(w, table.iter().filter(|e| accept(e.node)), &comparator)
}

fn best_of<'e>(
    w: &Work<'_>,
    entries: impl Iterator<Item = &'e Entry>,
    comparator: &Comparator<'_>,
) -> Option<Entry> {
    let mut best: Option<(&Entry, Score)> = None;
    for entry in entries {
        let score = effective(w, entry);
        let better = best.is_none_or(|(known, known_score)| match known_score.cmp(&score) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => comparator.compare_equal(w, entry, known).is_lt(),
        });
        if better {
            best = Some((entry, score));
        }
    }
    best.map(|(entry, _)| *entry)
}

/// The resource's allowed nodes, best first (03 §5.2).
#[must_use]
pub fn sorted_nodes(w: &Work<'_>, rsc: RscId, active: Option<NodeId>) -> Vec<NodeId> {
    sorted_entries(w, w.scores.of(rsc), active)
        .into_iter()
        .map(|e| e.node)
        .collect()
}

/// The scheduler's nodes, best first by their own scores (03 §3.2).
#[must_use]
pub fn sorted_cluster(w: &Work<'_>) -> Vec<NodeId> {
    let mut own = NodeTable::default();
    for &node in &w.config.node_order {
        own.insert(w.own_entry(node));
    }
    if w.config.options.placement != Placement::Balanced {
        return sorted_entries(w, &own, None)
            .into_iter()
            .map(|e| e.node)
            .collect();
    }
    let comparator = Comparator {
        placement: Placement::Balanced,
        active: None,
        capacities: Some(capacity::Capacities::of(w, &own)),
    };
    let mut entries: Vec<Entry> = own.iter().copied().collect();
    merge_sort(&mut entries, |a, b| comparator.compare(w, a, b));
    entries.into_iter().map(|e| e.node).collect()
}
