//! What may go wrong although every file is sound: the warnings of `shophand intents check`, beside the errors of loading.
//!
//! One file per kind of trouble. A check is pure: it sees the files as they were read, the words of the catalogue, and what
//! the intent model made of the sentences, if it was asked.

mod buttons;
mod collisions;
mod examples;
mod languages;
mod near;
mod patterns;
mod stock;
mod words;

use std::path::Path;

use super::Intent;
use super::across::LanguageFiles;
use super::intent_file::Parsed;
use super::load::{Files, ReadLanguage};
pub use collisions::Mistake;
pub use stock::Stock;

use crate::model::{EntityKind, IntentName, Vocabulary};
use crate::problem::{Finding, Place, Spot, count, in_order};
use crate::text::key;

/// Language, intent and text of a button that is not understood.
pub type LostButton = (String, IntentName, String);

/// What the checks know besides the files under `intents/`.
#[derive(Debug, Default)]
pub struct Beside<'a> {
    /// The words of the products on offer.
    pub vocabulary: Option<&'a Vocabulary>,
    /// Where those words stand.
    pub stock: Stock,
    /// Sentences that the intent model takes for another intent than they were written for; `None` when it was not asked.
    pub mistakes: Option<Vec<Mistake>>,
    /// Buttons that say nothing to the shop itself, if it was tried.
    pub lost_buttons: Vec<LostButton>,
}

/// Everything that there is to say, in the order of files and lines.
pub fn findings(files: &Files, beside: &Beside<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = files.problems.iter().cloned().map(Finding::from).collect();
    for language in &files.languages {
        examples::check(language, &mut found);
        collisions::check(language, beside.mistakes.as_deref(), &mut found);
        patterns::check(language, &mut found);
        buttons::check(language, &beside.lost_buttons, &mut found);
        if let Some(vocabulary) = beside.vocabulary {
            words::check(language, vocabulary, &beside.stock, &mut found);
        }
    }
    languages::check(&files.languages, &mut found);
    in_order(found)
}

impl Files {
    /// The text of a file that was read.
    pub fn text(&self, file: &Path) -> Option<&str> {
        self.sources.iter().find(|source| source.path == file).map(|source| source.text.as_str())
    }

    /// Whether any file says a `{variable}`.
    pub fn says(&self, variable: &str) -> bool {
        let written = format!("{{{variable}}}");
        self.sources.iter().any(|source| source.text.contains(&written))
    }

    /// What already says just this to the assistant, if anything does: an example, the title or a button of an intent that shows
    /// no products, or a button of the replies.
    pub fn spoken(&self, words: &str) -> Option<String> {
        let said = key(words);
        let is = |text: &String| key(text) == said;
        let of_intent = |intent: &Intent| {
            let what = if intent.examples.iter().any(is) {
                "an example"
            } else if is(&intent.title) {
                "the title"
            } else if intent.buttons.iter().any(is) {
                "a button"
            } else {
                return None;
            };
            Some(format!("{what} of the intent {}", intent.name))
        };
        self.languages.iter().find_map(|language| {
            let files = &language.files;
            let intents = files.intents.iter().map(|(_, parsed)| &parsed.intent);
            let mut others = intents.filter(|intent| !intent.binding.shows_products()).filter_map(of_intent);
            let button =
                |(key, texts): (&String, &Vec<String>)| key.starts_with("button_") && texts.iter().any(is);
            let mut buttons = language.replies.0.iter().filter(|entry| button(*entry));
            others
                .next()
                .or_else(|| buttons.next().map(|(key, _)| format!("the button {key} of the replies")))
        })
    }

    /// Every word for a value of a kind, in any language; `None` when no file is about it.
    pub fn words_of(&self, kind: EntityKind) -> Option<Vec<String>> {
        let files = self.languages.iter().flat_map(|language| &language.files.entities);
        let mut of_kind =
            files.map(|(_, parsed)| &parsed.words).filter(|words| words.kind == kind).peekable();
        of_kind.peek()?;
        let values = of_kind.flat_map(|words| &words.values);
        Some(values.flat_map(|value| std::iter::once(&value.value).chain(&value.also)).cloned().collect())
    }

    /// For each language its code, how many intents and how many examples it has.
    pub fn sizes(&self) -> Vec<(&str, usize, usize)> {
        let size = |language: &ReadLanguage| {
            let intents = &language.files.intents;
            (intents.len(), intents.iter().map(|(_, parsed)| parsed.intent.examples.len()).sum())
        };
        self.languages.iter().map(|l| (l.code.as_str(), size(l).0, size(l).1)).collect()
    }
}

/// An example where it stands.
#[derive(Clone, Copy)]
struct Example<'a> {
    file: &'a Path,
    parsed: &'a Parsed,
    text: &'a str,
    place: Place,
}

impl<'a> Example<'a> {
    fn intent(&self) -> &'a IntentName {
        &self.parsed.intent.name
    }

    fn spot(&self, note: impl Into<String>) -> Spot {
        Spot::new(self.file, self.place, note)
    }
}

/// The examples of all intents of a language, in the order of files and lines.
fn examples_of(files: &LanguageFiles) -> impl Iterator<Item = Example<'_>> {
    files.intents.iter().flat_map(|(file, parsed)| {
        let texts = parsed.intent.examples.iter().zip(&parsed.example_places);
        texts.map(move |(text, place)| Example { file, parsed, text, place: *place })
    })
}
