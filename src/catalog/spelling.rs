//! Correcting a word of a query by the words of the catalogue.

use std::sync::Arc;

use rank::typo::{Known, Near};

use super::meta::Meta;
use super::pairs::Pairs;

/// Words of fewer letters are never corrected.
const LEAST: usize = 5;
/// Shorter words are like too many others to be asked after.
const SUGGESTED: usize = 4;
/// From so many letters on two edits are believed of a word that stands alone.
const LONG: usize = 9;
/// How much rarer (in ln) one more edit may make a word before it is no better: e⁷ is about a thousand times.
const EDIT: f64 = 7.0;
/// A wrong first letter is rarer than others …
const FIRST: f64 = 1.5;
/// … and a letter doubled, or not doubled, commoner.
const DOUBLED: f64 = 2.0;
/// What taking one word for two costs where they are known to follow each other, and where each is merely common.
const SPLIT: f64 = 1.0;
const SPLIT_ANYWHERE: f64 = 3.0;
/// A word in so many products is common.
const COMMON: u32 = 20;
/// From so many products on a word that none has is rather a slip than a word.
const LARGE: usize = 5000;
/// There even a word of four letters may be one, at a price.
const SHORT: f64 = 2.0;

/// The words beside the one to be corrected.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around<'a> {
    pub left: Option<&'a str>,
    pub right: Option<&'a str>,
}

/// The words of the catalogue.
pub(super) struct Speller {
    known: Known,
    meta: Arc<Meta>,
    pairs: Pairs,
    products: f64,
}

impl Speller {
    /// Of the words that an index knows, and of what follows what.
    pub fn new(meta: Arc<Meta>, pairs: Pairs) -> Self {
        let known = Known::new(meta.words.iter().map(|(word, products)| (word.as_str(), *products)));
        Speller { known, products: meta.products.max(1) as f64, meta, pairs }
    }

    /// What was probably meant, one word or two that were written as one; nothing when the word is `known` and likelier than
    /// anything else: the likeliest by how common it is, how well it
    /// goes with its neighbours, and how many edits it is away (a swap of neighbours counts as one).
    ///
    /// Without support of a neighbour one edit is believed from 5 letters on, two from 9; the first letter stays but for a
    /// swap of the first two, and in words of up to 6 letters no letter is taken for another: `canon`, `lego` and their
    /// like are words, only not ours. Where there are very many products, words that none of them has are rarely anything
    /// else than slips: then every word may be the one that was meant, and four letters do. Numbers are left alone.
    pub fn correct(&self, word: &str, around: Around<'_>, known: bool) -> Option<Vec<String>> {
        let letters: Vec<char> = word.chars().collect();
        let large = self.meta.products >= LARGE;
        let least = if large { LEAST - 1 } else { LEAST };
        if letters.len() < least || !letters.iter().all(|c| c.is_alphabetic()) {
            return None;
        }
        let most = if letters.len() > LEAST { 2 } else { 1 };
        let near = self.known.near(&letters, most);
        let edited = near.iter().filter_map(|near| {
            let meant: String = near.letters.iter().collect();
            let goes = self.goes_with(&meant, around);
            let alone = near.edits == 1 || letters.len() >= LONG;
            let short = letters.len() < LEAST;
            let likely = large && (!short || near.products >= COMMON);
            let fits = goes > 0.0 || likely || (alone && !short && slipped(&letters, near));
            fits.then(|| (self.common(near.products) - cost(&letters, near) + goes, vec![meant]))
        });
        let all = edited.chain(self.split(word));
        let best = all.max_by(|(a, left), (b, right)| a.total_cmp(b).then_with(|| right.cmp(left)));
        let itself = || self.common(self.count(word)) + self.goes_with(word, around);
        best.filter(|(score, _)| !known || *score > itself()).map(|(_, meant)| meant)
    }

