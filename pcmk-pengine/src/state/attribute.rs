//! Looking up node attributes, with redirection to a guest's host. Source: behaviour notes 01 §6.2, 02 §5.2.

use std::sync::Arc;

use crate::board::Board;
use crate::config::Config;
use crate::id::{NodeId, RscId};
use crate::state::State;

/// Which host a guest's attributes are redirected to, for resources with `container-attribute-target=host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostChoice {
    /// The node that the launcher is assigned to.
    Assigned,
    /// The first node that the launcher is active on.
    Current,
}

/// Value of a node attribute as seen by a resource.
#[must_use]
pub fn node_attr<'s>(
    config: &Config,
    state: &'s State,
    board: &Board,
    node: NodeId,
    name: &str,
    rsc: Option<RscId>,
    host: HostChoice,
) -> Option<&'s Arc<str>> {
    let redirected = rsc
        .and_then(|r| config.rsc(r).meta("container-attribute-target"))
        .is_some_and(|target| target.eq_ignore_ascii_case("host"));
    if !redirected || !config.is_guest_or_bundle_node(node) {
        return state.node(node).attributes.get(name);
    }
    let launcher = config.launcher_of_node(node)?;
    let host = match host {
        HostChoice::Assigned => board.assigned_node(launcher)?,
        HostChoice::Current => state.rsc(launcher).active.first().copied()?,
    };
    state.node(host).attributes.get(name)
}
