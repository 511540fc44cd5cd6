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
use crate::stack::with_stack;
use crate::work::Work;

/// Stack needed for one level of nested colocations: assigning a primary for a dependent, or folding a dependent's
/// preferences. Generous: unoptimised frames are several times larger than optimised ones.
const STACK_PER_LEVEL: usize = 16 * 1024;

/// Below this many levels the caller's stack is enough.
const LEVELS_INLINE: usize = 64;

/// Assigns every resource.
///
/// The reference recurses from dependents to primaries, as deep as the longest chain of colocations; so does this,
/// on a stack of its own that is large enough where many colocations hang together.
pub fn assign(w: &mut Work<'_>) {
    let levels = levels(w);
    if levels <= LEVELS_INLINE {
        return all(w);
    }
    let stack = levels.saturating_mul(STACK_PER_LEVEL).max(8 << 20);
    if !with_stack(stack, || all(w)) {
        // Nothing is assigned, so nothing is done.
        let text = "Resources are not assigned: there is no thread for so many colocations";
        w.log.sched_error("assign", text);
    }
}

/// A bound of the length of a chain of colocations: how many there are, at most, among resources that are connected by
/// colocations or by a common ancestor.
fn levels(w: &Work<'_>) -> usize {
    let colocations = &w.constraints.colocations;
    if colocations.len() <= LEVELS_INLINE {
        return colocations.len();
    }
    // Sets of roots, each named by one of them, which is the end of the chain of links.
    let mut links: Vec<RscId> = (0..w.config.resources.len())
        .map(|index| w.config.root_of(RscId::from_index(index)))
        .collect();
    let find = |links: &mut Vec<RscId>, rsc: RscId| {
        let mut at = rsc;
        while links[at.index()] != at {
            // Every look halves the way of the next one.
            let next = links[at.index()];
            links[at.index()] = links[next.index()];
            at = links[at.index()];
        }
        at
    };
    for colocation in colocations {
        let dependent = find(&mut links, colocation.dependent);
        let primary = find(&mut links, colocation.primary);
        links[dependent.index()] = primary;
    }
    let mut counts = vec![0; links.len()];
    for colocation in colocations {
        counts[find(&mut links, colocation.dependent).index()] += 1;
    }
    counts.into_iter().max().unwrap_or(0)
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
