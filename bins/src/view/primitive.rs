//! Primitives: the line in text, the `resource` element in XML. Source: behaviour notes 05 section 3.4 and 9.2,
//! 02 section 17.5.

use pcmk_core::rc::exit_text;
use pcmk_core::role::Role;
use pcmk_pengine::{NodeId, RscId};

use super::{Cluster, boolean, in_brackets};
use crate::out::Out;

/// Shows a primitive. Resources that exist only to serve others are left out of text.
pub fn show(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    if out.xml().is_some() {
        xml(cluster, out, rsc);
    } else if !cluster.seen.config.rsc(rsc).internal || cluster.show.details {
        item(
            cluster,
            out,
            rsc,
            cluster.name(rsc),
            cluster.current_node(rsc),
            cluster.show.by_node,
        );
    }
}

/// Shows the line of a primitive, see [`line`], as an item.
pub(super) fn item(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    rsc: RscId,
    name: &str,
    node: Option<NodeId>,
    by_node: bool,
) {
    let text = line(cluster, rsc, name, node, by_node);
    match out.html() {
        Some(html) => html.spans(&[(html_class(cluster, rsc), &text)]),
        None => out.item(&text),
    }
}

/// How a primitive looks on a page: the first that holds.
fn html_class(cluster: &Cluster<'_>, rsc: RscId) -> &'static str {
    let board = cluster.seen.board.rsc(rsc);
    let active = cluster.seen.state.rsc(rsc).active.len();
    if !board.managed {
        "rsc-managed"
    } else if board.failed || active == 0 {
        "rsc-failed"
    } else if active > 1 {
        "rsc-multiple"
    } else if board.ignore_failure {
        "rsc-failure-ignored"
    } else {
        "rsc-ok"
    }
}

/// The line of a primitive under a name of the caller's choice, on a node of the caller's choice. `by_node`: without node,
/// as it is below one.
#[must_use]
pub fn line(
    cluster: &Cluster<'_>,
    rsc: RscId,
    name: &str,
    node: Option<NodeId>,
    by_node: bool,
) -> String {
    let config = &cluster.seen.config;
    let row = config.rsc(rsc);
    let board = cluster.seen.board.rsc(rsc);
    let state = cluster.seen.state.rsc(rsc);
    let several = state.active.len() > 1 && !by_node;
    let node = if by_node || cluster.without_nodes || state.active.len() > 1 {
        None
    } else {
        node.or_else(|| state.pending.as_ref().map(|(_, node)| *node))
            .or(board.lock_node)
    };
    let role = displayed_role(cluster, rsc);
    let mut text = format!("{name}\t({}):\t", agent(cluster, rsc));
    if row.removed {
        text.push_str(" ORPHANED");
    }
    if board.failed {
        text.push_str(" FAILED");
        if role > Role::Unpromoted {
            text.push_str(" Promoted");
        }
    } else {
        text.push(' ');
        text.push_str(displayed_state(cluster, rsc));
    }
    if let Some(node) = node {
        text.push(' ');
        text.push_str(cluster.node_name(node));
    }
    if role == Role::Stopped
        && let Some(rc) = cluster.masked_probe(rsc, node)
    {
        text.push_str(&format!(" ({}) ", exit_text(rc)));
    }
    let target_role;
    let mut flags = Vec::new();
    if node.is_some_and(|node| {
        let node = cluster.seen.board.node(node);
        !node.online && node.unclean
    }) {
        flags.push("UNCLEAN");
    }
    if node.is_some() && node == board.lock_node {
        flags.push("LOCKED");
    }
    if pending_task(cluster, rsc) == Some("monitor") {
        flags.push("Monitoring");
    }
    match row.meta("target-role").zip(row.target_role) {
        Some((_, Role::Stopped)) => flags.push("disabled"),
        Some((written, Role::Unpromoted)) => {
            target_role = format!("target-role:{written}");
            flags.push(&target_role);
        }
        Some((_, Role::Unknown | Role::Started | Role::Promoted)) | None => {}
    }
    if board.blocked {
        flags.push("blocked");
    } else {
        flags.extend(cluster.management(rsc));
    }
    if board.ignore_failure {
        flags.push("failure ignored");
    }
    text.push_str(&in_brackets(&flags));
    if let Some(description) = cluster.description(rsc) {
        text.push_str(&format!(" ({description})"));
    }
    if several {
        let names: Vec<&str> = state
            .active
            .iter()
            .map(|&node| cluster.node_name(node))
            .collect();
        text.push_str(&format!(" [ {} ]", names.join(" ")));
    }
    text
}

/// `CLASS[:PROVIDER]:TYPE`.
pub(super) fn agent(cluster: &Cluster<'_>, rsc: RscId) -> String {
    let row = cluster.seen.config.rsc(rsc);
    let class = row.class.as_deref().unwrap_or_default();
    let mut text = class.to_owned();
    if pcmk_core::agent::capabilities(class).provider
        && let Some(provider) = &row.provider
    {
        text.push(':');
        text.push_str(provider);
    }
    text.push(':');
    text.push_str(row.agent.as_deref().unwrap_or_default());
    text
}

fn displayed_role(cluster: &Cluster<'_>, rsc: RscId) -> Role {
    match cluster.seen.board.rsc(rsc).role {
        Role::Started if cluster.top_is_promotable(rsc) => Role::Unpromoted,
        role => role,
    }
}

/// The task of a pending action, if those are shown.
pub(super) fn pending_task<'a>(cluster: &Cluster<'a>, rsc: RscId) -> Option<&'a str> {
    let pending = cluster.seen.state.rsc(rsc).pending.as_ref();
    pending
        .filter(|_| cluster.show.pending)
        .map(|(task, _)| &**task)
}

