//! Why a message is understood as it is, for those who write the examples.

use std::collections::HashMap;
use std::time::Instant;

use serde::Serialize;

use super::encoder::DIMENSIONS;
use super::{Heard, Rule, Understander, wording};
use crate::model::{IntentName, Understanding, Via};
use crate::text::key;

/// How many examples are named.
const NEAREST: usize = 5;
/// Words are likened by their runs of so many letters.
const GRAM: usize = 3;

/// Everything that led to an [`Understanding`].
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// What came of it.
    pub understanding: Understanding,
    /// How long that took, without explaining it.
    pub milliseconds: f64,
    /// The words that the rules see.
    pub wording: String,
    /// The words that the model sees: the same with misspelt ones put right.
    pub mended: String,
    /// The polite words that were taken off the front and the end.
    pub stripped: [String; 2],
    /// The rules up to the one that was certain, or all of them.
    pub rules: Vec<Tried>,
    /// What the model's decision was; absent when a rule was certain.
    pub scope: Option<Scoped>,
    /// The examples that are nearest, best first; told of a certain message too.
    pub nearest: Vec<Near>,
}

/// A rule and what it made of the message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// Which.
    pub rule: Rule,
    /// The intent, when it was certain.
    pub intent: Option<IntentName>,
    /// By which pattern.
    pub pattern: Option<String>,
}

/// Whether any intent fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scoped {
    /// The model's score of the best intent.
    pub score: f32,
    /// It is in scope from here on.
    pub threshold: f32,
}

/// An example near the message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// Its words, as the model sees them.
    pub wording: String,
    /// Whose it is.
    pub intent: IntentName,
    /// The cosine of the two vectors; absent without the encoder.
    pub meaning: Option<f32>,
    /// The share of three-letter runs that both have (Dice's coefficient), 0 to 1.
    pub letters: f32,
}

impl Understander {
    /// Understands a message and says why so.
    pub async fn explain(&self, heard: Heard<'_>) -> Explanation {
        let started = Instant::now();
        let understanding = self.understand(heard).await;
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        let known = self.languages.iter().find(|language| language.code == understanding.language);
        let Some(language) = known else {
            return Explanation::of(understanding, heard.text, &[]);
        };
        let mut explanation = Explanation::of(understanding, heard.text, &language.polite);
        explanation.milliseconds = milliseconds;
        for rule in Rule::IN_ORDER {
            let found = language.rules.apply(rule, heard.text, &explanation.wording);
            let pattern = match &found {
                Some((_, Via::Pattern(pattern))) => Some(pattern.clone()),
                _ => None,
            };
            let intent = found.map(|(intent, _)| intent);
            let certain = intent.is_some();
            explanation.rules.push(Tried { rule, intent, pattern });
            if certain {
                break;
            }
        }
        explanation.mended = language.mended(&explanation.wording);
        let layers = self.layers(&explanation.mended).await.0;
        if explanation.rules.iter().all(|tried| tried.intent.is_none())
            && let Some(verdict) = language.judge(&explanation.mended, layers.as_deref())
            && let Some(threshold) = language.threshold(layers.is_some())
        {
            explanation.scope = Some(Scoped { score: verdict.score, threshold });
        }
        if let Some(lesson) = language.lesson() {
            let near = |i: usize| {
                let example = lesson.embeddings.as_ref().map(|all| &*all[i]);
                Near {
                    wording: lesson.texts[i].clone(),
                    intent: language.names[lesson.class[i]].clone(),
                    meaning: layers.as_deref().zip(example).map(|(a, b)| cosine(a, b)),
                    letters: alike(&explanation.mended, &lesson.texts[i]),
                }
            };
            explanation.nearest = nearest((0..lesson.texts.len()).map(near).collect());
        }
        explanation
    }
}

impl Explanation {
    fn of(understanding: Understanding, text: &str, polite: &[String]) -> Self {
        let wording = wording(text, polite);
        let whole = super::wording(text, &[]);
        let stripped = match whole.split_once(wording.as_str()) {
            Some((front, end)) if !wording.is_empty() => [front.trim().to_owned(), end.trim().to_owned()],
            _ => Default::default(),
        };
        Explanation {
            understanding,
            milliseconds: 0.0,
            mended: wording.clone(),
            wording,
            stripped,
            rules: Vec::new(),
            scope: None,
            nearest: Vec::new(),
        }
    }
}

/// By meaning where it is known, by letters otherwise.
fn nearest(mut all: Vec<Near>) -> Vec<Near> {
    let likeness = |near: &Near| near.meaning.unwrap_or(near.letters);
    all.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    all.truncate(NEAREST);
    all
}

/// Of the embeddings in two texts' layers.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).take(DIMENSIONS).map(|(a, b)| a * b).sum()
}

/// Dice's coefficient of the two texts' runs of [`GRAM`] letters.
fn alike(a: &str, b: &str) -> f32 {
    let (a, b) = (grams(a), grams(b));
    let all: usize = a.values().chain(b.values()).sum();
    let both: usize = a.iter().map(|(gram, n)| (*n).min(b.get(gram).copied().unwrap_or(0))).sum();
    if all == 0 { 0.0 } else { 2.0 * both as f32 / all as f32 }
}

fn grams(text: &str) -> HashMap<Vec<char>, usize> {
    let padded: Vec<char> = format!(" {} ", key(text)).chars().collect();
    let mut grams = HashMap::new();
    for gram in padded.windows(GRAM) {
        *grams.entry(gram.to_vec()).or_default() += 1;
    }
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_leaves_a_word_more_alike_than_another_word() {
        assert!(alike("sneekers", "sneakers") > alike("sneekers", "slippers"));
        assert!((alike("red boots", "red boots") - 1.0).abs() < 1e-6);
        assert!(alike("", "boots").abs() < 1e-6);
    }

    #[test]
    fn the_politeness_around_the_words_is_named() {
        let polite = ["thanks a lot".to_owned(), "please".to_owned(), "hi".to_owned()];
        let text = "Hi! Please where is it, thanks a lot";
        let explanation = Explanation::of(Understanding::certain(text, "en"), text, &polite);
        assert_eq!(explanation.wording, "where is it");
        assert_eq!(explanation.stripped, ["hi please", "thanks a lot"]);
    }
}
