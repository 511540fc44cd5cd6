//! Names and values: parameters, meta-attributes.
//!
//! There is one for each resource and more, and most are short: a sorted list takes half the memory of a tree, and is
//! found through as fast.

use std::sync::Arc;

use pcmk_cib::nvset::NvTable;
use pcmk_cib::rule::AttrLookup;

/// Tables up to this length are looked through.
const SHORT: usize = 24;

/// A name and its value.
type Pair = (Arc<str>, Arc<str>);

/// Names, each once, with their values, in byte order of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pairs: Vec<Pair>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Table {
        Table::default()
    }

    /// An empty table with room for some names.
    #[must_use]
    pub fn with_capacity(names: usize) -> Table {
        Table {
            pairs: Vec::with_capacity(names),
        }
    }

    /// Where the name is, or would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        // Names often come in order.
        match self.pairs.last() {
            Some((last, _)) if **last >= *name => {}
            Some(_) | None => return Err(self.pairs.len()),
        }
        self.pairs
            .binary_search_by(|(known, _)| (**known).cmp(name))
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        // Names of the same length are few.
        if self.pairs.len() <= SHORT {
            let found = self.pairs.iter().find(|(known, _)| **known == *name);
            return found.map(|(_, value)| value);
        }
        let at = self.place(name).ok()?;
        Some(&self.pairs[at].1)
    }

    /// Whether there is the name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets the value of a name.
    pub fn insert(&mut self, name: Arc<str>, value: Arc<str>) {
        match self.place(&name) {
            Ok(at) => self.pairs[at].1 = value,
            Err(at) => self.pairs.insert(at, (name, value)),
        }
    }

    /// Sets the value of a name that is not there yet.
    pub fn insert_new(&mut self, name: &Arc<str>, value: &Arc<str>) {
        if let Err(at) = self.place(name) {
            let pair = (Arc::clone(name), Arc::clone(value));
            self.pairs.insert(at, pair);
        }
    }

    /// Removes a name.
    pub fn remove(&mut self, name: &str) {
        if let Ok(at) = self.place(name) {
            self.pairs.remove(at);
        }
    }

    /// Names and values.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.pairs.iter().map(|(name, value)| (name, value))
    }

    /// The names.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> {
        self.pairs.iter().map(|(name, _)| name)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Gives back the room that is not used, if it is worth the effort.
    #[must_use]
    pub fn finished(mut self) -> Table {
        if self.pairs.capacity() > self.pairs.len() + 2 {
            self.pairs.shrink_to_fit();
        }
        self
    }
}

impl FromIterator<Pair> for Table {
    fn from_iter<I: IntoIterator<Item = Pair>>(pairs: I) -> Table {
        let mut table = Table::new();
        for (name, value) in pairs {
            table.insert(name, value);
        }
        table
    }
}

impl NvTable for Table {
    fn get(&self, name: &str) -> Option<&str> {
        Table::get(self, name).map(|value| &**value)
    }

    fn put(&mut self, name: &Arc<str>, value: Arc<str>) {
        self.insert(Arc::clone(name), value);
    }

    fn remove(&mut self, name: &str) {
        Table::remove(self, name);
    }
}

impl AttrLookup for Table {
    fn lookup(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| &**value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_there_once() {
        let mut table = Table::new();
        for (name, value) in [("b", "1"), ("a", "2"), ("c", "3"), ("b", "4")] {
            table.insert(name.into(), value.into());
        }
        table.insert_new(&"a".into(), &"5".into());
        table.insert_new(&"aa".into(), &"6".into());
        table.remove("c");
        table.remove("d");
        let pairs: Vec<(&str, &str)> = table.iter().map(|(n, v)| (&**n, &**v)).collect();
        assert_eq!(pairs, [("a", "2"), ("aa", "6"), ("b", "4")]);
        assert_eq!(table.get("aa").map(|value| &**value), Some("6"));
        assert!(!table.contains_key("c") && table.len() == 3);
    }
}
