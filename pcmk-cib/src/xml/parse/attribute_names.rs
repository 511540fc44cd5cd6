//! The names of the attributes of one element.

use crate::xml::names::NameId;

/// Names in the order in which they came, each once.
#[derive(Default)]
pub(super) struct AttributeNames {
    names: Vec<NameId>,
    /// For each name, the last element that had it.
    owners: Vec<u32>,
    /// The number of the element.
    element: u32,
}

impl AttributeNames {
    /// Begins a new element.
    pub(super) fn start_with(&mut self, names: &[NameId]) {
        // As many as there are elements, and less than 2^32 elements fit into an input, however often one is begun again
        // with a window of twice the size.
        self.element = self.element.wrapping_add(1);
        self.names.clear();
        for &name in names {
            self.push(name);
        }
    }

    /// Whether the name came already.
    pub(super) fn has(&self, name: NameId) -> bool {
        let owner = self.owners.get(name.0 as usize);
        owner == Some(&self.element)
    }

    /// Adds a name that did not come yet.
    pub(super) fn push(&mut self, name: NameId) {
        let slot = name.0 as usize;
        if slot >= self.owners.len() {
            self.owners.resize(slot + 1, 0);
        }
        self.owners[slot] = self.element;
        self.names.push(name);
    }

    /// The name that came last.
    pub(super) fn last(&self) -> Option<NameId> {
        self.names.last().copied()
    }

    pub(super) fn all(&self) -> &[NameId] {
        &self.names
    }
}
