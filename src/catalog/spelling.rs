//! Correcting a word of a query by the words of the catalogue.

use std::collections::BTreeMap;

/// Shorter words are like too many others to be asked after.
const LEAST: usize = 4;

/// A word of the catalogue, ready to be compared.
#[derive(Debug)]
struct Known {
    word: String,
    letters: usize,
    /// Which letters occur, one bit each: differs in at most two bits for each edit.
    bits: u32,
    products: u32,
}

/// The words of the catalogue.
#[derive(Debug, Default)]
pub(super) struct Speller {
    by_length: BTreeMap<usize, Vec<Known>>,
}

impl Speller {
    pub fn new(words: &BTreeMap<String, u32>) -> Self {
        let mut by_length: BTreeMap<usize, Vec<Known>> = BTreeMap::new();
        for (word, products) in words {
            let letters = word.chars().count();
            let known = Known { word: word.clone(), letters, bits: bits(word), products: *products };
            by_length.entry(letters).or_default().push(known);
        }
        Speller { by_length }
    }

    /// The word that was probably meant: fewest edits (a swap of neighbours counts as one), then the same first letter, then
    /// the one in most products. One edit from 5 letters on, two from 9; the first letter stays but for a swap of the
    /// first two, and in words of up to 6 letters no letter is taken for another: `canon`, `lego` and their like are
    /// words, only not ours. Shorter words and numbers are left alone.
    pub fn correct(&self, word: &str) -> Option<&str> {
        let letters = word.chars().count();
        if letters < 5 || !word.chars().all(char::is_alphabetic) {
            return None;
        }
        let edits = if letters <= 8 { 1 } else { 2 };
        let wanted = bits(word);
        let first = word.chars().next();
        self.by_length
            .range(letters.saturating_sub(edits)..=letters + edits)
            .flat_map(|(_, known)| known)
            .filter(|known| (known.bits ^ wanted).count_ones() as usize <= 2 * edits)
            .filter_map(|known| {
                let distance = strsim::osa_distance(word, &known.word);
                let fits = (1..=edits).contains(&distance) && slipped(word, &known.word, distance);
                fits.then_some((distance, known))
            })
            .min_by_key(|(distance, known)| {
                let other_first = known.word.chars().next() != first;
                (*distance, other_first, u32::MAX - known.products, known.letters.abs_diff(letters))
            })
            .map(|(_, known)| known.word.as_str())
    }

    /// A word to ask after where none was surely meant: of the same first letter, with at most a third of its letters
    /// edited; the fewest edits, then the one in most products.
    pub fn suggest(&self, word: &str) -> Option<&str> {
        let letters = word.chars().count();
        let edits = letters / 3;
        let first = word.chars().next();
        self.by_length
            .range(letters.saturating_sub(edits)..=letters + edits)
            .flat_map(|(_, known)| known)
            .filter(|known| known.letters >= LEAST && known.word.chars().next() == first)
            .map(|known| (strsim::osa_distance(word, &known.word), known))
            .filter(|(distance, _)| (1..=edits).contains(distance))
            .min_by_key(|(distance, known)| (*distance, u32::MAX - known.products))
            .map(|(_, known)| known.word.as_str())
    }
}

/// Whether fingers slip so.
fn slipped(word: &str, meant: &str, distance: usize) -> bool {
    let swapped = distance < strsim::levenshtein(word, meant);
    let same_first = word.chars().next() == meant.chars().next();
    let wrong_letter = !swapped && word.chars().count() == meant.chars().count();
    (same_first || swapped) && !(wrong_letter && word.chars().count() <= 6)
}

fn bits(word: &str) -> u32 {
    word.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 32))
}
