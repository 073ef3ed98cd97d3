//! Reading feeds as shops really export them: tables and JSON in any of the usual encodings, packed or not, row by row.

mod json;
mod record;
mod source;
mod table;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use record::{Fields, Flaw, Place, Record, json_text};

use super::ImportError;

/// A row, or why there is none; `Break` when the visitor has enough.
pub type Visit<'v> = &'v mut dyn FnMut(Result<Record, (Place, Flaw)>) -> Result<ControlFlow<()>, ImportError>;

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with this separator.
    Table {
        /// One ASCII character.
        delimiter: u8,
    },
    /// One JSON object a line.
    JsonLines,
    /// One JSON document.
    Json,
}

/// A feed whose form is known, ready to be read as often as needed.
#[derive(Debug, Clone)]
pub struct Feed {
    path: PathBuf,
    format: Format,
    survey: source::Survey,
    read: Arc<AtomicU64>,
}

impl Feed {
    /// Reads the file once to learn its form.
    ///
    /// # Errors
    /// [`ImportError`] when it cannot be read or is empty.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let survey = source::survey(path)?;
        if survey.sample.trim().is_empty() {
            let reason = "the file is empty".to_owned();
            return Err(ImportError::Unreadable { file: path.to_owned(), reason });
        }
        if is_binary(&survey.sample) {
            let reason = "this is no text; export a table of it as CSV or JSON in UTF-8".to_owned();
            return Err(ImportError::Unreadable { file: path.to_owned(), reason });
        }
        let format = format_of(&survey);
        Ok(Feed { path: path.to_owned(), format, survey, read: Arc::default() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it is written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// SHA-256 of the file, in hex.
    pub fn digest(&self) -> &str {
        &self.survey.digest
    }

    /// Its size on disk in bytes.
    pub fn bytes(&self) -> u64 {
        self.survey.bytes
    }

    /// Bytes of it that the reading under way has taken.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The encoding's name, for the report.
    pub fn encoding(&self) -> &'static str {
        self.survey.encoding.name()
    }

    /// The columns of a table, or what the first record of JSON holds.
    ///
    /// # Errors
    /// As [`Feed::each`].
    pub fn columns(&self) -> Result<Vec<String>, ImportError> {
        if let Format::Table { delimiter } = self.format {
            return Ok(table::header(&self.survey.sample, delimiter));
        }
        let mut columns = Vec::new();
        self.each(&mut |item| {
            let Ok(record) = item else { return Ok(ControlFlow::Continue(())) };
            record.each_text(&mut |name, _| columns.push(name.to_owned()));
            Ok(ControlFlow::Break(()))
        })?;
        Ok(columns)
    }

    /// Visits every row in order, from the first.
    ///
    /// # Errors
    /// [`ImportError`] when the file breaks off, and whatever the visitor returns.
    pub fn each(&self, visit: Visit<'_>) -> Result<(), ImportError> {
        let text: Box<dyn Read> = source::text(&self.path, self.survey.encoding, &self.read)?;
        match self.format {
            Format::Table { delimiter } => table::each(&self.path, text, delimiter, visit),
            Format::JsonLines => json::each_line(&self.path, text, visit),
            Format::Json => json::each(&self.path, text, visit),
        }
    }
}

fn refuse(field: &str, value: &str, reason: impl Into<String>) -> Flaw {
    Flaw::new(field, value, reason)
}

/// Whether a text is none: pictures, spreadsheets and archives have zeros in them, or a control character here and there.
fn is_binary(sample: &str) -> bool {
    let control = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    sample.contains('\0') || 50 * sample.chars().filter(control).count() > sample.chars().count()
}

fn format_of(survey: &source::Survey) -> Format {
    let text = survey.sample.trim_start();
    match text.chars().next() {
        Some('[') => Format::Json,
        Some('{') => json_format(text),
        _ => Format::Table { delimiter: table::sniff_delimiter(&survey.sample, survey.complete) },
    }
}

/// A first line that is a whole object makes JSON Lines, unless it is the only line and holds nothing but objects.
fn json_format(text: &str) -> Format {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(first) {
        Ok(object) => {
            let nested = !object.is_empty() && object.values().all(|v| v.is_object() || v.is_array());
            if rest.trim().is_empty() && nested { Format::Json } else { Format::JsonLines }
        }
        // A broken first line of many: the lines after it decide.
        Err(_) if rest.trim_start().starts_with('{') && first.trim_end().len() > 1 => Format::JsonLines,
        Err(_) => Format::Json,
    }
}
