//! What a run wants to tell, as values in order of arrival. Rendering happens in the tools.

use std::sync::Arc;

use pcmk_core::score::Score;

use crate::id::{NodeId, RscId};

/// One thing told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `FUNCTION: RSC allocation score on NODE: SCORE`.
    NodeScore {
        /// Name of the step, as the reference prints it.
        function: &'static str,
        /// Resource.
        rsc: RscId,
        /// Node.
        node: NodeId,
        /// Score.
        score: Score,
    },
    /// `RSC promotion score on NODE: SCORE`.
    PromotionScore {
        /// Instance.
        rsc: RscId,
        /// Its node, if placed.
        node: Option<NodeId>,
        /// Final promotion priority.
        score: Score,
    },
    /// `COMMENT: NODE capacity: ...` (`Original`, `Remaining`).
    Capacity {
        /// `Original` or `Remaining`.
        comment: &'static str,
        /// Node.
        node: NodeId,
        /// Attributes in hash-table order.
        values: Vec<(Arc<str>, Arc<str>)>,
    },
    /// `FUNCTION: RSC utilization on NODE: ...`.
    Utilization {
        /// Resource.
        rsc: RscId,
        /// Node.
        node: NodeId,
        /// Attributes in hash-table order.
        values: Vec<(Arc<str>, Arc<str>)>,
    },
    /// An information line.
    Info(String),
}

/// What to record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Score lines.
    pub scores: bool,
    /// Utilization lines.
    pub utilization: bool,
    /// The trace of causes.
    pub trace: bool,
}

/// Events in order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What is wanted.
    pub wanted: Wanted,
    /// What arrived.
    pub events: Vec<Event>,
}
