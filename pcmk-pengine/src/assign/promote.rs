//! Promotable clones: promotion scores, and which instances get the promoted role. Source: behaviour notes 03 §11.

use foldhash::{HashMap, HashMapExt as _};
use std::cmp::Ordering;
use std::sync::Arc;

use pcmk_core::order::merge_sort;
use pcmk_core::role::Role;
use pcmk_core::score::{Score, parse_score};

use crate::config::NoQuorum;
use crate::id::{NodeId, RscId};
use crate::record::Event;
use crate::scores::Cause;
use crate::state::{HostChoice, node_attr};
use crate::work::Work;

use super::colocation::apply::apply;
use super::colocation::fold::{Selection, fold_into};
use super::colocation::has_influence;
use super::colocation::list::{this_with_list, with_this_list};
use super::instances::{Rank, compare};

/// Adds promotion scores to the node scores of the instances, once per run (03 §11.1).
pub fn add_promotion_scores(w: &mut Work<'_>, clone: RscId) {
    if w.board.rsc(clone).promotion_added {
        return;
    }
    w.board.rsc_mut(clone).promotion_added = true;
    let seen = Sightings::of(w, clone);
    let instances = w.board.rsc(clone).children.clone();
    for instance in instances {
        let names = Names::of(w, instance);
        let nodes: Vec<NodeId> = w
            .scores
            .of(instance)
            .iter()
            .map(|e| e.node)
            .filter(|&n| w.available(n))
            .collect();
        for node in nodes {
            let score = names.score(w, &seen, node).unwrap_or(0);
            if score > 0
                && let Some(entry) = w.scores.of_mut(instance).get_mut(node)
            {
                let delta = Score::clipped(score);
                entry.score = entry.score.plus(delta);
                let total = entry.score;
                w.scores.note(instance, node, delta, total, || {
                    Cause::Other("promotion score")
                });
            }
            let row = w.board.rsc_mut(instance);
            if score > i64::from(row.priority.value()) {
                row.priority = Score::clipped(score);
            }
        }
    }
}

/// Decides which instances are promoted, after all were assigned (03 §11.2).
pub fn set_roles(w: &mut Work<'_>, clone: RscId) {
    for entry in w.scores.of_mut(clone).iter_mut() {
        entry.count = 0; // From now on: promoted instances.
    }
    let seen = Sightings::of(w, clone);
    let instances = w.board.rsc(clone).children.clone();
    for &instance in &instances {
        set_priority(w, clone, instance, &seen);
    }
    sort_for_promotion(w, clone);
    let mut promoted = 0;
    let instances = w.board.rsc(clone).children.clone();
    for instance in instances {
        decide(w, clone, instance, &mut promoted);
    }
}

/// Works out how much an instance should be promoted (03 §11.3).
fn set_priority(w: &mut Work<'_>, clone: RscId, instance: RscId, seen: &Sightings) {
    let config = w.config;
    if w.role_of(instance) == Role::Started {
        started_is_unpromoted(w, instance);
    }
    let assigned = w.assigned_nodes(instance);
    let chosen = match assigned.as_slice() {
        [one] => *one,
        [] => return,
        [_, _, ..] => {
            let text = format!(
                "Cannot promote non-colocated child {}",
                config.name(instance)
            );
            w.log.config_error("set_instance_priority", text);
            return;
        }
    };
    match w.next_role_of(instance) {
        Role::Unknown | Role::Started => {
            let score = Names::of(w, instance).score(w, seen, chosen).unwrap_or(-1);
            w.board.rsc_mut(instance).priority = Score::clipped(score);
        }
        Role::Stopped | Role::Unpromoted => {
            w.board.rsc_mut(instance).priority = Score::MINUS_INFINITY;
        }
        Role::Promoted => {}
    }
    for rsc in [instance, clone] {
        let list = w
            .constraints
            .locations_of
            .get(rsc.index())
            .map_or(&[][..], Vec::as_slice);
        for &location in list.iter().rev() {
            let location = &w.constraints.locations[location as usize];
            if location.role == Some(Role::Promoted)
                && let Some(entry) = location.nodes.iter().find(|e| e.node == chosen)
            {
                let priority = &mut w.board.rsc_mut(instance).priority;
                *priority = priority.plus(entry.score);
            }
        }
    }
    for index in this_with_list(w, instance) {
        let primary = w.constraints.colocations[index as usize].primary;
        apply(w, instance, primary, index);
    }
    let promoted = w.next_role_of(instance) == Role::Promoted;
    let row = w.board.rsc_mut(instance);
    row.promotion_priority = if promoted {
        Score::INFINITY.value()
    } else {
        row.priority.value()
    };
}

fn started_is_unpromoted(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = w.board.rsc_mut(rsc);
    if row.role == Role::Started {
        row.role = Role::Unpromoted;
    }
    for &child in &config.rsc(rsc).children {
        started_is_unpromoted(w, child);
    }
}

