//! Nodes. Source: behaviour notes 05 section 3.2, 02 section 6.6.

use pcmk_core::score::parse_score;
use pcmk_pengine::{NodeId, RscId};

use super::{Cluster, boolean, brief, primitive};
use crate::out::{Out, Section, Span};

/// Health of a node, as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Green,
    Yellow,
    Red,
}

/// The list of nodes. Says whether anything was printed.
pub fn list(cluster: &Cluster<'_>, out: &mut Out<'_>, spacer: bool) -> bool {
    let wanted = cluster.seen.config.node_order.iter().copied();
    let nodes: Vec<NodeId> = wanted.filter(|&node| cluster.filter.node(node)).collect();
    if out.xml().is_some() {
        // The element is there even if nothing is in it; pcs counts on that.
        xml_list(cluster, out, &nodes);
        return true;
    }
    if nodes.is_empty() {
        return false;
    }
    if out.html().is_some() {
        html_list(cluster, out, &nodes);
        return true;
    }
    let mut section = Section::new("Node List", spacer);
    section.open(out);
    let mut online = Vec::new();
    let mut offline = Vec::new();
    let mut remote_online = Vec::new();
    let mut remote_offline = Vec::new();
    let mut guest_online = Vec::new();
    for &node in &nodes {
        if let Some(line) = own_line(cluster, node) {
            if cluster.show.by_node {
                with_resources(cluster, out, node, &line);
            } else {
                out.item(&line);
            }
            continue;
        }
        let config = &cluster.seen.config;
        let up = cluster.seen.board.node(node).online;
        let name = cluster.node_name(node);
        if config.is_guest_or_bundle_node(node) {
            if up {
                guest_online.push(name);
            }
        } else if config.is_remote_node(node) {
            if up {
                remote_online.push(name)
            } else {
                remote_offline.push(name)
            }
        } else if up {
            online.push(name);
        } else {
            offline.push(name);
        }
    }
    for (label, names) in [
        ("Online", online),
        ("OFFLINE", offline),
        ("RemoteOnline", remote_online),
        ("RemoteOFFLINE", remote_offline),
        ("GuestOnline", guest_online),
    ] {
        if !names.is_empty() {
            out.item(&format!("{label}: [ {} ]", names.join(" ")));
        }
    }
    section.close(out)
}

/// The line of a node that is shown on its own.
fn own_line(cluster: &Cluster<'_>, node: NodeId) -> Option<String> {
    let row = cluster.seen.board.node(node);
    let health = health(cluster, node);
    let special = row.unclean
        || row.pending
        || (row.fail_standby && row.online)
        || row.standby
        || row.maintenance
        || health != Health::Green
        || cluster.show.by_node
        || cluster.show.details;
    if !special {
        return None;
    }
    let config = &cluster.seen.config;
    let kind = if config.is_guest_or_bundle_node(node) {
        "GuestNode"
    } else if config.is_remote_node(node) {
        "RemoteNode"
    } else {
        "Node"
    };
    let health = match health {
        Health::Green => "",
        Health::Yellow => " (health is YELLOW)",
        Health::Red => " (health is RED)",
    };
    Some(format!(
        "{kind} {}: {}{health}{}",
        cluster.display_name(node),
        status(cluster, node),
        feature_text(cluster, node)
    ))
}

/// The feature set of a node that is a member, if it is known that it has none to tell, too.
pub(super) fn feature_set<'a>(cluster: &Cluster<'a>, node: NodeId) -> Option<&'a str> {
    let row = cluster.seen.board.node(node);
    let remote = cluster.seen.config.node(node).remote;
    (row.online && row.expected_up && !remote).then(|| {
        let attributes = &cluster.seen.state.node(node).attributes;
        attributes
            .get("#feature-set")
            .map_or("<3.15.1", |version| &**version)
    })
}

fn feature_text(cluster: &Cluster<'_>, node: NodeId) -> String {
    match feature_set(cluster, node).filter(|_| cluster.show.details) {
        Some(version) => format!(", feature set {version}"),
        None => String::new(),
    }
}

/// Resources that are active on a node and wanted, without those that only serve others unless all are wanted.
fn resources_on(cluster: &Cluster<'_>, node: NodeId) -> Vec<RscId> {
    let running = cluster.seen.state.node(node).running.iter().copied();
    running
        .filter(|&rsc| cluster.is_wanted_in_place(rsc))
        .collect()
}

/// A node with what is active on it.
fn with_resources(cluster: &Cluster<'_>, out: &mut Out<'_>, node: NodeId, line: &str) {
    let resources = resources_on(cluster, node);
    if cluster.show.brief {
        if resources.is_empty() {
            return;
        }
        out.begin(line);
        out.begin("Resources");
        brief::list(cluster, out, resources.into_iter(), brief::Style::OnNode);
    } else {
        out.begin(line);
        out.begin("Resources");
        for rsc in resources {
            primitive::show(cluster, out, rsc);
        }
    }
    out.end();
    out.end();
}

/// Opens a list about a node.
pub(super) fn begin(cluster: &Cluster<'_>, out: &mut Out<'_>, node: NodeId) {
    if let Some(xml) = out.xml() {
        xml.push("node", &[("name", cluster.node_name(node))]);
        return;
    }
    let name = cluster.display_name(node);
    let title = match out.html() {
        Some(_) => format!("{name}:"),
        None => format!("Node: {name}"),
    };
    out.begin(&title);
}

