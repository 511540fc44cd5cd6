//! Finding elements by their `id` attribute without walking the document for each question.
//!
//! References (`id-ref`, constraints, templates) are looked up by the thousand in a large CIB. The table is
//! made at the first question and dropped by changes that could make it wrong.

use super::tree::{Document, ElementId};

/// All elements with an `id`: a hash of the id and the element, sorted by hash, then document order.
pub(super) struct IdTable(Vec<(u32, ElementId)>);

impl IdTable {
    pub(super) fn of(doc: &Document) -> IdTable {
        let root = doc.root_element();
        let mut entries: Vec<(u32, ElementId)> = std::iter::once(root)
            .chain(root.descendants())
            .filter_map(|element| Some((hash(element.xml_id()?), element.id())))
            .collect();
        // Stable, so elements of equal ids stay in document order.
        entries.sort_by_key(|entry| entry.0);
        IdTable(entries)
    }

    /// Elements whose id may be this one, in document order.
    pub(super) fn candidates(&self, id: &str) -> impl Iterator<Item = ElementId> {
        let wanted = hash(id);
        let first = self.0.partition_point(|entry| entry.0 < wanted);
        self.0[first..]
            .iter()
            .take_while(move |entry| entry.0 == wanted)
            .map(|entry| entry.1)
    }
}

/// FNV-1a. Ids made to collide only bring back the cost of a walk.
fn hash(id: &str) -> u32 {
    id.bytes().fold(0x811C_9DC5, |hash, b| {
        (hash ^ u32::from(b)).wrapping_mul(0x0100_0193)
    })
}
