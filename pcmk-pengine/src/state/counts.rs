//! Counting resource instances. Source: behaviour notes 02 §17.6.

use pcmk_core::role::Role;

use crate::board::Board;
use crate::config::Config;
use crate::state::Counts;

/// Counts all primitives that are configured, or removed but still active.
#[must_use]
pub fn count(config: &Config, board: &Board) -> Counts {
    let mut counts = Counts::default();
    for row in config.resources.iter().filter(|row| row.is_primitive()) {
        let believed = board.rsc(row.rsc);
        if row.removed && believed.role <= Role::Stopped {
            continue;
        }
        counts.total += 1;
        counts.disabled += u32::from(row.target_role.is_some());
        counts.blocked += u32::from(believed.blocked);
    }
    counts
}
