//! Sharing equal short texts while something large is read.
//!
//! A configuration of a thousand resources says `ocf`, `monitor` and `10s` some thousand times. A pool gives
//! the same text out again instead of a copy, for the recent ones: it is a table with one place for each
//! hash, so a look-up is one comparison, and what it forgets costs a copy, never a wrong answer.

use std::sync::Arc;

/// Places in the table; far more than there are common texts.
const SLOTS: usize = 1024;
/// Longer texts hardly repeat.
const LONGEST: usize = 32;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct TextPool {
    slots: Vec<Option<Arc<str>>>,
}

impl TextPool {
    /// `text`, shared with an earlier request for the same if that is still known.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        let slot = &mut self.slots[place(text)];
        match slot {
            Some(known) if **known == *text => Arc::clone(known),
            Some(_) | None => Arc::clone(slot.insert(Arc::from(text))),
        }
    }
}

fn place(text: &str) -> usize {
    // Beginning and end say enough of a short text; both are the same eight bytes, or overlap, for the shortest.
    let bytes = text.as_bytes();
    let (start, end) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        (_, _) => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => (
                u64::from(u32::from_le_bytes(*first)),
                u64::from(u32::from_le_bytes(*last)),
            ),
            (_, _) => {
                let sum = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
                (bytes.iter().fold(0, sum), 0)
            }
        },
    };
    let mixed =
        (start ^ end.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let mut pool = TextPool::default();
        let first = pool.share("monitor");
        assert!(Arc::ptr_eq(&first, &pool.share("monitor")));
        assert_eq!(&*pool.share(""), "");
        for number in 0..10_000 {
            let text = format!("text-{number}");
            assert_eq!(*pool.share(&text), text);
        }
        assert_eq!(*pool.share("monitor"), *first);
        let long = "x".repeat(100);
        assert_eq!(*pool.share(&long), long);
    }
}
