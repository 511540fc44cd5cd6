//! Groups. Source: behaviour notes 05 section 3.5.

use pcmk_pengine::RscId;

use super::{Cluster, boolean, brief, in_brackets, primitive};
use crate::out::Out;

/// Shows a group with its members.
pub fn show(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    let row = cluster.seen.config.rsc(rsc);
    let board = cluster.seen.board.rsc(rsc);
    let members = cluster.children(rsc);
    let whole = cluster.is_named(rsc)
        || row
            .parent
            .is_some_and(|_| cluster.is_named(cluster.seen.config.top_of(rsc)));
    let shown = || {
        members.iter().copied().filter(|&member| {
            let wanted = whole || cluster.is_named(member);
            wanted && (cluster.show.inactive || cluster.is_active(member, true))
        })
    };
    if let Some(xml) = out.xml() {
        // Counted from the first member shown to the end.
        let first = shown()
            .next()
            .and_then(|first| members.iter().position(|&member| member == first));
        let count = first.map_or(0, |first| members.len() - first).to_string();
        let mut attributes = vec![
            ("id", &*row.id),
            ("number_resources", &*count),
            ("maintenance", boolean(board.maintenance)),
            ("managed", boolean(board.managed)),
            ("disabled", boolean(row.target_role.is_some())),
        ];
        attributes.extend(cluster.description(rsc).map(|text| ("description", text)));
        xml.push("group", &attributes);
        for member in shown() {
            primitive::show(cluster, out, member);
        }
        if let Some(xml) = out.xml() {
            xml.pop();
        }
        return;
    }
    let brief = cluster.show.brief;
    if !brief && shown().next().is_none() {
        return;
    }
    let inactive;
    let mut parts = Vec::new();
    if !cluster.show.inactive && cluster.is_active(rsc, false) {
        let count = members
            .iter()
            .filter(|&&member| !cluster.is_active(member, true))
            .count();
        if count > 0 {
            inactive = format!(
                "{count} member{} inactive",
                if count == 1 { "" } else { "s" }
            );
            parts.push(inactive.as_str());
        }
    }
    if row.target_role.is_some() {
        parts.push("disabled");
    }
    parts.extend(cluster.management(rsc));
    out.begin(&format!(
        "Resource Group: {}{}{}",
        row.id,
        in_brackets(&parts),
        cluster.description_in_title(rsc)
    ));
    if brief {
        let members = members
            .iter()
            .copied()
            .filter(|&member| whole || cluster.is_named(member));
        brief::list(cluster, out, members, brief::Style::Full);
    } else {
        for member in shown() {
            primitive::show(cluster, out, member);
        }
    }
    out.end();
}
