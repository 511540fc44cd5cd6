//! Transient and permanent node attributes. Source: behaviour notes 05 section 3.8.

use pcmk_core::lenient::scan_ll;

use super::Cluster;
use crate::ops::extras::Ping;
use crate::out::{Out, Section};

/// Names that start like this are not shown.
const HIDDEN: [&str; 6] = [
    "fail-count",
    "last-failure",
    "shutdown",
    "terminate",
    "standby",
    "#",
];

/// Shows attributes of online nodes. Says whether anything was printed.
pub fn list(cluster: &Cluster<'_>, out: &mut Out<'_>, pings: &[Ping], spacer: bool) -> bool {
    let mut section = Section::new("Node Attributes", spacer);
    for &node in &cluster.seen.config.node_order {
        if !cluster.seen.board.node(node).online || !cluster.filter.node(node) {
            continue;
        }
        let mut attributes: Vec<(&str, &str)> = cluster
            .seen
            .state
            .node(node)
            .attributes
            .iter()
            .map(|(name, value)| (name, &**value))
            .filter(|(name, _)| !HIDDEN.iter().any(|hidden| name.starts_with(hidden)))
            .collect();
        if attributes.is_empty() {
            continue;
        }
        attributes.sort_unstable();
        section.open(out);
        super::node::begin(cluster, out, node);
        for (name, value) in attributes {
            let ping = pings
                .iter()
                .find(|ping| ping.node == node && ping.attribute.eq_ignore_ascii_case(name));
            let expected = ping.map(|ping| ping.expected);
            if let Some(xml) = out.xml() {
                let text = expected.map(|number| number.to_string());
                let mut pairs = vec![("name", name), ("value", value)];
                pairs.extend(text.as_deref().map(|text| ("expected", text)));
                xml.leaf("attribute", &pairs);
            } else if out.html().is_some() {
                let text = format!("{name}: {value}");
                html_attribute(out, &text, value, expected);
            } else {
                out.item(&format!(
                    "{name:<32}\t: {value:<10}{}",
                    connectivity(value, expected)
                ));
            }
        }
        out.end();
    }
    section.close(out)
}

fn html_attribute(out: &mut Out<'_>, text: &str, value: &str, expected: Option<i64>) {
    let Some(html) = out.html() else { return };
    let degraded;
    let warning = match (expected, scan_ll(value).unwrap_or(0)) {
        (Some(_), value) if value <= 0 => " (connectivity is lost)",
        (Some(expected), value) if value < expected => {
            degraded = format!(" (connectivity is degraded -- expected {expected})");
            &degraded
        }
        (Some(_) | None, _) => "",
    };
    if expected.is_none() {
        html.item(text);
    } else if warning.is_empty() {
        html.spans(&[("", text)]);
    } else {
        html.spans(&[("", text), ("warning", warning)]);
    }
}

fn connectivity(value: &str, expected: Option<i64>) -> String {
    let Some(expected) = expected else {
        return String::new();
    };
    let value = scan_ll(value).unwrap_or(0);
    if value <= 0 {
        "\t: Connectivity is lost".to_owned()
    } else if value < expected {
        format!("\t: Connectivity is degraded (Expected={expected})")
    } else {
        String::new()
    }
}
