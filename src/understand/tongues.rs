//! Which of the shop's languages a message is in.
//!
//! Three witnesses are heard. The shop's own words (examples, entity words, grammar, answers): how often each language
//! uses them, as in naive Bayes. Words that none of them knows: their trigrams of letters, the same way. And for whole
//! sentences the general signal of `whatlang`. What was spoken so far speaks for itself: a message that says little
//! ("ok", "2", "A-1042", a brand) stays in its language, and one that is clear is followed at once.

use std::collections::{HashMap, HashSet};

use whatlang::{Detector, Lang};

use crate::intents::Language;
use crate::model::Vocabulary;
use crate::text::key;

/// What the language of the dialogue so far, or that of the channel, is worth: a little more than one word that occurs in
/// another language four times as often. All weights are natural logarithms of odds.
const STAY: f32 = 1.5;
/// What the shop's own language is worth where nothing was spoken yet.
const FIRST: f32 = 0.4;
/// What it is worth that the whole message is one of a language's examples.
const EXAMPLE: f32 = 2.0;
/// No single word is worth more than this, and an unknown one never as much.
const MOST_OF_A_WORD: f32 = 3.0;
const MOST_OF_LETTERS: f32 = 2.0;
/// What a sure verdict of `whatlang` is worth, and the shortest message that it can judge, in letters.
const SENTENCE: f32 = 2.0;
const SHORTEST_SENTENCE: usize = 12;
/// Added to every count, so that a word that a language has not shown yet is not impossible in it.
const UNSEEN: f32 = 0.3;

/// The words of all languages of a shop.
#[derive(Debug, Default)]
pub(super) struct Tongues {
    codes: Vec<String>,
    /// Word → how much it speaks for each language.
    words: HashMap<String, Vec<f32>>,
    /// Letters, three at a time.
    letters: HashMap<[char; 3], Vec<f32>>,
    /// Sentences that the files give as examples → in which languages.
    examples: HashMap<String, Vec<usize>>,
    /// Words that belong to no language: brands.
    neutral: HashSet<String>,
    general: Option<(Detector, Vec<Lang>)>,
}

