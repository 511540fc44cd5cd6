//! A string-keyed table that iterates in the order of the reference's hash tables.
//!
//! The reference uses GLib hash tables with its own string hash and in some places walks them
//! without sorting. Slots, probing, tombstones, the moments of resizing and the in-place rehash
//! are reproduced, because each of them shows in the order.
//!
//! Source: behaviour notes 03 §2.5, 05 §12. Checked against GLib 2.74 with random sequences.

/// Stored hash of a slot that was never used.
const UNUSED: u32 = 0;
/// Stored hash of a slot whose entry was removed.
const TOMBSTONE: u32 = 1;
/// Tables have at least 2^3 slots.
const MIN_SHIFT: u32 = 3;

/// Modulus of a table of 2^n slots: the largest prime below that size.
const MODULI: [u32; 32] = [
    1,
    2,
    3,
    7,
    13,
    31,
    61,
    127,
    251,
    509,
    1021,
    2039,
    4093,
    8191,
    16381,
    32749,
    65521,
    131_071,
    262_139,
    524_287,
    1_048_573,
    2_097_143,
    4_194_301,
    8_388_593,
    16_777_213,
    33_554_393,
    67_108_859,
    134_217_689,
    268_435_399,
    536_870_909,
    1_073_741_789,
    2_147_483_647,
];

/// The reference's hash of a string: `h = 31·h + c` over signed bytes, modulo 2^32.
#[must_use]
pub fn upstream_hash(text: &str) -> u32 {
    text.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31)
            .wrapping_add(i32::from(byte as i8) as u32)
    })
}

/// The order in which a fresh table iterates over `keys`, inserted one after the other.
///
/// The result holds positions within `keys`; of equal keys the last one is named, in the slot
/// of the first.
#[must_use]
pub fn upstream_order<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut table = UpstreamTable::new();
    for (position, key) in keys.enumerate() {
        table.insert(key, position);
    }
    table.iter().map(|(_, &position)| position).collect()
}

/// A table with string keys whose iteration order is the reference's.
#[derive(Clone, Debug)]
pub struct UpstreamTable<V> {
    /// Binary logarithm of the number of slots.
    shift: u32,
    /// Per slot: [`UNUSED`], [`TOMBSTONE`] or the hash of its key.
    hashes: Vec<u32>,
    /// Per slot: the entry, exactly where `hashes` holds a real hash.
    entries: Vec<Option<(Box<str>, V)>>,
    live: usize,
    /// Live entries and tombstones.
    occupied: usize,
}

/// Where a key is, or where it would go.
enum Place {
    Found(usize),
    /// A slot for the key; whether it was never used before.
    Free {
        slot: usize,
        fresh: bool,
    },
}

impl<V> Default for UpstreamTable<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> UpstreamTable<V> {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        // Slots are allocated with the first entry; many tables stay empty.
        UpstreamTable {
            shift: MIN_SHIFT,
            hashes: Vec::new(),
            entries: Vec::new(),
            live: 0,
            occupied: 0,
        }
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Adds an entry, or replaces the value of an existing key, which keeps its slot.
    ///
    /// Returns the value that was replaced.
    pub fn insert(&mut self, key: &str, value: V) -> Option<V> {
        if self.hashes.is_empty() {
            self.hashes.resize(self.size(), UNUSED);
            self.entries.resize_with(self.size(), || None);
        }
        let hash = stored_hash(key);
        match self.place(key, hash) {
            Place::Found(slot) => match self.entries.get_mut(slot) {
                Some(Some((_, old))) => Some(std::mem::replace(old, value)),
                Some(None) | None => None,
            },
            Place::Free { slot, fresh } => {
                self.hashes[slot] = hash;
                self.entries[slot] = Some((Box::from(key), value));
                self.live += 1;
                if fresh {
                    self.occupied += 1;
                    self.maybe_resize();
                }
                None
            }
        }
    }

