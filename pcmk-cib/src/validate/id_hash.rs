//! Hashing ids: half of the time of a check would go into the standard hash otherwise.
//!
//! Eight bytes at a time are mixed in by a multiplication whose upper half is folded into the lower one.
//! The key is random for each document, so that no input can be made whose ids all meet in one bucket.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes [`IdHasher`]s with one key.
#[derive(Clone)]
pub(super) struct IdHash {
    key: u64,
    factor: u64,
}

impl IdHash {
    /// With a key of its own.
    pub(super) fn new() -> IdHash {
        let random = RandomState::new();
        IdHash {
            key: random.hash_one(0u8),
            // Odd, so that no bit of the input is lost.
            factor: random.hash_one(1u8) | 1,
        }
    }
}

impl BuildHasher for IdHash {
    type Hasher = IdHasher;

    fn build_hasher(&self) -> IdHasher {
        IdHasher {
            state: self.key,
            factor: self.factor,
        }
    }
}

/// The hash of one id.
pub(super) struct IdHasher {
    state: u64,
    factor: u64,
}

impl IdHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        self.state = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        // The length keeps an id apart from the same one with zeros after it.
        self.mix(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn finish(&self) -> u64 {
        let product = u128::from(self.state) * u128::from(self.factor);
        (product as u64) ^ ((product >> 64) as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn different_ids_differ() {
        let hash = IdHash::new();
        let ids = (0..100_000).map(|number| format!("resource-{number}-monitor"));
        let hashes: HashSet<u64> = ids.map(|id| hash.hash_one(id)).collect();
        // With 64 bits, two equal ones among so many are a matter of one in four thousand million.
        assert!(hashes.len() > 99_990);
        let lower: HashSet<u64> = hashes.iter().map(|hash| hash & 0xFFFF).collect();
        assert!(lower.len() > 40_000);
        assert_ne!(hash.hash_one("a"), hash.hash_one("a\0"));
    }
}
