//! Names that are recognised instead of read.

use super::names::NameId;
use super::scan::Word;

/// Which names followed which last time: nearly always the ones that follow next time. A guess is compared with the text
/// before it is believed, so that it does not matter if two places share a slot.
pub(super) struct Guesses {
    /// By element and the name in front.
    attributes: Vec<NameId>,
    /// By the element in front and the one around it.
    elements: Vec<NameId>,
    pub(super) last_element: NameId,
    /// By the number of an attribute's name: the name and what follows it.
    words: Vec<Word>,
}

/// Far more than there are names in a usual document.
const GUESSES: usize = 1024;

impl Guesses {
    pub(super) fn new() -> Guesses {
        Guesses {
            attributes: vec![NameId(0); GUESSES],
            elements: vec![NameId(0); GUESSES],
            last_element: NameId(0),
            words: Vec::new(),
        }
    }

    /// What follows `before` in this element.
    pub(super) fn attribute(&mut self, element: NameId, before: NameId) -> &mut NameId {
        let slot = element.0.wrapping_mul(37).wrapping_add(before.0);
        &mut self.attributes[slot as usize % GUESSES]
    }

    /// An attribute's name, `=` and a quote.
    #[inline]
    pub(super) fn word(&self, name: NameId) -> &Word {
        self.words.get(name.0 as usize).unwrap_or(&Word::NONE)
    }

    /// Remembers that this is the name of an attribute.
    pub(super) fn learn(&mut self, name: NameId, text: &str) {
        let slot = name.0 as usize;
        if slot >= self.words.len() {
            self.words.resize(slot + 1, Word::NONE);
        }
        self.words[slot] = Word::of([text, "=\""]).unwrap_or(Word::NONE);
    }

    /// The next element in this one.
    pub(super) fn element(&mut self, parent: NameId) -> &mut NameId {
        let slot = self.last_element.0.wrapping_mul(37).wrapping_add(parent.0);
        &mut self.elements[slot as usize % GUESSES]
    }
}

/// Whether `text` starts with a name. Names are short: comparing their first and last eight bytes, which may overlap, costs
/// less than a call.
pub(super) fn starts_with(text: &[u8], name: &[u8]) -> bool {
    let Some(text) = text.get(..name.len()) else {
        return false;
    };
    match name.len() {
        0 => true,
        1 => text[0] == name[0],
        2 | 3 => {
            text.first_chunk::<2>() == name.first_chunk()
                && text.last_chunk::<2>() == name.last_chunk()
        }
        4..=7 => {
            text.first_chunk::<4>() == name.first_chunk()
                && text.last_chunk::<4>() == name.last_chunk()
        }
        8..=16 => {
            text.first_chunk::<8>() == name.first_chunk()
                && text.last_chunk::<8>() == name.last_chunk()
        }
        _ => text == name,
    }
}
