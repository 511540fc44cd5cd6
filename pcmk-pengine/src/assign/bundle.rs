//! Assigning a bundle: containers, then addresses, connections and children by replica, then the implied clone.
//! Source: behaviour notes 03 §12.
//!
//! There is no guard against doing it again, as in the reference: whenever something asks for the bundle or a part of it
//! from outside, everything is gone through once more (and its score lines are recorded once more). Only a bundle that
//! asks for itself without end is stopped, at [`BUNDLE_LEVELS`] levels, where the reference would crash.

use pcmk_core::limits::BUNDLE_LEVELS;
use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::config::Replica;
use crate::constraints::NewColocation;
use crate::id::{NodeId, RscId};
use crate::scores::{Cause, Entry};
use crate::weigh::threshold::threshold_reached;
use crate::work::Work;

use super::{assign_rsc, instances, show};

/// Assigns all parts of a bundle.
pub fn assign(w: &mut Work<'_>, bundle: RscId, prefer: Option<NodeId>, last: bool) {
    let config = w.config;
    let Some(info) = config.rsc(bundle).as_bundle() else {
        return;
    };
    let levels = w.board.rsc(bundle).bundle_levels;
    if levels >= BUNDLE_LEVELS {
        return;
    }
    let state = w.board.rsc_mut(bundle);
    state.bundle_levels = levels + 1;
    state.assigning = true;
    show::scores(w, "pcmk__bundle_assign", bundle);
    let mut containers: Vec<RscId> = info.replicas.iter().map(|r| r.container).collect();
    let total = u32::try_from(containers.len()).unwrap_or(u32::MAX);
    instances::sort(w, &mut containers);
    instances::assign_instances(w, bundle, &containers, total, info.replicas_per_host);
    for replica in &info.replicas {
        assign_replica(w, replica, info.clone, prefer, last);
    }
    if let Some(clone) = info.clone {
        let entries: Vec<Entry> = w.scores.of(clone).iter().copied().collect();
        for entry in entries {
            let own = info.replicas.iter().any(|r| r.node == Some(entry.node));
            let score = if own {
                Score::ZERO
            } else {
                Score::MINUS_INFINITY
            };
            w.put_score(clone, entry.node, score, || {
                Cause::Other("bundle nodes only")
            });
        }
        assign_rsc(w, clone, prefer, last);
    }
    let state = w.board.rsc_mut(bundle);
    state.bundle_levels = levels;
    state.assigning = false;
    state.unassigned = false;
}

fn assign_replica(
    w: &mut Work<'_>,
    replica: &Replica,
    clone: Option<RscId>,
    prefer: Option<NodeId>,
    last: bool,
) {
    let config = w.config;
    if let Some(ip) = replica.ip {
        assign_rsc(w, ip, prefer, last);
    }
    if let Some(remote) = replica.remote {
        let host = w
            .board
            .assigned_node(replica.container)
            .filter(|&n| config.node(n).remote);
        if let Some(connection) = host.and_then(|n| config.node(n).connection) {
            // A bundle on a remote node: the connection into the container needs that node's own connection's host.
            w.add_colocation(NewColocation {
                id: "#replica-remote-with-host-remote".into(),
                dependent: remote,
                primary: connection,
                score: Score::INFINITY,
                dependent_role: Role::Unknown,
                primary_role: Role::Unknown,
                attribute: "#uname".into(),
                influence: true,
                explicit: false,
            });
        }
        assign_rsc(w, remote, prefer, last);
    }
    let (Some(child), Some(node)) = (replica.child, replica.node) else {
        return;
    };
    let entries: Vec<NodeId> = w.scores.of(child).iter().map(|e| e.node).collect();
    for at in entries {
        if at != node {
            w.ban(child, at, || Cause::Other("bundle node only"));
        } else if !threshold_reached(w, child, at) {
            w.put_score(child, at, Score::INFINITY, || Cause::Other("bundle node"));
        }
    }
    if let Some(clone) = clone {
        w.board.rsc_mut(clone).assigning = true;
    }
    assign_rsc(w, child, Some(node), last);
    if let Some(clone) = clone {
        w.board.rsc_mut(clone).assigning = false;
    }
}
