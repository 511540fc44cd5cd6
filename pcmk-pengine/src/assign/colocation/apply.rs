//! What a colocation does to its dependent: its node scores while it is being placed, its promotion priority once it is.
//! Source: behaviour notes 03 §8.4.
//!
//! One function per kind of dependent and per kind of primary; the smallest step is always a primitive dependent (or
//! the object that stands for it) and a primitive primary. Each returns the change of the dependent's priority.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::{Config, Kind};
use crate::constraints::{Colocation, ColocationIndex};
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, Entry};
use crate::work::Work;

use super::attribute::{ABSENT, View};
use super::compatible;
use crate::assign::{assign_rsc, place};

/// What a colocation has to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Nothing,
    Role,
    Location,
}

/// The resource whose role counts: the bundled child of a container that has one, else the resource itself.
#[must_use]
pub fn role_resource(config: &Config, rsc: RscId) -> RscId {
    config
        .rsc(rsc)
        .parent
        .and_then(|parent| config.rsc(parent).as_bundle())
        .and_then(|bundle| bundle.replicas.iter().find(|r| r.container == rsc))
        .and_then(|replica| replica.child)
        .unwrap_or(rsc)
}

/// Assigns the primary of a colocation if need be, then applies the colocation to a primitive dependent (03 §7.3).
pub fn apply_as_dependent(w: &mut Work<'_>, dependent: RscId, index: ColocationIndex) {
    let (primary, score, role) = {
        let colocation = record(w, index);
        (
            colocation.primary,
            colocation.score,
            colocation.dependent_role,
        )
    };
    let reversible = role >= Role::Promoted || (score < Score::ZERO && !score.is_minus_infinity());
    let backup = reversible.then(|| w.scores.of(dependent).clone());
    if w.board.rsc(primary).unassigned {
        assign_rsc(w, primary, None, true);
    }
    apply(w, dependent, primary, index);
    if let Some(backup) = backup
        && !w.any_usable(w.scores.of(dependent))
    {
        w.restore_table(dependent, backup);
    }
}

/// Applies a colocation to a dependent, on its behalf (03 §8.4).
pub fn apply(w: &mut Work<'_>, dependent: RscId, primary: RscId, index: ColocationIndex) -> Score {
    let config = w.config;
    let row = config.rsc(dependent);
    let Kind::Group(group) = &row.kind else {
        return apply_primary(w, dependent, primary, index);
    };
    let score = record(w, index).score;
    let change = if group.colocated {
        match row.children.first() {
            Some(&first) => apply_primary(w, first, primary, index),
            None => Score::ZERO,
        }
    } else if score.is_infinite() {
        let text = format!(
            "{}: Cannot perform mandatory colocation between non-colocated group and {}",
            config.name(dependent),
            config.name(primary)
        );
        w.log.config_error("colocate_group_with", text);
        Score::ZERO
    } else {
        let mut sum = Score::ZERO;
        for &member in &row.children {
            sum = sum.plus(apply_effect(w, member, primary, index));
        }
        sum
    };
    if change != Score::ZERO {
        let priority = &mut w.board.rsc_mut(dependent).priority;
        *priority = priority.plus(change);
    }
    change
}

fn record<'a>(w: &'a Work<'_>, index: ColocationIndex) -> &'a Colocation {
    &w.constraints.colocations[index as usize]
}

fn apply_primary(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    match w.config.rsc(primary).kind {
        Kind::Primitive => apply_effect(w, dependent, primary, index),
        Kind::Group(_) => apply_group(w, dependent, primary, index),
        Kind::Clone(_) => apply_clone(w, dependent, primary, index),
        Kind::Bundle(_) => apply_bundle(w, dependent, primary, index),
    }
}

fn apply_group(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    let config = w.config;
    if w.board.rsc(primary).unassigned {
        return Score::ZERO;
    }
    let row = config.rsc(primary);
    let mandatory = record(w, index).score.is_infinite();
    if row.as_group().is_some_and(|g| g.colocated) {
        let speaker = if mandatory {
            row.children.last()
        } else {
            row.children.first()
        };
        return match speaker {
            Some(&member) => apply_primary(w, dependent, member, index),
            None => Score::ZERO,
        };
    }
    if mandatory {
        let id = record(w, index).id.clone();
        let text = format!(
            "{id}: Cannot perform mandatory colocation with non-colocated group {}",
            config.name(primary)
        );
        w.log.config_error("colocate_with_group", text);
        return Score::ZERO;
    }
    let mut sum = Score::ZERO;
    for &member in &row.children {
        sum = sum.plus(apply_primary(w, dependent, member, index));
    }
    sum
}

