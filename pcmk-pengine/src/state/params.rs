//! Instance attributes of resources and operations, per node. Source: behaviour notes 01 §7.9.
//!
//! Tables are computed at first use and kept. Instances of a clone have the same blocks, and rules rarely look at node
//! attributes: then all instances, on all nodes, share one table.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::sync::Arc;

use pcmk_cib::nvset::NvBlocks;
use pcmk_cib::rule::{NextChange, RuleInput};
use pcmk_core::diag::Diagnostics;

use crate::config::Config;
use crate::config::build::rule_input;
use crate::id::{NodeId, RscId};
use crate::state::State;
use crate::state::digest::Caches;
use crate::table::Table;
use crate::work::Work;

/// Names and values.
pub type ParamTable = Table;

/// What is known of the blocks that a resource gets its parameters from: its own and those of its ancestors.
#[derive(Clone, Copy, Debug)]
struct Chain {
    /// Number of the chain; equal for resources with the same blocks.
    number: u32,
    /// Some rule asks for node attributes.
    by_node: bool,
    /// Unpacking can be noticed.
    telling: bool,
}

/// Computed tables.
#[derive(Clone, Debug, Default)]
pub struct ParamCache {
    /// Chains by resource.
    chains: Vec<Option<Chain>>,
    /// Chains by the addresses of their blocks.
    numbers: FxHashMap<SmallVec<[usize; 2]>, Chain>,
    /// Tables that are the same on every node, by chain.
    shared: FxHashMap<u32, Arc<ParamTable>>,
    /// What was said while a shared table was made, by chain. The reference makes a table for each resource and node, and
    /// says it each time.
    said: FxHashMap<u32, Diagnostics>,
    /// For whom it was said.
    told: FxHashSet<(RscId, Option<NodeId>)>,
    /// Other tables.
    by_node: FxHashMap<(RscId, Option<NodeId>), Arc<ParamTable>>,
    /// Tables of operations: element (by address of its parsed form), operation, and node if it matters.
    ops: FxHashMap<(usize, u32, Option<NodeId>), Arc<ParamTable>>,
    /// The table of operations without parameters, as most are.
    nothing: Arc<ParamTable>,
}

fn by_node(blocks: &NvBlocks) -> bool {
    blocks.blocks().iter().any(|block| {
        block
            .rule
            .as_ref()
            .is_some_and(|rule| rule.needs_node_attributes())
    })
}

/// Unpacking these blocks can be noticed.
fn is_telling(blocks: &NvBlocks) -> bool {
    blocks.mistakes().next().is_some() || blocks.blocks().iter().any(|block| block.rule.is_some())
}

fn blocks_of(config: &Config, rsc: RscId) -> SmallVec<[&Arc<NvBlocks>; 4]> {
    let mut blocks = SmallVec::new();
    let mut at = Some(rsc);
    while let Some(here) = at {
        let row = config.rsc(here);
        blocks.push(&row.params);
        at = row.parent;
    }
    blocks
}

fn chain(config: &Config, cache: &mut ParamCache, rsc: RscId) -> Chain {
    if let Some(Some(known)) = cache.chains.get(rsc.index()) {
        return *known;
    }
    let blocks = blocks_of(config, rsc);
    let key: SmallVec<[usize; 2]> = blocks
        .iter()
        .filter(|blocks| !blocks.is_empty())
        .map(|blocks| Arc::as_ptr(blocks) as usize)
        .collect();
    let next = u32::try_from(cache.numbers.len()).unwrap_or(u32::MAX);
    let found = *cache.numbers.entry(key).or_insert_with(|| Chain {
        number: next,
        by_node: blocks.iter().any(|blocks| by_node(blocks)),
        telling: blocks.iter().any(|blocks| is_telling(blocks)),
    });
    if cache.chains.len() <= rsc.index() {
        cache
            .chains
            .resize(config.resources.len().max(rsc.index() + 1), None);
    }
    cache.chains[rsc.index()] = Some(found);
    found
}

fn unpack(
    config: &Config,
    state: &State,
    blocks: &[&NvBlocks],
    node: Option<NodeId>,
    change: &mut NextChange,
    log: &mut Diagnostics,
) -> Arc<ParamTable> {
    let all = blocks.iter().flat_map(|blocks| blocks.blocks());
    let mut table = ParamTable::with_capacity(all.map(|block| block.pairs.len()).sum());
    let mut input: RuleInput<'_> = rule_input(config);
    if let Some(node) = node {
        input.node_attrs = Some(match state.nodes.get(node.index()) {
            Some(row) => &row.attributes,
            None => &config.node(node).attributes,
        });
    }
    for blocks in blocks {
        blocks.unpack(&input, &mut table, change, log);
    }
    Arc::new(table.finished())
}

