//! Clones: most instances are only mentioned by node. Source: behaviour notes 05 section 3.6.

use std::collections::BTreeMap;

use pcmk_core::order::name_order;
use pcmk_core::rc::exit_text;
use pcmk_core::role::Role;
use pcmk_pengine::config::{CloneInfo, Kind};
use pcmk_pengine::{NodeId, RscId};

use super::{Cluster, boolean, in_brackets, primitive};
use crate::out::Out;

/// Shows a clone.
pub fn show(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let Some(clone) = cluster.seen.config.rsc(rsc).as_clone() else {
        return;
    };
    if out.xml().is_some() {
        xml(cluster, out, rsc);
    } else {
        text(cluster, out, rsc, clone);
    }
}

fn instance(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    match &cluster.seen.config.rsc(rsc).kind {
        Kind::Primitive => primitive::show(cluster, out, rsc),
        Kind::Group(_) => super::group::show(cluster, out, rsc),
        Kind::Clone(_) | Kind::Bundle(_) => {}
    }
}

/// Where an instance belongs.
enum Place {
    /// Printed in full.
    Full,
    /// In the list of promoted instances.
    Promoted(NodeId),
    /// In the list of other active instances.
    Active(NodeId),
    /// In the list of stopped instances.
    Stopped,
    /// Nowhere.
    Hidden,
}

fn text(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId, clone: &CloneInfo) {
    let row = cluster.seen.config.rsc(rsc);
    let mut parts = Vec::new();
    if row.promotable {
        parts.push("promotable");
    }
    if row.unique {
        parts.push("unique");
    }
    if row.target_role.is_some() {
        parts.push("disabled");
    }
    parts.extend(cluster.management(rsc));
    out.begin(&format!(
        "Clone Set: {} [{}]{}{}",
        row.id,
        clone.child_name,
        in_brackets(&parts),
        cluster.description_in_title(rsc)
    ));
    let mut promoted = Vec::new();
    let mut active = Vec::new();
    let mut stopped: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for child in shown(cluster, rsc) {
        match place(cluster, rsc, child) {
            Place::Full => instance(cluster, out, child),
            Place::Promoted(node) => promoted.push(node),
            Place::Active(node) => active.push(node),
            Place::Stopped => {
                stopped
                    .entry("Stopped".to_owned())
                    .or_default()
                    .push(&cluster.seen.config.rsc(child).id);
            }
            Place::Hidden => {}
        }
    }
    if cluster.show.details {
        out.end();
        return;
    }
    let listed = promoted.len() + active.len();
    promoted.retain(|&node| cluster.filter.node(node));
    active.retain(|&node| cluster.filter.node(node));
    if !promoted.is_empty() {
        out.item(&format!(
            "Promoted: [ {} ]",
            cluster.sorted_names(&promoted).join(" ")
        ));
    }
    if !active.is_empty() {
        let label = if !row.promotable {
            "Started"
        } else {
            if wanted_role(cluster, rsc) == Some(Role::Unpromoted) {
                "Unpromoted (target-role)"
            } else {
                "Unpromoted"
            }
        };
        out.item(&format!(
            "{label}: [ {} ]",
            cluster.sorted_names(&active).join(" ")
        ));
    }
    if cluster.show.inactive {
        if !row.unique && usize::try_from(clone.clone_max).unwrap_or(usize::MAX) > listed {
            stopped = stopped_nodes(cluster, rsc);
        }
        for (status, names) in &mut stopped {
            names.sort_by(|a, b| name_order(a, b));
            out.item(&format!("{status}: [ {} ]", names.join(" ")));
        }
    }
    out.end();
}

/// The instances that the filters let pass.
fn shown(cluster: &Cluster<'_>, rsc: RscId) -> Vec<RscId> {
    let whole = cluster.is_named(rsc);
    let instances = cluster.children(rsc).iter().copied();
    instances
        .filter(|&child| whole || cluster.is_wanted(child))
        .filter(|&child| !cluster.is_active(child, false) || cluster.is_active_here(child))
        .collect()
}

