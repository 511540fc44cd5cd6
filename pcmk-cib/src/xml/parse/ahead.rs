//! Memory for what will be read next.
//!
//! A large document fills thousands of pages, and one page after the other costs more than many at once. What is to come is
//! like what came: so many entries for so much text.

use std::mem::MaybeUninit;

/// Bytes that are provided at once.
const STEP: usize = 1 << 18;

/// How many entries of a table have memory.
#[derive(Clone, Copy, Default)]
pub(super) struct Ahead {
    entries: usize,
}

/// How far a text was read, in bytes.
#[derive(Clone, Copy)]
pub(in crate::xml) struct Progress {
    pub(in crate::xml) read: usize,
    /// What will be read before anybody asks again, and all that will be read, about.
    pub(in crate::xml) next: usize,
    pub(in crate::xml) rest: usize,
}

impl Ahead {
    /// Provides memory for a table of `len` entries, behind which there is `room`.
    pub(super) fn provide<T>(
        &mut self,
        progress: Progress,
        len: usize,
        room: &mut [MaybeUninit<T>],
    ) {
        let Progress { read, next, rest } = progress;
        let entries_in = |text: usize| len * text / read.max(1);
        if len + entries_in(next.min(rest)) <= self.entries {
            return;
        }
        let step = entries_in(next).max(STEP / size_of::<T>().max(1));
        let from = self.entries.saturating_sub(len).min(room.len());
        let to = (from + step).min(entries_in(rest)).min(room.len());
        if from < to {
            pcmk_alloc::will_fill(&mut room[from..to]);
            self.entries = len + to;
        }
    }
}
