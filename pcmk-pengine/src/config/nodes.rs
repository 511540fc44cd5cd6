//! Configured nodes and the attributes of nodes. Source: behaviour notes 01 §6.1, §6.2.

use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::rule::NextChange;
use pcmk_cib::xml::{Element, ElementId};
use pcmk_core::diag::Diagnostics;
use pcmk_core::order::UpstreamTable;
use pcmk_core::score::{Score, parse_score};

use crate::config::build::{Builder, rule_input};
use crate::config::{Config, Source, XmlRef};
use crate::id::NodeId;

/// Reads the `node` entries.
pub(super) fn read(builder: &mut Builder<'_>, nodes: Option<ElementId>) {
    let Some(nodes) = nodes else { return };
    let doc = Arc::clone(&builder.config.doc);
    for entry in doc.element(nodes).children_named("node") {
        let Some(uuid) = entry.xml_id() else {
            builder.log.config_error(
                "unpack_nodes",
                "Ignoring <node> entry in configuration without id",
            );
            continue;
        };
        let name = entry.attr("uname").unwrap_or_default();
        let score = match entry.attr("score") {
            None => Score::ZERO,
            Some(text) => parse_score(text, &builder.config.options.health).unwrap_or_else(|_| {
                builder.log.config_warning(
                    "unpack_nodes",
                    format!(
                        "Using 0 as score for node {name} because '{text}' is not a valid score: Bad input value \
                         provided"
                    ),
                );
                Score::ZERO
            }),
        };
        let kind = entry.attr("type").unwrap_or("member");
        let remote = kind.eq_ignore_ascii_case("remote");
        if !remote && !kind.eq_ignore_ascii_case("member") {
            // The reference gives up on the whole section here.
            builder.log.config_error(
                "pe__create_node",
                format!("Ignoring node {name} with unrecognized type '{kind}'"),
            );
            return;
        }
        let at = XmlRef {
            source: Source::Input,
            element: entry.id(),
        };
        let node = builder.create_node(uuid, name, remote, score, Some(at));
        startup_fencing(builder, node);
        read_attributes(builder, node, Some(entry));
    }
}

/// Startup fencing makes a node unclean until it is seen; a remote node only once it has a connection
/// (behaviour notes 02 §3.2).
pub(crate) fn startup_fencing(builder: &mut Builder<'_>, node: NodeId) {
    let row = builder.config.node(node);
    if row.remote && row.connection.is_none() {
        return;
    }
    builder
        .startup
        .push((node, builder.config.options.startup_fencing));
}

/// Adds the permanent attributes of a configured node.
fn read_attributes(builder: &mut Builder<'_>, node: NodeId, entry: Option<Element<'_>>) {
    let mut attributes = std::mem::take(&mut builder.config.nodes[node.index()].attributes);
    let mut utilization = std::mem::take(&mut builder.config.nodes[node.index()].utilization);
    let mut merge = AttributeMerge {
        config: builder.config,
        attributes: &mut attributes,
        utilization: &mut utilization,
        dc: builder.dc,
        change: builder.change,
        log: builder.log,
    };
    merge.run(node, entry, false);
    builder.config.nodes[node.index()].attributes = attributes;
    builder.config.nodes[node.index()].utilization = utilization;
}

/// Merging attributes into those of a node: once for its configuration, again for its transient ones (02 §5.1).
pub(crate) struct AttributeMerge<'m> {
    /// Configuration.
    pub config: &'m Config,
    /// Attributes of the node.
    pub attributes: &'m mut UpstreamTable<Arc<str>>,
    /// Capacities of the node.
    pub utilization: &'m mut UpstreamTable<Arc<str>>,
    /// The DC, as far as it is known.
    pub dc: &'m mut Option<NodeId>,
    /// Earliest change of a rule's result.
    pub change: &'m mut NextChange,
    /// Messages.
    pub log: &'m mut Diagnostics,
}

impl AttributeMerge<'_> {
    /// Merges the blocks below `parent` into the attributes of the node; new values win if `overwrite`.
    pub fn run(&mut self, node: NodeId, parent: Option<Element<'_>>, overwrite: bool) {
        let config = self.config;
        let row = config.node(node);
        self.attributes.insert("#uname", Arc::clone(&row.name));
        self.attributes.insert("#id", Arc::clone(&row.uuid));
        let is_dc = config
            .dc_uuid
            .as_ref()
            .is_some_and(|dc| dc.eq_ignore_ascii_case(&row.uuid));
        if self.dc.is_none() && is_dc {
            *self.dc = Some(node);
            self.attributes.insert("#is_dc", "true".into());
        } else if *self.dc != Some(node) {
            self.attributes.insert("#is_dc", "false".into());
        }
        if let Some(name) = config.options.cluster_name() {
            self.attributes.insert("#cluster-name", Arc::clone(name));
        }
        if let Some(parent) = parent {
            self.blocks(parent, overwrite);
        }
        if self.attributes.get("#site-name").is_none() {
            let site = self
                .attributes
                .get("site-name")
                .or(config.options.cluster_name())
                .cloned();
            if let Some(site) = site {
                self.attributes.insert("#site-name", site);
            }
        }
    }

    fn blocks(&mut self, parent: Element<'_>, overwrite: bool) {
        let config = self.config;
        let doc = &*config.doc;
        let (parents, scope) = ([parent], [doc.root_element()]);
        let input = rule_input(config);
        let health = &config.options.health;
        let blocks = NvBlocks::read(&parents, "instance_attributes", None, &scope, doc, health);
        if overwrite {
            let mut newer = UpstreamTable::new();
            blocks.unpack(&input, &mut newer, self.change, self.log);
            for (name, value) in newer.iter() {
                self.attributes.insert(name, Arc::clone(value));
            }
        } else {
            blocks.unpack(&input, self.attributes, self.change, self.log);
        }
        let blocks = NvBlocks::read(&parents, "utilization", None, &scope, doc, health);
        blocks.unpack(&input, self.utilization, self.change, self.log);
    }
}
