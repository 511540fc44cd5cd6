//! Interned element and attribute names.
//!
//! A document of a million attributes has some two hundred different names. Each gets a small number.
//! In front of the hash map stands a direct-mapped cache, so that the usual lookup is one comparison;
//! the map behind it is keyed with a random seed, so that no input can make it slow.

use foldhash::{HashMap, HashMapExt as _};
use std::ops::Range;
use std::sync::Arc;

/// Number of a name within one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameId(pub(super) u32);

const CACHE_SLOTS: usize = 512;
const NO_NAME: u32 = u32::MAX;

/// The names of one document.
#[derive(Clone)]
pub(super) struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    cache: Vec<u32>,
    /// Each name as it stands in front of an attribute's value, for the printer: a blank, the name, `="`.
    printed: String,
    /// Where in `printed` that ends, by number.
    printed_ends: Vec<usize>,
}

impl Names {
    pub(super) fn new() -> Names {
        Names {
            texts: Vec::new(),
            numbers: HashMap::new(),
            cache: vec![NO_NAME; CACHE_SLOTS],
            printed: String::new(),
            printed_ends: Vec::new(),
        }
    }

    /// The number of `name`, a new one if it was never seen.
    pub(super) fn intern(&mut self, name: &str) -> NameId {
        let slot = cache_slot(name);
        let cached = self.cache[slot];
        if let Some(text) = self.texts.get(cached as usize)
            && **text == *name
        {
            return NameId(cached);
        }
        let number = match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                let text: Arc<str> = Arc::from(name);
                // Cannot overflow: every name takes at least one of at most 2^32 bytes of text.
                let number = self.texts.len() as u32;
                self.texts.push(Arc::clone(&text));
                for part in [" ", name, "=\""] {
                    self.printed.push_str(part);
                }
                self.printed_ends.push(self.printed.len());
                self.numbers.insert(text, number);
                number
            }
        };
        self.cache[slot] = number;
        NameId(number)
    }

    /// The number of `name`, if it was seen.
    pub(super) fn find(&self, name: &str) -> Option<NameId> {
        self.numbers.get(name).copied().map(NameId)
    }

    pub(super) fn text(&self, name: NameId) -> &str {
        &self.texts[name.0 as usize]
    }

    /// A name as it stands in front of an attribute's value: where in the text that it comes with.
    #[inline]
    pub(super) fn printed(&self, name: NameId) -> (&str, Range<usize>) {
        let at = name.0 as usize;
        let start = at
            .checked_sub(1)
            .map_or(0, |before| self.printed_ends[before]);
        (&self.printed, start..self.printed_ends[at])
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// Length, first, middle and last byte tell apart nearly all names of a CIB.
fn cache_slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return 0;
    };
    let middle = bytes[bytes.len() / 2];
    let mixed = bytes.len().wrapping_mul(31)
        ^ usize::from(first).wrapping_mul(7)
        ^ usize::from(middle).wrapping_mul(57)
        ^ usize::from(last).wrapping_mul(193);
    mixed % CACHE_SLOTS
}
