//! Finding elements by their `id` attribute without walking the document for each question.

use super::tree::{Document, ElementId};

/// The `id` attributes of a document at one moment, sorted for lookup.
///
/// Borrowing the document, it cannot outlive a change of it.
pub struct IdIndex<'d> {
    doc: &'d Document,
    entries: Vec<(&'d str, ElementId)>,
}

impl<'d> IdIndex<'d> {
    /// Indexes all elements of `doc` that have an `id` attribute.
    pub fn of(doc: &'d Document) -> IdIndex<'d> {
        let root = doc.root_element();
        let mut entries: Vec<(&'d str, ElementId)> = std::iter::once(root)
            .chain(root.descendants())
            .filter_map(|element| Some((element.xml_id()?, element.id())))
            .collect();
        // Stable, so elements that share an id stay in document order.
        entries.sort_by(|a, b| a.0.cmp(b.0));
        IdIndex { doc, entries }
    }

    /// The elements with this id, in document order; only those called `element_name` if given.
    pub fn find(&self, element_name: Option<&str>, id: &str) -> Vec<ElementId> {
        let first = self.entries.partition_point(|entry| entry.0 < id);
        self.entries[first..]
            .iter()
            .take_while(|entry| entry.0 == id)
            .map(|entry| entry.1)
            .filter(|&found| element_name.is_none_or(|name| self.doc.element(found).name() == name))
            .collect()
    }
}
