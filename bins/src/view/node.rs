//! Nodes. Source: behaviour notes 05 section 3.2, 02 section 6.6.

use pcmk_core::score::parse_score;
use pcmk_pengine::NodeId;

use super::{Cluster, boolean};
use crate::out::{Out, Section};

/// Health of a node, as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Green,
    Yellow,
    Red,
}

/// The list of nodes. Says whether anything was printed.
pub fn list(cluster: &Cluster<'_>, out: &mut Out<'_>) -> bool {
    let nodes = &cluster.seen.config.node_order;
    if nodes.is_empty() {
        return false;
    }
    if out.xml().is_some() {
        xml_list(cluster, out, nodes);
        return true;
    }
    let mut section = Section::new("Node List", false);
    section.open(out);
    let mut online = Vec::new();
    let mut offline = Vec::new();
    let mut remote_online = Vec::new();
    let mut remote_offline = Vec::new();
    let mut guest_online = Vec::new();
    for &node in nodes {
        if let Some(line) = own_line(cluster, node) {
            out.item(&line);
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
        || health != Health::Green;
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
        "{kind} {}: {}{health}",
        cluster.node_name(node),
        status(cluster, node)
    ))
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
    let Some(xml) = out.xml() else { return };
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
        if row.online && row.expected_up && !info.remote {
            let version = state
                .attributes
                .get("#feature-set")
                .map_or("<3.15.1", |version| &**version);
            attributes.push(("feature_set", version));
        }
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
        xml.leaf("node", &attributes);
    }
    xml.pop();
}
