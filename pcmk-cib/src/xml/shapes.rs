//! Which attributes elements have.
//!
//! Problem: a document of a million attributes has some fifty different lists of attribute names. To keep a name with each
//! value takes as much memory as the value's place.
//!
//! Approach: a list of names is a shape, and equal lists are one. An element has the number of its shape, and its values
//! in the order of the names. So two elements of one shape also need their names looked up only once.
//!
//! Invariants: names within a shape differ. The lists of up to [`SHARED_MAX`] names never change. A longer one would be
//! copied with every attribute that an element gets, so it belongs to one element and changes with it, unless it was read:
//! then it stays, and a change makes a copy first.

use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::names::NameId;

/// Number of a list of attribute names within one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShapeId(pub(super) u32);

impl ShapeId {
    /// No attributes.
    pub(super) const EMPTY: ShapeId = ShapeId(0);
}

/// Longest list that elements share. Elements of a CIB have at most some twenty attributes.
const SHARED_MAX: usize = 64;

/// The shapes of one document.
#[derive(Clone)]
pub(super) struct Shapes {
    /// All lists.
    names: Vec<NameId>,
    /// Where in `names` each list lies.
    lists: Vec<List>,
    /// The lists that are shared.
    numbers: HashTable<ShapeId>,
    random: RandomState,
    /// How many lists there were when all was read.
    read: usize,
}

#[derive(Clone, Copy)]
struct List {
    start: usize,
    len: usize,
}

impl Shapes {
    pub(super) fn new() -> Shapes {
        Shapes {
            names: Vec::new(),
            lists: vec![List { start: 0, len: 0 }],
            numbers: HashTable::new(),
            random: RandomState::default(),
            read: 0,
        }
    }

    /// The lists that there are now never change.
    pub(super) fn all_read(&mut self) {
        self.read = self.lists.len();
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.lists.len()
    }

    /// The names in their order.
    #[inline]
    pub(super) fn names(&self, shape: ShapeId) -> &[NameId] {
        &self.names[self.span(shape)]
    }

    /// Number of names.
    #[inline]
    pub(super) fn len(&self, shape: ShapeId) -> usize {
        self.lists[shape.0 as usize].len
    }

    /// Where the names are, see [`Shapes::name_at`].
    #[inline]
    pub(super) fn span(&self, shape: ShapeId) -> Range<usize> {
        let List { start, len } = self.lists[shape.0 as usize];
        start..start + len
    }

    /// One of the names of all shapes.
    #[inline]
    pub(super) fn name_at(&self, place: usize) -> NameId {
        self.names[place]
    }

    /// The shape with these names, which must differ.
    pub(super) fn of(&mut self, names: &[NameId]) -> ShapeId {
        if names.is_empty() {
            return ShapeId::EMPTY;
        }
        if names.len() > SHARED_MAX {
            return self.add(names);
        }
        let hash = self.random.hash_one(names);
        let same = |&shape: &ShapeId| self.names(shape) == names;
        if let Some(&shape) = self.numbers.find(hash, same) {
            return shape;
        }
        let shape = self.add(names);
        let (lists, all, random) = (&self.lists, &self.names, &self.random);
        self.numbers.insert_unique(hash, shape, |other| {
            let List { start, len } = lists[other.0 as usize];
            random.hash_one(&all[start..start + len])
        });
        shape
    }

    /// A list of its own.
    fn add(&mut self, names: &[NameId]) -> ShapeId {
        let list = List {
            start: self.names.len(),
            len: names.len(),
        };
        self.names.extend_from_slice(names);
        self.lists.push(list);
        // Every list is that of an element that there is or was, and elements have 32 bits.
        ShapeId((self.lists.len() - 1) as u32)
    }

    /// The shape of an element that gets one more attribute, as the last one.
    pub(super) fn with(&mut self, shape: ShapeId, name: NameId) -> ShapeId {
        let span = self.span(shape);
        if self.is_changeable(shape) && span.end == self.names.len() {
            self.names.push(name);
            self.lists[shape.0 as usize].len += 1;
            return shape;
        }
        let mut names = self.names[span].to_vec();
        names.push(name);
        self.of(&names)
    }

    /// The shape of an element that loses the attribute `at`.
    pub(super) fn without(&mut self, shape: ShapeId, at: usize) -> ShapeId {
        let span = self.span(shape);
        if self.is_changeable(shape) && span.len() - 1 > SHARED_MAX {
            self.names
                .copy_within(span.start + at + 1..span.end, span.start + at);
            self.lists[shape.0 as usize].len -= 1;
            if span.end == self.names.len() {
                self.names.pop();
            }
            return shape;
        }
        let mut names = self.names[span].to_vec();
        names.remove(at);
        self.of(&names)
    }

    /// The shape of an element whose attribute `at` gets another name.
    pub(super) fn renamed(&mut self, shape: ShapeId, at: usize, name: NameId) -> ShapeId {
        let span = self.span(shape);
        if self.is_changeable(shape) {
            self.names[span.start + at] = name;
            return shape;
        }
        let mut names = self.names[span].to_vec();
        names[at] = name;
        self.of(&names)
    }

    /// The shape of another element that gets the same attributes.
    pub(super) fn repeated(&mut self, shape: ShapeId) -> ShapeId {
        match self.is_changeable(shape) {
            false => shape,
            true => {
                let names = self.names(shape).to_vec();
                self.add(&names)
            }
        }
    }

    /// Whether the list belongs to one element.
    fn is_changeable(&self, shape: ShapeId) -> bool {
        self.len(shape) > SHARED_MAX && shape.0 as usize >= self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: Range<u32>) -> Vec<NameId> {
        of.map(NameId).collect()
    }

    #[test]
    fn equal_lists_are_one() {
        let mut shapes = Shapes::new();
        let a = shapes.of(&names(0..3));
        let b = shapes.of(&names(0..2));
        assert_ne!(a, b);
        assert_eq!(shapes.with(b, NameId(2)), a);
        assert_eq!(shapes.without(a, 2), b);
        assert_eq!(shapes.of(&names(0..3)), a);
        assert_eq!(shapes.of(&[]), ShapeId::EMPTY);
        let c = shapes.renamed(a, 1, NameId(7));
        assert_eq!(shapes.names(c), [NameId(0), NameId(7), NameId(2)]);
        assert_eq!(shapes.names(a), names(0..3));
    }

    /// A long list grows and shrinks in its place: a thousand changes take the room of one list.
    #[test]
    fn long_lists_change_in_place() {
        let mut shapes = Shapes::new();
        let mut own = ShapeId::EMPTY;
        for name in names(0..1000) {
            own = shapes.with(own, name);
        }
        let used = shapes.names.len();
        assert!(used < 1000 + SHARED_MAX * SHARED_MAX + 2 * SHARED_MAX);
        let other = shapes.repeated(own);
        shapes.all_read();
        let changed = shapes.renamed(own, 3, NameId(5000));
        assert_eq!(shapes.names(own), names(0..1000));
        let mut at = shapes.without(changed, 0);
        for name in names(2000..2500) {
            at = shapes.with(at, name);
            at = shapes.without(at, 0);
        }
        assert!(shapes.names.len() <= used + 3 * 1002);
        assert_eq!(shapes.len(at), 999);
        assert_eq!(shapes.names(at)[998], NameId(2499));
        while shapes.len(at) > 0 {
            at = shapes.without(at, shapes.len(at) - 1);
        }
        assert_eq!(at, ShapeId::EMPTY);
        assert_eq!(shapes.names(other), names(0..1000));
    }
}
