//! Transient and permanent node attributes. Source: behaviour notes 05 section 3.8.

use std::collections::BTreeMap;
use std::sync::Arc;

use pcmk_core::lenient::scan_ll;
use pcmk_pengine::{NodeId, RscId};

use super::Cluster;
use crate::out::{Out, Section};

/// Names that start like this are not shown.
const HIDDEN: [&str; 6] = ["fail-count", "last-failure", "shutdown", "terminate", "standby", "#"];

/// Parameters of a resource, evaluated for a node. Needed for attributes that a ping resource maintains.
pub type Parameters<'a> = &'a dyn Fn(RscId, NodeId) -> Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// Shows attributes of online nodes. Says whether anything was printed.
pub fn list(cluster: &Cluster<'_>, out: &mut Out<'_>, parameters: Parameters<'_>, spacer: bool) -> bool {
    let mut section = Section::new("Node Attributes", spacer);
    for &node in &cluster.seen.config.node_order {
        if !cluster.seen.board.node(node).online {
            continue;
        }
        let mut attributes: Vec<(&str, &str)> = cluster
            .seen
            .state
            .node(node)
            .attributes
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(|(name, _)| !HIDDEN.iter().any(|hidden| name.starts_with(hidden)))
            .collect();
        if attributes.is_empty() {
            continue;
        }
        attributes.sort_unstable();
        section.open(out);
        let name = cluster.node_name(node);
        if let Some(xml) = out.xml() {
            xml.push("node", &[("name", name)]);
        } else {
            out.begin(&format!("Node: {name}"));
        }
        for (name, value) in attributes {
            let expected = expected(cluster, node, name, parameters);
            if let Some(xml) = out.xml() {
                let text = expected.map(|number| number.to_string());
                let mut pairs = vec![("name", name), ("value", value)];
                pairs.extend(text.as_deref().map(|text| ("expected", text)));
                xml.leaf("attribute", &pairs);
            } else {
                out.item(&format!("{name:<32}\t: {value:<10}{}", connectivity(value, expected)));
            }
        }
        out.end();
    }
    section.close(out)
}

fn connectivity(value: &str, expected: Option<i64>) -> String {
    let Some(expected) = expected else { return String::new() };
    let value = scan_ll(value).unwrap_or(0);
    if value <= 0 {
        "\t: Connectivity is lost".to_owned()
    } else if value < expected {
        format!("\t: Connectivity is degraded (Expected={expected})")
    } else {
        String::new()
    }
}

/// What an attribute is when everything can be reached, if a ping resource on the node maintains it.
fn expected(cluster: &Cluster<'_>, node: NodeId, name: &str, parameters: Parameters<'_>) -> Option<i64> {
    for &rsc in &cluster.seen.state.node(node).running {
        let agent = cluster.seen.config.rsc(rsc).agent.as_deref();
        if !matches!(agent, Some("ping" | "pingd")) {
            continue;
        }
        let table = parameters(rsc, node);
        let kept = table.get("name").map_or("pingd", |value| &**value);
        if !kept.eq_ignore_ascii_case(name) {
            continue;
        }
        let hosts = table.get("host_list").map_or(0, |list| list.split(' ').filter(|word| !word.is_empty()).count());
        let multiplier = table.get("multiplier").and_then(|text| scan_ll(text).ok()).unwrap_or(1);
        return Some(i64::try_from(hosts).unwrap_or(i64::MAX).saturating_mul(multiplier));
    }
    None
}