fn displayed_state(cluster: &Cluster<'_>, rsc: RscId) -> &'static str {
    match pending_task(cluster, rsc) {
        Some("start") => "Starting",
        Some("stop") => "Stopping",
        Some("migrate_to" | "migrate_from") => "Migrating",
        Some("promote") => "Promoting",
        Some("demote") => "Demoting",
        Some(_) | None => displayed_role(cluster, rsc).text(),
    }
}

fn xml(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let Some(xml) = out.xml() else { return };
    let row = cluster.seen.config.rsc(rsc);
    let board = cluster.seen.board.rsc(rsc);
    let active = &cluster.seen.state.rsc(rsc).active;
    let agent = agent(cluster, rsc);
    let count = active.len().to_string();
    let mut attributes = vec![
        ("id", cluster.name(rsc)),
        ("resource_agent", &*agent),
        ("role", displayed_state(cluster, rsc)),
    ];
    attributes.extend(row.meta("target-role").map(|role| ("target_role", role)));
    attributes.extend([
        ("active", boolean(cluster.is_active(rsc, true))),
        ("orphaned", boolean(row.removed)),
        ("removed", boolean(row.removed)),
        ("blocked", boolean(board.blocked)),
        ("maintenance", boolean(board.maintenance)),
        ("managed", boolean(board.managed)),
        ("failed", boolean(board.failed)),
        ("failure_ignored", boolean(board.ignore_failure)),
        ("nodes_running_on", &count),
    ]);
    if pending_task(cluster, rsc) == Some("monitor") {
        attributes.push(("pending", "Monitoring"));
    }
    attributes.extend(
        board
            .lock_node
            .map(|node| ("locked_to", cluster.node_name(node))),
    );
    attributes.extend(cluster.description(rsc).map(|text| ("description", text)));
    if active.is_empty() {
        xml.leaf("resource", &attributes);
        return;
    }
    xml.push("resource", &attributes);
    for &node in active {
        let info = cluster.seen.config.node(node);
        let online = boolean(cluster.seen.board.node(node).online);
        xml.leaf(
            "node",
            &[("name", &info.name), ("id", &info.uuid), ("cached", online)],
        );
    }
    xml.pop();
}
