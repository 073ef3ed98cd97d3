//! Misspelt words, put right before a message is understood: the encoder cuts a word that it does not know into pieces
//! that mean nothing, and half of its n-grams are lost.
//!
//! A word that neither the examples nor the model's own vocabulary know is taken for the one that was most likely meant:
//! how common that is, how many slips lie between, and whether it stands beside these neighbours in the examples (the
//! noisy channel of Kernighan, Church & Gale 1990). Of 2,015 mistyped words in CLINC150's development file that restores
//! 84 in a hundred and mistakes 7; of the sentences as they were it changes 4 in a hundred.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::text::{Words, key, singular};

/// What a slip costs, as a natural logarithm of odds: people miss about one letter in 150.
const SLIP: f32 = 5.0;
/// What it costs that the first letter is another: people see that one, and then slip no second time.
const FIRST: f32 = 2.0;
/// How much sooner a word of the examples is meant than the same word in general.
const OWN: f32 = 2.0;
/// What it is worth that the examples have the word beside this neighbour, per logarithm of how often.
const BESIDE: f32 = 0.5;
/// From so many letters on a word may have two slips.
const LONG: usize = 7;
/// Shorter words are only taken for those that the examples use at least [`COMMON`] times.
const SHORT: usize = 4;
const COMMON: u32 = 3;
/// How far down its list the model's vocabulary is believed about words of two and three letters: further down are
/// abbreviations and syllables.
const SHORT_WORDS: [(usize, usize); 2] = [(2, 600), (3, 2200)];
/// The examples are in the vocabulary's language when it knows so many of their words.
const SAME_LANGUAGE: f32 = 0.8;
/// Zipf's law: of a list of words, the one at place r is 1 / (r + shift) / [`HARMONIC`] of a text.
const ZIPF_SHIFT: f32 = 100.0;
const HARMONIC: f32 = 10.3;

/// The spelling of one language of one shop.
#[derive(Debug, Default)]
pub struct Speller {
    /// How often the examples use each of their words.
    counts: HashMap<String, u32>,
    total: f32,
    /// Two neighbours, a space between; nothing stands for either end of a sentence.
    pairs: HashMap<String, u32>,
    own: Words,
    /// Words that are right, though nobody who slips is taken to mean them.
    known: HashSet<String>,
    /// The model's, where it is of the same language: the commonest first.
    general: Option<Arc<Words>>,
}

impl Speller {
    /// From wordings, and the words that the encoder knows.
    pub fn new<S: AsRef<str>>(texts: &[S], general: Option<&Arc<Words>>) -> Speller {
        Speller::with_names(texts, &[], &BTreeSet::new(), general)
    }

    /// With names that a shopper may mean, folded, of brands, say, and words that are only `known` to be right.
    pub fn with_names<S: AsRef<str>>(
        texts: &[S],
        names: &[String],
        known: &BTreeSet<String>,
        general: Option<&Arc<Words>>,
    ) -> Speller {
        let mut speller =
            Speller { known: known.iter().map(|word| key(word)).collect(), ..Speller::default() };
        for text in texts {
            let mut before = "";
            for word in text.as_ref().split(' ').chain([""]) {
                *speller.pairs.entry(pair(before, word)).or_default() += 1;
                if !word.is_empty() {
                    *speller.counts.entry(word.to_owned()).or_default() += 1;
                }
                before = word;
            }
        }
        speller.general = general.filter(|words| speller.is_of_language(words)).map(Arc::clone);
        for word in names.iter().flat_map(|name| name.split(' ')).filter(|word| !word.is_empty()) {
            let _known = speller.counts.entry(word.to_owned()).or_insert(1);
        }
        speller.total = speller.counts.values().sum::<u32>() as f32;
        speller.own = Words::new(speller.counts.keys().filter(|word| spelt(word)).cloned());
        speller
    }

    /// Whether a list knows most of what the examples say.
    fn is_of_language(&self, words: &Words) -> bool {
        let of = |known: bool| -> u32 {
            let own = self.counts.iter().filter(|(word, _)| spelt(word));
            own.filter(|(word, _)| !known || words.place(word).is_some()).map(|(_, count)| count).sum()
        };
        of(true) as f32 >= SAME_LANGUAGE * of(false) as f32
    }

    /// Whether the encoder knows the language of the examples.
    pub fn knows_the_language(&self) -> bool {
        self.general.is_some()
    }

