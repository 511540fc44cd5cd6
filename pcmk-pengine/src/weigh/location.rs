//! Applying location constraints to node tables. Source: behaviour notes 03 §4.4.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::Kind;
use crate::constraints::{Location, list_of};
use crate::id::RscId;
use crate::scores::{Cause, Entry, NodeTable, ProbeMode};
use crate::work::Work;

/// Applies all location constraints, the last one created first.
pub fn apply_all(w: &mut Work<'_>) {
    for index in (0..w.constraints.locations.len()).rev() {
        let rsc = w.constraints.locations[index].rsc;
        apply(w, rsc, index, false);
    }
}

/// Applies one constraint to a resource and its parts. `zero`: with all scores 0, so that it only allows nodes.
fn apply(w: &mut Work<'_>, rsc: RscId, index: usize, zero: bool) {
    let config = w.config;
    apply_to_one(w, rsc, index, zero);
    let row = config.rsc(rsc);
    match &row.kind {
        Kind::Primitive => {}
        Kind::Group(group) => {
            for (position, &member) in row.children.iter().enumerate() {
                apply(w, member, index, zero || (group.colocated && position > 0));
            }
        }
        Kind::Clone(_) => {
            for &instance in &row.children {
                apply(w, instance, index, zero);
            }
        }
        Kind::Bundle(bundle) => {
            for replica in &bundle.replicas {
                apply(w, replica.container, index, zero);
                if let Some(ip) = replica.ip {
                    apply(w, ip, index, zero);
                }
            }
            if let Some(clone) = bundle.clone
                && w.constraints.locations[index].role == Some(Role::Promoted)
            {
                apply(w, clone, index, zero);
                if let Ok(index) = u32::try_from(index) {
                    list_of(&mut w.constraints.locations_of, clone).push(index);
                }
            }
        }
    }
}

fn apply_to_one(w: &mut Work<'_>, rsc: RscId, index: usize, zero: bool) {
    let next_role = w.board.rsc(rsc).next_role;
    let location = &w.constraints.locations[index];
    let scores = &mut *w.scores;
    let exclusive = apply_to_table(&mut scores.allowed[rsc.index()], location, next_role, zero);
    if exclusive {
        w.board.rsc_mut(rsc).exclusive_discovery = true;
    }
    if scores.trace.is_some() && location.role.is_none_or(|role| role == next_role) && !zero {
        for entry in &location.nodes {
            let total = scores.allowed[rsc.index()]
                .score(entry.node)
                .unwrap_or_default();
            scores.note(rsc, entry.node, entry.score, total, || {
                Cause::Location(location.id.clone())
            });
        }
    }
}

/// Applies a constraint to a table, if its role is the wanted role. Whether the resource is now limited to nodes with
/// exclusive discovery.
#[must_use]
pub fn apply_to_table(
    table: &mut NodeTable,
    location: &Location,
    next_role: Role,
    zero: bool,
) -> bool {
    if location.role.is_some_and(|role| role != next_role) {
        return false;
    }
    let mut exclusive = false;
    for entry in &location.nodes {
        let score = if zero { Score::ZERO } else { entry.score };
        match table.get_mut(entry.node) {
            // A node that is new here gets the score of the constraint, not added to the node's own.
            None => table.insert(Entry { score, ..*entry }),
            Some(known) => known.score = known.score.plus(score),
        }
        if let Some(known) = table.get_mut(entry.node)
            && known.probe < location.probe
        {
            known.probe = location.probe;
            exclusive |= location.probe == ProbeMode::Exclusive;
        }
    }
    exclusive
}
