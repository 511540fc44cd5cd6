//! The values of attributes that are printed as they are read.

use std::ops::Range;

use crate::xml::names::NameId;
use crate::xml::scan::{BLOCK, same_start};

/// Values one after the other, and the last one of each attribute name. One attribute is often the same in many elements;
/// a value that is the one before is not kept again.
#[derive(Default)]
pub(super) struct Values {
    text: Vec<u8>,
    last: Vec<Last>,
}

/// What is known of an attribute name.
#[derive(Clone, Copy, Default)]
struct Last {
    /// The last element that had an attribute of this name, plus 1.
    element: u32,
    /// Its value: where it is kept, and the beginning of it with what comes after.
    start: usize,
    len: usize,
    block: [u8; BLOCK],
}

impl Values {
    pub(super) fn with_capacity(bytes: usize) -> Values {
        Values {
            text: Vec::with_capacity(bytes),
            last: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether `element` has an attribute of this name already. From now on it has.
    #[inline]
    pub(super) fn is_repeated(&mut self, name: NameId, element: u32) -> bool {
        let last = self.last_of(name);
        let before = std::mem::replace(&mut last.element, element + 1);
        before == element + 1
    }

    #[inline]
    fn last_of(&mut self, name: NameId) -> &mut Last {
        let slot = name.0 as usize;
        if slot >= self.last.len() {
            self.last.resize(slot + 1, Last::default());
        }
        &mut self.last[slot]
    }

    /// Keeps a part of `bytes` as the value of an attribute of this name; returns where it is.
    // Millions of calls from one place.
    #[inline(always)]
    pub(super) fn keep_value(
        &mut self,
        name: NameId,
        bytes: &[u8],
        part: Range<usize>,
    ) -> Range<usize> {
        let last = self.last_of(name);
        let block = bytes[part.start..].first_chunk();
        if let Some(block) = block
            && last.len == part.len()
            && same_start(block, &last.block, last.len)
        {
            let kept = last.start..last.start + last.len;
            if last.len <= BLOCK || self.text[kept.clone()] == bytes[part.clone()] {
                return kept;
            }
        }
        let kept = self.keep(bytes, part);
        if let Some(block) = block {
            let last = self.last_of(name);
            (last.start, last.len, last.block) = (kept.start, kept.len(), *block);
        }
        kept
    }

    /// Keeps a part of `bytes`; returns where it is.
    #[inline(always)]
    pub(super) fn keep(&mut self, bytes: &[u8], part: Range<usize>) -> Range<usize> {
        let start = self.text.len();
        let end = start + part.len();
        // Short ones are copied by the block, and what is too much is dropped.
        match bytes[part.start..].first_chunk::<{ 2 * BLOCK }>() {
            Some(block) if part.len() <= block.len() => self.text.extend_from_slice(block),
            Some(_) | None => self.text.extend_from_slice(&bytes[part]),
        }
        self.text.truncate(end);
        start..end
    }

    /// Forgets what came after there were `len` bytes and so many elements.
    pub(super) fn rewind(&mut self, len: usize, elements: usize) {
        self.text.truncate(len);
        for last in &mut self.last {
            // Numbers of elements are given out again.
            if last.element as usize > elements {
                last.element = 0;
            }
            if last.start + last.len > len {
                *last = Last {
                    element: last.element,
                    ..Last::default()
                };
            }
        }
    }

    /// All values.
    pub(super) fn into_text(self) -> Option<String> {
        String::from_utf8(self.text).ok()
    }
}