/// The resource's instance attributes as they are on a node (or on none): its own blocks, then those of its ancestors.
///
/// Messages and change times wait in the caches until somebody calls [`Work::params`].
pub fn params(
    config: &Config,
    state: &State,
    caches: &mut Caches,
    rsc: RscId,
    node: Option<NodeId>,
) -> Arc<ParamTable> {
    let Caches {
        params: cache,
        change,
        log,
        ..
    } = caches;
    let chain = chain(config, cache, rsc);
    if chain.by_node {
        if let Some(known) = cache.by_node.get(&(rsc, node)) {
            return Arc::clone(known);
        }
    } else if let Some(known) = cache.shared.get(&chain.number) {
        if let Some(said) = cache.said.get(&chain.number)
            && cache.told.insert((rsc, node))
        {
            for message in said {
                log.push(message.clone());
            }
        }
        return Arc::clone(known);
    }
    let blocks: SmallVec<[&NvBlocks; 4]> = blocks_of(config, rsc)
        .into_iter()
        .map(|blocks| &**blocks)
        .collect();
    let mut said = Diagnostics::default();
    let table = unpack(config, state, &blocks, node, change, &mut said);
    for message in &said {
        log.push(message.clone());
    }
    if chain.by_node {
        cache.by_node.insert((rsc, node), Arc::clone(&table));
    } else {
        cache.shared.insert(chain.number, Arc::clone(&table));
        if !said.is_empty() {
            cache.said.insert(chain.number, said);
            cache.told.insert((rsc, node));
        }
    }
    table
}

/// The instance attributes of an operation (index among the resource's operations) on a node.
pub fn op_params(
    config: &Config,
    state: &State,
    caches: &mut Caches,
    rsc: RscId,
    op: u32,
    node: Option<NodeId>,
) -> Arc<ParamTable> {
    let row = config.rsc(rsc);
    let Some(definition) = row.operations.get(op as usize) else {
        return Arc::default();
    };
    let Caches {
        params: cache,
        change,
        log,
        ..
    } = caches;
    let node = if by_node(&definition.params) {
        node
    } else {
        None
    };
    if definition.params.is_empty() {
        return Arc::clone(&cache.nothing);
    }
    let key = (Arc::as_ptr(&row.operations) as usize, op, node);
    if let Some(known) = cache.ops.get(&key) {
        return Arc::clone(known);
    }
    let table = unpack(config, state, &[&definition.params], node, change, log);
    cache.ops.insert(key, Arc::clone(&table));
    table
}

impl Work<'_> {
    /// Whether working out the resource's parameters can be noticed, by messages or by the time at which a rule will
    /// change its result.
    #[must_use]
    pub fn has_telling_parameters(&mut self, rsc: RscId) -> bool {
        chain(self.config, &mut self.caches.params, rsc).telling
    }

    /// [`params`], with messages and the recheck time going where they belong. Prefer this one.
    pub fn params(&mut self, rsc: RscId, node: Option<NodeId>) -> Arc<ParamTable> {
        let table = params(self.config, self.state, self.caches, rsc, node);
        self.flush_caches();
        table
    }

    /// [`op_params`], with messages and the recheck time going where they belong. Prefer this one.
    pub fn op_params(&mut self, rsc: RscId, op: u32, node: Option<NodeId>) -> Arc<ParamTable> {
        let table = op_params(self.config, self.state, self.caches, rsc, op, node);
        self.flush_caches();
        table
    }

    /// Takes a change time that evaluating rules found into account.
    pub fn note_change(&mut self, change: NextChange) {
        if let Some(when) = change.0 {
            self.board.recheck_at(when, self.config.now_epoch);
        }
    }

    /// Moves what waits in the caches to the log and the board.
    pub fn flush_caches(&mut self) {
        let change = std::mem::take(&mut self.caches.change);
        self.note_change(change);
        if !self.caches.log.is_empty() {
            let waiting = std::mem::take(&mut self.caches.log);
            for message in waiting.iter() {
                self.log.push(message.clone());
            }
        }
    }
}
