//! The transition: which actions are executed, in which order, and what each needs to know.

pub mod graph;
pub mod dot;
pub mod summary;

use std::sync::Arc;

use crate::id::ActionId;

/// A synapse: one action and its inputs.
#[derive(Clone, Debug)]
pub struct Synapse {
    /// The action.
    pub action: ActionId,
    /// Priority (0 or more).
    pub priority: i32,
    /// Inputs in order.
    pub inputs: Vec<ActionId>,
}

/// A finished transition: synapses in graph order. Their ids are their indexes.
#[derive(Clone, Debug, Default)]
pub struct Transition {
    /// Attributes of the root element, in order.
    pub attributes: Vec<(&'static str, Arc<str>)>,
    /// Synapses.
    pub synapses: Vec<Synapse>,
}

/// Decides what enters the graph, and creates the notifications (05 §1.3).
pub fn build(w: &mut crate::work::Work<'_>) -> Transition {
    let _ = w;
    Transition::default()
}
