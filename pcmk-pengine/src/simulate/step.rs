//! An action of the graph, as the simulation needs to know it.
//!
//! The reference writes the graph to XML and reads it back before executing it. This is the same information without
//! the detour.

use std::sync::Arc;

/// The element an action would be in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `pseudo_event`: nothing is executed.
    Pseudo,
    /// `crm_event`: done by the cluster itself.
    Cluster,
    /// `rsc_op`: done by an agent.
    Resource,
}

/// The resource element of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRsc {
    /// `id`.
    pub id: Arc<str>,
    /// `long-id`.
    pub long_id: Option<Arc<str>>,
    /// `class`.
    pub class: Option<Arc<str>>,
    /// `provider`.
    pub provider: Option<Arc<str>>,
    /// `type`.
    pub agent: Option<Arc<str>>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Element.
    pub kind: StepKind,
    /// `id`, counted from 1.
    pub number: u32,
    /// `operation`.
    pub task: Arc<str>,
    /// `operation_key`.
    pub key: Arc<str>,
    /// `on_node` and `on_node_uuid`.
    pub node: Option<(Arc<str>, Arc<str>)>,
    /// Whether there is a `router_node`.
    pub routed: bool,
    /// Resource element.
    pub rsc: Option<StepRsc>,
    /// `attributes`, those that became `param` children included.
    pub attributes: Vec<(Arc<str>, Arc<str>)>,
}

impl Step {
    /// An attribute.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| &**n == name).map(|(_, value)| &**value)
    }

    /// Interval in milliseconds.
    #[must_use]
    pub fn interval_ms(&self) -> u32 {
        self.attr("CRM_meta_interval").and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// The exit status that means success.
    #[must_use]
    pub fn expected_rc(&self) -> i32 {
        pcmk_core::lenient::int_attr(self.attr("CRM_meta_op_target_rc"), 0)
    }

    /// The node's name, empty if the action has none.
    #[must_use]
    pub fn node_name(&self) -> Arc<str> {
        self.node.as_ref().map_or_else(|| Arc::from(""), |(name, _)| Arc::clone(name))
    }
}
