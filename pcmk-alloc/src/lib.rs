//! Memory that is about to be written: the allocator of the tools, and a hint for those who fill large tables.
//!
//! Problem: a tool that reads a large CIB touches tens of thousands of fresh pages of memory once, and the page faults
//! cost as much as the work itself.
//!
//! Approach: everything is left to [`System`]. A block of some megabytes, which the system's allocator maps on its own, is
//! then advised (`madvise(2)`, `MADV_HUGEPAGE`) to be backed by large pages, where the kernel has them: one fault instead
//! of 512. It is advice only: nothing changes but the time, and a failure is of no consequence. No lock, no state.
//!
//! A program that ends soon also gains from asking the kernel for memory in larger steps ([`grow_in_large_steps`]).
//!
//! Where small pages have to do, many of them at once cost a third less than one after the other: who knows that it will fill some
//! room soon can say so ([`will_fill`]). Only programs choose an allocator; the hint is for libraries, too.

use std::alloc::{GlobalAlloc, Layout, System};
use std::mem::MaybeUninit;

/// Blocks from this size on are advised. On a virtual machine whose host takes back free memory, large pages are those that
/// it took, and the first touch of one costs more than 512 small ones; so only very large blocks ask for them.
const LARGE: usize = 32 << 20;

/// The unit of advice: the smallest page there is.
const PAGE: usize = 4096;

/// How much more than needed is asked for when the heap grows, and the size from which on a block is mapped on its own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const STEP: libc::c_int = 1 << 20;

/// Lets the heap grow in steps of a megabyte, and shrink only when more than that is free at its end, and has blocks of up
/// to that size in it. With the usual steps of 128 kB, memory is given back between two passes and touched anew in the next.
/// What is not touched costs nothing.
///
/// To be called when a program starts. It changes nothing but the time, and nothing at all with other C libraries.
pub fn grow_in_large_steps() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `mallopt` takes two numbers and sets a parameter of `malloc`, under the lock of `malloc`; these
    // two change how memory is asked of the kernel, not what callers get. A failure is of no consequence.
    unsafe {
        libc::mallopt(libc::M_TOP_PAD, STEP);
        libc::mallopt(libc::M_MMAP_THRESHOLD, STEP);
    }
}

/// Says that all of `room` will be written soon: the kernel may provide its whole pages now, all at once.
///
/// It changes nothing but the time, and nothing at all where the kernel has no such call.
pub fn will_fill<T>(room: &mut [MaybeUninit<T>]) {
    let size = size_of_val(room);
    let start: *mut u8 = room.as_mut_ptr().cast();
    let before_page = start.addr().wrapping_neg() % PAGE;
    let length = size.saturating_sub(before_page) / PAGE * PAGE;
    if length == 0 {
        return;
    }
    #[cfg(target_os = "linux")]
    // SAFETY: `before_page + length` is at most `size`, so the range is part of `room`, which is borrowed for writing.
    // `MADV_POPULATE_WRITE` provides pages as a write would, and changes neither their content nor their protection.
    // A failure, as with an older kernel, is of no consequence.
    unsafe {
        libc::madvise(
            start.add(before_page).cast(),
            length,
            libc::MADV_POPULATE_WRITE,
        );
    }
}

/// The allocator, for `#[global_allocator]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LargePages;

// SAFETY: every call is passed on to `System` as it came, and what `System` returns is returned as it is; so the contract
// of `GlobalAlloc` holds because it holds for `System`.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is that of `System`.
        let block = unsafe { System.alloc(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        let block = unsafe { System.alloc_zeroed(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block came from `System` with this layout, as all blocks of this allocator do.
        let block = unsafe { System.realloc(block, layout, size) };
        // A block that shrinks has been advised before.
        if size > layout.size() {
            advise(block, size);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as for `realloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Asks for large pages for the whole pages of a block, if it is large.
fn advise(block: *mut u8, size: usize) {
    if size < LARGE || block.is_null() {
        return;
    }
    let before_page = block.addr().wrapping_neg() % PAGE;
    let length = (size - before_page) / PAGE * PAGE;
    #[cfg(target_os = "linux")]
    // SAFETY: `before_page + length` is at most `size`, so the range is part of the block, which is ours and mapped.
    // `MADV_HUGEPAGE` changes neither its content nor its protection.
    unsafe {
        libc::madvise(block.add(before_page).cast(), length, libc::MADV_HUGEPAGE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = length;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static ALLOCATOR: LargePages = LargePages;

    /// What is in front of the room and what is written into it is there afterwards.
    #[test]
    fn filled_room() {
        for (len, room) in [
            (0, 0),
            (1, 3),
            (5, PAGE),
            (PAGE - 1, 9 * PAGE + 1),
            (3 * PAGE, LARGE),
        ] {
            let mut block: Vec<u16> = Vec::with_capacity(len + room);
            block.resize(len, 7);
            will_fill(&mut block.spare_capacity_mut()[..room]);
            assert!(block.iter().all(|&entry| entry == 7));
            block.resize(len + room, 8);
            assert_eq!(block.iter().filter(|&&entry| entry == 8).count(), room);
        }
    }

    /// Blocks of all sizes around the limit keep what is in them while they grow and shrink.
    #[test]
    fn blocks_keep_their_content() {
        for start in [1, PAGE, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE + 17] {
            let mut block: Vec<u8> = Vec::with_capacity(start);
            block.extend((0..start).map(|at| at as u8));
            for size in [2 * start, start / 2 + 1, start + LARGE, 3] {
                let kept = size.min(block.len());
                block.resize(size, 7);
                block.shrink_to_fit();
                assert!(
                    block[..kept]
                        .iter()
                        .enumerate()
                        .all(|(at, &b)| b == at as u8 || b == 7)
                );
                assert!(block[kept..].iter().all(|&b| b == 7));
            }
            let zeros = vec![0_u8; start];
            assert!(zeros.iter().all(|&b| b == 0));
        }
    }
}