    /// Removes an entry and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let slot = self.find(key)?;
        let (_, value) = self.entries.get_mut(slot)?.take()?;
        self.hashes[slot] = TOMBSTONE;
        self.live -= 1;
        self.maybe_resize();
        Some(value)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        let slot = self.find(key)?;
        self.entries.get(slot)?.as_ref().map(|(_, value)| value)
    }

    /// The value of a key, for changing it.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let slot = self.find(key)?;
        self.entries.get_mut(slot)?.as_mut().map(|(_, value)| value)
    }

    /// Whether there is an entry for a key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Entries in slot order. Lists that the reference takes from a table (all keys, all values)
    /// are in the *reverse* of this order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &V)> {
        self.entries
            .iter()
            .flatten()
            .map(|(key, value)| (&**key, value))
    }

    /// Entries in slot order, for changing values.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&str, &mut V)> {
        self.entries
            .iter_mut()
            .flatten()
            .map(|(key, value)| (&**key, value))
    }

    /// Keys in slot order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// Values in slot order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// A copy as the reference makes it: entries inserted in iteration order into a fresh table.
    ///
    /// Its order may differ from the original's where keys collide. Plain `clone` keeps the order.
    #[must_use]
    pub fn copied_in_order(&self) -> Self
    where
        V: Clone,
    {
        let mut copy = Self::new();
        for (key, value) in self.iter() {
            copy.insert(key, value.clone());
        }
        copy
    }

    /// Removes all entries; the table is as new.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    fn size(&self) -> usize {
        1 << self.shift
    }

    fn home(&self, hash: u32) -> usize {
        home_slot(hash, self.shift)
    }

    fn find(&self, key: &str) -> Option<usize> {
        if self.live == 0 {
            return None;
        }
        match self.place(key, stored_hash(key)) {
            Place::Found(slot) => Some(slot),
            Place::Free { .. } => None,
        }
    }

    /// Probes for a key. Needs at least one slot that was never used, which the resizing rule
    /// guarantees.
    fn place(&self, key: &str, hash: u32) -> Place {
        let mask = self.size() - 1;
        let mut slot = self.home(hash);
        let mut step = 0;
        let mut first_tombstone = None;
        loop {
            let stored = self.hashes[slot];
            if stored == UNUSED {
                return match first_tombstone {
                    Some(slot) => Place::Free { slot, fresh: false },
                    None => Place::Free { slot, fresh: true },
                };
            }
            if stored == TOMBSTONE {
                first_tombstone.get_or_insert(slot);
            } else if stored == hash
                && self.entries[slot]
                    .as_ref()
                    .is_some_and(|(other, _)| **other == *key)
            {
                return Place::Found(slot);
            }
            step += 1;
            slot = (slot + step) & mask;
        }
    }

    /// Resizes (or only drops tombstones) if the table is too sparse or too full.
    fn maybe_resize(&mut self) {
        let size = self.size();
        let too_sparse = size > self.live * 4 && size > 1 << MIN_SHIFT;
        let too_full = size <= self.occupied + self.occupied / 16;
        if too_sparse || too_full {
            self.resize();
        }
    }

    fn resize(&mut self) {
        let old_size = self.size();
        let target = (self.live as f64 * 1.333) as usize;
        self.shift = (usize::BITS - target.leading_zeros()).max(MIN_SHIFT);
        let new_size = self.size();
        // When shrinking, old slots beyond the new size are still walked.
        let working = old_size.max(new_size);
        self.hashes.resize(working, UNUSED);
        self.entries.resize_with(working, || None);

        let mask = new_size - 1;
        let mut moved = vec![false; new_size];
        for slot in 0..old_size {
            if moved.get(slot).copied().unwrap_or(false) {
                continue;
            }
            let mut hash = std::mem::replace(&mut self.hashes[slot], UNUSED);
            let mut carried = self.entries[slot].take();
            // Each round settles one entry for good, so this ends.
            while let Some(entry) = carried {
                let mut target = home_slot(hash, self.shift);
                let mut step = 0;
                while moved[target] {
                    step += 1;
                    target = (target + step) & mask;
                }
                moved[target] = true;
                hash = std::mem::replace(&mut self.hashes[target], hash);
                // An entry that was not moved yet is evicted and settled next.
                carried = self.entries[target].replace(entry);
            }
        }
        self.hashes.truncate(new_size);
        self.entries.truncate(new_size);
        self.occupied = self.live;
    }
}

