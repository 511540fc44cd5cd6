//! Bundles: one line per replica. Source: behaviour notes 05 section 3.7.

use pcmk_pengine::RscId;

use super::{Cluster, boolean, primitive};
use crate::out::Out;

/// Shows a bundle.
pub fn show(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let row = cluster.seen.config.rsc(rsc);
    let Some(bundle) = row.as_bundle() else {
        return;
    };
    if out.xml().is_some() {
        xml(cluster, out, rsc);
        return;
    }
    let mut title = format!(
        "Container bundle{}: {} [{}]",
        if bundle.replicas.len() > 1 {
            " set"
        } else {
            ""
        },
        row.id,
        bundle.image
    );
    if bundle.unique {
        title.push_str(" (unique)");
    }
    if let Some(text) = cluster.management(rsc) {
        title.push_str(&format!(" ({text})"));
    }
    out.begin(&title);
    for replica in &bundle.replicas {
        let shown = replica.child.unwrap_or(replica.container);
        let mut name = cluster
            .name(replica.remote.unwrap_or(replica.container))
            .to_owned();
        if let Some(address) = &replica.address {
            name.push_str(&format!(" ({address})"));
        }
        let node = cluster.current_node(replica.container);
        out.item(&primitive::line(cluster, shown, &name, node));
    }
    out.end();
}

fn xml(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let row = cluster.seen.config.rsc(rsc);
    let board = cluster.seen.board.rsc(rsc);
    let Some(bundle) = row.as_bundle() else {
        return;
    };
    if let Some(xml) = out.xml() {
        let mut attributes = vec![
            ("id", &*row.id),
            ("type", bundle.technology),
            ("image", &*bundle.image),
            ("unique", boolean(bundle.unique)),
            ("maintenance", boolean(board.maintenance)),
            ("managed", boolean(board.managed)),
            ("failed", boolean(board.failed)),
        ];
        attributes.extend(cluster.description(rsc).map(|text| ("description", text)));
        xml.push("bundle", &attributes);
    }
    for replica in &bundle.replicas {
        let offset = replica.offset.to_string();
        if let Some(xml) = out.xml() {
            xml.push("replica", &[("id", &offset)]);
        }
        let parts = [
            replica.ip,
            replica.child,
            Some(replica.container),
            replica.remote,
        ];
        for part in parts.into_iter().flatten() {
            primitive::show(cluster, out, part);
        }
        if let Some(xml) = out.xml() {
            xml.pop();
        }
    }
    if let Some(xml) = out.xml() {
        xml.pop();
    }
}
