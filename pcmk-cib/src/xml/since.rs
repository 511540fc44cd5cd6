//! What became of a document since it was read, and what is known of it as it was then.
//!
//! Copies of a document share what was read. A document that was valid when it was read is valid still if what is not
//! shared any more is; so the verdict is kept, and changes can be found without looking at all of it.

use super::shapes::ShapeId;
use super::tree::{Document, ElementId, NodeRecord};
use super::view::Element;

/// What became of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// It is new.
    New,
    /// It has the parent and the name that it had; all else may have changed.
    Changed,
    /// It has another parent, or another name, or is no longer in the document.
    Moved,
}

impl Document {
    /// Notes that the document is valid under `schema`; without effect if it is not as it was read.
    pub(crate) fn note_valid(&self, schema: &str) {
        let as_read = self.nodes.shared_len() == self.nodes.len()
            && self.nodes.touched().next().is_none()
            && self.values.shared().len() == self.values.len();
        if as_read && self.nodes.len() > 0 {
            // Another schema may have been noted before; one is enough.
            let _ = self.valid_as_read.set(schema.into());
        }
    }

    /// Whether the document was found to be valid under `schema` as it was read.
    pub(crate) fn was_valid(&self, schema: &str) -> bool {
        self.valid_as_read
            .get()
            .is_some_and(|noted| **noted == *schema)
    }

    /// All nodes that are new or not as they were read, in no particular order.
    pub(crate) fn changes_since_read(&self) -> impl Iterator<Item = (ElementId, Since)> {
        let new = self.nodes.shared_len()..self.nodes.len();
        let changed = self.nodes.touched().filter_map(|index| {
            let (before, now) = (self.nodes.before(index)?, self.nodes.get(index));
            let kept = |record: &NodeRecord| (record.tag, record.parent);
            match before == now {
                true => None,
                false if kept(before) == kept(now) => Some((index, Since::Changed)),
                false => Some((index, Since::Moved)),
            }
        });
        changed
            .chain(new.map(|index| (index, Since::New)))
            .map(|(index, since)| (ElementId(index as u32), since)) // node numbers have 32 bits
    }

    /// The attributes that an element had when it was read; none if it is new.
    pub(crate) fn attrs_as_read(
        &self,
        element: Element<'_>,
    ) -> impl Iterator<Item = (usize, &str, &str)> {
        let (names, values) = match self.nodes.before(element.id().index()) {
            Some(record) => {
                let names = self.shapes.names(ShapeId(record.more));
                let start = record.start as usize;
                (names, self.values.slice(start..start + names.len()))
            }
            None => (&[][..], &[][..]),
        };
        names.iter().zip(values).map(|(&name, &value)| {
            let text = self.names.text(name);
            (name.0 as usize, text, self.value(value))
        })
    }

    /// Whether something of what was read has an attribute of this name whose value is `wanted`. May say yes if it has not
    /// any more.
    pub(crate) fn may_have(&self, name: &str, wanted: impl Fn(&str) -> bool) -> bool {
        let Some(name) = self.names.find(name) else {
            return false;
        };
        let place = |shape| self.shapes.names(shape).iter().position(|&of| of == name);
        let places: Vec<Option<usize>> = (0..self.shapes.count())
            .map(|shape| place(ShapeId(shape as u32))) // shape numbers have 32 bits
            .collect();
        (0..self.nodes.shared_len())
            .filter_map(|index| self.nodes.before(index))
            .filter(|record| record.is_element())
            .filter_map(|record| Some((record, places[record.more as usize]?)))
            .any(|(record, place)| {
                wanted(self.value(self.values.shared()[record.start as usize + place]))
            })
    }
}
