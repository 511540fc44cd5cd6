//! The status of a whole cluster. Source: behaviour notes 05 sections 3 and 6.3.

use pcmk_pengine::config::Kind;
use pcmk_pengine::{Observed, RscId};

use super::failures::LocalTime;
use super::{Cluster, attributes, bundle, clone, failures, group, node, primitive};
use crate::ops::extras::Extras;
use crate::out::{Out, Section};

/// Shows the status under a title.
pub fn show(
    cluster: &Cluster<'_>,
    out: &mut Out<'_>,
    title: &str,
    extras: &Extras,
    time: LocalTime<'_>,
) {
    out.begin(title);
    let mut printed = node::list(cluster, out);
    printed |= resources(cluster, out, printed);
    if cluster.show.attributes {
        printed |= attributes::list(cluster, out, &extras.pings, printed);
    }
    if cluster.show.failcounts {
        printed |= failures::fail_counts(cluster, out, &extras.fail_counts, time, printed);
    }
    if cluster.show.failures {
        failures::failed_actions(cluster, out, time, printed);
    }
    out.end();
}

/// Shows a resource of any kind.
fn resource(cluster: &Cluster<'_>, out: &mut Out<'_>, rsc: RscId) {
    match &cluster.seen.config.rsc(rsc).kind {
        Kind::Primitive => primitive::show(cluster, out, rsc),
        Kind::Group(_) => group::show(cluster, out, rsc),
        Kind::Clone(_) => clone::show(cluster, out, rsc),
        Kind::Bundle(_) => bundle::show(cluster, out, rsc),
    }
}

/// The list of resources. Says whether anything was printed.
fn resources(cluster: &Cluster<'_>, out: &mut Out<'_>, spacer: bool) -> bool {
    let title = if cluster.show.inactive {
        "Full List of Resources"
    } else {
        "Active Resources"
    };
    let mut section = Section::new(title, spacer);
    for &rsc in &cluster.seen.config.top {
        let row = cluster.seen.config.rsc(rsc);
        if row.removed && !cluster.is_active(rsc, true) {
            continue;
        }
        if !cluster.show.inactive && !cluster.is_active(rsc, false) {
            continue;
        }
        if row.internal && row.is_primitive() && out.xml().is_none() {
            continue;
        }
        section.open(out);
        resource(cluster, out, rsc);
    }
    if !section.is_open() {
        section.open(out);
        if out.xml().is_none() {
            out.item(if cluster.show.inactive {
                "No resources"
            } else {
                "No active resources"
            });
        }
    }
    section.close(out)
}

/// What precedes the status of a cluster: a banner in maintenance mode, and how many resources are out of use. Says
/// whether anything was printed.
pub fn preamble(seen: &Observed, out: &mut Out<'_>) -> bool {
    let mut printed = false;
    if seen.config.options.maintenance {
        out.line("");
        out.line("              *** Resource management is DISABLED ***");
        out.line("  The cluster will not attempt to start, stop or recover services");
        printed = true;
    }
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