impl Tongues {
    /// Gathers the words. A shop of one language has nothing to tell apart, and gathers none.
    pub(super) fn learn(languages: &[Language], vocabulary: &Vocabulary) -> Tongues {
        let codes: Vec<String> = languages.iter().map(|language| language.code.clone()).collect();
        let mut tongues = Tongues {
            codes,
            words: HashMap::new(),
            letters: HashMap::new(),
            examples: HashMap::new(),
            neutral: vocabulary.brands.iter().flat_map(|brand| words_of(brand)).collect(),
            general: None,
        };
        if languages.len() < 2 {
            return tongues;
        }
        for (place, language) in languages.iter().enumerate() {
            for example in language.intents.iter().flat_map(|intent| &intent.examples) {
                let places = tongues.examples.entry(key(example)).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        let counts: Vec<HashMap<String, f32>> = languages.iter().map(counted).collect();
        tongues.words = evidence(&counts, MOST_OF_A_WORD);
        let letters: Vec<HashMap<[char; 3], f32>> = counts.iter().map(trigrams).collect();
        tongues.letters = evidence(&letters, MOST_OF_LETTERS);
        let known: Option<Vec<Lang>> = tongues.codes.iter().map(|code| general_name(code)).collect();
        tongues.general = known.map(|langs| (Detector::with_allowlist(langs.clone()), langs));
        tongues
    }

    /// The place of the message's language in the list. `before` is the language spoken so far, if any.
    pub(super) fn detect(&self, text: &str, before: Option<&str>) -> usize {
        if self.codes.len() < 2 {
            return 0;
        }
        let before = before.and_then(|code| self.codes.iter().position(|known| known == code));
        let mut scores = vec![0.0; self.codes.len()];
        scores[before.unwrap_or(0)] += if before.is_some() { STAY } else { FIRST };
        for place in self.examples.get(&key(text)).into_iter().flatten() {
            scores[*place] += EXAMPLE;
        }
        let mut judged = String::new();
        for word in words_of(text).into_iter().filter(|word| !self.neutral.contains(word)) {
            match self.words.get(&word) {
                Some(evidence) => add(&mut scores, evidence, MOST_OF_A_WORD),
                None => add(&mut scores, &self.by_letters(&word), MOST_OF_LETTERS),
            }
            judged = judged + &word + " ";
        }
        self.hear_general(&judged, &mut scores);
        let best = |a: &usize, b: &usize| scores[*a].total_cmp(&scores[*b]);
        (0..scores.len()).rev().max_by(best).unwrap_or(0)
    }

    fn by_letters(&self, word: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.codes.len()];
        for evidence in threes(word).into_iter().filter_map(|three| self.letters.get(&three)) {
            add(&mut sum, evidence, MOST_OF_LETTERS);
        }
        // Neighbouring trigrams share their letters, so together they prove less than their sum.
        sum.iter().map(|value| value / 2.0).collect()
    }

    fn hear_general(&self, text: &str, scores: &mut [f32]) {
        let Some((detector, langs)) = &self.general else { return };
        if text.chars().filter(|c| c.is_alphabetic()).count() < SHORTEST_SENTENCE {
            return;
        }
        let Some(said) = detector.detect(text) else { return };
        if let Some(place) = langs.iter().position(|lang| *lang == said.lang()) {
            scores[place] += SENTENCE * said.confidence() as f32;
        }
    }
}

/// The words of a text that have a letter; addresses and numbers are of no language.
fn words_of(text: &str) -> Vec<String> {
    let key = key(text);
    let words = key.split(' ').filter(|word| word.chars().any(char::is_alphabetic));
    words.filter(|word| !word.contains(['@', '/']) && !has_digit(word)).map(str::to_owned).collect()
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

/// How often a language uses each word.
fn counted(language: &Language) -> HashMap<String, f32> {
    let intents = language.intents.iter();
    let mut texts: Vec<&String> =
        intents.flat_map(|i| i.examples.iter().chain(&i.answers).chain([&i.title])).collect();
    let files = language.entities.iter();
    texts.extend(files.flat_map(|words| words.values.iter().flat_map(|value| &value.also)));
    let grammar = &language.grammar;
    texts.extend(grammar.polite.iter().chain(&grammar.filler).chain(&grammar.negation));
    texts.extend(grammar.numbers.keys().chain(grammar.ordinals.keys()).chain(&grammar.units));
    let mut counts = HashMap::new();
    for text in texts {
        for word in words_of(text) {
            *counts.entry(word).or_default() += 1.0;
        }
    }
    counts
}

fn trigrams(words: &HashMap<String, f32>) -> HashMap<[char; 3], f32> {
    let mut counts = HashMap::new();
    for (word, times) in words {
        for three in threes(word) {
            *counts.entry(three).or_default() += 1.0 + times.ln();
        }
    }
    counts
}

fn threes(word: &str) -> Vec<[char; 3]> {
    let padded: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    padded.windows(3).map(|w| [w[0], w[1], w[2]]).collect()
}

/// Counts in each language → the logarithm of each one's share, above that of the most sceptical.
fn evidence<K: Clone + Eq + std::hash::Hash>(counts: &[HashMap<K, f32>], most: f32) -> HashMap<K, Vec<f32>> {
    let totals: Vec<f32> = counts.iter().map(|words| words.values().sum::<f32>().max(1.0)).collect();
    let all: HashSet<&K> = counts.iter().flat_map(HashMap::keys).collect();
    let mean = totals.iter().sum::<f32>() / totals.len() as f32;
    let of = |key: &K| {
        let share = |(words, total): (&HashMap<K, f32>, &f32)| {
            ((words.get(key).copied().unwrap_or(0.0) * mean / total) + UNSEEN).ln()
        };
        let logs: Vec<f32> = counts.iter().zip(&totals).map(share).collect();
        let least = logs.iter().copied().fold(f32::INFINITY, f32::min);
        logs.into_iter().map(|log| (log - least).min(most)).collect()
    };
    all.into_iter().map(|key| (key.clone(), of(key))).collect()
}

fn add(scores: &mut [f32], evidence: &[f32], most: f32) {
    for (score, value) in scores.iter_mut().zip(evidence) {
        *score += value.min(most);
    }
}

/// ISO 639-1 → the name that `whatlang` has for it.
fn general_name(code: &str) -> Option<Lang> {
    let three = match code {
        "en" => "eng",
        "de" => "deu",
        "fr" => "fra",
        "it" => "ita",
        "es" => "spa",
        "pt" => "por",
        "nl" => "nld",
        "da" => "dan",
        "sv" => "swe",
        "no" | "nb" => "nob",
        "fi" => "fin",
        "pl" => "pol",
        "cs" => "ces",
        "sk" => "slk",
        "sl" => "slv",
        "hr" => "hrv",
        "hu" => "hun",
        "ro" => "ron",
        "bg" => "bul",
        "el" => "ell",
        "ru" => "rus",
        "uk" => "ukr",
        "tr" => "tur",
        "ar" => "ara",
        "he" => "heb",
        "hi" => "hin",
        "ja" => "jpn",
        "ko" => "kor",
        "zh" => "cmn",
        other => other,
    };
    Lang::from_code(three)
}
