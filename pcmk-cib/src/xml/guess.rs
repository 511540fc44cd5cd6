//! Names that are recognised instead of read.

use super::names::NameId;
use super::shapes::ShapeId;

/// What followed what last time: nearly always what follows next time. A guess is compared with the text before it is
/// believed, so that it does not matter if two places share a slot.
pub(super) struct Guesses {
    /// By the name of the element and the one in front.
    attributes: Vec<NameId>,
    /// By the name of the element in front and that of the one around it.
    elements: Vec<NameId>,
    /// By the name of the element and that of the one in front.
    shapes: Vec<ShapeId>,
    pub(super) last_element: NameId,
}

/// Far more than there are names in a usual document.
const GUESSES: usize = 1024;

impl Guesses {
    pub(super) fn new() -> Guesses {
        Guesses {
            attributes: vec![NameId(0); GUESSES],
            elements: vec![NameId(0); GUESSES],
            shapes: vec![ShapeId::EMPTY; GUESSES],
            last_element: NameId(0),
        }
    }

    /// What follows the attribute `before` in this element; `before` is the element's name in front of all.
    pub(super) fn attribute(&mut self, element: NameId, before: NameId) -> &mut NameId {
        &mut self.attributes[slot(element, before)]
    }

    /// The next element in this one.
    pub(super) fn element(&mut self, parent: NameId) -> &mut NameId {
        &mut self.elements[slot(self.last_element, parent)]
    }

    /// The attributes of this element, which follows `before`.
    #[inline]
    pub(super) fn shape(&mut self, element: NameId, before: NameId) -> &mut ShapeId {
        &mut self.shapes[slot(element, before)]
    }
}

#[inline]
fn slot(first: NameId, second: NameId) -> usize {
    first.0.wrapping_mul(37).wrapping_add(second.0) as usize % GUESSES
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
