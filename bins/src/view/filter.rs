//! Which nodes and resources of a status are wanted. Source: behaviour notes 05 sections 3.3 to 3.7 and 10.1.
//!
//! A resource is wanted if a name on the list is its own (with or without instance number) or that of what it is inside
//! of; a collective also if one of its parts is wanted.

use std::collections::HashSet;

use pcmk_pengine::config::Kind;
use pcmk_pengine::{NodeId, Observed, RscId};

use super::Cluster;

/// See the module. The default lets everything pass.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these nodes.
    nodes: Option<HashSet<NodeId>>,
    /// Only resources with these names.
    resources: Option<Vec<String>>,
}

impl Filter {
    /// A filter for a node, a resource, or tags of such.
    #[must_use]
    pub fn new(seen: &Observed, node: Option<&str>, resource: Option<&str>) -> Filter {
        Filter {
            nodes: node.map(|name| named_nodes(seen, name)),
            resources: resource.map(|name| named_resources(seen, name)),
        }
    }

    /// Whether only some nodes pass.
    #[must_use]
    pub fn is_for_nodes(&self) -> bool {
        self.nodes.is_some()
    }

    /// Whether a node passes.
    #[must_use]
    pub fn node(&self, node: NodeId) -> bool {
        self.nodes
            .as_ref()
            .is_none_or(|nodes| nodes.contains(&node))
    }
}

fn named_nodes(seen: &Observed, name: &str) -> HashSet<NodeId> {
    let config = &seen.config;
    if let Some(node) = config.find_node(name) {
        return HashSet::from([node]);
    }
    let members = tag_members(seen, name).unwrap_or_default();
    members
        .iter()
        .filter_map(|member| {
            config
                .find_node_by_uuid(member)
                .or_else(|| config.find_node(member))
        })
        .collect()
}

/// What a tag stands for.
fn tag_members<'a>(seen: &'a Observed, name: &str) -> Option<&'a [std::sync::Arc<str>]> {
    let tag = seen.config.tags.iter().find(|tag| &*tag.id == name)?;
    Some(&tag.members)
}

fn named_resources(seen: &Observed, name: &str) -> Vec<String> {
    let (config, state) = (&seen.config, &seen.state);
    if pcmk_pengine::state::find::find_renamed(config, state, name).is_some()
        || has_base(seen, name)
    {
        return vec![name.to_owned()];
    }
    match tag_members(seen, name) {
        Some(members) => members.iter().map(|member| member.to_string()).collect(),
        None => Vec::new(),
    }
}

/// Whether the name is that of an element some resource was made from.
fn has_base(seen: &Observed, name: &str) -> bool {
    let mut rows = seen.config.resources.iter();
    rows.any(|row| &*row.xml_id == name)
}

impl Cluster<'_> {
    /// Whether a resource is on the list by a name of its own.
    #[must_use]
    pub fn is_named(&self, rsc: RscId) -> bool {
        let Some(names) = &self.filter.resources else {
            return true;
        };
        let row = self.seen.config.rsc(rsc);
        let shown = self.name(rsc);
        names.iter().any(|name| *name == *row.id || name == shown)
    }

    /// Whether a resource is wanted for itself or for one of its parts.
    #[must_use]
    pub fn is_wanted(&self, rsc: RscId) -> bool {
        self.is_named(rsc)
            || match &self.seen.config.rsc(rsc).kind {
                Kind::Primitive => false,
                Kind::Group(_) | Kind::Clone(_) => self
                    .children(rsc)
                    .iter()
                    .any(|&child| self.is_wanted(child)),
                Kind::Bundle(_) => {
                    let parts = self.parts(rsc).unwrap_or_default();
                    parts.iter().any(|&part| self.is_named(part))
                }
            }
    }

    /// Whether a resource is wanted for itself, for one of its parts, or for what it is in.
    #[must_use]
    pub fn is_wanted_in_place(&self, rsc: RscId) -> bool {
        self.is_wanted(rsc) || self.is_wanted(self.seen.config.root_of(rsc))
    }

    /// Whether any part of a resource is active on a node that passes.
    #[must_use]
    pub fn is_active_here(&self, rsc: RscId) -> bool {
        !self.filter.is_for_nodes()
            || self
                .locations(rsc)
                .iter()
                .any(|&node| self.filter.node(node))
    }
}
