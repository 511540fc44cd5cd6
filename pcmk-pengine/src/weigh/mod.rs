//! Node criteria before assignment. Source: behaviour notes 03 section 4.

pub mod add;

use crate::work::Work;

/// Node health becomes location constraints (03 §4.3).
pub fn health(w: &mut Work<'_>) {
    let _ = w;
}

/// Shutdown locks, locations, stickiness, thresholds, exclusive discovery (03 §4.2, §4.4 to §4.6).
pub fn nodes(w: &mut Work<'_>) {
    let _ = w;
}
