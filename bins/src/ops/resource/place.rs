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
        Some(parent) if config.rsc(parent).is_clone() && !row.unique && &*row.id != typed => Some(parent),
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
