//! Looking at many bytes at once.
//!
//! Nearly all of a CIB is attribute values, names that came before, and indentation. Each is looked at in blocks of 16
//! bytes.

use wide::u8x16;

use super::chars::{CLASS, PLAIN_VALUE};

/// Bytes in a block.
pub(super) const BLOCK: usize = 16;

/// The end of the bytes from `start` on that stand for themselves in an attribute value, see [`PLAIN_VALUE`].
#[inline]
pub(super) fn plain_value_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(block) = block_at(bytes, at) {
        let odd = not_plain(block);
        if odd != 0 {
            return at + odd.trailing_zeros() as usize;
        }
        at += BLOCK;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let odd = rest
        .iter()
        .position(|&b| CLASS[usize::from(b)] & PLAIN_VALUE == 0);
    at + odd.unwrap_or(rest.len())
}

/// The end of the spaces from `start` on.
#[inline]
pub(super) fn spaces_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(block) = block_at(bytes, at) {
        let spaces = equal(block, &[b' '; BLOCK]);
        at += spaces.trailing_ones() as usize;
        if spaces != ALL {
            return at;
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let odd = rest.iter().position(|&b| b != b' ');
    at + odd.unwrap_or(rest.len())
}

/// One bit for each byte of a block, the first one lowest.
type Bits = u32;

/// All of a block.
const ALL: Bits = (1 << BLOCK) - 1;

#[inline]
fn block_at(bytes: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
    bytes.get(at..)?.first_chunk()
}

/// A short text to be recognised at once.
#[derive(Clone, Copy)]
pub(super) struct Word {
    blocks: [[u8; BLOCK]; 2],
    /// Which bytes count.
    counts: [Bits; 2],
    len: usize,
}

impl Word {
    /// Longest text.
    pub(super) const MAX: usize = 2 * BLOCK;

    /// Never recognised: what counts is a byte that is not there.
    pub(super) const NONE: Word = Word {
        blocks: [[0; BLOCK]; 2],
        counts: [ALL + 1; 2],
        len: 0,
    };

    /// `parts` one after the other; `None` if that is too long.
    pub(super) fn of<const N: usize>(parts: [&str; N]) -> Option<Word> {
        let mut word = Word {
            counts: [0; 2],
            ..Word::NONE
        };
        for b in parts.iter().flat_map(|part| part.bytes()) {
            let (block, place) = (word.len / BLOCK, word.len % BLOCK);
            *word.blocks.get_mut(block)?.get_mut(place)? = b;
            word.counts[block] |= 1 << place;
            word.len += 1;
        }
        Some(word)
    }

    /// Its length, if it stands here and the text goes on for some time.
    #[inline]
    pub(super) fn stands_at(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let text: &[u8; Word::MAX] = bytes.get(at..)?.first_chunk()?;
        let first = text.first_chunk::<BLOCK>()?;
        let second = text.last_chunk::<BLOCK>()?;
        let same = !equal(first, &self.blocks[0]) & self.counts[0] == 0
            && (self.counts[1] == 0 || !equal(second, &self.blocks[1]) & self.counts[1] == 0);
        same.then_some(self.len)
    }
}

/// A quoted value as it stands in a text, the closing quote included, to be recognised at once. Of a long one only the
/// beginning.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    text: [u8; Seen::MAX],
    /// Which bytes count.
    counts: u64,
}

impl Seen {
    /// Bytes that are looked at.
    pub(super) const MAX: usize = 2 * BLOCK;

    /// Never recognised: what counts is a byte that is not there.
    pub(super) const NONE: Seen = Seen {
        text: [0; Seen::MAX],
        counts: 1 << Seen::MAX,
    };

    /// A value of `len` bytes that stands at the beginning of `text`.
    #[inline]
    pub(super) fn new(text: &[u8; Seen::MAX], len: usize) -> Seen {
        Seen {
            text: *text,
            counts: (2 << len.min(Seen::MAX - 1)) - 1,
        }
    }

    /// Whether the text begins with it.
    #[inline]
    pub(super) fn stands_in(&self, text: &[u8; Seen::MAX]) -> bool {
        let same = both(text, |at, block| {
            equal(block, self.text[at..].first_chunk().unwrap_or(&[0; BLOCK]))
        });
        u64::from(same) & self.counts == self.counts
    }
}

/// How many bytes at the beginning stand for themselves in an attribute value, see [`PLAIN_VALUE`]. All, if none does not.
#[inline]
pub(super) fn plain_start(text: &[u8; Seen::MAX]) -> usize {
    both(text, |_, block| not_plain(block)).trailing_zeros() as usize
}

