//! Where sentences and patterns stand in the files, for tools that show them.

use std::fmt;
use std::path::PathBuf;

use super::load::Files;
use crate::model::IntentName;

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
        let mut all = Vec::new();
        for language in &self.languages {
            for (file, parsed) in &language.files.intents {
                let texts = parsed.intent.examples.iter().zip(&parsed.example_places);
                all.extend(texts.map(|(text, place)| Placed {
                    language: language.code.clone(),
                    intent: parsed.intent.name.clone(),
                    text: text.clone(),
                    file: file.clone(),
                    line: place.line,
                }));
            }
        }
        all
    }

    /// Every pattern of every intent.
    pub fn patterns(&self) -> Vec<Placed> {
        let mut all = Vec::new();
        for language in &self.languages {
            for (file, parsed) in &language.files.intents {
                let texts = parsed.intent.patterns.iter().zip(&parsed.pattern_places);
                all.extend(texts.map(|(pattern, place)| Placed {
                    language: language.code.clone(),
                    intent: parsed.intent.name.clone(),
                    text: pattern.as_str().to_owned(),
                    file: file.clone(),
                    line: place.line,
                }));
            }
        }
        all
    }
}
