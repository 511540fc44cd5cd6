//! Why resources may not be running. Source: behaviour notes 07 section 3.4.

use pcmk_pengine::{NodeId, Observed, RscId};

use crate::ops::resource::why::{Check, check, is_active};
use crate::out::{Out, Xml};

/// Explains one resource, with regard to a node if one is given.
pub fn resource(seen: &mut Observed, rsc: RscId, node: Option<NodeId>, out: &mut Out<'_>) {
    let active = is_active(seen, rsc, node);
    let checked = check(seen, rsc, node);
    let host = node.map(|node| seen.config.node_name(node));
    if let Some(xml) = out.xml() {
        let attributes: Vec<(&str, &str)> = match host {
            Some(host) if active => vec![("running-on", host)],
            Some(_) => Vec::new(),
            None => vec![("running", if active { "true" } else { "false" })],
        };
        xml.push("reason", &attributes);
        check_xml(seen, &checked, xml);
        xml.pop();
        return;
    }
    let not = if active { "" } else { "not " };
    let place = host
        .map(|host| format!(" on host {host}"))
        .unwrap_or_default();
    out.line(&format!(
        "Resource {} is {not}running{place}",
        seen.config.name(rsc)
    ));
    check_text(seen, &checked, out);
}

/// Explains what is active on a node, or without one every top-level resource.
pub fn all(seen: &mut Observed, node: Option<NodeId>, out: &mut Out<'_>) {
    if let Some(xml) = out.xml() {
        xml.push("reason", &[]);
        xml.push("resources", &[]);
    }
    let resources = match node {
        Some(node) => seen.state.node(node).running.clone(),
        None => seen.config.top.clone(),
    };
    for rsc in resources {
        if out.xml().is_none() {
            resource(seen, rsc, node, out);
            continue;
        }
        let active = is_active(seen, rsc, node);
        let checked = check(seen, rsc, node);
        let Some(xml) = out.xml() else { continue };
        let running = if active { "true" } else { "false" };
        let mut attributes = vec![("id", seen.config.name(rsc)), ("running", running)];
        attributes.extend(node.map(|node| ("host", seen.config.node_name(node))));
        xml.push("resource", &attributes);
        check_xml(seen, &checked, xml);
        xml.pop();
    }
    if let Some(xml) = out.xml() {
        xml.pop();
        xml.pop();
    }
}

fn check_text(seen: &Observed, check: &Check, out: &mut Out<'_>) {
    let top = &check.top;
    if check.stopped {
        out.line(&format!(
            "Configuration specifies '{top}' should remain stopped"
        ));
    }
    if check.unpromoted {
        out.line(&format!(
            "Configuration specifies '{top}' should not be promoted"
        ));
    }
    if check.unmanaged {
        out.line(&format!(
            "Configuration prevents cluster from stopping or starting unmanaged '{top}'"
        ));
    }
    if let Some(node) = check.locked_to {
        let node = seen.config.node_name(node);
        out.line(&format!("'{top}' is locked to node {node} due to shutdown"));
    }
    if let Some(strategy) = &check.unhealthy {
        out.line(&format!(
            "'{top}' cannot run on unhealthy nodes due to node-health-strategy='{strategy}'"
        ));
    }
}

fn check_xml(seen: &Observed, check: &Check, xml: &mut Xml) {
    let mut attributes = vec![("id", check.top.as_str())];
    for (set, name, value) in [
        (check.stopped, "remain_stopped", "true"),
        (check.unpromoted, "promotable", "false"),
        (check.unmanaged, "unmanaged", "true"),
    ] {
        if set {
            attributes.push((name, value));
        }
    }
    if let Some(node) = check.locked_to {
        attributes.push(("locked-to", seen.config.node_name(node)));
    }
    if check.unhealthy.is_some() {
        attributes.push(("unhealthy", "true"));
    }
    xml.leaf("check", &attributes);
}
