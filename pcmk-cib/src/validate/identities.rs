//! Ids that were met, and references to ids.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::model::Identity;
use super::value::trim;
use crate::xml::{Document, Element, ElementId, ValueRef};

/// The name of all attributes whose values are ids (`ids_have_one_name`).
pub(super) const ID: &str = "id";

/// Ids and references that were met in a document.
///
/// There are a hundred thousand ids in a large CIB, so the table holds nothing but the number of the element.
pub(super) struct Identities<'d> {
    doc: &'d Document,
    ids: HashTable<ElementId>,
    random: RandomState,
    pub(super) references: Vec<&'d str>,
}

/// The id of an element.
fn id_of(doc: &Document, element: ElementId) -> &str {
    trim(doc.element(element).attr(ID).unwrap_or(""))
}

impl<'d> Identities<'d> {
    /// `expected`: how many ids there will be, about.
    pub(super) fn new(doc: &'d Document, expected: usize) -> Identities<'d> {
        Identities {
            doc,
            ids: HashTable::with_capacity(expected),
            random: RandomState::default(),
            references: Vec::new(),
        }
    }

    /// Takes note of an attribute's value; `None` if it is an id that was met before.
    #[inline]
    pub(super) fn note(
        &mut self,
        identity: Identity,
        element: Element<'d>,
        value: ValueRef,
    ) -> Option<()> {
        match identity {
            Identity::None => Some(()),
            Identity::Id => self.insert(element.id(), trim(self.doc.value(value))),
            Identity::Reference => {
                self.references.push(trim(self.doc.value(value)));
                Some(())
            }
        }
    }

    fn insert(&mut self, element: ElementId, id: &str) -> Option<()> {
        let (doc, random) = (self.doc, &self.random);
        let same = |&met: &ElementId| id_of(doc, met) == id;
        let hash = |&met: &ElementId| random.hash_one(id_of(doc, met));
        match self.ids.entry(random.hash_one(id), same, hash) {
            hashbrown::hash_table::Entry::Occupied(_) => None,
            hashbrown::hash_table::Entry::Vacant(free) => {
                free.insert(element);
                Some(())
            }
        }
    }

    /// Whether this id was met.
    pub(super) fn contains(&self, id: &str) -> bool {
        let same = |&met: &ElementId| id_of(self.doc, met) == id;
        self.ids.find(self.random.hash_one(id), same).is_some()
    }

    /// Forgets this id; whether it was met.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let doc = self.doc;
        let same = |&met: &ElementId| id_of(doc, met) == id;
        match self.ids.find_entry(self.random.hash_one(id), same) {
            Ok(found) => {
                found.remove();
                true
            }
            Err(_) => false,
        }
    }

    /// Adds what others met; `None` if there is an id in both.
    pub(super) fn add(&mut self, others: Identities<'d>) -> Option<()> {
        for &element in &others.ids {
            self.insert(element, id_of(self.doc, element))?;
        }
        self.references.extend(others.references);
        Some(())
    }

    /// Whether there are no ids.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether all references lead to ids that were met.
    pub(super) fn are_closed(&self) -> bool {
        self.references
            .iter()
            .all(|reference| self.contains(reference))
    }
}
