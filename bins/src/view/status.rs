//! The status of a whole cluster. Source: behaviour notes 05 sections 3 and 6.3.

use pcmk_pengine::config::Kind;
use pcmk_pengine::{Observed, RscId};

use super::failures::Times;
use super::{Cluster, attributes, brief, bundle, clone, failures, group, node, primitive};
use crate::ops::extras::Extras;
use crate::out::{Out, Section};

/// Shows the status under a title.
pub fn show(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    title: &str,
    extras: &Extras,
    times: Times<'_>,
) {
    out.begin(title);
    let mut printed = node::list(cluster, out, false);
    printed |= resources(cluster, out, printed);
    if cluster.show.attributes {
        printed |= attributes::list(cluster, out, &extras.pings, printed);
    }
    if cluster.show.failcounts {
        printed |= failures::fail_counts(cluster, out, &extras.fail_counts, times.people, printed);
    }
    if cluster.show.failures {
        failures::failed_actions(cluster, out, true, times, printed);
    }
    out.end();
}

/// Shows a resource of any kind.
pub fn resource(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    match &cluster.seen.config.rsc(rsc).kind {
        Kind::Primitive => primitive::show(cluster, out, rsc),
        Kind::Group(_) => group::show(cluster, out, rsc),
        Kind::Clone(_) => clone::show(cluster, out, rsc),
        Kind::Bundle(_) => bundle::show(cluster, out, rsc),
    }
}

/// The list of resources. Says whether anything was printed.
pub fn resources(cluster: &Cluster<'_>, out: &mut Out<'_>, spacer: bool) -> bool {
    let show = cluster.show;
    // What is left is not below a node.
    let cluster = &cluster.away_from_nodes();
    if show.by_node && !show.inactive {
        return false;
    }
    let title = if show.by_node {
        "Inactive Resources"
    } else if show.inactive {
        "Full List of Resources"
    } else {
        "Active Resources"
    };
    let mut section = Section::new(title, spacer);
    // XML lists them all in any case.
    let brief = show.brief && !show.by_node && out.xml().is_none();
    let is_primitive = |rsc: RscId| cluster.seen.config.rsc(rsc).is_primitive();
    if brief {
        let primitives = cluster.seen.config.top.iter().copied();
        let primitives: Vec<RscId> = primitives
            .filter(|&rsc| is_primitive(rsc) && cluster.is_wanted(rsc))
            .filter(|&rsc| show.inactive || cluster.is_active(rsc, true))
            .collect();
        if !primitives.is_empty() {
            section.open(out);
            let style = match show.inactive {
                true => brief::Style::Full,
                false => brief::Style::Active,
            };
            brief::list(cluster, out, primitives.into_iter(), style);
        }
    }
    for &rsc in &cluster.seen.config.top {
        let row = cluster.seen.config.rsc(rsc);
        if !cluster.is_wanted(rsc) {
            continue;
        }
        if row.removed && !cluster.is_active(rsc, true) {
            continue;
        }
        let partially = cluster.is_active(rsc, false);
        let skipped = if show.by_node {
            cluster.is_active(rsc, true)
        } else if brief && row.is_primitive() {
            true
        } else {
            !partially && !show.inactive
        };
        if skipped || (partially && !cluster.is_active_here(rsc)) {
            continue;
        }
        if row.internal && row.is_primitive() && out.xml().is_none() && !show.details {
            continue;
        }
        section.open(out);
        resource(cluster, out, rsc);
    }
    if !section.is_open() {
        if out.xml().is_some() && show.by_node {
            return false;
        }
        section.open(out);
        if out.xml().is_none() {
            out.item(match (show.by_node, show.inactive) {
                (true, _) => "No inactive resources",
                (false, true) => "No resources",
                (false, false) => "No active resources",
            });
        }
    }
    section.close(out)
}

/// Tells that the cluster does not manage resources, if so. Says whether anything was printed.
pub fn management_banner(seen: &Observed, out: &mut Out<'_>) -> bool {
    let options = &seen.config.options;
    if options.maintenance {
        out.line("");
        out.line("              *** Resource management is DISABLED ***");
        out.line("  The cluster will not attempt to start, stop or recover services");
    } else if options.stop_all {
        out.line("");
        out.line("    *** Resource management is DISABLED ***");
        out.line("  The cluster will keep all resources stopped");
    } else {
        return false;
    }
    true
}

/// What precedes the status of a cluster: a banner in maintenance mode, and how many resources are out of use. Says
/// whether anything was printed.
pub fn preamble(seen: &Observed, out: &mut Out<'_>) -> bool {
    let mut printed = seen.config.options.maintenance && management_banner(seen, out);
    let counts = seen.state.counts;
    if counts.disabled > 0 || counts.blocked > 0 {
        if printed {
            out.spacer();
        }
        out.info(&format!(
            "{} of {} resource instances DISABLED and {} BLOCKED from further action due to failure",
            counts.disabled, counts.total, counts.blocked
        ));
        printed = true;
    }
    printed
}
