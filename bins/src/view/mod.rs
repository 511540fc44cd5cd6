//! Views: cluster values turned into output. Formats differ here only where their contents do.
//!
//! Every view of the cluster's status works on a [`Cluster`], which is what `observe` found plus the question what the
//! user wants to see. Views change nothing; where the reference changes a value in passing while it prints (see
//! `docs/undocumented.md`), the changed value is local here.

pub mod attributes;
pub mod bans;
pub mod brief;
pub mod bundle;
pub mod clone;
pub mod cluster_options;
pub mod cluster_summary;
pub mod element;
pub mod failures;
pub mod fencing;
pub mod filter;
pub mod group;
pub mod history;
pub mod messages;
pub mod node;
pub mod option_list;
pub mod primitive;
pub mod resource;
pub mod resource_options;
pub mod scores;
pub mod simulation;
pub mod status;
pub mod summary;
pub mod ticket;

use std::cell::OnceCell;
use std::collections::HashMap;

use filter::Filter;
use pcmk_core::lenient::int_attr;
use pcmk_core::order::name_order;
use pcmk_core::role::Role;
use pcmk_pengine::config::Kind;
use pcmk_pengine::{NodeId, Observed, RscId};

/// What to show of a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Resources that are not active, too.
    pub inactive: bool,
    /// Pending actions in place of states.
    pub pending: bool,
    /// Node attributes.
    pub attributes: bool,
    /// Fail counts.
    pub failcounts: bool,
    /// Failed actions.
    pub failures: bool,
    /// Descriptions of all resources, not only of those that are active in several places.
    pub descriptions: bool,
    /// Resources below the nodes they are active on.
    pub by_node: bool,
    /// Primitives counted by agent instead of listed.
    pub brief: bool,
    /// Ids of nodes and hosts of guests, feature sets, every instance of clones, resources that exist only to serve
    /// others, and failed actions in their technical form.
    pub details: bool,
}

/// A failed probe that only means "cannot run here".
#[derive(Clone, Debug)]
struct MaskedProbe {
    /// `on_node` of the entry.
    on_node: String,
    /// Exit status.
    rc: i32,
}

/// A cluster to be shown.
pub struct Cluster<'a> {
    /// What was read.
    pub seen: &'a Observed,
    /// What is wanted.
    pub show: Show,
    /// Which nodes and resources are wanted.
    pub filter: Filter,
    /// Only the resources are of interest, not where they are.
    pub without_nodes: bool,
    /// Masked probe failures by the resource part of their key, read when first asked for.
    masked: OnceCell<HashMap<String, Vec<MaskedProbe>>>,
}

impl<'a> Cluster<'a> {
    /// Shows this of that.
    #[must_use]
    pub fn new(seen: &'a Observed, show: Show) -> Cluster<'a> {
        Cluster {
            seen,
            show,
            filter: Filter::default(),
            without_nodes: false,
            masked: OnceCell::new(),
        }
    }

    /// Shows only what passes the filter.
    #[must_use]
    pub fn filtered(self, filter: Filter) -> Cluster<'a> {
        Cluster { filter, ..self }
    }