fn apply_clone(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    let config = w.config;
    if w.board.rsc(primary).unassigned {
        return Score::ZERO;
    }
    let (score, dependent_role, primary_role) = {
        let colocation = record(w, index);
        (
            colocation.score,
            colocation.dependent_role,
            colocation.primary_role,
        )
    };
    if config.rsc(primary).promotable && primary_role != Role::Unknown {
        if w.board.rsc(dependent).unassigned {
            place_with_promotable(w, dependent, primary, index);
            return Score::ZERO;
        }
        if dependent_role == Role::Promoted {
            return promote_with_promotable(w, dependent, primary, index);
        }
    }
    if can_interleave(w, index, primary) {
        return match compatible::instance(w, dependent, primary, Role::Unknown, None) {
            Some(instance) => apply_primary(w, dependent, instance, index),
            None => {
                if score.is_infinite() {
                    place(w, dependent, None, true, true);
                }
                Score::ZERO
            }
        };
    }
    let instances = w.board.rsc(primary).children.clone();
    if score.is_infinite() {
        let allowed: Vec<NodeId> = instances
            .iter()
            .filter(|&&i| !w.blocked_inside(i))
            .filter_map(|&i| w.single_assigned(i))
            .collect();
        restrict_to(w, dependent, &allowed, index);
        return Score::ZERO;
    }
    let mut sum = Score::ZERO;
    for instance in instances {
        sum = sum.plus(apply_primary(w, dependent, instance, index));
    }
    sum
}

/// Whether the instances of the colocation's dependent are placed each with one instance of the primary.
fn can_interleave(w: &mut Work<'_>, index: ColocationIndex, primary: RscId) -> bool {
    let config = w.config;
    let dependent = record(w, index).dependent;
    let row = config.rsc(dependent);
    let per_node = |rsc: RscId| match &config.rsc(rsc).kind {
        Kind::Clone(clone) => Some(clone.clone_node_max),
        Kind::Bundle(bundle) => Some(bundle.replicas_per_host),
        Kind::Primitive | Kind::Group(_) => None,
    };
    let Some(per_node_dependent) = per_node(dependent) else {
        return false;
    };
    let interleave = match row.as_clone() {
        Some(clone) => clone.interleave,
        None => pcmk_core::lenient::is_true(row.meta("interleave")),
    };
    if !interleave {
        return false;
    }
    if Some(per_node_dependent) != per_node(primary) {
        let text = format!(
            "Cannot interleave {} and {} because they do not support the same number of instances per node",
            config.name(dependent),
            config.name(primary)
        );
        w.log.config_error("can_interleave", text);
        return false;
    }
    true
}

fn apply_bundle(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    let config = w.config;
    if w.board.rsc(primary).unassigned {
        return Score::ZERO;
    }
    let Some(bundle) = config.rsc(primary).as_bundle() else {
        return Score::ZERO;
    };
    let (configured, score, primary_role) = {
        let colocation = record(w, index);
        (
            colocation.dependent,
            colocation.score,
            colocation.primary_role,
        )
    };
    if matches!(
        config.rsc(configured).kind,
        Kind::Clone(_) | Kind::Bundle(_)
    ) {
        return match compatible::container(w, dependent, bundle) {
            Some(container) => apply_primary(w, dependent, container, index),
            None => {
                if score.is_infinite() {
                    place(w, dependent, None, true, true);
                }
                Score::ZERO
            }
        };
    }
    if !score.is_infinite() {
        let mut sum = Score::ZERO;
        for replica in &bundle.replicas {
            sum = sum.plus(apply_primary(w, dependent, replica.container, index));
        }
        return sum;
    }
    let mut allowed = Vec::new();
    for replica in &bundle.replicas {
        let Some(node) = w.board.assigned_node(replica.container) else {
            continue;
        };
        let role_fits = primary_role != Role::Promoted
            || replica
                .child
                .is_some_and(|c| w.board.rsc(c).next_role == Role::Promoted);
        if role_fits && !w.blocked_inside(replica.container) {
            allowed.push(node);
        }
    }
    restrict_to(w, dependent, &allowed, index);
    Score::ZERO
}

