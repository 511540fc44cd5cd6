//! What is configured for an action: its meta-attributes, and what its failure means. Source: behaviour notes 01 §8.

use std::sync::Arc;

use pcmk_core::role::Role;

use crate::id::{NodeId, RscId};
use crate::state::params::ParamTable;
use crate::work::Work;

/// What a failure leads to, in order of severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnFail {
    /// Nothing.
    #[default]
    Ignore,
    /// Demote.
    Demote,
    /// Restart.
    Restart,
    /// Fence the remote node (or recover its connection).
    ResetRemote,
    /// Restart the launcher.
    RestartContainer,
    /// Ban from the node (text `migrate`).
    Ban,
    /// Block.
    Block,
    /// Stop.
    Stop,
    /// Node in standby.
    Standby,
    /// Fence.
    Fence,
}

/// Meta-attributes of an action (01 §8.2, 04 §4.1). `op` is the definition, as found by
/// [`Config::find_operation`](crate::config::Config::find_operation) and its fallbacks; `node` is where the action runs.
pub fn action_meta(
    w: &mut Work<'_>,
    rsc: RscId,
    op: Option<u32>,
    name: &str,
    interval_ms: u32,
    node: Option<NodeId>,
) -> Arc<ParamTable> {
    let _ = (w, rsc, op, name, interval_ms, node);
    Arc::default()
}

/// Failure policy of an action (01 §8.3), given its meta-attribute `on-fail`.
pub fn on_fail(
    w: &mut Work<'_>,
    rsc: RscId,
    name: &str,
    interval_ms: u32,
    value: Option<&str>,
) -> OnFail {
    let _ = (w, rsc, name, interval_ms, value);
    OnFail::Restart
}

/// Role wanted after a failure (01 §8.3); `Started` means "no special role".
#[must_use]
pub fn role_after_failure(w: &Work<'_>, rsc: RscId, name: &str, on_fail: OnFail) -> Role {
    let _ = (w, rsc, name, on_fail);
    Role::Started
}
