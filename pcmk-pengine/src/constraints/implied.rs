//! What the configuration implies: colocations of group members, bundle parts and launched resources, and bans of remote
//! nodes. Source: behaviour notes 03 §4.7.

use pcmk_core::role::Role;
use pcmk_core::score::Score;

use crate::actions::internal::forced_node;
use crate::config::Kind;
use crate::constraints::NewColocation;
use crate::id::{NodeId, RscId};
use crate::scores::Cause;
use crate::work::Work;

/// How strongly a bundle's connection is held to its container: less than mandatory, so that a container that can only
/// be elsewhere is not held back.
const CONNECTION_WITH_CONTAINER: i64 = 10_000;

/// Adds the implied colocations and bans, in list order.
pub fn imply(w: &mut Work<'_>) {
    let config = w.config;
    for &rsc in &config.top {
        of_resource(w, rsc);
    }
}

fn of_resource(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    let row = config.rsc(rsc);
    match &row.kind {
        Kind::Primitive => of_primitive(w, rsc),
        Kind::Group(group) => {
            let mut previous = None;
            for &member in &row.children {
                of_resource(w, member);
                if let Some(previous) = previous
                    && group.colocated
                {
                    let critical = config.rsc(member).critical;
                    together(
                        w,
                        "#group-members",
                        member,
                        previous,
                        Score::INFINITY,
                        critical,
                    );
                }
                previous = Some(member);
            }
        }
        Kind::Clone(_) => {
            for child in w.board.rsc(rsc).children.clone() {
                of_resource(w, child);
            }
        }
        Kind::Bundle(bundle) => {
            for replica in &bundle.replicas {
                of_resource(w, replica.container);
                if let Some(ip) = replica.ip {
                    of_resource(w, ip);
                    together(
                        w,
                        "#ip-with-container",
                        ip,
                        replica.container,
                        Score::INFINITY,
                        true,
                    );
                }
                if let Some(remote) = replica.remote {
                    of_resource(w, remote);
                }
            }
            if let Some(clone) = bundle.clone {
                of_resource(w, clone);
            }
        }
    }
}

fn of_primitive(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    if !w.board.rsc(rsc).managed {
        return;
    }
    let row = config.rsc(rsc);
    if let Some(launcher) = row.launcher {
        let bundled = config.is_bundled(rsc);
        if row.remote_connection && !bundled {
            // No guests on remote nodes, to avoid nesting; containers of bundles are exempt.
            avoid_remote_nodes(w, launcher);
        }
        match forced_node(w, rsc) {
            Some(node) => {
                let others: Vec<NodeId> = w
                    .scores
                    .of(rsc)
                    .iter()
                    .map(|e| e.node)
                    .filter(|&n| n != node)
                    .collect();
                for other in others {
                    w.ban(rsc, other, || {
                        Cause::Other("runs on its launcher's node only")
                    });
                }
            }
            None => {
                let score = if row.remote_connection && bundled {
                    Score::clipped(CONNECTION_WITH_CONTAINER)
                } else {
                    Score::INFINITY
                };
                together(w, "#resource-with-container", rsc, launcher, score, true);
            }
        }
    }
    if row.remote_connection || row.fence_device {
        avoid_remote_nodes(w, rsc);
    }
}

fn avoid_remote_nodes(w: &mut Work<'_>, rsc: RscId) {
    let config = w.config;
    if !config.have_remote_nodes {
        return;
    }
    let remote: Vec<NodeId> = w
        .scores
        .of(rsc)
        .iter()
        .map(|e| e.node)
        .filter(|&n| config.node(n).connection.is_some())
        .collect();
    for node in remote {
        w.ban(rsc, node, || Cause::Other("not on remote nodes"));
    }
}

fn together(
    w: &mut Work<'_>,
    id: &str,
    dependent: RscId,
    primary: RscId,
    score: Score,
    influence: bool,
) {
    w.add_colocation(NewColocation {
        id: id.into(),
        dependent,
        primary,
        score,
        dependent_role: Role::Unknown,
        primary_role: Role::Unknown,
        attribute: "#uname".into(),
        influence,
        explicit: false,
    });
}
