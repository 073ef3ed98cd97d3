//! Sentences that are alike by their letters.

use std::collections::HashMap;

use crate::text::key;

/// The three-letter pieces of many sentences.
pub(super) struct Near {
    pieces: Vec<Vec<u32>>,
    holders: Vec<Vec<u32>>,
}

impl Near {
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Near {
        let mut numbers: HashMap<[char; 3], u32> = HashMap::new();
        let mut near = Near { pieces: Vec::new(), holders: Vec::new() };
        for text in texts {
            let letters: Vec<char> = format!(" {} ", key(text)).chars().collect();
            let mut pieces: Vec<u32> = letters
                .windows(3)
                .map(|w| {
                    let next = numbers.len() as u32;
                    *numbers.entry([w[0], w[1], w[2]]).or_insert(next)
                })
                .collect();
            pieces.sort_unstable();
            pieces.dedup();
            near.holders.resize(numbers.len(), Vec::new());
            for piece in &pieces {
                near.holders[*piece as usize].push(near.pieces.len() as u32);
            }
            near.pieces.push(pieces);
        }
        near
    }

    /// The earlier sentences that are alike to the one of that number, with their likeness: Dice's coefficient over the
    /// pieces, from `at_least` to 1.
    pub(super) fn earlier(&self, of: usize, at_least: f32) -> Vec<(usize, f32)> {
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for piece in &self.pieces[of] {
            let holders = &self.holders[*piece as usize];
            for other in holders.iter().take_while(|other| (**other as usize) < of) {
                *shared.entry(*other).or_default() += 1;
            }
        }
        let likeness = |other: u32, shared: u32| {
            2.0 * shared as f32 / (self.pieces[of].len() + self.pieces[other as usize].len()) as f32
        };
        let mut found: Vec<(usize, f32)> = shared
            .into_iter()
            .map(|(other, shared)| (other as usize, likeness(other, shared)))
            .filter(|(_, likeness)| *likeness >= at_least)
            .collect();
        found.sort_unstable_by_key(|(other, _)| *other);
        found
    }
}
