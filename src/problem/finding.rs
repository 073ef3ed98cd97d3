//! What a check has to say: an error, or something to think about.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Place, Problem};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The shop does not open with it.
    Error,
    /// The shop opens, and shoppers will be misunderstood.
    Warning,
    /// For when there is time: few shoppers will notice, or the shop came with it.
    Hint,
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
    pub(crate) fn new(file: &Path, place: Place, note: impl Into<String>) -> Spot {
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
    /// How much of what it is about is touched by it, in per cent: what is shown where not all can be.
    pub weight: usize,
}

/// Of what is wrong altogether.
const WHOLE: usize = 100;

impl Finding {
    pub(crate) fn warning(check: &'static str, at: Spot, message: String) -> Finding {
        Finding {
            severity: Severity::Warning,
            check,
            message,
            at,
            related: Vec::new(),
            suggestion: None,
            weight: WHOLE,
        }
    }

    pub(crate) fn with(mut self, related: Spot) -> Finding {
        self.related.push(related);
        self
    }

    /// Touches so many per cent of what it is about.
    pub(crate) fn of_weight(mut self, severity: Severity, weight: usize) -> Finding {
        (self.severity, self.weight) = (severity, weight);
        self
    }

    /// Every file that has to do with it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.at).chain(&self.related).map(|spot| spot.file.as_path())
    }

    pub(crate) fn help(mut self, suggestion: impl Into<String>) -> Finding {
        self.suggestion = Some(suggestion.into());
        self
    }
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Finding {
        let Problem { file, line, column, message, suggestion, focus, other } = problem;
        let at = Spot { file, line, column, focus, note: String::new() };
        let related = other.iter().map(|(file, place)| Spot::new(file, *place, "")).collect();
        Finding {
            severity: Severity::Error,
            check: "broken",
            message,
            at,
            related,
            suggestion,
            weight: WHOLE,
        }
    }
}

/// In the order of files and lines.
pub(crate) fn in_order(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|a, b| (&a.at, a.severity, &a.message).cmp(&(&b.at, b.severity, &b.message)));
    found
}

/// "1 sentence", "2 sentences".
pub(crate) fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
