//! Bundles: one line per replica. Source: behaviour notes 05 section 3.7.

use pcmk_pengine::RscId;
use pcmk_pengine::config::Replica;

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
    title.push_str(&cluster.description_in_title(rsc));
    out.begin(&title);
    let whole = cluster.is_named(rsc);
    for replica in &bundle.replicas {
        if !is_here(cluster, replica) {
            continue;
        }
        let parts = wanted_parts(cluster, replica, whole);
        if cluster.show.details || !whole {
            if parts.is_empty() {
                continue;
            }
            let title = (bundle.replicas.len() > 1).then(|| format!("Replica[{}]", replica.offset));
            let list = title.as_deref().filter(|_| out.html().is_some());
            match (list, &title) {
                (Some(title), _) => out.begin(title),
                (None, Some(title)) => out.item(title),
                (None, None) => {}
            }
            out.indent();
            for part in parts {
                primitive::item(
                    cluster,
                    out,
                    part,
                    cluster.name(part),
                    cluster.current_node(part),
                    false,
                );
            }
            out.dedent();
            if list.is_some() {
                out.end();
            }
            continue;
        }
        let shown = replica.child.unwrap_or(replica.container);
        let mut name = cluster
            .name(replica.remote.unwrap_or(replica.container))
            .to_owned();
        if let Some(address) = &replica.address {
            name.push_str(&format!(" ({address})"));
        }
        let node = cluster.current_node(replica.container);
        primitive::item(cluster, out, shown, &name, node, false);
    }
    out.end();
}

/// Whether a replica is nowhere, or on a node that is wanted.
fn is_here(cluster: &Cluster<'_>, replica: &Replica) -> bool {
    let parts = || all_parts(replica);
    !parts().any(|part| cluster.is_active(part, false))
        || parts().any(|part| cluster.is_active_here(part))
}

fn all_parts(replica: &Replica) -> impl Iterator<Item = RscId> {
    let parts = [
        replica.ip,
        replica.child,
        Some(replica.container),
        replica.remote,
    ];
    parts.into_iter().flatten()
}

fn wanted_parts(cluster: &Cluster<'_>, replica: &Replica, whole: bool) -> Vec<RscId> {
    all_parts(replica)
        .filter(|&part| whole || cluster.is_named(part))
        .collect()
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
    let whole = cluster.is_named(rsc);
    for replica in &bundle.replicas {
        let parts = wanted_parts(cluster, replica, whole);
        if !is_here(cluster, replica) || parts.is_empty() {
            continue;
        }
        let offset = replica.offset.to_string();
        if let Some(xml) = out.xml() {
            xml.push("replica", &[("id", &offset)]);
        }
        for part in parts {
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
