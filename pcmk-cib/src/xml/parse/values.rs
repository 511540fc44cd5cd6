//! The values of attributes that are printed as they are read.

use std::ops::Range;

use crate::xml::names::NameId;
use crate::xml::scan::{Word, plain_value_end};
use crate::xml::spans::{ValueRef, length, short_length, value_span};

/// Values one after the other, and what is known of each attribute name. One attribute is often the same in many elements;
/// a value that is the one before is not kept again.
#[derive(Default)]
pub(super) struct Values {
    text: Vec<u8>,
    usual: Vec<Usual>,
}

/// What usually stands in a place.
#[derive(Clone, Copy)]
struct Usual {
    /// A blank, the name, `=` and a quote.
    name: Word,
    /// The beginning of the last value of this name.
    value: Word,
    /// How long that value is, and where it is kept.
    len: usize,
    kept: ValueRef,
}

impl Usual {
    const NOTHING: Usual = Usual {
        name: Word::NONE,
        value: Word::NONE,
        len: 0,
        kept: ValueRef(0),
    };
}

/// A part of a text is copied as a block of this size if it is shorter, and what is too much is dropped.
const BLOCK: usize = Word::MAX;

impl Values {
    pub(super) fn with_capacity(bytes: usize) -> Values {
        Values {
            text: Vec::with_capacity(bytes),
            usual: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Remembers that this is the name of an attribute.
    pub(super) fn learn(&mut self, name: NameId, text: &str) {
        self.usual_of(name).name = Word::of([" ", text, "=\""]).unwrap_or(Word::NONE);
    }

    fn usual_of(&mut self, name: NameId) -> &mut Usual {
        let slot = name.0 as usize;
        if slot >= self.usual.len() {
            self.usual.resize(slot + 1, Usual::NOTHING);
        }
        &mut self.usual[slot]
    }

    /// Reads an attribute as nearly all are, if it stands at `at`: a space, this name, a plain value. Returns the value and where the
    /// text goes on.
    // Millions of calls from one place.
    #[inline(always)]
    pub(super) fn attribute(
        &mut self,
        name: NameId,
        bytes: &[u8],
        at: usize,
    ) -> Option<(ValueRef, usize)> {
        let usual = self.usual.get(name.0 as usize)?;
        let start = at + usual.name.stands_at(bytes, at)?;
        let end = match self.same_as_last(usual, bytes, start) {
            Some(end) => return Some((usual.kept, end + 1)),
            None => plain_value_end(bytes, start),
        };
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        Some((self.keep_new(name, bytes, start..end), end + 1))
    }

    /// Where the value ends that begins at `start` in quotes, if it is the last one of this name.
    #[inline(always)]
    fn same_as_last(&self, usual: &Usual, bytes: &[u8], start: usize) -> Option<usize> {
        usual.value.stands_at(bytes, start)?;
        let end = start + usual.len;
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        let same = usual.len <= Word::MAX
            || self.text[value_span(&self.text, usual.kept.0)] == bytes[start..end];
        same.then_some(end)
    }

    /// Keeps a part of `bytes`, in front of which there is a quote, as the value of an attribute of this name.
    pub(super) fn keep_value(
        &mut self,
        name: NameId,
        bytes: &[u8],
        part: Range<usize>,
    ) -> ValueRef {
        let usual = *self.usual_of(name);
        match self.same_as_last(&usual, bytes, part.start) {
            Some(end) if end == part.end => usual.kept,
            Some(_) | None => self.keep_new(name, bytes, part),
        }
    }

    /// The same for one that is not the last one of this name.
    #[inline(always)]
    fn keep_new(&mut self, name: NameId, bytes: &[u8], part: Range<usize>) -> ValueRef {
        // What is read has less than 2^31 bytes, and each value takes five of them without being kept.
        let kept = ValueRef(self.text.len() as u32);
        // The quote in front of it makes room for the length.
        let with_quote = part.start - 1..part.end;
        match short_length(part.len()) {
            Some(len) => {
                let place = self.keep(bytes, with_quote).start;
                self.text[place] = len;
            }
            None => {
                self.text.extend(length(part.len()));
                self.keep(bytes, part.clone());
            }
        }
        if let Some(block) = bytes[part.start..].first_chunk() {
            let usual = self.usual_of(name);
            usual.value = Word::at_start(block, part.len());
            (usual.len, usual.kept) = (part.len(), kept);
        }
        kept
    }

    /// Keeps a part of `bytes`; returns where it is.
    #[inline(always)]
    pub(super) fn keep(&mut self, bytes: &[u8], part: Range<usize>) -> Range<usize> {
        let start = self.text.len();
        let end = start + part.len();
        match bytes[part.start..].first_chunk::<BLOCK>() {
            Some(block) if part.len() <= block.len() => self.text.extend_from_slice(block),
            Some(_) | None => self.text.extend_from_slice(&bytes[part]),
        }
        self.text.truncate(end);
        start..end
    }

    /// Forgets what came after there were `len` bytes.
    pub(super) fn rewind(&mut self, len: usize) {
        self.text.truncate(len);
        for usual in &mut self.usual {
            if usual.kept.0 as usize >= len {
                usual.value = Word::NONE;
            }
        }
    }

    /// All values.
    pub(super) fn into_text(self) -> Option<String> {
        String::from_utf8(self.text).ok()
    }
}
