//! Tables: commas, semicolons, tabs or bars, with a header row.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::import::ImportError;

use super::record::{Fields, Flaw, Place, Record};
use super::{Visit, refuse};

/// The separators that feeds use, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows of the sample that decide.
const SNIFFED_ROWS: usize = 50;

/// The separator with which most of the first rows have as many cells as the header; of those, the one with most cells.
pub(super) fn sniff_delimiter(sample: &str, complete: bool) -> u8 {
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let mut rows: Vec<usize> = reader(sample.as_bytes(), delimiter)
            .records()
            .take(SNIFFED_ROWS)
            .map_while(Result::ok)
            .map(|record| record.len())
            .collect();
        if !complete && rows.len() > 1 && rows.len() < SNIFFED_ROWS {
            rows.pop();
        }
        let Some(columns) = rows.first().copied().filter(|columns| *columns > 1) else { continue };
        let like_header = rows.iter().filter(|cells| **cells == columns).count() as f64;
        let score = like_header / rows.len() as f64 + (columns as f64).min(50.0) / 100.0;
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn reader<R: Read>(text: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text)
}

/// The header's names; a nameless column is called by its number.
pub(super) fn header(sample: &str, delimiter: u8) -> Vec<String> {
    let first = reader(sample.as_bytes(), delimiter).records().next().and_then(Result::ok);
    first.map(|record| names(&record)).unwrap_or_default()
}

fn names(record: &csv::StringRecord) -> Vec<String> {
    let name = |(i, cell): (usize, &str)| match cell.trim() {
        "" => format!("column {}", i + 1),
        name => name.to_owned(),
    };
    record.iter().enumerate().map(name).collect()
}

/// Visits every row below the header. A row with another number of cells than the header is refused.
pub(super) fn each(
    file: &Path,
    text: Box<dyn Read>,
    delimiter: u8,
    visit: Visit<'_>,
) -> Result<(), ImportError> {
    let mut reader = reader(text, delimiter);
    let mut cells = csv::StringRecord::new();
    let mut columns: Option<Arc<[String]>> = None;
    let mut row = 0;
    while reader.read_record(&mut cells).map_err(|error| ImportError::read(file, error))? {
        row += 1;
        let at = Place { row, line: cells.position().map(csv::Position::line) };
        let Some(columns) = &columns else {
            columns = Some(names(&cells).into());
            continue;
        };
        let flow = if cells.iter().all(|cell| cell.trim().is_empty()) {
            ControlFlow::Continue(())
        } else if cells.len() == columns.len() {
            let fields = Fields::Cells { columns: Arc::clone(columns), cells: cells.clone() };
            visit(Ok(Record { at, key: None, fields }))?
        } else {
            visit(Err((at, wrong_length(&cells, columns.len()))))?
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

fn wrong_length(cells: &csv::StringRecord, columns: usize) -> Flaw {
    let shown: Vec<&str> = cells.iter().take(4).collect();
    let reason =
        format!("the row has {} cells but the header has {columns}; a quote may be missing", cells.len());
    refuse("row", &shown.join(" "), reason)
}
