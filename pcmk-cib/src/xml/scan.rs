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

/// The beginning of a text, to be recognised at once.
#[derive(Clone, Copy)]
pub(super) struct Start {
    text: [u8; Start::MAX],
    /// Which bytes count.
    counts: u64,
}

impl Start {
    /// Bytes that are looked at.
    pub(super) const MAX: usize = 2 * BLOCK;

    /// Never recognised: what counts is a byte that is not there.
    pub(super) const NONE: Start = Start {
        text: [0; Start::MAX],
        counts: 1 << Start::MAX,
    };

    /// The first `len` bytes of a text, or as many as there can be.
    #[inline]
    pub(super) fn new(text: &[u8; Start::MAX], len: usize) -> Start {
        Start {
            text: *text,
            counts: (1 << len.min(Start::MAX)) - 1,
        }
    }

    /// `parts` one after the other; `None` if that is too long.
    pub(super) fn of<const N: usize>(parts: [&str; N]) -> Option<Start> {
        let mut text = [0; Start::MAX];
        let mut len = 0;
        for b in parts.iter().flat_map(|part| part.bytes()) {
            *text.get_mut(len)? = b;
            len += 1;
        }
        Some(Start::new(&text, len))
    }

    /// Whether the text begins with it.
    #[inline]
    pub(super) fn stands_in(&self, text: &[u8; Start::MAX]) -> bool {
        let same = both(text, |at, block| {
            equal(block, self.text[at..].first_chunk().unwrap_or(&[0; BLOCK]))
        });
        u64::from(same) & self.counts == self.counts
    }
}

/// How many bytes at the beginning stand for themselves in an attribute value, see [`PLAIN_VALUE`]. All, if none does not.
#[inline]
pub(super) fn plain_start(text: &[u8; Start::MAX]) -> usize {
    both(text, |_, block| not_plain(block)).trailing_zeros() as usize
}

/// What is found in both halves of a text, given where they begin.
#[inline]
fn both(text: &[u8; Start::MAX], found: impl Fn(usize, &[u8; BLOCK]) -> Bits) -> Bits {
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
    fn starts() {
        let text = b"the first value\" and more than \"32 bytes of it \"";
        let start = text.first_chunk().expect("long");
        assert_eq!(plain_start(start), 15);
        assert_eq!(plain_start(b"a value without a quote in it, o"), 32);
        assert!(Start::new(start, 16).stands_in(start));
        assert!(Start::new(start, 40).stands_in(start));
        assert!(!Start::NONE.stands_in(&[0; Start::MAX]));
        for at in 0..Start::MAX {
            let mut other = *start;
            other[at] ^= 1;
            assert_eq!(Start::new(start, 16).stands_in(&other), at > 15);
            for len in [32, 33, 40] {
                assert!(!Start::new(start, len).stands_in(&other), "{at}");
            }
        }
    }

    #[test]
    fn words() {
        let text = b"crm-debug-origin=\"do_update_resource\" and so on";
        let text = text.first_chunk().expect("long");
        let is = |parts: [&str; 2]| Start::of(parts).map(|start| start.stands_in(text));
        assert_eq!(is(["crm-debug-origin", "=\""]), Some(true));
        for other in ["crm-debug-origi", "xrm-debug-origin", "crm-debug-origin "] {
            assert_eq!(is([other, "=\""]), Some(false));
        }
        assert_eq!(is(["x", &"y".repeat(31)]), Some(false));
        assert_eq!(is(["x", &"y".repeat(32)]), None);
    }
}