/// Bans the dependent from every node but these.
fn restrict_to(w: &mut Work<'_>, dependent: RscId, allowed: &[NodeId], index: ColocationIndex) {
    let mut is_allowed = vec![false; w.config.nodes.len()];
    for node in allowed {
        is_allowed[node.index()] = true;
    }
    let banned: Vec<NodeId> = w
        .scores
        .of(dependent)
        .iter()
        .map(|e| e.node)
        .filter(|n| !is_allowed[n.index()])
        .collect();
    for node in banned {
        w.set_score(dependent, node, Score::MINUS_INFINITY, index);
    }
}

/// Which effect a colocation has on a dependent because of a primitive primary (03 §8.4.1).
fn effect(w: &Work<'_>, dependent: RscId, primary: RscId, colocation: &Colocation) -> Effect {
    let config = w.config;
    if w.board.rsc(primary).unassigned {
        return Effect::Nothing;
    }
    let dependent_role_rsc = role_resource(config, dependent);
    if colocation.dependent_role >= Role::Unpromoted
        && config
            .rsc(dependent_role_rsc)
            .parent
            .is_some_and(|p| config.rsc(p).promotable)
        && !w.board.rsc(dependent_role_rsc).unassigned
    {
        return Effect::Role;
    }
    if !w.board.rsc(dependent).unassigned {
        return Effect::Nothing;
    }
    let fits = |role: Role, rsc: RscId| role == Role::Unknown || w.board.rsc(rsc).next_role == role;
    if !fits(colocation.dependent_role, dependent_role_rsc)
        || !fits(colocation.primary_role, role_resource(config, primary))
    {
        return Effect::Nothing;
    }
    Effect::Location
}

fn apply_effect(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    match effect(w, dependent, primary, record(w, index)) {
        Effect::Nothing => Score::ZERO,
        Effect::Location => {
            apply_location(w, dependent, primary, index);
            Score::ZERO
        }
        Effect::Role => apply_role(w, dependent, primary, index),
    }
}

/// The dependent's node scores follow a primary that has been assigned, or could not be (03 §8.4.2).
fn apply_location(w: &mut Work<'_>, dependent: RscId, primary: RscId, index: ColocationIndex) {
    let colocation = record(w, index);
    let score = colocation.score;
    let at = w.board.assigned_node(primary);
    if at.is_none() && score < Score::ZERO {
        return;
    }
    let entries: Vec<Entry> = match at {
        None => {
            let delta = score.negated();
            w.scores
                .of(dependent)
                .iter()
                .map(|e| Entry {
                    score: e.score.plus(delta),
                    ..*e
                })
                .collect()
        }
        Some(node) => {
            let classes = &colocation.classes;
            let wanted = View::of(w, primary).class(w, classes, node);
            let view = View::of(w, dependent);
            w.scores
                .of(dependent)
                .iter()
                .map(|e| {
                    let same = view.class(w, classes, e.node) == wanted;
                    let score = match (same, score.is_infinite()) {
                        (true, false) => e.score.plus(score),
                        (false, true) => Score::MINUS_INFINITY,
                        (true, true) | (false, false) => e.score,
                    };
                    Entry { score, ..*e }
                })
                .collect()
        }
    };
    let mandatory = score.is_infinite() || score.is_minus_infinity();
    if mandatory || entries.iter().any(|e| w.usable(e)) {
        for entry in entries {
            w.set_score(dependent, entry.node, entry.score, index);
        }
    }
}

