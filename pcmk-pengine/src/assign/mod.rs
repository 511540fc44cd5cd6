//! Who runs where. Source: behaviour notes 03.
//!
//! Reads: configuration, observed state, constraints. Writes: allowed-node tables, the board (assigned nodes, wanted
//! roles, availability of remote nodes), and, when a placement fails late, existing actions. Order of visiting: remote
//! connections, then everything else in list order; but asking for one resource may assign others first (its parent,
//! the primaries it is colocated with), so that the real order is depth first.
//!
//! Invariant: a resource is assigned once (bundles excepted, which the reference assigns whenever asked); the flags
//! `unassigned` and `assigning` of the board end all loops.

pub mod answer;
mod bundle;
pub mod capacity;
mod clone;
pub mod colocation;
pub mod explain;
mod group;
pub mod instances;
pub mod nodes;
pub mod place;
mod primitive;
mod promote;
mod resort;
mod show;

pub use nodes::sorted_nodes;
pub use place::{place, unassign};

use crate::config::{Kind, Placement};
use crate::id::{NodeId, RscId};
use crate::work::Work;

/// Stack needed for one level of nested colocations: assigning a primary for a dependent, or folding a dependent's
/// preferences. Generous: unoptimised frames are several times larger than optimised ones.
const STACK_PER_LEVEL: usize = 16 * 1024;

/// Below this many levels the caller's stack is enough.
const LEVELS_INLINE: usize = 64;

/// Assigns every resource.
///
/// The reference recurses from dependents to primaries, as deep as the longest chain of colocations; so does this,
/// on a stack of its own that is large enough when there are many colocations.
pub fn assign(w: &mut Work<'_>) {
    let levels = w.constraints.colocations.len();
    if levels <= LEVELS_INLINE {
        return all(w);
    }
    let stack = levels.saturating_mul(STACK_PER_LEVEL).max(8 << 20);
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(stack);
        if let Ok(handle) = worker.spawn_scoped(scope, || all(w))
            && let Err(panic) = handle.join()
        {
            std::panic::resume_unwind(panic);
        }
    });
}

fn all(w: &mut Work<'_>) {
    let config = w.config;
    if config.options.placement != Placement::Default {
        let order = resort::sorted(w);
        w.board.top = order;
    }
    show::capacities(w, "Original");
    let order = w.board.top.clone();
    let is_connection =
        |rsc: RscId| config.rsc(rsc).is_primitive() && config.rsc(rsc).remote_connection;
    if config.have_remote_nodes {
        for &rsc in order.iter().filter(|&&r| is_connection(r)) {
            let target = w.board.rsc(rsc).partial_target;
            assign_rsc(w, rsc, target, true);
        }
    }
    for &rsc in order.iter().filter(|&&r| !is_connection(r)) {
        assign_rsc(w, rsc, None, true);
    }
    show::capacities(w, "Remaining");
}

/// Assigns a resource of any kind, if that was not done before: the node it ended on, if it is a primitive or a
/// colocated group (03 §7, §9, §10, §12).
///
/// `prefer`: a node to be taken if it is as good as the best. `last`: failure is final, the resource will be stopped.
pub fn assign_rsc(
    w: &mut Work<'_>,
    rsc: RscId,
    prefer: Option<NodeId>,
    last: bool,
) -> Option<NodeId> {
    match w.config.rsc(rsc).kind {
        Kind::Primitive => primitive::assign(w, rsc, prefer, last),
        Kind::Group(_) => group::assign(w, rsc, prefer, last),
        Kind::Clone(_) => {
            clone::assign(w, rsc, prefer, last);
            None
        }
        Kind::Bundle(_) => {
            bundle::assign(w, rsc, prefer, last);
            None
        }
    }
}
