//! A file of products as it is written, to find the place of a cell.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::import::Reader;
use crate::import::feed::{self, Feed, Format};
use crate::problem::{Place, Spot};

/// A product file.
#[derive(Debug)]
pub(super) struct Table {
    /// Relative to the shop's folder.
    pub file: PathBuf,
    text: String,
    /// Byte at which each line begins.
    lines: Vec<usize>,
    /// Of a table; JSON has none.
    delimiter: Option<char>,
    /// Field → its column, from 0.
    columns: HashMap<String, usize>,
}

impl Table {
    pub fn new(file: PathBuf, text: String, feed: &Feed, reader: &Reader) -> Self {
        let delimiter = match feed.format() {
            Format::Table { delimiter } => Some(char::from(delimiter)),
            Format::JsonLines | Format::Json => None,
        };
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        let columns = reader.fields_by_column().into_iter().map(|(column, field)| (field, column)).collect();
        Table { file, text, lines, delimiter, columns }
    }

    /// Where a field of the row stands that begins at a line, with the words in it that are meant, else all of it. The row
    /// itself where the field has no place of its own.
    pub fn spot(&self, at: feed::Place, field: &str, focus: Option<&str>) -> Spot {
        let line = usize::try_from(at.line.unwrap_or(at.row)).unwrap_or_default();
        let cell = self.columns.get(field).and_then(|column| self.cell(line, *column));
        let (place, cell) = cell.unwrap_or((Place { line, column: 1 }, ""));
        let focus = focus.or(Some(cell)).filter(|focus| !focus.is_empty()).map(str::to_owned);
        Spot { focus, ..Spot::new(&self.file, place, "") }
    }

    /// Where the name of a column stands.
    pub fn heading(&self, column: usize) -> Spot {
        let (place, cell) = self.cell(1, column).unwrap_or((Place { line: 1, column: 1 }, ""));
        Spot { focus: Some(cell.to_owned()), ..Spot::new(&self.file, place, "") }
    }

    /// The beginning of a cell, and what stands there on the same line; a quoted one may be some lines below the row's first.
    fn cell(&self, line: usize, column: usize) -> Option<(Place, &str)> {
        let delimiter = self.delimiter?;
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let row = self.text[start..].trim_start_matches('\u{feff}');
        let mut place = Place { line, column: 1 };
        let (mut cell, mut quoted) = (0, false);
        for (at, c) in row.char_indices() {
            if cell == column {
                return Some((place, written(&row[at..], delimiter)));
            }
            match c {
                '"' => quoted = !quoted,
                '\n' if !quoted => return None,
                _ if c == delimiter && !quoted => cell += 1,
                _ => {}
            }
            place = match c {
                '\n' => Place { line: place.line + 1, column: 1 },
                _ => Place { column: place.column + 1, ..place },
            };
        }
        None
    }
}

/// The cell that a text begins with, as far as it stands on this line; of an empty one the mark behind it.
fn written(text: &str, delimiter: char) -> &str {
    let end = match text.strip_prefix('"') {
        Some(quoted) => quoted.find(['"', '\n']).map(|end| end + 2),
        None if text.starts_with(delimiter) => Some(delimiter.len_utf8()),
        None => text.find([delimiter, '\n']),
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).trim_end()
}
