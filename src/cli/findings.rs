//! What a check found, on a terminal or as JSON, and the exit code: the same for every check of files.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
    /// Show every warning, and the hints: what few shoppers will notice, or what the shop came with
    #[arg(long)]
    all: bool,
}

/// So many warnings are shown that have nothing to do with what was changed, the gravest.
const SHOWN: usize = 20;

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
    /// What is being worked on, if that is known: all that is to be said of it comes first.
    pub changed: &'a BTreeSet<PathBuf>,
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
            report.draw(self.all, out);
        }
        let fails = |finding: &Finding| match finding.severity {
            Severity::Error => true,
            Severity::Warning => self.strict,
            Severity::Hint => false,
        };
        Ok(i32::from(report.found.iter().any(fails)))
    }
}

impl Report<'_, '_> {
    fn draw(&self, all: bool, out: &mut dyn Output) {
        let shown = if all { self.found.iter().collect() } else { self.shown() };
        for finding in &shown {
            let drawn = draw(finding, out.width(), &|spot| (self.text)(&spot.file));
            out.line(&format!("{drawn}\n"));
        }
        for note in self.notes {
            out.note(&format!("note: {note}"));
        }
        let errors = count(self.number(Severity::Error), "error");
        let warnings = count(self.number(Severity::Warning), "warning");
        let hidden =
            |severity| self.number(severity) - shown.iter().filter(|f| f.severity == severity).count();
        let hidden = [(Severity::Warning, "more warning"), (Severity::Hint, "hint")]
            .map(|(severity, what)| (hidden(severity), what));
        let hidden: Vec<String> =
            hidden.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(n, what)).collect();
        if !hidden.is_empty() {
            out.line(&format!("{} not shown; --all shows everything", hidden.join(" and ")));
        }
        out.line(&format!("{}: {errors}, {warnings}", self.of));
    }

    /// Errors, all that is to be said of files that were changed, and the gravest of the other warnings, each in the order
    /// of files.
    fn shown(&self) -> Vec<&Finding> {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let (errors, others): (Vec<&Finding>, Vec<&Finding>) = self.found.iter().partition(is_error);
        let is_mine = |finding: &&Finding| finding.files().any(|file| self.changed.contains(file));
        let (mine, others): (Vec<&Finding>, Vec<&Finding>) = others.into_iter().partition(is_mine);
        let mut rest: Vec<(usize, &Finding)> =
            others.into_iter().filter(|finding| finding.severity == Severity::Warning).enumerate().collect();
        rest.sort_by_key(|(at, finding)| (Reverse(finding.weight), *at));
        rest.truncate(SHOWN);
        rest.sort_by_key(|(at, _)| *at);
        errors.into_iter().chain(mine).chain(rest.into_iter().map(|(_, finding)| finding)).collect()
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
            "hints": self.number(Severity::Hint),
            (*key): sizes,
            "notes": self.notes,
        })
    }
}