    /// The same, but not below nodes.
    #[must_use]
    pub fn away_from_nodes(&self) -> Cluster<'a> {
        let show = Show {
            by_node: false,
            ..self.show
        };
        Cluster {
            without_nodes: self.without_nodes,
            ..Cluster::new(self.seen, show).filtered(self.filter.clone())
        }
    }

    /// The node's name as it is shown: with its host if it is a guest, and its id, if that is wanted.
    #[must_use]
    pub fn display_name(&self, node: NodeId) -> String {
        let config = &self.seen.config;
        let mut text = self.node_name(node).to_owned();
        if self.show.details {
            if let Some(launcher) = config.launcher_of_node(node) {
                let host = self.current_node(launcher);
                text.push('@');
                text.push_str(host.map_or("", |host| self.node_name(host)));
            }
            let id = &config.node(node).uuid;
            if !id.eq_ignore_ascii_case(self.node_name(node)) {
                text.push_str(&format!(" ({id})"));
            }
        }
        text
    }

    /// The node's name.
    #[must_use]
    pub fn node_name(&self, node: NodeId) -> &'a str {
        self.seen.config.node_name(node)
    }

    /// Names of nodes, in name order.
    #[must_use]
    pub fn sorted_names(&self, nodes: &[NodeId]) -> Vec<&'a str> {
        let mut names: Vec<&str> = nodes.iter().map(|&node| self.node_name(node)).collect();
        names.sort_by(|a, b| name_order(a, b));
        names
    }

    /// The name under which a resource is shown: without instance number unless instances differ.
    #[must_use]
    pub fn name(&self, rsc: RscId) -> &'a str {
        let row = self.seen.config.rsc(rsc);
        if row.unique { &row.id } else { &row.xml_id }
    }

    /// The description of a resource, if it is to be shown.
    #[must_use]
    pub fn description(&self, rsc: RscId) -> Option<&'a str> {
        let wanted = self.show.descriptions
            || self.show.details
            || self.show.by_node
            || self.seen.state.rsc(rsc).active.len() > 1;
        self.seen
            .config
            .rsc(rsc)
            .description
            .as_deref()
            .filter(|_| wanted)
    }

    /// The description of a resource in the title of its list: only if descriptions of all are to be shown.
    #[must_use]
    pub fn description_in_title(&self, rsc: RscId) -> String {
        let wanted = self.show.descriptions || self.show.details;
        match &self.seen.config.rsc(rsc).description {
            Some(text) if wanted => format!(" ({text})"),
            Some(_) | None => String::new(),
        }
    }

    /// Resources directly inside, in the order now in force.
    #[must_use]
    pub fn children(&self, rsc: RscId) -> &'a [RscId] {
        let ordered = &self.seen.board.rsc(rsc).children;
        if ordered.is_empty() {
            &self.seen.config.rsc(rsc).children
        } else {
            ordered
        }
    }

    /// The parts of a bundle's replicas.
    fn parts(&self, rsc: RscId) -> Option<Vec<RscId>> {
        let bundle = self.seen.config.rsc(rsc).as_bundle()?;
        Some(
            bundle
                .replicas
                .iter()
                .flat_map(|r| [r.ip, r.child, Some(r.container), r.remote])
                .flatten()
                .collect(),
        )
    }

    /// Whether a resource is active (02 section 10.9, 05 section 3.3): a collective if all or any of its parts are.
    #[must_use]
    pub fn is_active(&self, rsc: RscId, all: bool) -> bool {
        let parts;
        let children = match &self.seen.config.rsc(rsc).kind {
            Kind::Primitive => {
                let managed = self.seen.board.rsc(rsc).managed;
                return self.seen.state.rsc(rsc).active.iter().any(|&node| {
                    let node = self.seen.board.node(node);
                    node.unclean || node.online || !managed
                });
            }
            Kind::Group(_) | Kind::Clone(_) => self.children(rsc),
            Kind::Bundle(_) => {
                parts = self.parts(rsc).unwrap_or_default();
                &parts
            }
        };
        if all {
            children.iter().all(|&child| self.is_active(child, true))
        } else {
            children.iter().any(|&child| self.is_active(child, false))
        }
    }

    /// The node a primitive is taken to run on (02 section 10.8).
    #[must_use]
    pub fn current_node(&self, rsc: RscId) -> Option<NodeId> {
        let active = &self.seen.state.rsc(rsc).active;
        let first = active.first().copied()?;
        if let Some(source) = self.seen.board.rsc(rsc).partial_source {
            return Some(if active.contains(&source) {
                source
            } else {
                first
            });
        }
        if self.seen.config.rsc(rsc).requires.fencing {
            return Some(first);
        }
        let healthy = active.iter().copied().find(|&node| {
            let node = self.seen.board.node(node);
            node.online && !node.unclean
        });
        Some(healthy.unwrap_or(first))
    }

    /// The distinct nodes on which a resource or any part of it is active.
    #[must_use]
    pub fn locations(&self, rsc: RscId) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        self.each_primitive(rsc, &mut |primitive| {
            for &node in &self.seen.state.rsc(primitive).active {
                if !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
        });
        nodes
    }

    /// Calls a function for a resource's primitives, itself if it is one.
    pub fn each_primitive(&self, rsc: RscId, visit: &mut impl FnMut(RscId)) {
        match &self.seen.config.rsc(rsc).kind {
            Kind::Primitive => visit(rsc),
            Kind::Group(_) | Kind::Clone(_) => {
                for &child in self.children(rsc) {
                    self.each_primitive(child, visit);
                }
            }
            Kind::Bundle(_) => {
                for part in self.parts(rsc).unwrap_or_default() {
                    self.each_primitive(part, visit);
                }
            }
        }
    }

    /// The highest role of a resource's primitives.
    #[must_use]
    pub fn highest_role(&self, rsc: RscId) -> Role {
        let mut role = Role::Unknown;
        self.each_primitive(rsc, &mut |primitive| {
            role = role.max(self.seen.board.rsc(primitive).role)
        });
        role
    }

    /// Whether the topmost parent (bundles excluded) is promotable.
    #[must_use]
    pub fn top_is_promotable(&self, rsc: RscId) -> bool {
        let config = &self.seen.config;
        config.rsc(config.top_of(rsc)).promotable
    }

    /// The configured target role, whatever it is worth.
    #[must_use]
    pub fn configured_role(&self, rsc: RscId) -> Option<Role> {
        self.seen
            .config
            .rsc(rsc)
            .meta("target-role")
            .and_then(Role::parse)
            .map(|parsed| parsed.role)
    }

    /// `maintenance`, or else `unmanaged`, or nothing.
    #[must_use]
    pub fn management(&self, rsc: RscId) -> Option<&'static str> {
        let row = self.seen.board.rsc(rsc);
        if row.maintenance {
            Some("maintenance")
        } else if row.managed {
            None
        } else {
            Some("unmanaged")
        }
    }

    /// The exit status of a masked probe failure of this resource on this node (on any node if none is given).
    #[must_use]
    pub fn masked_probe(&self, rsc: RscId, node: Option<NodeId>) -> Option<i32> {
        let config = &self.seen.config;
        let top = config.rsc(config.top_of(rsc));
        let id: &str = match top.as_clone() {
            Some(clone) => &clone.child_name,
            None => &config.rsc(rsc).id,
        };
        let probes = self.masked.get_or_init(|| self.read_masked()).get(id)?;
        let name = node.map(|node| self.node_name(node));
        probes
            .iter()
            .find(|probe| name.is_none_or(|name| probe.on_node.eq_ignore_ascii_case(name)))
            .map(|probe| probe.rc)
    }

    fn read_masked(&self) -> HashMap<String, Vec<MaskedProbe>> {
        let mut masked: HashMap<String, Vec<MaskedProbe>> = HashMap::new();
        for failed in self
            .seen
            .state
            .failed
            .iter()
            .filter(|failed| failures::is_masked(failed))
        {
            let key = failures::history_key(failed).and_then(pcmk_core::key::parse_op_key);
            if let Some((key, on_node)) = key.zip(failed.attr("on_node")) {
                let rc = int_attr(failed.attr("rc-code"), 0);
                let probe = MaskedProbe {
                    on_node: on_node.to_owned(),
                    rc,
                };
                masked.entry(key.rsc.to_owned()).or_default().push(probe);
            }
        }
        masked
    }
}

/// ` (a, b)`, or nothing for an empty list.
fn in_brackets(parts: &[&str]) -> String {
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(", "))
    }
}

/// A boolean as written in XML.
const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
