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

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::across::LanguageFiles;
use super::intent_file::Parsed;
use super::load::{Files, ReadLanguage};
use super::problem::{Place, Problem};
pub use collisions::Mistake;
pub use stock::Stock;

use crate::model::{IntentName, Vocabulary};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The shop does not open with it.
    Error,
    /// The shop opens, and shoppers will be misunderstood.
    Warning,
}

/// A place in a file, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// Relative to the shop's folder.
    pub file: PathBuf,
    /// From 1; 0 for the file itself.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The very words, where they are only a part of what stands there.
    pub focus: Option<String>,
    /// What to say beside the caret; may be empty.
    pub note: String,
}

impl Spot {
    fn new(file: &Path, place: Place, note: impl Into<String>) -> Spot {
        let Place { line, column } = place;
        Spot { file: file.to_owned(), line, column, focus: None, note: note.into() }
    }

    /// `file:line`.
    pub fn label(&self) -> String {
        match self.line {
            0 => self.file.display().to_string(),
            line => format!("{}:{line}", self.file.display()),
        }
    }
}

/// One thing to mend, or to think about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether the shop opens with it.
    pub severity: Severity,
    /// The check's name.
    pub check: &'static str,
    /// What is the matter.
    pub message: String,
    /// Where.
    pub at: Spot,
    /// What else has to do with it.
    pub related: Vec<Spot>,
    /// What to do.
    pub suggestion: Option<String>,
}

impl Finding {
    fn warning(check: &'static str, at: Spot, message: String) -> Finding {
        Finding { severity: Severity::Warning, check, message, at, related: Vec::new(), suggestion: None }
    }

    fn with(mut self, related: Spot) -> Finding {
        self.related.push(related);
        self
    }

    fn help(mut self, suggestion: impl Into<String>) -> Finding {
        self.suggestion = Some(suggestion.into());
        self
    }
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Finding {
        let Problem { file, line, column, message, suggestion, focus } = problem;
        let at = Spot { file, line, column, focus, note: String::new() };
        Finding { severity: Severity::Error, check: "broken", message, at, related: Vec::new(), suggestion }
    }
}

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
    if let Some(vocabulary) = beside.vocabulary {
        stock::check_categories(&beside.stock, vocabulary, &mut found);
    }
    found.sort_by(|a, b| (&a.at, a.severity, &a.message).cmp(&(&b.at, b.severity, &b.message)));
    found
}

impl Files {
    /// The text of a file that was read.
    pub fn text(&self, file: &Path) -> Option<&str> {
        self.sources.iter().find(|source| source.path == file).map(|source| source.text.as_str())
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

/// "1 sentence", "2 sentences".
pub(crate) fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
