//! Which two words follow each other in titles: what tells compounds and, of two words that a misspelt one may have meant,
//! the one that fits its neighbours.

use std::collections::HashMap;
use std::path::Path;

use tantivy::directory::OwnedBytes;

use super::CatalogError;
use super::forward::{map, number};
use crate::disk;

const FILE: &str = "pairs.bin";
/// Of an entry: both words' hashes, then in how many titles they follow each other.
const KEY: usize = 8;
const ENTRY: usize = KEY + 4;
/// What stands together once may do so by chance.
const LEAST: u32 = 2;

/// Counts the pairs of titles as they come.
#[derive(Default)]
pub(super) struct PairCounter {
    counts: HashMap<u64, u32>,
}

impl PairCounter {
    /// The words of one title, `None` for what is none (a number).
    pub fn add(&mut self, words: &[Option<&str>]) {
        let mut keys: Vec<u64> = words.windows(2).filter_map(|pair| Some(key(pair[0]?, pair[1]?))).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            *self.counts.entry(key).or_default() += 1;
        }
    }

    /// Writes those that are seen more than once into the folder of an index.
    ///
    /// # Errors
    /// [`CatalogError::Write`].
    pub fn write(self, folder: &Path) -> Result<(), CatalogError> {
        let mut kept: Vec<(u64, u32)> = self.counts.into_iter().filter(|(_, n)| *n >= LEAST).collect();
        kept.sort_unstable();
        let mut bytes = Vec::with_capacity(kept.len() * ENTRY);
        for (key, count) in kept {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        let path = folder.join(FILE);
        disk::replace(&path, &bytes).map_err(|error| CatalogError::write(&path, error))
    }
}

fn key(left: &str, right: &str) -> u64 {
    u64::from(rank::hash(left)) << 32 | u64::from(rank::hash(right))
}

/// The pairs of an index.
pub(super) struct Pairs {
    bytes: OwnedBytes,
}

impl Pairs {
    /// Of the index in a folder.
    ///
    /// # Errors
    /// [`CatalogError::Corrupt`] when the file is not there, or not whole.
    pub fn open(folder: &Path) -> Result<Self, CatalogError> {
        let path = folder.join(FILE);
        let bytes = map(folder, FILE).map_err(|error| CatalogError::corrupt(&path, error))?;
        match bytes.len() % ENTRY {
            0 => Ok(Pairs { bytes }),
            _ => Err(CatalogError::corrupt(&path, "it is cut off")),
        }
    }

    /// In how many titles the second word follows the first; 0 where it is fewer than two.
    pub fn count(&self, left: &str, right: &str) -> u32 {
        let wanted = key(left, right);
        let (mut from, mut to) = (0, self.bytes.len() / ENTRY);
        while from < to {
            let middle = from.midpoint(to);
            match number(&self.bytes, middle * ENTRY) {
                Some(key) if key < wanted => from = middle + 1,
                Some(key) if key == wanted => {
                    let count = self.bytes.get(middle * ENTRY + KEY..(middle + 1) * ENTRY);
                    return count.and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
                }
                _ => to = middle,
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_together_in_two_titles_is_known_and_what_does_so_once_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut counter = PairCounter::default();
        counter.add(&[Some("counter"), Some("top"), Some("counter"), Some("top")]);
        counter.add(&[Some("counter"), Some("top"), None, Some("sink")]);
        counter.add(&[Some("kitchen"), Some("sink")]);
        counter.write(folder.path()).expect("written");
        let pairs = Pairs::open(folder.path()).expect("opened");
        assert_eq!(pairs.count("counter", "top"), 2);
        assert_eq!((pairs.count("top", "counter"), pairs.count("kitchen", "sink")), (0, 0));
    }
}
