//! One row of a feed, whatever its format.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// Where a row stands: as a spreadsheet numbers it, and as an editor does when that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1-based; the header of a table is row 1. In JSON, the number of the record.
    pub row: u64,
    /// 1-based line of the file, when it is known.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) if line != self.row => write!(f, "row {} (line {line})", self.row),
            _ => write!(f, "row {}", self.row),
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The field, or the column.
    pub field: String,
    /// As it was written.
    pub value: String,
    /// Why it cannot be used.
    pub reason: String,
}

impl Flaw {
    /// A flaw; long values are cut, since they are shown in a line.
    pub fn new(field: &str, value: &str, reason: impl Into<String>) -> Self {
        let mut value: String = value.to_owned();
        if value.chars().count() > 60 {
            value = value.chars().take(59).chain(['…']).collect();
        }
        Flaw { field: field.to_owned(), value, reason: reason.into() }
    }
}

/// The cells of a row, or a JSON object.
#[derive(Debug, Clone)]
pub enum Fields {
    /// Of a table.
    Cells {
        /// The header.
        columns: Arc<[String]>,
        /// As many cells as columns.
        cells: csv::StringRecord,
    },
    /// Of JSON; always an object.
    Json(serde_json::Map<String, Value>),
}

/// One row of a feed.
#[derive(Debug, Clone)]
pub struct Record {
    /// Where it stands.
    pub at: Place,
    /// The key of an object of objects: `{"A-1": {…}}`.
    pub key: Option<String>,
    /// Its content.
    pub fields: Fields,
}

impl Record {
    /// Visits every column that holds something, in the order of the feed, with its text: a list becomes `a|b`, an
    /// object within an object `outer.inner`.
    pub fn each_text(&self, visit: &mut dyn FnMut(&str, &str)) {
        match &self.fields {
            Fields::Cells { columns, cells } => {
                for (column, cell) in columns.iter().zip(cells) {
                    let cell = cell.trim();
                    if !cell.is_empty() {
                        visit(column, cell);
                    }
                }
            }
            Fields::Json(object) => each_json_text("", object, visit),
        }
    }

    /// A JSON value of the row; `None` in tables.
    pub fn json(&self, column: &str) -> Option<&Value> {
        match &self.fields {
            Fields::Json(object) => object.get(column),
            Fields::Cells { .. } => None,
        }
    }
}

fn each_json_text(prefix: &str, object: &serde_json::Map<String, Value>, visit: &mut dyn FnMut(&str, &str)) {
    for (key, value) in object {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) => each_json_text(&name, inner, visit),
            other => {
                if let Some(text) = json_text(other) {
                    visit(&name, text.trim());
                }
            }
        }
    }
}

/// A scalar, or a list of scalars joined by `|`; `None` for what is empty or nested.
pub fn json_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) => items.iter().map(json_text).collect::<Option<Vec<_>>>()?.join("|"),
        Value::Null | Value::Object(_) => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}
