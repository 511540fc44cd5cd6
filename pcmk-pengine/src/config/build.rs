//! The builder: adds nodes and resources to a [`Config`].
//!
//! Loading uses it for everything that is configured; observing uses it again for what only the history knows
//! (removed resources, surplus instances, nodes of removed connections). Besides the rows of the configuration it
//! fills the allowed-node table of every new resource (behaviour notes 01 §6.3), which belongs to the scores.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::rule::{NextChange, RuleInput};
use pcmk_core::diag::Diagnostics;
use pcmk_core::order::{UpstreamTable, name_order};
use pcmk_core::score::Score;
use pcmk_core::time::DateTime;

use crate::config::spec::{Pool, Spec};
use crate::config::{Config, Node, XmlRef};
use crate::id::{NodeId, RscId};
use crate::scores::{Entry, NodeTable, ProbeMode};

/// What reading the configuration already entered into the ledgers of the run. `state::observe` takes it over.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Allowed-node tables by resource.
    pub tables: Vec<NodeTable>,
    /// Earliest moment at which a rule that was evaluated may change its result.
    pub change: NextChange,
    /// The first configured node that is the DC.
    pub dc: Option<NodeId>,
    /// Nodes that startup fencing makes unclean.
    pub unclean: Vec<NodeId>,
}

/// A first instance that later ones can be copied from: same element, same clone, nothing to complain about.
pub(super) type Prototypes = FxHashMap<(XmlRef, RscId), RscId>;

/// See the module.
pub(crate) struct Builder<'b> {
    /// The configuration being built.
    pub config: &'b mut Config,
    /// Allowed-node tables by resource.
    pub tables: &'b mut Vec<NodeTable>,
    /// Own score of each node as it is now.
    pub base: Vec<Score>,
    /// See [`Opening::change`].
    pub change: &'b mut NextChange,
    /// See [`Opening::dc`].
    pub dc: &'b mut Option<NodeId>,
    /// Nodes whose unclean mark startup fencing decided, in order: node and mark.
    pub startup: Vec<(NodeId, bool)>,
    /// Messages.
    pub log: &'b mut Diagnostics,
    /// Texts that were met before.
    pub pool: Pool,
    /// Parsed elements.
    pub specs: FxHashMap<XmlRef, Arc<Spec>>,
    /// See [`Prototypes`].
    pub(super) prototypes: Prototypes,
    /// Number of resources when the present top-level resource was begun.
    pub top_start: usize,
    /// The table of a resource that may run everywhere, while the node list stays as it is.
    everywhere: Option<NodeTable>,
}

impl<'b> Builder<'b> {
    /// A builder that continues with the given tables. `base` holds the own score of each node.
    pub fn new(
        config: &'b mut Config,
        tables: &'b mut Vec<NodeTable>,
        base: Vec<Score>,
        change: &'b mut NextChange,
        dc: &'b mut Option<NodeId>,
        log: &'b mut Diagnostics,
    ) -> Builder<'b> {
        Builder {
            config,
            tables,
            base,
            change,
            dc,
            startup: Vec::new(),
            log,
            pool: Pool::default(),
            specs: FxHashMap::default(),
            prototypes: FxHashMap::default(),
            top_start: 0,
            everywhere: None,
        }
    }

    /// Rule input with nothing but the time.
    pub fn time_only(&self) -> RuleInput<'static> {
        rule_input(self.config)
    }

    /// Unpacks blocks that see only the time into a table in upstream order.
    pub fn unpack_plain(&mut self, blocks: &NvBlocks, into: &mut UpstreamTable<Arc<str>>) {
        if !blocks.is_empty() {
            let input = rule_input(self.config);
            blocks.unpack(&input, into, self.change, self.log);
        }
    }

    /// Creates a node and puts it into the node list, before others of an equal name.
    ///
    /// Source: behaviour notes 01 §6.1.
    pub fn create_node(
        &mut self,
        uuid: &str,
        name: &str,
        remote: bool,
        score: Score,
        xml: Option<XmlRef>,
    ) -> NodeId {
        if self.config.find_node(name).is_some() {
            self.log.config_warning(
                "pe__create_node",
                format!("More than one node entry has name '{name}'"),
            );
        }
        let id = NodeId::from_index(self.config.nodes.len());
        let mut attributes = UpstreamTable::new();
        attributes.insert(
            "#kind",
            Arc::from(if remote { "remote" } else { "cluster" }),
        );
        self.config.nodes.push(Node {
            id,
            uuid: uuid.into(),
            name: name.into(),
            remote,
            score,
            probe_never: false,
            connection: None,
            xml,
            attributes,
            utilization: UpstreamTable::new(),
        });
        self.base.push(score);
        self.everywhere = None;
        if remote {
            self.config.have_remote_nodes = true;
        }
        let config = &mut *self.config;
        let before = config
            .node_order
            .iter()
            .position(|&other| name_order(name, config.node_name(other)).is_le())
            .unwrap_or(config.node_order.len());
        config.node_order.insert(before, id);
        index_node(config, id);
        id
    }

    /// Marks a node as one of a bundle: minus infinity for everybody, never probed. Entries that the tables of earlier
    /// top-level resources have for it change with it (those of the resource in the making do not).
    pub fn seal_node(&mut self, node: NodeId) {
        let row = &mut self.config.nodes[node.index()];
        row.score = Score::MINUS_INFINITY;
        row.probe_never = true;
        self.base[node.index()] = Score::MINUS_INFINITY;
        self.everywhere = None;
        for table in self.tables.iter_mut().take(self.top_start) {
            if let Some(entry) = table.get_mut(node) {
                entry.score = Score::MINUS_INFINITY;
                entry.probe = ProbeMode::Never;
            }
        }
    }

    /// The entry with which a node enters tables.
    pub fn entry(&self, node: NodeId) -> Entry {
        Entry {
            node,
            score: self.base[node.index()],
            count: 0,
            probe: if self.config.node(node).probe_never {
                ProbeMode::Never
            } else {
                ProbeMode::Always
            },
        }
    }

    /// Gives a resource every node that it may use by default (01 §6.3).
    pub fn allow_everywhere(&mut self, rsc: RscId) {
        if self.config.rsc(rsc).exclusive_discovery {
            return;
        }
        if self.everywhere.is_none() {
            let mut all = NodeTable::default();
            for &node in &self.config.node_order {
                if !self.config.node(node).probe_never {
                    all.insert(self.entry(node));
                }
            }
            self.everywhere = Some(all.shared());
        }
        let Some(all) = &self.everywhere else { return };
        let table = &mut self.tables[rsc.index()];
        if table.is_empty() {
            *table = all.clone();
            return;
        }
        for entry in all.iter() {
            if table.get(entry.node).is_none() {
                table.insert(*entry);
            }
        }
    }

    /// Forgets resources created since there were `count`, after a failure.
    pub fn roll_back(&mut self, count: usize) {
        self.config.resources.truncate(count);
        self.tables.truncate(count);
        self.prototypes.retain(|_, rsc| rsc.index() < count);
    }

    /// Lists a complete top-level resource and makes it and all below it known by id.
    pub fn add_top(&mut self, rsc: RscId) {
        self.config.top.push(rsc);
        index_tree(self.config, rsc);
    }
}

