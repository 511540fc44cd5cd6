//! Utilization: what nodes have left, what resources need, and who has to be counted together.
//! Source: behaviour notes 03 §13.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::lenient::{ScanError, scan_ll};
use pcmk_core::order::UpstreamTable;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::{Kind, Placement};
use crate::constraints::ColocationIndex;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, Entry, NodeTable};
use crate::work::Work;

use super::colocation::apply::role_resource;
use super::colocation::list::{this_with_list, with_this_list};

/// What a group of resources needs, by attribute.
type Need = BTreeMap<Arc<str>, i64>;

/// A capacity or requirement as the reference reads it: unparsable is 0, out of range is clipped to 32 bits.
#[must_use]
pub fn amount(text: &str) -> i64 {
    let value = match scan_ll(text) {
        Ok(value) => value,
        Err(ScanError::Range(clipped)) => clipped,
        Err(ScanError::Invalid) => 0,
    };
    value.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
}

/// Remaining capacities of the nodes of one table, parsed once.
pub struct Capacities<'w> {
    names: Vec<&'w str>,
    /// By node, then by position in `names`; short rows end in zeros.
    rows: Vec<Vec<i64>>,
}

impl<'w> Capacities<'w> {
    /// Of every node in the table.
    #[must_use]
    pub fn of(w: &'w Work<'_>, table: &NodeTable) -> Capacities<'w> {
        let mut all = Capacities {
            names: Vec::new(),
            rows: vec![Vec::new(); w.config.nodes.len()],
        };
        for entry in table.iter() {
            for (name, value) in w.board.node(entry.node).remaining.iter() {
                let name: &str = name;
                let at = all
                    .names
                    .iter()
                    .position(|n| *n == name)
                    .unwrap_or_else(|| {
                        all.names.push(name);
                        all.names.len() - 1
                    });
                let row = &mut all.rows[entry.node.index()];
                if row.len() <= at {
                    row.resize(at + 1, 0);
                }
                row[at] = amount(value);
            }
        }
        all
    }

    /// Negative if `a` has more of more attributes than `b` (03 §5.2 step 3).
    #[must_use]
    pub fn vote(&self, a: NodeId, b: NodeId) -> i32 {
        let (a, b) = (&self.rows[a.index()], &self.rows[b.index()]);
        let value = |row: &Vec<i64>, at: usize| row.get(at).copied().unwrap_or(0);
        (0..a.len().max(b.len()))
            .map(|at| match value(b, at).cmp(&value(a, at)) {
                std::cmp::Ordering::Less => -1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => 1,
            })
            .sum()
    }
}

/// Takes what a primitive needs from a node's remaining capacity.
pub fn take(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    change(w, rsc, node, -1);
}

/// Gives it back.
pub fn give_back(w: &mut Work<'_>, rsc: RscId, node: NodeId) {
    change(w, rsc, node, 1);
}

fn change(w: &mut Work<'_>, rsc: RscId, node: NodeId, sign: i64) {
    let config = w.config;
    let remaining = &mut w.board.node_mut(node).remaining;
    for (name, value) in config.rsc(rsc).utilization() {
        let before = remaining.get(name).map_or(0, |text| amount(text));
        let after = (before + sign * amount(value)).clamp(i64::from(i32::MIN), i64::from(i32::MAX));
        remaining.insert(name, after.to_string().into());
    }
}

fn can_hold(remaining: &UpstreamTable<Arc<str>>, need: &Need) -> bool {
    need.iter()
        .all(|(name, &required)| remaining.get(name).map_or(0, |text| amount(text)) >= required)
}