fn html_list(cluster: &Cluster<'_>, out: &mut Out<'_>, nodes: &[NodeId]) {
    out.begin("Node List");
    for &node in nodes {
        let name = format!("{}:", cluster.display_name(node));
        let row = cluster.seen.board.node(node);
        let head = if cluster.show.by_node {
            out.begin(&name);
            ("", "Status:")
        } else {
            ("bold", &*name)
        };
        let mut spans: Vec<Span<'_>> = vec![head];
        spans.push(match row.online {
            true => ("online", " online"),
            false => ("offline", " OFFLINE"),
        });
        let busy = !cluster.seen.state.node(node).running.is_empty();
        // A node that is joining counts as one in standby.
        if row.fail_standby && row.online {
            spans.push(match busy {
                true => (
                    "standby",
                    " (in standby due to on-fail, with active resources)",
                ),
                false => ("standby", " (in standby due to on-fail)"),
            });
        } else if row.standby || row.pending {
            spans.push(match busy && row.online {
                true => ("standby", " (in standby, with active resources)"),
                false => ("standby", " (in standby)"),
            });
        } else if row.maintenance {
            spans.push(("maint", " (in maintenance mode)"));
        }
        match health(cluster, node) {
            Health::Red => spans.push(("health_red", " (health is RED)")),
            Health::Yellow => spans.push(("health_yellow", " (health is YELLOW)")),
            Health::Green => {}
        }
        let features = feature_text(cluster, node);
        if !features.is_empty() {
            spans.push(("", &features));
        }
        let Some(html) = out.html() else { return };
        html.open_item(&spans);
        let resources = match cluster.show.by_node {
            true => resources_on(cluster, node),
            false => Vec::new(),
        };
        if !resources.is_empty() {
            out.begin("Resources");
            if cluster.show.brief {
                brief::list(cluster, out, resources.into_iter(), brief::Style::OnNode);
            } else {
                for rsc in resources {
                    primitive::show(cluster, out, rsc);
                }
            }
            if let Some(html) = out.html() {
                html.end_inside_item();
            }
        }
        if let Some(html) = out.html() {
            html.close_item();
        }
        if cluster.show.by_node {
            out.end();
        }
    }
    out.end();
}

fn status(cluster: &Cluster<'_>, node: NodeId) -> &'static str {
    let row = cluster.seen.board.node(node);
    if row.unclean {
        if row.online {
            "UNCLEAN (online)"
        } else if row.pending {
            "UNCLEAN (pending)"
        } else {
            "UNCLEAN (offline)"
        }
    } else if row.pending {
        "pending"
    } else if row.fail_standby && row.online {
        "standby (on-fail)"
    } else if row.standby {
        if !row.online {
            "OFFLINE (standby)"
        } else if cluster.seen.state.node(node).running.is_empty() {
            "standby"
        } else {
            "standby (with active resources)"
        }
    } else if row.maintenance {
        if row.online {
            "maintenance"
        } else {
            "OFFLINE (maintenance)"
        }
    } else if row.online {
        "online"
    } else {
        "OFFLINE"
    }
}

fn health(cluster: &Cluster<'_>, node: NodeId) -> Health {
    let options = &cluster.seen.config.options;
    if &*options.health_strategy == "none" {
        return Health::Green;
    }
    let scores = &options.health;
    let mut health = Health::Green;
    for (name, value) in cluster.seen.state.node(node).attributes.iter() {
        if !name.starts_with("#health") {
            continue;
        }
        if value.eq_ignore_ascii_case("red") {
            return Health::Red;
        }
        if value.eq_ignore_ascii_case("yellow") {
            health = Health::Yellow;
        } else if !value.eq_ignore_ascii_case("green")
            && let Ok(score) = parse_score(value, scores)
        {
            if score <= scores.red {
                return Health::Red;
            }
            if score <= scores.yellow && scores.yellow != scores.green {
                health = Health::Yellow;
            }
        }
    }
    health
}

fn xml_list(cluster: &Cluster<'_>, out: &mut Out<'_>, nodes: &[NodeId]) {
    let Some(mut xml) = out.xml() else { return };
    let config = &cluster.seen.config;
    xml.push("nodes", &[]);
    for &node in nodes {
        let row = cluster.seen.board.node(node);
        let info = config.node(node);
        let state = cluster.seen.state.node(node);
        let running = state.running.len().to_string();
        let health = match health(cluster, node) {
            Health::Green => "green",
            Health::Yellow => "yellow",
            Health::Red => "red",
        };
        let mut attributes = vec![
            ("name", &*info.name),
            ("id", &*info.uuid),
            ("online", boolean(row.online)),
            ("standby", boolean(row.standby)),
            ("standby_onfail", boolean(row.fail_standby)),
            ("maintenance", boolean(row.maintenance)),
            ("pending", boolean(row.pending)),
            ("unclean", boolean(row.unclean)),
            ("health", health),
        ];
        attributes.extend(feature_set(cluster, node).map(|version| ("feature_set", version)));
        attributes.extend([
            ("shutdown", boolean(row.shutdown)),
            ("expected_up", boolean(row.expected_up)),
            ("is_dc", boolean(cluster.seen.state.dc == Some(node))),
            ("resources_running", &running),
            ("type", if info.remote { "remote" } else { "member" }),
        ]);
        if let Some(launcher) = config.launcher_of_node(node) {
            attributes.push(("id_as_resource", config.name(launcher)));
        }
        if !cluster.show.by_node {
            xml.leaf("node", &attributes);
            continue;
        }
        xml.push("node", &attributes);
        for rsc in resources_on(cluster, node) {
            primitive::show(cluster, out, rsc);
        }
        let Some(again) = out.xml() else { return };
        xml = again;
        xml.pop();
    }
    xml.pop();
}
