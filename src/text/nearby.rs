//! Words that are a slip or two away from another.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

/// A list of words, ready to be searched for those that look like another.
#[derive(Debug, Default)]
pub struct Words {
    places: HashMap<String, usize>,
    by_length: BTreeMap<usize, Vec<Known>>,
}

#[derive(Debug)]
struct Known {
    /// Which letters occur, one bit each: differs in at most two bits for each edit.
    bits: u32,
    word: String,
}

impl Words {
    /// In this order; a word that comes again counts where it came first.
    pub fn new(words: impl IntoIterator<Item = String>) -> Words {
        let mut all = Words::default();
        for word in words {
            if all.places.contains_key(&word) {
                continue;
            }
            all.places.insert(word.clone(), all.places.len());
            let length = word.chars().count();
            all.by_length.entry(length).or_default().push(Known { bits: bits(&word), word });
        }
        all
    }

    /// The place of a word in the list, from 0 on.
    pub fn place(&self, word: &str) -> Option<usize> {
        self.places.get(word).copied()
    }

    /// The words that take at most so many edits, with their number; a swap of neighbours counts as one.
    pub fn near<'w>(&'w self, word: &'w str, edits: usize) -> impl Iterator<Item = (&'w str, usize)> + 'w {
        let (letters, wanted) = (word.chars().count(), bits(word));
        let lengths: RangeInclusive<usize> = letters.saturating_sub(edits)..=letters + edits;
        self.by_length
            .range(lengths)
            .flat_map(|(_, known)| known)
            .filter(move |known| (known.bits ^ wanted).count_ones() as usize <= 2 * edits)
            .map(move |known| (known.word.as_str(), strsim::osa_distance(word, &known.word)))
            .filter(move |(_, distance)| *distance <= edits)
    }
}

fn bits(word: &str) -> u32 {
    word.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_word_in_reach_is_overlooked(words in prop::collection::vec("[a-e'ü]{1,6}", 1..12), typed in "[a-e'ü]{1,6}") {
            let list = Words::new(words.clone());
            for edits in 0..3 {
                let mut found: Vec<&str> = list.near(&typed, edits).map(|(word, _)| word).collect();
                found.sort_unstable();
                let near = |word: &&str| strsim::osa_distance(&typed, word) <= edits;
                let mut true_ones: Vec<&str> = words.iter().map(String::as_str).filter(near).collect();
                true_ones.sort_unstable();
                true_ones.dedup();
                prop_assert_eq!(found, true_ones);
            }
            prop_assert_eq!(list.place(&words[0]), Some(0));
        }
    }
}