/// Bans the nodes that cannot hold the primitive; the result is the most capable node if none can hold everything that
/// has to be placed with it (03 §13.3).
pub fn ban_insufficient(w: &mut Work<'_>, rsc: RscId) -> Option<NodeId> {
    if w.config.options.placement == Placement::Default {
        return None;
    }
    let mut together = Vec::new();
    collect_chain(w, rsc, rsc, &mut together);
    if !together.contains(&rsc) {
        together.push(rsc);
    }
    let mut need = Need::new();
    for &member in &together {
        if w.board.rsc(member).unassigned {
            add_need(w, member, &together, &mut need);
        }
    }
    if need.is_empty() {
        return None;
    }
    let usable: Vec<Entry> = {
        let table = w.scores.of(rsc);
        let order = table.upstream_order(w.config);
        order
            .into_iter()
            .filter_map(|n| table.get(n))
            .filter(|e| w.usable(e))
            .copied()
            .collect()
    };
    let mut most_capable: Option<NodeId> = None;
    let mut any_holds = false;
    {
        let capacities = Capacities::of(w, w.scores.of(rsc));
        for entry in &usable {
            any_holds |= can_hold(&w.board.node(entry.node).remaining, &need);
            if most_capable.is_none_or(|best| capacities.vote(entry.node, best) < 0) {
                most_capable = Some(entry.node);
            }
        }
    }
    if !any_holds {
        need = Need::new();
        add_own(w, rsc, &mut need);
    }
    for entry in &usable {
        if !can_hold(&w.board.node(entry.node).remaining, &need) {
            w.ban(rsc, entry.node, || Cause::Other("insufficient capacity"));
        }
    }
    if any_holds { None } else { most_capable }
}

fn add_own(w: &Work<'_>, rsc: RscId, need: &mut Need) {
    for (name, value) in w.config.rsc(rsc).utilization() {
        let name: &str = name;
        *need.entry(name.into()).or_insert(0) += amount(value);
    }
}

/// Adds what a resource of the set contributes beyond what the other members contribute by themselves (03 §13.5).
fn add_need(w: &Work<'_>, rsc: RscId, together: &[RscId], need: &mut Need) {
    let config = w.config;
    let row = config.rsc(rsc);
    if !w.board.rsc(rsc).unassigned {
        return;
    }
    match &row.kind {
        Kind::Primitive => add_own(w, rsc, need),
        Kind::Group(group) => {
            let whole = group.colocated || row.parent.is_some_and(|p| config.rsc(p).is_clone());
            let members = if whole {
                row.children.as_slice()
            } else {
                row.children.get(..1).unwrap_or(&[])
            };
            for &member in members {
                if w.board.rsc(member).unassigned && !together.contains(&member) {
                    add_need(w, member, together, need);
                }
            }
        }
        Kind::Clone(_) => {
            let children = &w.board.rsc(rsc).children;
            let mut counted = false;
            for &child in children {
                if together.contains(&child) {
                    counted = true;
                } else if config
                    .rsc(child)
                    .children
                    .iter()
                    .any(|m| together.contains(m))
                {
                    add_need(w, child, together, need);
                    counted = true;
                }
            }
            if !counted && let Some(&first) = children.first() {
                add_need(w, first, together, need);
            }
        }
        Kind::Bundle(bundle) => {
            if let Some(replica) = bundle.replicas.first() {
                add_need(w, replica.container, together, need);
            }
        }
    }
}

/// Collects the resources that have to be on the same node as `origin` (03 §13.4), newest first.
fn collect_chain(w: &mut Work<'_>, rsc: RscId, origin: RscId, together: &mut Vec<RscId>) {
    let config = w.config;
    let row = config.rsc(rsc);
    if let Some(group) = row.as_group()
        && (group.colocated || row.parent.is_some_and(|p| config.rsc(p).is_clone()))
    {
        together.insert(0, rsc);
        for &member in &row.children {
            collect_chain(w, member, origin, together);
        }
        return;
    }
    if together.contains(&rsc) {
        return;
    }
    together.insert(0, rsc);
    for index in this_with_list(w, rsc) {
        let colocation = &w.constraints.colocations[index as usize];
        let primary = colocation.primary;
        if primary != origin && colocation.score == Score::INFINITY && moves_dependent(w, index) {
            collect_chain(w, primary, origin, together);
        }
    }
    for index in with_this_list(w, rsc) {
        let colocation = &w.constraints.colocations[index as usize];
        let dependent = colocation.dependent;
        if dependent == origin || (row.is_clone() && !config.rsc(dependent).is_clone()) {
            continue;
        }
        if colocation.score == Score::INFINITY && moves_dependent(w, index) {
            collect_chain(w, dependent, origin, together);
        }
    }
}

/// Whether the colocation would restrict where its dependent goes, if neither side were assigned (03 §8.4.1, preview).
fn moves_dependent(w: &Work<'_>, index: ColocationIndex) -> bool {
    let colocation = &w.constraints.colocations[index as usize];
    let fits = |role: Role, rsc: RscId| {
        role == Role::Unknown || w.board.rsc(role_resource(w.config, rsc)).next_role == role
    };
    fits(colocation.dependent_role, colocation.dependent)
        && fits(colocation.primary_role, colocation.primary)
}
