//! Ordering records become relations, and relations change actions until nothing changes.
//!
//! Source: behaviour notes 04 §19 to §24. The reference updates actions depth first and immediately; reasons and some
//! corner cases depend on that order, so it is kept. The recursion is deep on large clusters, therefore [`settle`] runs
//! on a thread of its own with a stack of `STACK` bytes and counts its depth.

pub mod blocking;
pub mod evaluate;
pub mod flags;
pub mod interleave;
pub mod invalid;
pub mod probes;
pub mod records;
pub mod update;

use crate::id::ActionId;
use crate::work::Work;

/// Address space (not memory) for the update recursion. Only pages that are touched cost anything.
const STACK: usize = 1 << 30;

/// Applies all orderings.
pub fn settle(w: &mut Work<'_>) {
    let finished = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .name("settle".into());
        match thread.spawn_scoped(scope, || run(w)) {
            Ok(handle) => match handle.join() {
                Ok(()) => true,
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Err(_) => false,
        }
    });
    if !finished {
        // No thread could be had: the ordinary stack is enough for ordinary clusters.
        run(w);
    }
}

fn run(w: &mut Work<'_>) {
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
