//! From the words of a query to what they ask for: spelling put right, compounds taken apart and put together, synonyms.

use tantivy::Term;

use crate::model::ProductQuery;

use super::CatalogError;
use super::edition::{Edition, Foreign};
use super::forward::is_preposition;
use super::spelling::Around;
use super::text::Word;
use super::tokens::Sort;

/// What a synonym counts, beside the word that was written.
const SYNONYM: f32 = 0.85;
/// A word in so few products may be the misspelling of a common one.
const RARE: u64 = 3;
/// A compound is put together when at least so many products have it in one word.
const JOINED: u64 = 2;
/// Shorter compounds are chance.
const JOINED_LETTERS: usize = 5;
/// How much of its rarer word's products a pair of words is taken to have.
const PAIR: f64 = 0.3;

/// One thing that a query asks for: a word, or a run of words with synonyms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Concept {
    /// As written, as stems; all of them are needed.
    pub stems: Vec<String>,
    /// What may stand for it: stems that stand together, with what finding them counts, 0 to 1.
    pub alternatives: Vec<(Vec<String>, f32)>,
    /// A bare number.
    pub number: bool,
    /// Whether any product has it.
    pub known: bool,
}

impl Concept {
    /// Whether it is a unit of measure, by the name that the table of units gives it.
    pub fn is_unit(&self) -> bool {
        matches!(self.stems.as_slice(), [one] if one.starts_with('_'))
    }
}

/// What a query's words come to.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub concepts: Vec<Concept>,
    /// The concept that says what the thing is: "shoes" of "running shoes for men".
    pub head: Option<usize>,
    /// Spelling: as written → as searched.
    pub corrected: Vec<(String, String)>,
    /// Words that are in no product.
    pub unknown: Vec<String>,
}

/// A word on its way to a concept.
struct Said {
    word: Word,
    /// What else may be meant by it.
    also: Vec<(Vec<String>, f32)>,
    head: bool,
}

impl Edition {
    /// Works out what the words of a query ask for.
    pub(super) fn read(&self, query: &ProductQuery) -> Result<Reading, CatalogError> {
        let mut reading = Reading::default();
        let mut said = self.said(&query.text);
        let foreign = self.foreign.get(&query.language);
        if !query.as_written {
            said = self.put_right(said, foreign, &mut reading)?;
        }
        self.join(&mut said)?;
        self.gather(&said, foreign, &mut reading)?;
        Ok(reading)
    }

    /// The words that say something, and which of them names the thing.
    fn said(&self, text: &str) -> Vec<Said> {
        let words = self.words.clone().of_query(text);
        let telling = words.iter().any(|word| !word.stop);
        let (mut said, mut head, mut behind) = (Vec::new(), None, false);
        for word in words {
            behind |= head.is_some() && is_preposition(&word.plain);
            if word.stop && telling {
                continue;
            }
            if word.sort == Sort::Word && !behind {
                head = Some(said.len());
            }
            said.push(Said { word, also: Vec::new(), head: false });
        }
        if let Some(head) = head {
            said[head].head = true;
        }
        said
    }

    /// Puts misspelt words right. A word that a few products have stays, and what it may be a misspelling of stands beside.
    fn put_right(
        &self,
        said: Vec<Said>,
        foreign: Option<&Foreign>,
        reading: &mut Reading,
    ) -> Result<Vec<Said>, CatalogError> {
        let plain: Vec<Option<String>> =
            said.iter().map(|said| (said.word.sort == Sort::Word).then(|| said.word.plain.clone())).collect();
        let beside = |at: Option<usize>| at.and_then(|at| plain.get(at)?.as_deref());
        let mut own = foreign.map(|foreign| foreign.words.clone());
        let mut right = Vec::with_capacity(said.len());
        for (at, one) in said.into_iter().enumerate() {
            let stem = own.as_mut().map(|words| words.word(&one.word.plain).stem);
            let is_foreign = foreign.zip(stem).is_some_and(|(foreign, own)| foreign.synonyms.knows(&own));
            let found = self.frequency(&one.word.stem)?;
            let is_word = one.word.sort == Sort::Word && !is_foreign && !self.synonyms.knows(&one.word.stem);
            if !is_word || found > RARE || (found > 0 && self.meta.products < SMALL) {
                right.push(one);
                continue;
            }
            let around = Around { left: beside(at.checked_sub(1)), right: beside(Some(at + 1)) };
            if found == 0 && self.joins(around, &one.word.plain)? {
                right.push(one);
                continue;
            }
            match self.speller.correct(&one.word.plain, around, found > 0) {
                Some(meant) => self.replace(one, &meant, found > 0, reading, &mut right),
                None => {
                    if found == 0 && one.word.plain.chars().all(char::is_alphabetic) {
                        reading.unknown.push(one.word.plain.clone());
                    }
                    right.push(one);
                }
            }
        }
        Ok(right)
    }