fn place(cluster: &Cluster<'_>, rsc: RscId, child: RscId) -> Place {
    let row = cluster.seen.config.rsc(rsc);
    if cluster.show.details {
        return Place::Full;
    }
    let partially = cluster.is_active(child, false);
    if row.unique {
        return if partially || !row.removed {
            Place::Full
        } else {
            Place::Hidden
        };
    }
    if primitive::pending_task(cluster, child).is_some() {
        return Place::Full;
    }
    if !partially {
        let shown = !cluster.seen.config.rsc(child).removed && cluster.show.inactive;
        return if shown { Place::Stopped } else { Place::Hidden };
    }
    if needs_detail(cluster, child) || !cluster.is_active(child, true) {
        return Place::Full;
    }
    let locations = cluster.locations(child);
    let [node] = locations.as_slice() else {
        return Place::Full;
    };
    let board = cluster.seen.board.node(*node);
    if !board.online && board.unclean {
        Place::Full
    } else if cluster.highest_role(child) > Role::Unpromoted {
        Place::Promoted(*node)
    } else {
        Place::Active(*node)
    }
}

/// Some part is removed, unmanaged or failed.
fn needs_detail(cluster: &Cluster<'_>, rsc: RscId) -> bool {
    let board = cluster.seen.board.rsc(rsc);
    cluster.seen.config.rsc(rsc).removed
        || !board.managed
        || board.failed
        || cluster
            .children(rsc)
            .iter()
            .any(|&child| needs_detail(cluster, child))
}

/// The target role of a clone, else of what is cloned.
fn wanted_role(cluster: &Cluster<'_>, rsc: RscId) -> Option<Role> {
    let own = cluster.seen.config.rsc(rsc).meta("target-role");
    match cluster.children(rsc).first() {
        Some(&first) if own.is_none() => cluster.configured_role(first),
        _ => cluster.configured_role(rsc),
    }
}

/// Nodes without an active instance, by what is to be said about them.
fn stopped_nodes<'a>(cluster: &Cluster<'a>, rsc: RscId) -> BTreeMap<String, Vec<&'a str>> {
    let allowed = cluster.seen.scores.of(rsc);
    let known = &cluster.seen.state.rsc(rsc).known;
    let nodes = if allowed.is_empty() { known } else { allowed };
    let active = &cluster.seen.state.rsc(rsc).active;
    let disabled = wanted_role(cluster, rsc) == Some(Role::Stopped);
    let mut stopped: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let passing = nodes.iter().filter(|entry| cluster.filter.node(entry.node));
    for entry in passing.filter(|entry| !active.contains(&entry.node)) {
        let status = match cluster.masked_probe(rsc, Some(entry.node)) {
            Some(rc) => format!("Stopped ({})", exit_text(rc)),
            None if disabled => "Stopped (disabled)".to_owned(),
            None => "Stopped".to_owned(),
        };
        stopped
            .entry(status)
            .or_default()
            .push(cluster.node_name(entry.node));
    }
    stopped
}

fn xml(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let Some(xml) = out.xml() else { return };
    let row = cluster.seen.config.rsc(rsc);
    let board = cluster.seen.board.rsc(rsc);
    let mut attributes = vec![
        ("id", &*row.id),
        ("multi_state", boolean(row.promotable)),
        ("unique", boolean(row.unique)),
        ("maintenance", boolean(board.maintenance)),
        ("managed", boolean(board.managed)),
        ("disabled", boolean(row.target_role.is_some())),
        ("failed", boolean(board.failed)),
        ("failure_ignored", boolean(board.ignore_failure)),
    ];
    attributes.extend(row.meta("target-role").map(|role| ("target_role", role)));
    attributes.extend(cluster.description(rsc).map(|text| ("description", text)));
    xml.push("clone", &attributes);
    for child in shown(cluster, rsc) {
        instance(cluster, out, child);
    }
    if let Some(xml) = out.xml() {
        xml.pop();
    }
}