impl<V: PartialEq> PartialEq for UpstreamTable<V> {
    /// Equal entries in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.live == other.live && self.iter().eq(other.iter())
    }
}

impl<'k, V> FromIterator<(&'k str, V)> for UpstreamTable<V> {
    fn from_iter<I: IntoIterator<Item = (&'k str, V)>>(items: I) -> Self {
        let mut table = Self::new();
        for (key, value) in items {
            table.insert(key, value);
        }
        table
    }
}

/// The hash as stored in a slot: two values are reserved.
fn stored_hash(key: &str) -> u32 {
    upstream_hash(key).max(TOMBSTONE + 1)
}

/// First slot of a hash's probe sequence.
fn home_slot(hash: u32, shift: u32) -> usize {
    // A table of 2^32 slots does not fit into memory, so the modulus is always in the list.
    let modulus = MODULI.get(shift as usize).copied().unwrap_or(u32::MAX);
    (hash.wrapping_mul(11) % modulus) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(table: &UpstreamTable<usize>) -> Vec<&str> {
        table.keys().collect()
    }

    #[test]
    fn hashes() {
        assert_eq!(upstream_hash(""), 0);
        assert_eq!(upstream_hash("ab"), 97 * 31 + 98);
        assert_eq!(
            upstream_hash("\u{80}"),
            0_u32.wrapping_sub(62).wrapping_mul(31).wrapping_sub(128)
        );
    }

    /// Orders as recorded from GLib 2.74.
    #[test]
    fn orders_of_the_reference() {
        #[track_caller]
        fn check(changes: &str, want: &str) {
            let mut table = UpstreamTable::new();
            for change in changes.split(' ') {
                match change.split_at(1) {
                    ("+", key) => drop(table.insert(key, 0)),
                    (_, key) => drop(table.remove(key)),
                }
            }
            assert_eq!(keys(&table).join(" "), want, "{changes}");
        }
        check("+cpu +memory +disk", "cpu disk memory");
        check(
            "+node1 +node2 +node3 +node4 +node5 +node6 +node7 +node8 +node9",
            "node5 node4 node3 node9 node2 node8 node1 node7 node6",
        );
        check(
            "+a +b +c +d +e +f +g +h -a -b -c +i +j +k",
            "h g f e k d j i",
        );
        check(
            "+n0 +n1 +n2 +n3 +n4 +n5 +n6 +n7 +n8 +n9 +n10 +n11 +n12 +n13 +n14 +n15 +n16 +n17 +n18 +n19 -n0 -n1 -n2 -n3 -n4 -n5 -n6 -n7 -n8 -n9 -n10 -n11 -n12 -n13 -n14 -n15 -n16",
            "n17 n19 n18",
        );
        check(
            "+#uname +#kind +site +standby +maintenance +rack +zone -site +site",
            "standby rack zone #kind maintenance #uname site",
        );
    }

    #[test]
    fn replacing_keeps_the_slot_and_removing_leaves_a_tombstone() {
        let mut table: UpstreamTable<usize> = ["a", "b", "c"].into_iter().zip(0..).collect();
        let before: Vec<String> = table.keys().map(str::to_owned).collect();
        assert_eq!(table.insert("b", 7), Some(1));
        assert_eq!(keys(&table), before);
        assert_eq!(table.remove("b"), Some(7));
        assert_eq!(table.remove("b"), None);
        assert_eq!(table.len(), 2);
        assert_eq!(table.insert("b", 8), None);
        assert_eq!(keys(&table), before);
        assert_eq!(table.get("b"), Some(&8));
        assert!(!table.contains_key("d"));
    }
}
