//! Where resources are active. Source: behaviour notes 07 section 3.4.

use pcmk_core::role::Role;
use pcmk_pengine::{NodeId, Observed, RscId};

/// A place of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The node.
    pub node: NodeId,
    /// In the promoted role.
    pub promoted: bool,
}

/// All places of a resource, latest first. A clone, and the name of an anonymous instance without number, stand for all
/// instances.
#[must_use]
pub fn places(seen: &Observed, rsc: RscId, typed: &str) -> Vec<Place> {
    let config = &seen.config;
    let row = config.rsc(rsc);
    let clone = match row.parent {
        _ if row.is_clone() => Some(rsc),
        Some(parent) if config.rsc(parent).is_clone() && !row.unique && &*row.id != typed => {
            Some(parent)
        }
        Some(_) | None => None,
    };
    let parts = match clone {
        Some(clone) => config.rsc(clone).children.clone(),
        None => vec![rsc],
    };
    let mut places = Vec::new();
    for part in parts {
        let promoted = seen.board.rsc(part).role == Role::Promoted;
        let active = seen.state.rsc(part).active.iter();
        places.extend(active.map(|&node| Place { node, promoted }));
    }
    places.reverse();
    places
}

/// The nodes on which a resource counts as active when it is asked where it is: those of all its primitives, of a
/// bundle those of its containers.
#[must_use]
pub fn active_nodes(seen: &Observed, rsc: RscId) -> Vec<NodeId> {
    let row = seen.config.rsc(rsc);
    let primitives = match row.as_bundle() {
        Some(bundle) => bundle
            .replicas
            .iter()
            .map(|replica| replica.container)
            .collect(),
        None => seen.config.leaves(rsc),
    };
    let mut nodes = Vec::new();
    for primitive in primitives {
        for &node in &seen.state.rsc(primitive).active {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
    }
    nodes
}

/// The promoted instances of a clone: the nodes they are on, in order of instances.
#[must_use]
pub fn promoted_instances(seen: &Observed, clone: RscId) -> Vec<Option<NodeId>> {
    let children = &seen.config.rsc(clone).children;
    let promoted = children
        .iter()
        .filter(|&&child| highest_role(seen, child) == Role::Promoted);
    promoted
        .map(|&child| active_nodes(seen, child).first().copied())
        .collect()
}

fn highest_role(seen: &Observed, rsc: RscId) -> Role {
    let leaves = seen.config.leaves(rsc);
    let roles = leaves.iter().map(|&leaf| seen.board.rsc(leaf).role);
    roles.max().unwrap_or_default()
}