    /// Two words of the catalogue that this one is made of, if they follow each other in titles: "countertop".
    pub fn compound<'w>(&self, word: &'w str) -> Option<[&'w str; 2]> {
        let halves = self.halves(word).map(|[a, b]| (self.together(a, b), [a, b]));
        halves.filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count).map(|(_, halves)| halves)
    }

    /// A word to ask after where none was surely meant: of the same first letter, with at most a third of its letters
    /// edited; the fewest edits, then the one in most products.
    pub fn suggest(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().collect();
        let near = self.known.near(&letters, letters.len() / 3);
        let near = near
            .into_iter()
            .filter(|near| near.letters.len() >= SUGGESTED && near.letters.first() == letters.first());
        near.min_by_key(|near| (near.edits, u32::MAX - near.products))
            .map(|near| near.letters.iter().collect())
    }

    fn split(&self, word: &str) -> Option<(f64, Vec<String>)> {
        let options = self.halves(word).filter_map(|[a, b]| {
            let count = self.together(a, b);
            let common = |half: &str| half.chars().count() > 2 && self.count(half) >= COMMON;
            let score = match count {
                0 if common(a) && common(b) => {
                    self.common(self.count(a)) + self.common(self.count(b)) - SPLIT_ANYWHERE
                }
                0 => return None,
                count => self.common(count) - SPLIT,
            };
            Some((score, vec![a.to_owned(), b.to_owned()]))
        });
        options.max_by(|(a, _), (b, _)| a.total_cmp(b))
    }

    /// Every way to take a word for two of at least two letters each.
    fn halves<'w>(&self, word: &'w str) -> impl Iterator<Item = [&'w str; 2]> {
        let enough = word.chars().count() >= LEAST;
        let cuts = word.char_indices().map(|(at, _)| at).filter(move |_| enough);
        cuts.map(|at| word.split_at(at))
            .filter(|(a, b)| a.chars().nth(1).is_some() && b.chars().nth(1).is_some())
            .map(|(a, b)| [a, b])
    }

    fn count(&self, word: &str) -> u32 {
        self.meta.words.get(word).copied().unwrap_or_default()
    }

    fn together(&self, left: &str, right: &str) -> u32 {
        self.pairs.count(left, right)
    }

    /// ln of the share of products.
    fn common(&self, products: u32) -> f64 {
        ((f64::from(products) + 0.1) / self.products).ln()
    }

    /// How much more often than by chance a word follows its left neighbour and precedes its right one, in ln; 0 when it
    /// was never seen there.
    fn goes_with(&self, word: &str, around: Around<'_>) -> f64 {
        let pairs = [(around.left, Some(word)), (Some(word), around.right)];
        let seen = pairs.into_iter().filter_map(|(left, right)| {
            let (left, right) = (left?, right?);
            let together = self.together(left, right);
            let chance = f64::from(self.count(left)) * f64::from(self.count(right)) / self.products;
            (together > 0).then(|| (f64::from(together) / (chance + 0.5)).ln_1p())
        });
        seen.sum()
    }
}

/// What writing so instead costs.
fn cost(word: &[char], meant: &Near<'_>) -> f64 {
    let other_first = if word.first() == meant.letters.first() { 0.0 } else { FIRST };
    let doubled = meant.edits == 1 && undoubled(word) == undoubled(meant.letters);
    let short = if word.len() < LEAST { SHORT } else { 0.0 };
    EDIT * meant.edits as f64 + other_first + short - if doubled { DOUBLED } else { 0.0 }
}

fn undoubled(letters: &[char]) -> Vec<char> {
    let mut letters = letters.to_vec();
    letters.dedup();
    letters
}

/// Whether fingers slip so.
fn slipped(word: &[char], meant: &Near<'_>) -> bool {
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let swapped = meant.edits < strsim::levenshtein(&text(word), &text(meant.letters));
    let same_first = word.first() == meant.letters.first();
    let wrong_letter = !swapped && word.len() == meant.letters.len();
    (same_first || swapped) && !(wrong_letter && word.len() <= 6)
}