/// Rule input with nothing but the time.
#[must_use]
pub(crate) fn rule_input(config: &Config) -> RuleInput<'static> {
    time_input(config.now)
}

/// Rule input with this time and nothing else.
#[must_use]
pub(crate) fn time_input(now: DateTime) -> RuleInput<'static> {
    RuleInput {
        now,
        node_attrs: None,
        params: None,
        meta: None,
        agent: None,
        op: None,
        submatches: None,
    }
}

/// Enters a node into the look-up tables. The first in node order wins; an equal name was inserted in front.
fn index_node(config: &mut Config, id: NodeId) {
    let name = config.node_name(id).to_ascii_lowercase();
    config.node_by_name.insert(name, id);
    let uuid = config.node(id).uuid.to_ascii_lowercase();
    match config.node_by_uuid.get(&uuid).copied() {
        Some(other) => {
            let first = config
                .node_order
                .iter()
                .copied()
                .find(|&n| n == id || n == other)
                .unwrap_or(other);
            config.node_by_uuid.insert(uuid, first);
        }
        None => {
            config.node_by_uuid.insert(uuid, id);
        }
    }
}

/// Makes a resource and all below it known by id.
pub(crate) fn index_tree(config: &mut Config, rsc: RscId) {
    let mut open: SmallVec<[RscId; 8]> = smallvec![rsc];
    while let Some(at) = open.pop() {
        let id = Arc::clone(&config.resources[at.index()].id);
        let other = *config.rsc_by_id.entry(Arc::clone(&id)).or_insert(at);
        if other != at {
            let same = config.duplicate_ids.entry(id);
            let same = same.or_insert_with(|| vec![other]);
            if !same.contains(&at) {
                same.push(at);
            }
        }
        open.extend(config.rsc(at).children.iter().rev().copied());
    }
}

/// Numbers all resources by their place in a depth-first walk over the (sorted) top-level list.
pub(crate) fn number_places(config: &mut Config) {
    for (position, rsc) in config.top.clone().into_iter().enumerate() {
        number_tree(config, rsc, position);
    }
    let duplicates: Vec<Arc<str>> = config.duplicate_ids.keys().cloned().collect();
    for id in duplicates {
        let Some(mut same) = config.duplicate_ids.remove(&id) else {
            continue;
        };
        same.sort_by_key(|&rsc| config.rsc(rsc).place);
        if let Some(&first) = same.first() {
            config.rsc_by_id.insert(Arc::clone(&id), first);
        }
        config.duplicate_ids.insert(id, same);
    }
}

/// Numbers a top-level resource at `position` and all below it.
pub(crate) fn number_tree(config: &mut Config, rsc: RscId, position: usize) {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    config.resources[rsc.index()].place = [number(position), 0, 0, 0];
    number_below(config, rsc);
}

/// Numbers everything below a resource that has its place.
pub(crate) fn number_below(config: &mut Config, rsc: RscId) {
    let mut open: SmallVec<[(RscId, usize); 8]> = smallvec![(rsc, 1)];
    while let Some((at, depth)) = open.pop() {
        let place = config.rsc(at).place;
        for index in 0..config.rsc(at).children.len() {
            let child = config.rsc(at).children[index];
            let mut below = place;
            if let Some(slot) = below.get_mut(depth) {
                *slot = u32::try_from(index + 1).unwrap_or(u32::MAX);
            }
            config.resources[child.index()].place = below;
            open.push((child, depth + 1));
        }
    }
}