/// Puts the instances into the order of promotion, once per run (03 §11.4).
fn sort_for_promotion(w: &mut Work<'_>, clone: RscId) {
    if w.board.rsc(clone).promotion_constrained {
        return;
    }
    let row = w.board.rsc_mut(clone);
    row.promotion_constrained = true;
    row.updating = true;
    let instances = w.board.rsc(clone).children.clone();
    for &instance in &instances {
        let priority = w.board.rsc(instance).promotion_priority;
        if priority >= 0
            && let Some(node) = w.single_assigned(instance)
            && let Some(entry) = w.scores.of_mut(clone).get_mut(node)
        {
            let delta = Score::clipped(i64::from(priority));
            entry.score = entry.score.plus(delta);
            let total = entry.score;
            w.scores.note(clone, node, delta, total, || {
                Cause::Other("promotion priority")
            });
        }
    }
    for index in with_this_list(w, clone) {
        let promoted = w.constraints.colocations[index as usize].primary_role == Role::Promoted;
        if promoted && has_influence(w, index, None) {
            fold_into(
                w,
                clone,
                index,
                Selection {
                    this_with: false,
                    nonnegative: true,
                    active: true,
                },
            );
        }
    }
    require_tickets(w, clone);
    for &instance in &instances {
        let node = w.single_assigned(instance);
        let score = node.and_then(|n| w.scores.of(clone).score(n));
        let row = w.board.rsc_mut(instance);
        if !row.managed && row.next_role == Role::Promoted {
            row.promotion_priority = Score::INFINITY.value();
        } else if node.is_none() {
            row.promotion_priority = Score::MINUS_INFINITY.value();
        } else if row.promotion_priority >= 0
            && let Some(score) = score
        {
            row.promotion_priority = score.value();
        }
    }
    let mut ranks: Vec<std::cell::RefCell<Rank>> = Vec::with_capacity(instances.len());
    for &instance in &instances {
        ranks.push(std::cell::RefCell::new(Rank::of(w, instance)));
    }
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    merge_sort(&mut order, |&a, &b| {
        if a == b {
            return Ordering::Equal;
        }
        let (rsc_a, rsc_b) = (instances[a], instances[b]);
        let by_priority = w
            .board
            .rsc(rsc_b)
            .promotion_priority
            .cmp(&w.board.rsc(rsc_a).promotion_priority);
        if by_priority.is_ne() {
            return by_priority;
        }
        let by_role = w.role_of(rsc_b).cmp(&w.role_of(rsc_a));
        if by_role.is_ne() {
            return by_role;
        }
        compare(w, &mut ranks[a].borrow_mut(), &mut ranks[b].borrow_mut())
    });
    let row = w.board.rsc_mut(clone);
    row.children = order.into_iter().map(|at| instances[at]).collect();
    row.updating = false;
}

/// Nothing is promoted without the tickets that promotion needs.
fn require_tickets(w: &mut Work<'_>, clone: RscId) {
    let tickets = w
        .constraints
        .tickets_of
        .get(clone.index())
        .cloned()
        .unwrap_or_default();
    for index in tickets {
        let constraint = &w.constraints.tickets[index as usize];
        if constraint.role != Role::Promoted {
            continue;
        }
        let held = w
            .constraints
            .ticket_states
            .get(&constraint.ticket)
            .is_some_and(|t| t.granted && !t.standby);
        if !held {
            let cause = Cause::Ticket(constraint.id.clone());
            w.add_score(clone, None, Score::MINUS_INFINITY, &cause);
        }
    }
}

/// Promotes an instance, or not (03 §11.6).
fn decide(w: &mut Work<'_>, clone: RscId, instance: RscId, promoted: &mut u32) {
    let config = w.config;
    let priority = w.board.rsc(instance).promotion_priority;
    if w.record.wanted.scores {
        let node = w.single_assigned(instance);
        let score = Score::clipped(i64::from(priority));
        w.record.events.push(Event::PromotionScore {
            rsc: instance,
            node,
            score,
        });
    }
    let promoted_max = config.rsc(clone).as_clone().map_or(0, |c| c.promoted_max);
    let candidate = if priority >= 0 && (*promoted < promoted_max || !w.board.rsc(clone).managed) {
        promotable_on(w, clone, instance)
    } else {
        None
    };
    let frozen = w.role_of(instance) < Role::Promoted
        && !config.options.quorate
        && config.options.no_quorum == NoQuorum::Freeze;
    match candidate {
        Some(node) if !frozen => {
            if let Some(entry) = w.scores.of_mut(clone).get_mut(node) {
                entry.count += 1;
            }
            want_promoted(w, instance);
            *promoted += 1;
        }
        Some(_) | None => want_unpromoted(w, instance),
    }
}

fn want_unpromoted(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = w.board.rsc_mut(rsc);
    row.next_role = if row.assigned.is_some() {
        Role::Unpromoted
    } else {
        Role::Stopped
    };
    for &child in &config.rsc(rsc).children {
        want_unpromoted(w, child);
    }
}

fn want_promoted(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = w.board.rsc_mut(rsc);
    if row.next_role == Role::Unknown {
        row.next_role = Role::Promoted;
    }
    for &child in &config.rsc(rsc).children {
        want_promoted(w, child);
    }
}

