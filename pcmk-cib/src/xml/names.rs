//! Interned element and attribute names.
//!
//! A document of a million attributes has some two hundred different names. Each gets a small number.
//! In front of the hash map stands a direct-mapped cache, so that the usual lookup is one comparison;
//! the map behind it is keyed with a random seed, so that no input can make it slow.

use foldhash::{HashMap, HashMapExt as _};
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
    /// Each name as it stands in front of an attribute's value, for the printer.
    printed: Vec<PrintedName>,
}

/// A name as it stands in front of an attribute's value: a blank, the name, `="`. So that most need no look elsewhere, it is kept
/// as a block if it fits.
#[derive(Clone, Copy)]
pub(super) struct PrintedName {
    pub(super) block: [u8; PrintedName::MAX],
    pub(super) len: u8,
}

impl PrintedName {
    /// Longest that fits.
    pub(super) const MAX: usize = 32;

    /// One that does not fit.
    const LONG: PrintedName = PrintedName {
        block: [0; PrintedName::MAX],
        len: 0,
    };

    fn new(name: &str) -> PrintedName {
        let mut printed = PrintedName::LONG;
        let len = name.len() + 3;
        let Some(block) = printed.block.get_mut(..len) else {
            return PrintedName::LONG;
        };
        block[0] = b' ';
        block[1..len - 2].copy_from_slice(name.as_bytes());
        block[len - 2..].copy_from_slice(b"=\"");
        printed.len = len as u8; // at most MAX
        printed
    }

    /// Whether it fits.
    #[inline]
    pub(super) fn fits(&self) -> bool {
        self.len > 0
    }
}

impl Names {
    pub(super) fn new() -> Names {
        Names {
            texts: Vec::new(),
            numbers: HashMap::new(),
            cache: vec![NO_NAME; CACHE_SLOTS],
            printed: Vec::new(),
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
                self.printed.push(PrintedName::new(name));
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

    /// A name as it stands in front of an attribute's value.
    #[inline]
    pub(super) fn printed(&self, name: NameId) -> &PrintedName {
        &self.printed[name.0 as usize]
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
