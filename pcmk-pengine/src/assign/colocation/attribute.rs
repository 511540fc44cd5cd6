//! Node attribute values as colocations compare them. Source: behaviour notes 03 §8.4.2 (end).
//!
//! Values are compared again and again, ignoring case, and do not change during a run. So every value of an attribute
//! gets a number when the first colocation by that attribute is created; 0 is "no value", and two absent values are equal.

use foldhash::{HashMap, HashMapExt as _};
use std::sync::Arc;

use crate::config::Kind;
use crate::id::{NodeId, RscId};
use crate::state::State;
use crate::work::Work;

/// Number of the value of one attribute, by node.
pub type Classes = Arc<[u32]>;

/// No value.
pub const ABSENT: u32 = 0;

/// Numbers the values that the nodes have of an attribute.
#[must_use]
pub fn classes(state: &State, attribute: &str) -> Classes {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    state
        .nodes
        .iter()
        .map(|node| match node.attributes.get(attribute) {
            None => ABSENT,
            Some(value) => {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX - 1) + 1;
                *numbers.entry(value.to_ascii_lowercase()).or_insert(next)
            }
        })
        .collect()
}

/// How a resource looks at node attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Each node has its own.
    Own,
    /// Bundle nodes have those of the host that their container is assigned to; other nodes as `target_host` says.
    Bundled {
        /// Guest nodes have those of their launcher's host.
        target_host: bool,
    },
    /// Guest and bundle nodes have those of the host that their launcher is assigned to.
    TargetHost,
}

impl View {
    /// The view of a resource.
    #[must_use]
    pub fn of(w: &Work<'_>, rsc: RscId) -> View {
        let config = w.config;
        if !config.have_remote_nodes {
            return View::Own;
        }
        let target_host = config
            .rsc(rsc)
            .meta("container-attribute-target")
            .is_some_and(|t| t.eq_ignore_ascii_case("host"));
        let root = config.root_of(rsc);
        let bundled = match &config.rsc(root).kind {
            Kind::Bundle(bundle) => root != rsc && bundle.clone == Some(config.top_of(rsc)),
            Kind::Primitive | Kind::Group(_) | Kind::Clone(_) => false,
        };
        match (bundled, target_host) {
            (true, target_host) => View::Bundled { target_host },
            (false, true) => View::TargetHost,
            (false, false) => View::Own,
        }
    }

    /// The number of the value that a node has in this view.
    #[must_use]
    pub fn class(self, w: &Work<'_>, classes: &Classes, node: NodeId) -> u32 {
        let redirected = match self {
            View::Own => false,
            View::TargetHost => w.config.is_guest_or_bundle_node(node),
            View::Bundled { target_host } => {
                w.config.is_bundle_node(node)
                    || (target_host && w.config.is_guest_or_bundle_node(node))
            }
        };
        let from = if redirected {
            w.config
                .launcher_of_node(node)
                .and_then(|l| w.board.assigned_node(l))
        } else {
            Some(node)
        };
        from.and_then(|n| classes.get(n.index()).copied())
            .unwrap_or(ABSENT)
    }
}
