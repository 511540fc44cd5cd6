//! An action of the graph, as the simulation needs to know it.
//!
//! The reference writes the graph to XML and reads it back before executing it. This is the same information without
//! the detour.

use std::sync::Arc;

use crate::pipeline::Decision;
use crate::transition::Synapse;
use crate::transition::describe::{self, ElementKind};

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
    /// The action of a synapse.
    #[must_use]
    pub fn of(decision: &Decision, synapse: &Synapse) -> Step {
        let head = describe::head(decision, synapse.action);
        let attributes = describe::attributes(
            decision,
            synapse.action,
            decision.transition.details(synapse),
        );
        let named = attributes
            .named
            .iter()
            .map(|(name, value)| (Arc::from(name.text()), Arc::from(&**value)));
        let params = attributes
            .params
            .iter()
            .map(|&(name, value)| (Arc::from(name), Arc::from(value)));
        let config = &decision.config;
        Step {
            kind: match head.kind {
                ElementKind::PseudoEvent => StepKind::Pseudo,
                ElementKind::CrmEvent => StepKind::Cluster,
                ElementKind::RscOp => StepKind::Resource,
            },
            number: head.id,
            task: head.operation.into(),
            key: match head.history_key {
                Some(key) => key.into(),
                None => (&*describe::key_text(decision, synapse.action)).into(),
            },
            node: head.node.map(|node| {
                (
                    Arc::clone(&config.node(node).name),
                    Arc::clone(&config.node(node).uuid),
                )
            }),
            routed: head.router.is_some(),
            rsc: describe::rsc_element(decision, synapse.action).map(|rsc| StepRsc {
                id: rsc.id.into(),
                long_id: rsc.long_id.map(Arc::from),
                class: rsc.class.map(Arc::from),
                provider: rsc.provider.map(Arc::from),
                agent: rsc.agent.map(Arc::from),
            }),
            attributes: named.chain(params).collect(),
        }
    }

    /// An attribute.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, value)| &**value)
    }

    /// Interval in milliseconds.
    #[must_use]
    pub fn interval_ms(&self) -> u32 {
        self.attr("CRM_meta_interval")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// The exit status that means success.
    #[must_use]
    pub fn expected_rc(&self) -> i32 {
        pcmk_core::lenient::int_attr(self.attr("CRM_meta_op_target_rc"), 0)
    }

    /// The node's name, empty if the action has none.
    #[must_use]
    pub fn node_name(&self) -> Arc<str> {
        self.node
            .as_ref()
            .map_or_else(|| Arc::from(""), |(name, _)| Arc::clone(name))
    }
}
