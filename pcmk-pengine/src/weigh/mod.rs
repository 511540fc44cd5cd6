//! Node criteria before assignment. Source: behaviour notes 03 section 4.
//!
//! Reads: configuration, observed state, location constraints. Writes: allowed-node tables, shutdown locks, exclusive
//! discovery flags.

pub mod add;
pub mod health;
pub mod location;
pub mod lock;
pub mod stickiness;
pub mod threshold;

use crate::work::Work;

pub use health::health;

/// Shutdown locks, locations, stickiness, thresholds, exclusive discovery (03 §4.2, §4.4 to §4.6).
pub fn nodes(w: &mut Work<'_>) {
    lock::shutdown_locks(w);
    location::apply_all(w);
    stickiness::apply_all(w);
    threshold::apply_all(w);
}