    /// A wording with its misspelt words put right. What is right stays as it is.
    pub fn mend(&self, text: &str) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        let mut mended: Vec<&str> = words.clone();
        for (i, word) in words.iter().enumerate() {
            let before = if i == 0 { "" } else { mended[i - 1] };
            let after = words.get(i + 1).copied().unwrap_or_default();
            if let Some(meant) = self.meant(word, before, after) {
                mended[i] = meant;
            }
        }
        mended.join(" ")
    }

    /// What a word between these neighbours was meant to be; nothing when it is known or like no other.
    fn meant<'s>(&'s self, word: &'s str, before: &str, after: &str) -> Option<&'s str> {
        let letters = word.chars().count();
        if letters < 2 || !spelt(word) || self.knows(word, letters) {
            return None;
        }
        let edits = if letters < LONG { 1 } else { 2 };
        let own = self.own.near(word, edits);
        let general = self.general.iter().flat_map(|words| words.near(word, edits));
        let general = general.filter(|(other, _)| letters >= SHORT && !self.counts.contains_key(*other));
        let all = own.chain(general).filter_map(|(other, slips)| {
            let worth = self.worth(word, other, slips)?;
            let beside = self.beside(before, other) + self.beside(other, after);
            Some((other, worth + BESIDE * beside))
        });
        // By the words themselves where all else is equal, so that the same message always means the same.
        all.max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0))).map(|(other, _)| other)
    }

    /// How likely it is that somebody meant `other` and typed `word`; nothing where it is too short to tell.
    fn worth(&self, word: &str, other: &str, slips: usize) -> Option<f32> {
        let letters = word.chars().count();
        let count = self.counts.get(other).copied().unwrap_or(0);
        let same_first = word.chars().next() == other.chars().next();
        let least = match letters {
            ..SHORT => COMMON,
            SHORT if !same_first => 1,
            _ => 0,
        };
        let telling = count >= least && (same_first || (letters >= SHORT && slips == 1));
        let first = if same_first { 0.0 } else { FIRST };
        telling.then(|| self.likely(other, count) - SLIP * slips as f32 - first)
    }

    /// A plural of a known word is known too.
    fn knows(&self, word: &str, letters: usize) -> bool {
        let stem = singular(word);
        self.has(word, letters) || (stem != word && self.has(&stem, letters) && stem.chars().count() >= SHORT)
    }

    fn has(&self, word: &str, letters: usize) -> bool {
        let place = || self.general.as_ref().and_then(|words| words.place(word));
        let believed = SHORT_WORDS.iter().find(|(length, _)| *length == letters);
        self.counts.contains_key(word)
            || self.known.contains(word)
            || place().is_some_and(|place| believed.is_none_or(|(_, places)| place < *places))
    }

    /// The logarithm of a word's share of what is said.
    fn likely(&self, word: &str, count: u32) -> f32 {
        let own = (count as f32 / self.total).ln() + OWN;
        let place = self.general.as_ref().and_then(|words| words.place(word));
        place.map_or(own, |place| own.max(-((place as f32 + ZIPF_SHIFT) * HARMONIC).ln()))
    }

    fn beside(&self, before: &str, after: &str) -> f32 {
        self.pairs.get(&pair(before, after)).map_or(0.0, |count| (*count as f32).ln_1p())
    }
}

fn pair(before: &str, after: &str) -> String {
    format!("{before} {after}")
}

/// Whether it is letters that one could mistype, and no number, code or address.
fn spelt(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || c == '\'')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(list: &str) -> Arc<Words> {
        Arc::new(Words::new(list.split(' ').map(str::to_owned)))
    }

    fn speller() -> Speller {
        let examples = ["where is my order", "where is my parcel", "is my shipping free", "how is it made"];
        Speller::new(
            &examples,
            Some(&words("the is my it where how order free made present parcel shipping")),
        )
    }

    #[test]
    fn slips_of_the_fingers_are_put_right_and_what_is_known_stays() {
        for (typed, meant) in [
            ("wher is my oredr", "where is my order"),
            ("hwere iss my parcle", "where is my parcel"),
            ("is shiping fere", "is shipping free"),
            ("how is the presnt made", "how is the present made"),
            ("where are my orders", "where are my orders"),
            ("order b-1042 to 12345", "order b-1042 to 12345"),
            ("qqqqq", "qqqqq"),
        ] {
            assert_eq!(speller().mend(typed), meant, "{typed}");
        }
    }

    #[test]
    fn the_neighbours_decide_between_two_words_that_are_as_near() {
        let examples = ["the hat fits", "a hat fits", "the cat eats", "a cat eats"];
        let speller = Speller::new(&examples, None);
        assert_eq!(speller.mend("zat eats"), "zat eats", "too short to be sure");
        let longer = ["the collar fits", "a collar fits", "one dollar each", "a dollar each"];
        let speller = Speller::new(&longer, None);
        assert_eq!(speller.mend("bollar fits"), "collar fits");
        assert_eq!(speller.mend("bollar each"), "dollar each");
    }

    #[test]
    fn a_vocabulary_of_another_language_is_not_asked() {
        let examples = ["wo ist meine bestellung", "wann kommt das paket"];
        let speller = Speller::new(&examples, Some(&words("where is my order present packet")));
        assert_eq!(speller.mend("presnt"), "presnt");
        assert_eq!(speller.mend("wo ist die bestelung"), "wo ist die bestellung");
    }

    proptest! {
        #[test]
        fn mending_keeps_the_number_of_words_and_never_fails(text in "([a-z'ü0-9]{1,9} ){0,5}[a-z]{0,9}") {
            let mended = speller().mend(&text);
            prop_assert_eq!(mended.split(' ').count(), text.split(' ').count());
        }

        #[test]
        fn what_an_example_says_is_right(at in 0_usize..4) {
            let examples = ["where is my order", "where is my parcel", "is my shipping free", "how is it made"];
            prop_assert_eq!(speller().mend(examples[at]), examples[at]);
        }
    }
}
