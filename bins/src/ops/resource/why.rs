//! Why a resource may not be running. Source: behaviour notes 07 section 3.4.

use pcmk_core::lenient::is_true;
use pcmk_core::role::Role;
use pcmk_core::score::Score;
use pcmk_pengine::{NodeId, Observed, RscId, weigh};

use super::with_work;

/// What keeps a resource from running as it could.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// The topmost parent's id.
    pub top: String,
    /// It is to be stopped.
    pub stopped: bool,
    /// It is not to be promoted.
    pub unpromoted: bool,
    /// It is not managed.
    pub unmanaged: bool,
    /// It is locked to this node.
    pub locked_to: Option<NodeId>,
    /// This health strategy forbids the node, or all nodes.
    pub unhealthy: Option<String>,
}

/// Checks a resource, with regard to a node if one is given.
#[must_use]
pub fn check(seen: &mut Observed, rsc: RscId, node: Option<NodeId>) -> Check {
    let top = seen.config.top_of(rsc);
    let row = seen.config.rsc(rsc);
    let role = row
        .meta("target-role")
        .and_then(Role::parse)
        .map(|parsed| parsed.role);
    let mut check = Check {
        top: seen.config.name(top).to_owned(),
        stopped: role == Some(Role::Stopped),
        unpromoted: role == Some(Role::Unpromoted) && seen.config.rsc(top).promotable,
        unmanaged: row
            .meta("is-managed")
            .is_some_and(|text| !is_true(Some(text))),
        locked_to: seen.board.rsc(rsc).lock_node,
        unhealthy: None,
    };
    let strategy = seen.config.options.health_strategy.to_string();
    let is = |name: &str| strategy.eq_ignore_ascii_case(name);
    let (no_red, only_green) = (is("no-red"), is("only-green"));
    if no_red || only_green {
        let nodes = match node {
            Some(node) => vec![node],
            None => seen.scores.of(rsc).iter().map(|entry| entry.node).collect(),
        };
        let forbidden = with_work(seen, |work| {
            nodes.iter().all(|&node| {
                let health = weigh::health::health_of(work, node);
                health < Score::ZERO || (only_green && health == Score::ZERO)
            })
        });
        check.unhealthy = forbidden.then_some(strategy);
    }
    check
}

/// Whether a resource is active, on a node or anywhere.
#[must_use]
pub fn is_active(seen: &Observed, rsc: RscId, node: Option<NodeId>) -> bool {
    let active = &seen.state.rsc(rsc).active;
    match node {
        Some(node) => active.contains(&node),
        None => !active.is_empty(),
    }
}
