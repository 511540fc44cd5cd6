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
    let own = config.find_rsc(id);
    let renamed = state
        .history_index
        .get(id)
        .and_then(|list| list.first())
        .copied();
    match (own, renamed) {
        (Some(own), Some(renamed)) if config.rsc(renamed).place < config.rsc(own).place => {
            Some(renamed)
        }
        (Some(own), _) => Some(own),
        (None, renamed) => renamed,
    }
}

/// Every resource with this id as own or history id, in depth-first order (02 §13.5 wants them last first).
#[must_use]
pub fn all_renamed(config: &Config, state: &State, id: &str) -> Vec<RscId> {
    let mut all: Vec<RscId> = match config.duplicate_ids.get(id) {
        Some(list) => list.clone(),
        None => config.find_rsc(id).into_iter().collect(),
    };
    if let Some(renamed) = state.history_index.get(id) {
        for &rsc in renamed {
            if !all.contains(&rsc) {
                all.push(rsc);
            }
        }
        all.sort_by_key(|&rsc| config.rsc(rsc).place);
    }
    all
}

/// Sets or clears the id under which history knows a resource.
pub(crate) fn set_history_id(config: &Config, state: &mut State, rsc: RscId, id: Option<&str>) {
    let old = state.resources[rsc.index()].history_id.take();
    if let Some(old) = old
        && let Some(list) = state.history_index.get_mut(&old)
    {
        list.retain(|&known| known != rsc);
    }
    if let Some(id) = id {
        let id: std::sync::Arc<str> = id.into();
        let list = state
            .history_index
            .entry(std::sync::Arc::clone(&id))
            .or_default();
        let place = config.rsc(rsc).place;
        let at = list.partition_point(|&known| config.rsc(known).place < place);
        list.insert(at, rsc);
        state.resources[rsc.index()].history_id = Some(id);
    }
}
