//! Ordering records become relations, and relations change actions until nothing changes.
//!
//! Source: behaviour notes 04 §19 to §24. The reference updates actions depth first and immediately; reasons and some
//! corner cases depend on that order, so it is kept. The recursion counts its depth; where it is deep, as
//! on clusters with long chains of orderings, it goes on in a thread with a stack of `STACK` bytes (`deeper`).

pub mod blocking;
pub mod evaluate;
pub mod flags;
pub mod interleave;
pub mod invalid;
pub mod probes;
pub mod records;
pub mod update;

use crate::id::ActionId;
use crate::stack::with_stack;
use crate::work::Work;

/// Address space (not memory) for the update recursion. Only pages that are touched cost anything.
const STACK: usize = 1 << 30;

/// Levels of the update recursion that the caller's stack has room for, whatever thread that is.
const LEVELS_INLINE: u32 = 100;

/// Goes on with a recursion that has reached `depth`, on a larger stack if that is needed.
fn deeper(w: &mut Work<'_>, depth: u32, step: impl FnOnce(&mut Work<'_>) + Send) {
    if depth < LEVELS_INLINE || w.deep {
        return step(w);
    }
    w.deep = true;
    let started = with_stack(STACK, || step(w));
    w.deep = false;
    if !started {
        // Actions keep the state they have.
        let text = "Ordering constraints are not followed to the end: there is no thread for them";
        w.log.sched_error("deeper", text);
    }
}

/// Applies all orderings.
pub fn settle(w: &mut Work<'_>) {
    records::apply(w);
    for position in (0..w.book.actions.len()).rev() {
        blocking::block_dependents(w, ActionId::from_index(position), 0);
    }
    probes::imply(w);
    for position in (0..w.book.actions.len()).rev() {
        update::update(w, ActionId::from_index(position), 0);
    }
    invalid::disable(w);
}
