//! What `crm_resource` shows. Source: behaviour notes 07 section 3.

pub mod agents;
pub mod attribute;
pub mod constraints;
pub mod cts;
pub mod digests;
pub mod operations;
pub mod why;

use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_pengine::{Observed, RscId};

use super::{Cluster, Show, status};
use crate::ops::resource::place::Place;
use crate::out::Out;

/// A cluster of which everything about resources is shown, but not where they are.
#[must_use]
pub fn without_nodes(seen: &Observed) -> Cluster<'_> {
    let mut cluster = cluster(seen);
    cluster.without_nodes = true;
    cluster.show.descriptions = true;
    cluster
}

fn cluster(seen: &Observed) -> Cluster<'_> {
    Cluster::new(
        seen,
        Show {
            inactive: true,
            pending: true,
            ..Show::default()
        },
    )
}

/// Lists all resources. Says whether there are any.
pub fn list(seen: &Observed, out: &mut Out<'_>) -> bool {
    let cluster = without_nodes(seen);
    out.set_fancy(true);
    status::resources(&cluster, out, false);
    out.set_fancy(false);
    let config = &seen.config;
    let top = &config.top;
    top.iter().any(|&rsc| {
        let row = config.rsc(rsc);
        let gone = row.removed && !cluster.is_active(rsc, true);
        let hidden = row.internal && row.is_primitive() && out.xml().is_none();
        !gone && !hidden
    })
}

/// Lists the ids of all primitives. Says whether there are any.
pub fn list_raw(seen: &Observed, out: &mut Out<'_>) -> bool {
    let config = &seen.config;
    let leaves: Vec<RscId> = config
        .top
        .iter()
        .flat_map(|&top| config.leaves(top))
        .collect();
    if leaves.is_empty() {
        out.err("NO resources configured\n");
        return false;
    }
    match out.xml() {
        Some(xml) => {
            let count = leaves.len().to_string();
            xml.push("list", &[("name", "resource names"), ("count", &count)]);
            for rsc in leaves {
                xml.text_leaf("item", &[("name", "resource")], config.name(rsc));
            }
            xml.pop();
        }
        None => {
            for rsc in leaves {
                out.line(config.name(rsc));
            }
        }
    }
    true
}

/// Shows a resource and its definition.
pub fn definition(seen: &Observed, rsc: RscId, definition: &Document, out: &mut Out<'_>) {
    let cluster = cluster(seen);
    let text = print(definition.root_element(), PrintStyle::Pretty);
    if let Some(xml) = out.xml() {
        xml.push("resource_config", &[]);
    }
    status::resource(&cluster, out, rsc);
    match out.xml() {
        Some(xml) => {
            xml.cdata_leaf("xml", &[], &text);
            xml.pop();
        }
        None => {
            out.line("Resource XML:");
            out.blob("xml", &text);
        }
    }
}

/// Shows where a resource is active.
pub fn places(seen: &Observed, name: &str, places: &[Place], out: &mut Out<'_>) {
    let quiet = out.is_quiet();
    if let Some(xml) = out.xml() {
        xml.push("nodes", &[("resource", name)]);
        for place in places {
            let state: &[(&str, &str)] = match place.promoted {
                true => &[("state", "promoted")],
                false => &[],
            };
            xml.text_leaf("node", state, seen.config.node_name(place.node));
        }
        xml.pop();
        return;
    }
    if places.is_empty() {
        out.err(&format!("resource {name} is NOT running"));
    }
    for place in places {
        let node = seen.config.node_name(place.node);
        let role = if place.promoted { " Promoted" } else { "" };
        out.line(&match quiet {
            true => node.to_owned(),
            false => format!("resource {name} is running on: {node}{role}"),
        });
    }
}
