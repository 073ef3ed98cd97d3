//! What an import did, for the person who ran it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::feed::{Flaw, Place};

/// How many refused rows a report shows in full; all of them are in the file beside it.
const SHOWN: usize = 10;

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands in the feed.
    pub at: Place,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// `catalog`, `orders` or `events`.
    pub kind: String,
    /// The feed.
    pub file: PathBuf,
    /// How it is written: `table separated by ;, windows-1252, decimal commas`.
    pub form: String,
    /// Rows read, the refused ones among them.
    pub rows: u64,
    /// How many products, orders or events are stored of them.
    pub stored: u64,
    /// Rows that could not be used.
    pub refused: u64,
    /// Reason → how many rows.
    pub reasons: BTreeMap<String, u64>,
    /// The first of them.
    pub first: Vec<Refused>,
    /// The file that lists all of them, when there are any.
    pub refused_file: Option<PathBuf>,
    /// The row at which an interrupted import went on.
    pub resumed_at: Option<u64>,
    /// What else is worth knowing, one sentence each.
    pub notes: Vec<String>,
}

impl Report {
    pub(super) fn note_refused(&mut self, refused: &Refused) {
        self.refused += 1;
        *self.reasons.entry(reason_alone(&refused.flaw)).or_insert(0) += 1;
        if self.first.len() < SHOWN {
            self.first.push(refused.clone());
        }
    }

    /// The report as lines of text.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} ({})", self.file.display(), self.form)];
        if let Some(row) = self.resumed_at {
            lines.push(format!("went on after row {row}, where an earlier import stopped"));
        }
        let things = if self.kind == "catalog" { "products" } else { &self.kind };
        lines.push(format!(
            "{} rows read, {} {things} stored, {} rows refused",
            self.rows, self.stored, self.refused
        ));
        lines.extend(self.notes.iter().cloned());
        let mut reasons: Vec<(&String, &u64)> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons.into_iter().take(SHOWN) {
            lines.push(format!("refused: {count} × {reason}"));
        }
        for Refused { at, flaw } in &self.first {
            lines.push(format!("  {at}: {} {:?}: {}", flaw.field, flaw.value, flaw.reason));
        }
        if let Some(file) = &self.refused_file {
            lines.push(format!("all refused rows: {}", file.display()));
        }
        lines
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

/// A flaw's field and reason without what stands in quotes, which is the value, so that like ones are counted together.
pub(super) fn reason_alone(flaw: &Flaw) -> String {
    let outside = flaw.reason.split('"').step_by(2).map(str::trim).filter(|part| !part.is_empty());
    format!("{}: {}", flaw.field, outside.collect::<Vec<_>>().join(" "))
}
