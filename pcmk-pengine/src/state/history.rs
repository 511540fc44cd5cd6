//! History entries: a typed view, their order by age, and which of them are active. Source: behaviour notes 02 §7.6, §8.

use pcmk_cib::xml::{Document, ElementId};

/// Indexes into a sorted history, -1 if none (02 §7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveOps {
    /// The newest start-like entry.
    pub start: i32,
    /// The newest completed stop.
    pub stop: i32,
}

/// The `lrm_rsc_op` children of an `lrm_resource`, oldest first (02 §8).
#[must_use]
pub fn sorted_entries(doc: &Document, lrm_resource: ElementId) -> Vec<ElementId> {
    let _ = (doc, lrm_resource);
    Vec::new()
}

/// Start and stop index of a sorted history (02 §7.6).
#[must_use]
pub fn active_ops(doc: &Document, sorted: &[ElementId]) -> ActiveOps {
    let _ = (doc, sorted);
    ActiveOps {
        start: -1,
        stop: -1,
    }
}