    /// Whether a word and one beside it are a compound that products have in one word.
    fn joins(&self, around: Around<'_>, word: &str) -> Result<bool, CatalogError> {
        let mut words = self.words.clone();
        for joined in
            [around.left.map(|left| format!("{left}{word}")), around.right.map(|r| format!("{word}{r}"))]
        {
            if let Some(joined) = joined
                && joined.chars().count() >= JOINED_LETTERS
                && self.frequency(&words.word(&joined).stem)? >= JOINED
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One word by what was meant, one word or two. Where the word as written is known too, it stays as an alternative.
    fn replace(
        &self,
        one: Said,
        meant: &[String],
        known: bool,
        reading: &mut Reading,
        right: &mut Vec<Said>,
    ) {
        let mut words = self.words.clone();
        if !known {
            reading.corrected.push((one.word.plain.clone(), meant.join(" ")));
        }
        let also = if known { vec![(vec![one.word.stem.clone()], 1.0)] } else { Vec::new() };
        let last = meant.len().saturating_sub(1);
        for (at, word) in meant.iter().enumerate() {
            right.push(Said { word: words.word(word), also: also.clone(), head: one.head && at == last });
        }
    }

    /// Compounds: two words that products have as one, and one word that products have as two.
    fn join(&self, said: &mut [Said]) -> Result<(), CatalogError> {
        let mut words = self.words.clone();
        for at in 0..said.len() {
            if said[at].word.sort != Sort::Word {
                continue;
            }
            if let Some(halves) = self.speller.compound(&said[at].word.plain) {
                let halves = halves.map(|half| words.word(half).stem);
                said[at].also.push((halves.to_vec(), 1.0));
            }
            let Some(next) = said.get(at + 1).filter(|next| next.word.sort == Sort::Word) else { continue };
            let joined = format!("{}{}", said[at].word.plain, next.word.plain);
            if joined.chars().count() < JOINED_LETTERS {
                continue;
            }
            let joined = words.word(&joined).stem;
            if self.frequency(&joined)? >= JOINED {
                said[at].also.push((vec![joined.clone()], 1.0));
                said[at + 1].also.push((vec![joined], 1.0));
            }
        }
        Ok(())
    }

    /// Takes runs of words that synonyms know together, and every other word by itself.
    fn gather(
        &self,
        said: &[Said],
        foreign: Option<&Foreign>,
        reading: &mut Reading,
    ) -> Result<(), CatalogError> {
        let mut own_words = foreign.map(|foreign| foreign.words.clone());
        let own: Vec<String> =
            said.iter().filter_map(|said| Some(own_words.as_mut()?.word(&said.word.plain).stem)).collect();
        let stems: Vec<String> = said.iter().map(|said| said.word.stem.clone()).collect();
        let mut at = 0;
        while at < said.len() {
            let own = own.get(at..).unwrap_or_default();
            let translated = foreign.and_then(|foreign| foreign.synonyms.at_start(own));
            let rule = translated.or_else(|| self.synonyms.at_start(&stems[at..]));
            let (taken, synonyms) = rule.unwrap_or((1, &[]));
            let run = &said[at..at + taken];
            let mut alternatives: Vec<(Vec<String>, f32)> =
                synonyms.iter().map(|stems| (stems.clone(), SYNONYM)).collect();
            if let [one] = run {
                alternatives.extend(one.also.iter().cloned());
            }
            let known = stems[at..at + taken].iter().map(|stem| self.frequency(stem));
            let known = known.collect::<Result<Vec<_>, _>>()?.iter().any(|products| *products > 0);
            if run.iter().any(|said| said.head) {
                reading.head = Some(reading.concepts.len());
            }
            reading.concepts.push(Concept {
                stems: stems[at..at + taken].to_vec(),
                known: known || !alternatives.is_empty(),
                alternatives,
                number: taken == 1 && run[0].word.sort == Sort::Number,
            });
            at += taken;
        }
        Ok(())
    }

    /// In how many products a stem stands: in their descriptions, or in all of their other texts if that is more.
    pub(super) fn frequency(&self, stem: &str) -> Result<u64, CatalogError> {
        let in_field = |field| self.searcher.doc_freq(&Term::from_field_text(field, stem));
        let described =
            if self.settings.fields.description > 0.0 { in_field(self.fields.description)? } else { 0 };
        Ok(in_field(self.fields.terms)?.max(described))
    }

    /// What scoring takes a concept for.
    pub(super) fn as_asked(&self, concept: &Concept) -> Result<rank::features::Concept, CatalogError> {
        let written = (concept.stems.clone(), 1.0);
        let mut frequency = 0.0;
        let mut alternatives = Vec::with_capacity(concept.alternatives.len() + 1);
        for (stems, weight) in [written].iter().chain(&concept.alternatives) {
            let counts = stems.iter().map(|stem| self.frequency(stem)).collect::<Result<Vec<_>, _>>()?;
            let least = counts.into_iter().min().unwrap_or_default() as f64;
            frequency += if stems.len() > 1 { PAIR * least } else { least };
            if least > 0.0 {
                alternatives.push((stems.iter().map(|stem| rank::hash(stem)).collect(), *weight));
            }
        }
        let products = self.meta.products as f64;
        let frequency = frequency.min(products);
        let idf = (1.0 + (products - frequency + 0.5) / (frequency + 0.5)).ln() as f32;
        Ok(rank::features::Concept { alternatives, idf, number: concept.number })
    }
}

/// In a shop of fewer products every word is rare.
const SMALL: usize = 5000;