/// The node on which an instance (and every member of it) can be promoted (03 §11.7).
fn promotable_on(w: &mut Work<'_>, clone: RscId, rsc: RscId) -> Option<NodeId> {
    let config = w.config;
    for &member in &config.rsc(rsc).children {
        promotable_on(w, clone, member)?;
    }
    let node = w.single_assigned(rsc)?;
    let managed = w.board.rsc(rsc).managed;
    if managed {
        if w.board.rsc(rsc).priority < Score::ZERO || !w.available_with_guest(node) {
            return None;
        }
    } else if w.role_of(rsc) != Role::Promoted {
        return None;
    }
    let Some(entry) = w.scores.of(clone).get(node) else {
        let (rsc, clone, node) = (config.name(rsc), config.name(clone), config.node_name(node));
        let text = format!(
            "{rsc} can't be promoted because {clone} is not allowed on {node} (scheduler bug?)"
        );
        w.log.sched_error("node_to_be_promoted_on", text);
        return None;
    };
    let node_max = config
        .rsc(clone)
        .as_clone()
        .map_or(0, |c| c.promoted_node_max);
    (!managed || entry.count < node_max).then_some(node)
}

/// Where the primitives of an anonymous clone were seen, by name without instance number.
struct Sightings {
    by_name: HashMap<Arc<str>, Sighting>,
}

/// Where one of them was seen, by node.
#[derive(Clone, Default)]
struct Sighting {
    /// First instance, in the order of children in force, that is active there.
    first_active: Vec<Option<RscId>>,
    /// Some instance was probed there.
    probed: Vec<bool>,
}

impl Sightings {
    fn of(w: &Work<'_>, clone: RscId) -> Sightings {
        let config = w.config;
        let count = config.nodes.len();
        let mut by_name: HashMap<Arc<str>, Sighting> = HashMap::new();
        for &instance in &w.board.rsc(clone).children {
            let row = config.rsc(instance);
            let members = if row.is_primitive() {
                std::slice::from_ref(&row.rsc)
            } else {
                row.children.as_slice()
            };
            for &member in members {
                let sighting = by_name
                    .entry(config.rsc(member).xml_id.clone())
                    .or_insert_with(|| Sighting {
                        first_active: vec![None; count],
                        probed: vec![false; count],
                    });
                for node in &w.state.rsc(member).active {
                    sighting.first_active[node.index()].get_or_insert(member);
                }
                for entry in w.state.rsc(member).known.iter() {
                    sighting.probed[entry.node.index()] = true;
                }
            }
        }
        Sightings { by_name }
    }

    /// Whether a promotion score of the primitive means anything on the node (03 §11.5).
    fn applies(&self, w: &Work<'_>, rsc: RscId, node: NodeId) -> bool {
        if w.scores.of(rsc).score(node).is_none_or(|s| s < Score::ZERO) {
            return false;
        }
        let row = w.config.rsc(rsc);
        if row.is_anonymous()
            && let Some(sighting) = self.by_name.get(&row.xml_id)
        {
            match sighting.first_active[node.index()] {
                Some(first) if first == rsc => return true,
                None if sighting.probed[node.index()] => return true,
                Some(_) | None => {}
            }
        }
        let state = w.state.rsc(rsc);
        if state.active.is_empty() && state.known.is_empty() {
            return true;
        }
        state.known.get(node).is_some() || state.active.contains(&node)
    }
}

/// The attributes that hold the promotion scores of the primitives of an instance.
struct Names {
    leaves: Vec<(RscId, String, Option<String>)>,
}

impl Names {
    fn of(w: &Work<'_>, instance: RscId) -> Names {
        let config = w.config;
        let row = config.rsc(instance);
        let members = if row.is_primitive() {
            std::slice::from_ref(&row.rsc)
        } else {
            row.children.as_slice()
        };
        let leaves = members
            .iter()
            .map(|&member| {
                let row = config.rsc(member);
                let name = w.state.rsc(member).history_id.as_ref().unwrap_or(&row.id);
                let anonymous = row.is_anonymous().then(|| format!("master-{}", row.xml_id));
                (member, format!("master-{name}"), anonymous)
            })
            .collect();
        Names { leaves }
    }

    /// Sum of the promotion scores on a node; `None` if none is set.
    fn score(&self, w: &Work<'_>, seen: &Sightings, node: NodeId) -> Option<i64> {
        let mut sum = None;
        for (rsc, name, anonymous) in &self.leaves {
            if !seen.applies(w, *rsc, node) {
                continue;
            }
            let host = if w.board.rsc(*rsc).unassigned {
                HostChoice::Current
            } else {
                HostChoice::Assigned
            };
            let lookup =
                |name: &str| node_attr(w.config, w.state, w.board, node, name, Some(*rsc), host);
            let value = lookup(name).or_else(|| anonymous.as_ref().and_then(|n| lookup(n)));
            if let Some(text) = value {
                let score = parse_score(text, &w.config.options.health).unwrap_or_default();
                *sum.get_or_insert(0) += i64::from(score.value());
            }
        }
        sum
    }
}
