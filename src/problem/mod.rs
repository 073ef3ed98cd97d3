//! What is wrong in a merchandiser's file, and where; one shape for every file of a shop.

mod finding;

pub use finding::{Finding, Severity, Spot};
pub(crate) use finding::{count, in_order};

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Relative to the shop's folder.
    pub file: PathBuf,
    /// From 1; 0 when the problem is the file itself.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was probably meant, or what to do.
    pub suggestion: Option<String>,
    /// The very words that are wrong, where they are only a part of what stands at the place.
    pub focus: Option<String>,
    /// The other place that has to do with it, where it takes two.
    pub other: Option<(PathBuf, Place)>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Every problem of a shop's files, in the order of files and lines. Never empty when it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// From 1; 0 for the whole file.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    file: &'a Path,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a Path) -> Self {
        Report { file, problems: Vec::new() }
    }

    pub(crate) fn add(&mut self, place: Place, message: impl Into<String>) {
        self.push(place, message.into(), None);
    }

    /// Adds a problem of a part of what stands at the place.
    pub(crate) fn add_at(&mut self, place: Place, focus: &str, message: String, suggestion: Option<String>) {
        let Place { line, column } = place;
        let (file, focus) = (self.file.to_owned(), Some(focus.to_owned()));
        self.problems.push(Problem { file, line, column, message, suggestion, focus, other: None });
    }

    /// A problem with the nearest of the words that are allowed.
    pub(crate) fn unknown<'w>(
        &mut self,
        place: Place,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let suggestion = match nearest(word, known.iter().copied()) {
            Some(near) => Some(format!("did you mean {near:?}?")),
            None if known.len() <= 24 && !known.is_empty() => Some(format!("known are {}", known.join(", "))),
            None => None,
        };
        self.add_at(place, word, format!("unknown {what} {word:?}"), suggestion);
    }

    pub(crate) fn push(&mut self, place: Place, message: String, suggestion: Option<String>) {
        let (file, Place { line, column }) = (self.file.to_owned(), place);
        self.problems.push(Problem { file, line, column, message, suggestion, focus: None, other: None });
    }
}

/// The known word that is most like `word`, if any is like it at all (Damerau–Levenshtein similarity from 0.6).
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_lowercase();
    let likeness = |a: &str| strsim::normalized_damerau_levenshtein(&word, &a.to_lowercase());
    known
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
