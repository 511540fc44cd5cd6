//! Colocations at work: which ones affect a resource, what they do to a dependent, and how dependents' preferences
//! reach the primary. Source: behaviour notes 03 §8.

pub mod apply;
pub mod attribute;
pub mod compatible;
pub mod fold;
pub mod list;

pub use apply::apply;
pub use list::{this_with_list, with_this_list};

use crate::constraints::ColocationIndex;
use crate::id::RscId;
use crate::work::Work;

/// Whether the dependent's preferences count for the primary (03 §8.5). `instance`: an instance of the primary to look at
/// instead of the primary itself.
#[must_use]
pub fn has_influence(w: &Work<'_>, index: ColocationIndex, instance: Option<RscId>) -> bool {
    let colocation = &w.constraints.colocations[index as usize];
    let primary = instance.unwrap_or(colocation.primary);
    let active = &w.state.rsc(primary).active;
    let dependent = w.config.rsc(colocation.dependent);
    if dependent.remote_connection
        && w.config.is_bundled(colocation.dependent)
        && !w.board.rsc(primary).failed
        && active.len() == 1
    {
        return false;
    }
    colocation.influence || active.is_empty()
}
