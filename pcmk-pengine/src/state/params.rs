//! Instance attributes of resources and operations, per node. Source: behaviour notes 01 §7.9.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::id::{NodeId, RscId};
use crate::state::State;
use crate::state::digest::Caches;
use crate::work::Work;

/// Names and values.
pub type ParamTable = BTreeMap<Arc<str>, Arc<str>>;

/// The resource's instance attributes as they are on a node (or on none): its own blocks, then those of its ancestors.
pub fn params(
    config: &Config,
    state: &State,
    caches: &mut Caches,
    rsc: RscId,
    node: Option<NodeId>,
) -> Arc<ParamTable> {
    let _ = (config, state, caches, rsc, node);
    Arc::default()
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
    let _ = (config, state, caches, rsc, op, node);
    Arc::default()
}

impl Work<'_> {
    /// [`params`], with messages and the recheck time going where they belong. Prefer this one.
    pub fn params(&mut self, rsc: RscId, node: Option<NodeId>) -> Arc<ParamTable> {
        params(self.config, self.state, self.caches, rsc, node)
    }

    /// [`op_params`], with messages and the recheck time going where they belong. Prefer this one.
    pub fn op_params(&mut self, rsc: RscId, op: u32, node: Option<NodeId>) -> Arc<ParamTable> {
        op_params(self.config, self.state, self.caches, rsc, op, node)
    }
}
