//! The instance of a collective that goes with a given instance of another. Source: behaviour notes 03 §8.4 (bundle),
//! §8.4.5.
//!
//! The reference tries one node after the other, best first, and on each looks for the first instance. Here instances
//! are looked at once, to know the first on each node; then one pass over the nodes finds the best that has one.

use pcmk_core::role::Role;

use crate::assign::nodes::{best_accepted, sorted_nodes};
use crate::config::BundleInfo;
use crate::id::{NodeId, RscId};
use crate::work::Work;

use super::attribute::{Classes, View};

/// The first instance of `collective`, in its current order, that has the role (Unknown: any), is not blocked, and is
/// where the dependent is, or else on the best of the dependent's nodes that has one. `classes`: "on" means "on a node
/// with the same value of the attribute".
#[must_use]
pub fn instance(
    w: &Work<'_>,
    dependent: RscId,
    collective: RscId,
    role: Role,
    classes: Option<&Classes>,
) -> Option<RscId> {
    let suitable = |instance: RscId| {
        (role == Role::Unknown || w.next_role_of(instance) == role) && !w.blocked_inside(instance)
    };
    let matches_on = |instance: RscId, at: NodeId, node: NodeId| match classes {
        None => at == node,
        Some(classes) => {
            let view = View::of(w, instance);
            at == node || view.class(w, classes, at) == view.class(w, classes, node)
        }
    };
    let instances = &w.board.rsc(collective).children;
    if let Some(node) = w.single_assigned(dependent) {
        return instances.iter().copied().find(|&i| {
            w.single_assigned(i)
                .is_some_and(|at| matches_on(i, at, node))
                && suitable(i)
        });
    }
    if classes.is_some() {
        return sorted_nodes(w, dependent, None)
            .into_iter()
            .find_map(|node| {
                instances.iter().copied().find(|&i| {
                    w.single_assigned(i)
                        .is_some_and(|at| matches_on(i, at, node))
                        && suitable(i)
                })
            });
    }
    let mut first_on: Vec<Option<RscId>> = vec![None; w.config.nodes.len()];
    for &candidate in instances {
        if let Some(node) = w.single_assigned(candidate)
            && first_on[node.index()].is_none()
            && suitable(candidate)
        {
            first_on[node.index()] = Some(candidate);
        }
    }
    let best = best_accepted(w, w.scores.of(dependent), |n| first_on[n.index()].is_some())?;
    first_on[best.node.index()]
}

/// The container of a bundle that goes with the dependent (03 §8.4, bundle).
#[must_use]
pub fn container(w: &Work<'_>, dependent: RscId, bundle: &BundleInfo) -> Option<RscId> {
    let on = |node: NodeId| {
        let host = if w.config.is_bundle_node(node) {
            w.config
                .launcher_of_node(node)
                .and_then(|l| w.board.assigned_node(l))?
        } else {
            node
        };
        bundle
            .replicas
            .iter()
            .map(|r| r.container)
            .find(|&c| w.board.assigned_node(c) == Some(host) && !w.blocked_inside(c))
    };
    if let Some(node) = w.single_assigned(dependent) {
        return on(node);
    }
    let best = best_accepted(w, w.scores.of(dependent), |n| on(n).is_some())?;
    on(best.node)
}
