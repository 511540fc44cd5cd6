//! The values of attributes that are printed as they are read.

use std::mem::MaybeUninit;
use std::ops::Range;

use crate::xml::names::NameId;
use crate::xml::scan::{Start, plain_start, plain_value_end};
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
    name: Start,
    name_len: usize,
    /// The last value of this name with its closing quote, how long it is, and where it is kept.
    value: Start,
    len: usize,
    kept: ValueRef,
}

impl Usual {
    const NOTHING: Usual = Usual {
        name: Start::NONE,
        name_len: 0,
        value: Start::NONE,
        len: 0,
        kept: ValueRef(0),
    };
}

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

    /// Memory for values to come.
    pub(super) fn room(&mut self) -> &mut [MaybeUninit<u8>] {
        self.text.spare_capacity_mut()
    }

    /// Remembers that this is the name of an attribute.
    pub(super) fn learn(&mut self, name: NameId, text: &str) {
        let usual = self.usual_of(name);
        usual.name = Start::of([" ", text, "=\""]).unwrap_or(Start::NONE);
        usual.name_len = text.len() + 3;
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
        if !usual.name.stands_in(bytes.get(at..)?.first_chunk()?) {
            return None;
        }
        let start = at + usual.name_len;
        let text = bytes.get(start..)?.first_chunk()?;
        if let Some(end) = self.same_as_last(usual, text, bytes, start) {
            return Some((usual.kept, end + 1));
        }
        let len = plain_start(text);
        if len < text.len() {
            let kept = (text[len] == b'"').then(|| self.keep_short(name, text, len));
            return Some((kept?, start + len + 1));
        }
        let end = plain_value_end(bytes, start + len);
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        Some((self.keep_long(name, bytes, start..end), end + 1))
    }

    /// Where the value ends that begins at `start` with `text`, if it is the last one of this name.
    #[inline(always)]
    fn same_as_last(
        &self,
        usual: &Usual,
        text: &[u8; Start::MAX],
        bytes: &[u8],
        start: usize,
    ) -> Option<usize> {
        if !usual.value.stands_in(text) {
            return None;
        }
        let end = start + usual.len;
        let same = usual.len < Start::MAX
            || (self.text[value_span(&self.text, usual.kept.0)] == *bytes.get(start..end)?
                && bytes.get(end) == Some(&b'"'));
        same.then_some(end)
    }

    /// Keeps a part of `bytes` as the value of an attribute of this name.
    pub(super) fn keep_value(
        &mut self,
        name: NameId,
        bytes: &[u8],
        part: Range<usize>,
    ) -> ValueRef {
        match bytes[part.start..].first_chunk::<{ Start::MAX }>() {
            Some(text) if part.len() < text.len() => {
                let mut text = *text;
                // Whatever quotes it here, it will be looked for in these.
                text[part.len()] = b'"';
                self.keep_short(name, &text, part.len())
            }
            Some(_) | None => self.keep_long(name, bytes, part),
        }
    }

    /// Keeps a value of `len` bytes, with which `text` begins.
    #[inline(always)]
    fn keep_short(&mut self, name: NameId, text: &[u8; Start::MAX], len: usize) -> ValueRef {
        let kept = self.next();
        let mut block = [0; 1 + Start::MAX];
        block[0] = len as u8; // less than 32
        block[1..].copy_from_slice(text);
        let end = self.text.len() + 1 + len;
        // What is too much is dropped.
        self.text.extend_from_slice(&block);
        self.text.truncate(end);
        self.remember(name, Start::new(text, len + 1), len, kept);
        kept
    }

    /// Keeps any value.
    fn keep_long(&mut self, name: NameId, bytes: &[u8], part: Range<usize>) -> ValueRef {
        let kept = self.next();
        let len = part.len();
        match short_length(len) {
            Some(len) => self.text.push(len),
            None => self.text.extend(length(len)),
        }
        let seen = bytes[part.start..].first_chunk();
        let seen = seen.map_or(Start::NONE, |text| Start::new(text, len + 1));
        self.text.extend_from_slice(&bytes[part]);
        self.remember(name, seen, len, kept);
        kept
    }

    /// Where the next value will be kept.
    #[inline]
    fn next(&self) -> ValueRef {
        // What is read has less than 2^31 bytes, and each value takes five of them without being kept.
        ValueRef(self.text.len() as u32)
    }

    #[inline]
    fn remember(&mut self, name: NameId, value: Start, len: usize, kept: ValueRef) {
        let usual = self.usual_of(name);
        (usual.value, usual.len, usual.kept) = (value, len, kept);
    }

    /// Keeps a text that is no value; returns where it is.
    pub(super) fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(text.as_bytes());
        start..self.text.len()
    }

    /// Forgets what came after there were `len` bytes.
    pub(super) fn rewind(&mut self, len: usize) {
        self.text.truncate(len);
        for usual in &mut self.usual {
            if usual.kept.0 as usize >= len {
                usual.value = Start::NONE;
            }
        }
    }

    /// All values.
    pub(super) fn into_text(self) -> Option<String> {
        String::from_utf8(self.text).ok()
    }
}
