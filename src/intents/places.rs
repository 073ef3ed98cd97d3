//! Where sentences and patterns stand in the files, for tools that show them.

use std::fmt;
use std::path::PathBuf;

use regex::Regex;

use super::intent_file::Parsed;
use super::load::Files;
use crate::model::IntentName;
use crate::problem::Place;

/// A text of an intent's file with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The folder's code.
    pub language: String,
    /// Whose.
    pub intent: IntentName,
    /// Without the marks of entities.
    pub text: String,
    /// Relative to the shop's folder.
    pub file: PathBuf,
    /// 1-based.
    pub line: usize,
}

impl fmt::Display for Placed {
    /// `intents/en/faq/returns.yaml:12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

impl Files {
    /// Every example of every intent.
    pub fn examples(&self) -> Vec<Placed> {
        self.placed(|parsed| {
            let texts = parsed.intent.examples.iter().map(String::as_str);
            texts.zip(&parsed.example_places).collect()
        })
    }

    /// Every pattern of every intent.
    pub fn patterns(&self) -> Vec<Placed> {
        self.placed(|parsed| {
            let texts = parsed.intent.patterns.iter().map(Regex::as_str);
            texts.zip(&parsed.pattern_places).collect()
        })
    }

    fn placed(&self, of: impl for<'p> Fn(&'p Parsed) -> Vec<(&'p str, &'p Place)>) -> Vec<Placed> {
        let mut all = Vec::new();
        for language in &self.languages {
            for (file, parsed) in &language.files.intents {
                all.extend(of(parsed).into_iter().map(|(text, place)| Placed {
                    language: language.code.clone(),
                    intent: parsed.intent.name.clone(),
                    text: text.to_owned(),
                    file: file.clone(),
                    line: place.line,
                }));
            }
        }
        all
    }
}
