//! Location constraints that keep a resource off a node. Source: behaviour notes 05 sections 10.2 and 10.3.

use pcmk_core::role::Role;
use pcmk_core::score::Score;
use pcmk_pengine::constraints::Location;

use super::Cluster;
use crate::out::{Out, Section};

/// Shows bans whose id has the prefix. Says whether anything was printed.
pub fn list(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    locations: &[Location],
    prefix: &str,
    spacer: bool,
) -> bool {
    let mut section = Section::new("Negative Location Constraints", spacer);
    // The reference's list is newest first.
    for location in locations.iter().rev() {
        // A constraint counts for what it is about, or what that is in.
        let top = cluster.seen.config.top_of(location.rsc);
        let wanted = cluster.is_wanted(location.rsc) || cluster.is_named(top);
        // One with a rule goes by the name of the rule.
        let id = location.rule.as_ref().unwrap_or(&location.id);
        if !id.starts_with(prefix) || !wanted {
            continue;
        }
        for entry in &location.nodes {
            if entry.score >= Score::ZERO {
                continue;
            }
            section.open(out);
            let rsc = &cluster.seen.config.rsc(location.rsc).id;
            let promoted = location.role == Some(Role::Promoted);
            let node = cluster.display_name(entry.node);
            if let Some(xml) = out.xml() {
                let only = super::boolean(promoted);
                let weight = entry.score.value().to_string();
                xml.leaf(
                    "ban",
                    &[
                        ("id", id),
                        ("resource", rsc),
                        ("node", cluster.node_name(entry.node)),
                        ("weight", &weight),
                        ("promoted-only", only),
                        ("master_only", only),
                    ],
                );
            } else {
                let role = if promoted { "in Promoted role " } else { "" };
                out.item(&format!(
                    "{id}\tprevents {rsc} from running {role}on {node}"
                ));
            }
        }
    }
    section.close(out)
}