/// What is found in both halves of a text, given where they begin.
#[inline]
fn both(text: &[u8; Seen::MAX], found: impl Fn(usize, &[u8; BLOCK]) -> Bits) -> Bits {
    let half = |at: usize| match text[at..].first_chunk() {
        Some(block) => found(at, block) << at,
        None => 0,
    };
    half(0) | half(BLOCK)
}

/// Which bytes of two blocks are the same.
#[inline]
fn equal(a: &[u8; BLOCK], b: &[u8; BLOCK]) -> Bits {
    u8x16::new(*a).simd_eq(u8x16::new(*b)).to_bitmask()
}

/// Which bytes are not of the class [`PLAIN_VALUE`].
#[inline]
fn not_plain(block: &[u8; BLOCK]) -> Bits {
    let bytes = u8x16::new(*block);
    let is = |bytes: u8x16, b: u8| bytes.simd_eq(u8x16::splat(b));
    // Control characters: nothing is larger than the last of them.
    let odd = is(bytes.max(u8x16::splat(0x1F)), 0x1F)
        // '<' and '>' differ in one bit, and so do '"' and '&'.
        | is(bytes | u8x16::splat(0x02), b'>')
        | is(bytes | u8x16::splat(0x04), b'&')
        | is(bytes, b'\'')
        | is(bytes, 0x7F)
        | is(bytes, 0xEF);
    odd.to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of a block, and the same looked at one by one.
    #[test]
    fn blocks() {
        let bits = |which: &dyn Fn(usize) -> bool| {
            (0..BLOCK).fold(0, |bits, at| bits | Bits::from(which(at)) << at)
        };
        for b in 0..=u8::MAX {
            for at in 0..BLOCK {
                let mut block = *b"plain characters";
                block[at] = b;
                let odd = bits(&|at| CLASS[usize::from(block[at])] & PLAIN_VALUE == 0);
                assert_eq!(not_plain(&block), odd, "{b:#x}");
                let other = *b"plain_characters";
                assert_eq!(equal(&block, &other), bits(&|at| block[at] == other[at]));
            }
        }
    }

    #[test]
    fn ends() {
        for plain in 0..40 {
            for more in [
                "",
                "\"",
                "\" and then some more, which is longer than a block",
            ] {
                let text = format!("{}{}", "x".repeat(plain), more);
                assert_eq!(plain_value_end(text.as_bytes(), 0), plain);
                let text = format!("{}{}", " ".repeat(plain), more.replace('"', "<"));
                assert_eq!(spaces_end(text.as_bytes(), 0), plain);
            }
        }
        assert_eq!(plain_value_end(b"abc", 3), 3);
        assert_eq!(plain_value_end(b"abc", 7), 7);
    }

    #[test]
    fn seen_values() {
        let text = b"the first value\" and more than \"32 bytes of it \"";
        let start = text.first_chunk().expect("long");
        assert_eq!(plain_start(start), 15);
        assert_eq!(plain_start(b"a value without a quote in it, o"), 32);
        assert!(Seen::new(start, 15).stands_in(start));
        assert!(Seen::new(start, 40).stands_in(start));
        assert!(!Seen::NONE.stands_in(&[0; Seen::MAX]));
        for at in 0..Seen::MAX {
            let mut other = *start;
            other[at] ^= 1;
            assert_eq!(Seen::new(start, 15).stands_in(&other), at > 15);
            for len in [31, 32, 40] {
                assert!(!Seen::new(start, len).stands_in(&other), "{at}");
            }
        }
    }

    #[test]
    fn words() {
        let text = "crm-debug-origin=\"do_update_resource\" and so on";
        let word = Word::of(["crm-debug-origin", "=\""]).expect("short");
        assert_eq!(word.stands_at(text.as_bytes(), 0), Some(18));
        assert_eq!(word.stands_at(text.as_bytes(), 1), None);
        assert_eq!(word.stands_at(&text.as_bytes()[..31], 0), None);
        for other in [
            "crm-debug-origi=\"",
            "xrm-debug-origin=\"",
            "crm-debug-origin='",
        ] {
            assert_eq!(word.stands_at(format!("{other:40}").as_bytes(), 0), None);
        }
        assert_eq!(Word::NONE.stands_at(text.as_bytes(), 0), None);
        assert_eq!(Word::NONE.stands_at(&[0; 40], 0), None);
        assert!(Word::of(["x", &"y".repeat(31)]).is_some());
        assert!(Word::of(["x", &"y".repeat(32)]).is_none());
    }
}
