//! How values lie in a text: each behind its length.
//!
//! There are millions of values, and nearly all are short. So an attribute is the place of its value alone; the length
//! stands there, as one byte. All bytes of a length are ASCII characters, so that the text is valid UTF-8.

use std::ops::Range;

/// The value of an attribute: its place in one of a document's texts. Equal ones have equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValueRef(pub(super) u32);

/// The first byte of a length that takes more than one.
const LONG: u8 = 0x7F;

/// Further bytes of such a length, of seven bits each, the lowest first. A text has less than 2^35 bytes.
const MORE: usize = 5;

/// Whether the length is a single byte; which one.
#[inline]
pub(super) fn short_length(len: usize) -> Option<u8> {
    u8::try_from(len).ok().filter(|&len| len < LONG)
}

/// A length as it stands in front of a value.
pub(super) fn length(len: usize) -> impl Iterator<Item = u8> {
    let short = short_length(len);
    let more = match short {
        Some(_) => 0,
        None => MORE,
    };
    let seven_bits = move |at| (len >> (7 * at)) as u8 & 0x7F;
    std::iter::once(short.unwrap_or(LONG)).chain((0..more).map(seven_bits))
}

/// Where the value is whose length stands at `at`.
#[inline]
pub(super) fn value_span(text: &[u8], at: u32) -> Range<usize> {
    let at = at as usize;
    match text[at] {
        LONG => long_span(text, at),
        len => at + 1..at + 1 + usize::from(len),
    }
}

#[cold]
fn long_span(text: &[u8], at: usize) -> Range<usize> {
    let start = at + 1 + MORE;
    let bytes = text[at + 1..start].iter().rev();
    let len = bytes.fold(0, |len, &b| len << 7 | usize::from(b));
    start..start + len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for len in [0, 1, 126, 127, 128, 16_383, 16_384, 268_435_456] {
            let mut text = b"before".to_vec();
            text.extend(length(len));
            assert!(text.is_ascii());
            assert_eq!(text.len() - 6 == 1, len < 127);
            let start = text.len();
            assert_eq!(value_span(&text, 6), start..start + len);
        }
    }
}
