//! Tables that copies of a document share.
//!
//! A change of a large CIB leaves the CIB as it was and makes another one, which is the same nearly everywhere. So what
//! was read is kept once; a copy holds what came later, and the pages of what was changed in place.

use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Arc;

/// A table that only grows: what was there when it was shared never changes.
#[derive(Clone)]
pub(super) struct Grown<T> {
    shared: Arc<Vec<T>>,
    own: Vec<T>,
}

impl<T: Copy> Grown<T> {
    pub(super) fn new() -> Grown<T> {
        Grown {
            shared: Arc::default(),
            own: Vec::new(),
        }
    }

    pub(super) fn reserve_exact(&mut self, more: usize) {
        self.own.reserve_exact(more);
    }

    /// Memory for entries to come.
    pub(super) fn room(&mut self) -> &mut [MaybeUninit<T>] {
        self.own.spare_capacity_mut()
    }

    /// Shares what is there with all copies made from now on. To be done once, when all was read.
    pub(super) fn share(&mut self) {
        if self.shared.is_empty() {
            let mut own = std::mem::take(&mut self.own);
            own.shrink_to_fit();
            self.shared = Arc::new(own);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.shared.len() + self.own.len()
    }

    pub(super) fn push(&mut self, entry: T) {
        self.own.push(entry);
    }

    /// Drops entries that were never shared.
    pub(super) fn truncate(&mut self, len: usize) {
        self.own.truncate(len.saturating_sub(self.shared.len()));
    }

    /// All that is shared.
    pub(super) fn shared(&self) -> &[T] {
        &self.shared
    }

    /// Whether entries from `start` on can be changed.
    pub(super) fn is_own(&self, start: usize) -> bool {
        start >= self.shared.len()
    }

    /// Entries that were added together: all shared, or none.
    #[inline]
    pub(super) fn slice(&self, range: Range<usize>) -> &[T] {
        match range.start.checked_sub(self.shared.len()) {
            None => &self.shared[range],
            Some(start) => &self.own[start..start + range.len()],
        }
    }

    /// The same, to be changed; they must not be shared.
    pub(super) fn slice_mut(&mut self, range: Range<usize>) -> &mut [T] {
        let start = range.start - self.shared.len();
        &mut self.own[start..start + range.len()]
    }

    /// Adds the entries of a range again, at the end.
    pub(super) fn repeat(&mut self, range: Range<usize>) {
        match range.start.checked_sub(self.shared.len()) {
            None => self.own.extend_from_slice(&self.shared[range]),
            Some(start) => self.own.extend_from_within(start..start + range.len()),
        }
    }
}

/// A table whose entries change in place: the first change of a shared one copies the page it is on.
#[derive(Clone)]
pub(super) struct Paged<T> {
    entries: Grown<T>,
    /// For each page of what is shared, where its copy begins in `copied`. Empty as long as there is none.
    places: Vec<u32>,
    copied: Vec<T>,
}

/// Entries on a page. Changes come near each other, and a page is copied in no time.
const PAGE: usize = 64;

/// No copy of this page.
const NOT_COPIED: u32 = u32::MAX;

impl<T: Copy> Paged<T> {
    pub(super) fn new() -> Paged<T> {
        Paged {
            entries: Grown::new(),
            places: Vec::new(),
            copied: Vec::new(),
        }
    }

    pub(super) fn reserve_exact(&mut self, more: usize) {
        self.entries.reserve_exact(more);
    }

    /// See [`Grown::room`].
    pub(super) fn room(&mut self) -> &mut [MaybeUninit<T>] {
        self.entries.room()
    }

    /// See [`Grown::share`].
    pub(super) fn share(&mut self) {
        self.entries.share();
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn push(&mut self, entry: T) {
        self.entries.push(entry);
    }

    /// See [`Grown::truncate`].
    pub(super) fn truncate(&mut self, len: usize) {
        self.entries.truncate(len);
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> &T {
        match self.entries.shared.get(index) {
            Some(entry) if self.places.is_empty() => entry,
            Some(entry) => match self.places[index / PAGE] {
                NOT_COPIED => entry,
                place => &self.copied[place as usize + index % PAGE],
            },
            None => &self.entries.own[index - self.entries.shared.len()],
        }
    }

    /// How many entries are shared.
    pub(super) fn shared_len(&self) -> usize {
        self.entries.shared.len()
    }

    /// A shared entry as it was.
    pub(super) fn before(&self, index: usize) -> Option<&T> {
        self.entries.shared.get(index)
    }

    /// Shared entries that may not be as they were.
    pub(super) fn touched(&self) -> impl Iterator<Item = usize> {
        let pages = (0..).zip(&self.places);
        pages
            .filter(|&(_, &place)| place != NOT_COPIED)
            .flat_map(|(page, _)| page * PAGE..(page + 1) * PAGE)
            .take_while(|&index| index < self.shared_len())
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> &mut T {
        match index.checked_sub(self.entries.shared.len()) {
            Some(index) => &mut self.entries.own[index],
            None => self.shared_mut(index),
        }
    }

    fn shared_mut(&mut self, index: usize) -> &mut T {
        let shared = &self.entries.shared;
        if self.places.is_empty() {
            self.places.resize(shared.len().div_ceil(PAGE), NOT_COPIED);
        }
        let page = index / PAGE;
        if self.places[page] == NOT_COPIED {
            self.places[page] = self.copied.len() as u32; // at most as many as there are nodes, which have 32 bits
            let end = shared.len().min((page + 1) * PAGE);
            self.copied.extend_from_slice(&shared[page * PAGE..end]);
        }
        &mut self.copied[self.places[page] as usize + index % PAGE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy and what it was made of do not see each other's changes, wherever they are.
    #[test]
    fn copies_part() {
        for count in [1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE + 7] {
            let mut first: Paged<usize> = Paged::new();
            (0..count).for_each(|entry| first.push(entry));
            first.share();
            let mut second = first.clone();
            for index in (0..count).step_by(5) {
                *second.get_mut(index) += 1000;
            }
            second.push(7);
            *second.get_mut(count) += 1;
            let third = second.clone();
            *second.get_mut(0) = 3;
            for index in 0..count {
                assert_eq!(*first.get(index), index);
                let changed = if index % 5 == 0 { 1000 } else { 0 };
                assert_eq!(*third.get(index), index + changed);
            }
            assert_eq!((first.len(), third.len()), (count, count + 1));
            assert_eq!((*third.get(count), *second.get(0)), (8, 3));
        }
    }

    /// Slices of what is shared and of what came later, repeated and cut off again.
    #[test]
    fn growth() {
        let mut table: Grown<u8> = Grown::new();
        (0..10).for_each(|entry| table.push(entry));
        table.share();
        table.repeat(2..5);
        table.repeat(11..13);
        assert_eq!(table.slice(2..5), [2, 3, 4]);
        assert_eq!(table.slice(10..15), [2, 3, 4, 3, 4]);
        assert!(table.is_own(10) && !table.is_own(9));
        table.slice_mut(13..15).fill(9);
        table.truncate(14);
        assert_eq!((table.slice(10..14), table.len()), (&[2, 3, 4, 9][..], 14));
        table.truncate(3);
        assert_eq!(table.len(), 10);
    }
}
