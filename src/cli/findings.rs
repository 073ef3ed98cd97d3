//! What a check found, on a terminal or as JSON, and the exit code: the same for every check of files.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use crate::problem::{Finding, Severity, count};

use super::carets::draw;
use super::output::Output;

/// What every check's `--help` ends with.
pub const EXIT_CODES: &str = "Exit codes:
  0  nothing to mend, or warnings alone
  1  errors, with which the shop does not open; with --strict also warnings; or the check could not be made
  2  the command line is not understood";

/// How strict a check is, and for whom it prints.
#[derive(Debug, Args)]
pub struct How {
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Print one JSON document, for scripts and editors
    #[arg(long)]
    json: bool,
}

/// What a check came to.
pub struct Report<'a, 't> {
    /// In the order of files and lines.
    pub found: &'a [Finding],
    /// What could not be checked, and why.
    pub notes: &'a [String],
    /// What was checked, for the last line: "85 intents with 1906 examples in en".
    pub of: String,
    /// The same for scripts, by its key.
    pub sizes: (&'static str, serde_json::Value),
    /// The text of a file of the shop.
    pub text: &'a dyn Fn(&Path) -> Option<&'t str>,
}

impl How {
    /// Prints every finding, and a summary; the number is the exit code.
    ///
    /// # Errors
    /// When the findings cannot be written as JSON.
    pub fn print(&self, report: &Report<'_, '_>, out: &mut dyn Output) -> Result<i32> {
        if self.json {
            out.line(&serde_json::to_string_pretty(&report.as_json())?);
        } else {
            report.draw(out);
        }
        let fails = |finding: &Finding| self.strict || finding.severity == Severity::Error;
        Ok(i32::from(report.found.iter().any(fails)))
    }
}

impl Report<'_, '_> {
    fn draw(&self, out: &mut dyn Output) {
        for finding in self.found {
            let drawn = draw(finding, out.width(), &|spot| (self.text)(&spot.file));
            out.line(&format!("{drawn}\n"));
        }
        for note in self.notes {
            out.note(&format!("note: {note}"));
        }
        let errors = count(self.number(Severity::Error), "error");
        let warnings = count(self.number(Severity::Warning), "warning");
        out.line(&format!("{}: {errors}, {warnings}", self.of));
    }

    fn number(&self, severity: Severity) -> usize {
        self.found.iter().filter(|finding| finding.severity == severity).count()
    }

    fn as_json(&self) -> serde_json::Value {
        let (key, sizes) = &self.sizes;
        serde_json::json!({
            "findings": self.found,
            "errors": self.number(Severity::Error),
            "warnings": self.number(Severity::Warning),
            (*key): sizes,
            "notes": self.notes,
        })
    }
}