/// The dependent is being placed with instances of a promotable clone that have a role (03 §8.4.3).
fn place_with_promotable(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) {
    let (score, dependent_role, primary_role, classes) = {
        let c = record(w, index);
        (c.score, c.dependent_role, c.primary_role, c.classes.clone())
    };
    let mandatory = score.is_infinite();
    let view = View::of(w, dependent);
    let mut affected: Vec<(NodeId, Score)> = Vec::new();
    let instances = w.board.rsc(primary).children.clone();
    for instance in instances {
        let Some(node) = w.single_assigned(instance) else {
            continue;
        };
        if w.next_role_of(instance) != primary_role {
            continue;
        }
        if !mandatory {
            let wanted = View::of(w, primary).class(w, &classes, node);
            let matching: Vec<Entry> = w
                .scores
                .of(dependent)
                .iter()
                .filter(|e| view.class(w, &classes, e.node) == wanted)
                .copied()
                .collect();
            for entry in matching {
                w.set_score(dependent, entry.node, entry.score.plus(score), index);
            }
        }
        affected.push((node, assigned_score(w, instance)));
    }
    if !mandatory || (dependent_role == Role::Promoted && primary_role == Role::Promoted) {
        return;
    }
    let mut bonus: Vec<Option<Score>> = vec![None; w.config.nodes.len()];
    for (node, score) in affected {
        // The reference prepends to its list and takes the first match, so the last instance on a node counts.
        bonus[node.index()] = Some(score);
    }
    let entries: Vec<Entry> = w.scores.of(dependent).iter().copied().collect();
    for entry in entries {
        let score = match bonus[entry.node.index()] {
            Some(score) => entry.score.plus(score),
            None => Score::MINUS_INFINITY,
        };
        w.set_score(dependent, entry.node, score, index);
    }
}

/// The score in the entry copied at assignment; of a group, that of its first placed member.
fn assigned_score(w: &Work<'_>, rsc: RscId) -> Score {
    if let Some(entry) = w.board.rsc(rsc).assigned {
        return entry.score;
    }
    let members = &w.config.rsc(rsc).children;
    members
        .iter()
        .find_map(|&m| w.board.rsc(m).assigned)
        .map_or(Score::ZERO, |e| e.score)
}

/// The dependent is to be promoted with an instance of a promotable clone (03 §8.4.4).
fn promote_with_promotable(
    w: &mut Work<'_>,
    dependent: RscId,
    primary: RscId,
    index: ColocationIndex,
) -> Score {
    let (score, primary_role, classes) = {
        let c = record(w, index);
        (c.score, c.primary_role, c.classes.clone())
    };
    let found = compatible::instance(w, dependent, primary, primary_role, Some(&classes)).is_some();
    let row = w.board.rsc_mut(dependent);
    if found {
        row.priority = row.priority.plus(score);
        score
    } else if score.is_infinite() {
        row.priority = Score::MINUS_INFINITY;
        Score::MINUS_INFINITY
    } else {
        Score::ZERO
    }
}

/// The dependent's promotion priority follows a primary (03 §8.4.6).
fn apply_role(w: &mut Work<'_>, dependent: RscId, primary: RscId, index: ColocationIndex) -> Score {
    let config = w.config;
    let Some(node) = w.board.assigned_node(dependent) else {
        return Score::ZERO;
    };
    let colocation = record(w, index);
    let at = w.board.assigned_node(primary);
    if at.is_some()
        && colocation.primary_role != Role::Unknown
        && w.board.rsc(role_resource(config, primary)).next_role != colocation.primary_role
    {
        return Score::ZERO;
    }
    let classes = &colocation.classes;
    let here = View::of(w, dependent).class(w, classes, node);
    let there = at.map_or(ABSENT, |n| View::of(w, primary).class(w, classes, n));
    let (score, role) = (colocation.score, colocation.dependent_role);
    let delta = if here == there {
        if role == Role::Unpromoted {
            score.negated()
        } else {
            score
        }
    } else if score.is_infinite() && role == Role::Promoted {
        Score::MINUS_INFINITY
    } else {
        return Score::ZERO;
    };
    let priority = &mut w.board.rsc_mut(dependent).priority;
    *priority = priority.plus(delta);
    delta
}

impl Work<'_> {
    /// Sets a score because of a colocation.
    fn set_score(&mut self, rsc: RscId, node: NodeId, score: Score, index: ColocationIndex) {
        let colocation = &self.constraints.colocations[index as usize];
        let Some(entry) = self.scores.of_mut(rsc).get_mut(node) else {
            return;
        };
        if entry.score == score {
            return;
        }
        let delta = Score::clipped(i64::from(score.value()) - i64::from(entry.score.value()));
        entry.score = score;
        self.scores.note(rsc, node, delta, score, || {
            Cause::Colocation(colocation.id.clone(), colocation.primary)
        });
    }
}
