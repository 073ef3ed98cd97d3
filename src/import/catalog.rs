//! Catalogues: every row becomes a product in `.shophand/catalog/products.jsonl`, which is replaced as a whole.
//!
//! Two steps, so that memory does not grow with the feed's text: the rows are written one by one to a file beside it, and
//! what occurs more than once is settled when that file is complete.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk;
use crate::model::Product;

use super::distil::Occurrences;
use super::mapping::Kind;
use super::run::{Options, Run};
use super::{ImportError, Progress, Report, imported_products, product};

/// Rows between two notes of how far the import is.
const CHECKPOINT: u64 = 5000;

/// Brings in a catalogue. A full feed is all that there is: products of earlier feeds that it does not hold are delisted,
/// unless [`Options::partial`]. When rows are lines of invoices, a product's title is the most frequent one and its price the
/// median; otherwise the last row of an id counts.
///
/// # Errors
/// [`ImportError`]; the products before stay as they are, and the same import goes on where it stopped.
pub fn import_catalog(
    file: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let mut run = Run::open(Kind::Catalog, file, options, progress)?;
    run.reader.require(&run.feed, &["id", "title"])?;
    let mut draft = Draft::open(&options.state_dir, &run.key)?;
    run.each(draft.resumed, options, &mut |reader, numbers, record, rows_before| {
        if rows_before > 0 && rows_before % CHECKPOINT == 0 {
            draft.checkpoint(rows_before)?;
        }
        let product = product(&reader.row(record), record, numbers)?;
        draft.add(&product)?;
        Ok(())
    })?;
    draft.checkpoint(run.report.rows)?;
    let invoices = run.reader.is_invoices();
    let mut report = run.report;
    settle(&draft, invoices, options, &mut report)?;
    Ok(report)
}

/// The products read so far, and how far that is.
struct Draft {
    path: PathBuf,
    position_file: PathBuf,
    key: String,
    out: BufWriter<File>,
    resumed: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Position {
    feed: String,
    rows: u64,
    bytes: u64,
}

impl Draft {
    fn open(state_dir: &Path, key: &str) -> Result<Self, ImportError> {
        let target = imported_products(state_dir);
        let folder = target.parent().unwrap_or(state_dir);
        fs::create_dir_all(folder).map_err(|error| ImportError::write(folder, error))?;
        let path = target.with_added_extension("part");
        let position_file = folder.join("position.json");
        let position =
            fs::read(&position_file).ok().and_then(|json| serde_json::from_slice::<Position>(&json).ok());
        let position = position.filter(|position| position.feed == key);
        let bytes = position.as_ref().map_or(0, |position| position.bytes);
        let out = open_at(&path, bytes).map_err(|error| ImportError::write(&path, error))?;
        // A draft shorter than its position has lost what was noted as written: from the start, then.
        let resumed = position.filter(|_| out.1).map(|position| position.rows).filter(|rows| *rows > 0);
        Ok(Draft { path, position_file, key: key.to_owned(), out: BufWriter::new(out.0), resumed })
    }

    fn add(&mut self, product: &Product) -> Result<(), ImportError> {
        let written = serde_json::to_writer(&mut self.out, product).map_err(std::io::Error::from);
        written
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(|error| ImportError::write(&self.path, error))
    }

    fn checkpoint(&mut self, rows: u64) -> Result<(), ImportError> {
        let failed = |error: std::io::Error| ImportError::write(&self.path, error);
        self.out.flush().map_err(failed)?;
        self.out.get_ref().sync_data().map_err(failed)?;
        let bytes = self.out.stream_position().map_err(failed)?;
        let position = Position { feed: self.key.clone(), rows, bytes };
        let json = serde_json::to_vec(&position).map_err(|e| ImportError::write(&self.position_file, e))?;
        disk::replace(&self.position_file, &json).map_err(|e| ImportError::write(&self.position_file, e))
    }
}

/// Opens a file for writing behind its first `bytes`; false when it has not so many and is empty now.
fn open_at(path: &Path, bytes: u64) -> std::io::Result<(File, bool)> {
    let mut file = OpenOptions::new().create(true).write(true).read(true).truncate(false).open(path)?;
    let whole = file.metadata()?.len() >= bytes;
    let keep = if whole { bytes } else { 0 };
    file.set_len(keep)?;
    file.seek(SeekFrom::Start(keep))?;
    Ok((file, whole))
}

/// Settles duplicates, keeps or delists what was there before, and puts the result in place.
fn settle(draft: &Draft, invoices: bool, options: &Options, report: &mut Report) -> Result<(), ImportError> {
    let target = imported_products(&options.state_dir);
    let mut occurrences = Occurrences::new(invoices);
    each_line(&draft.path, &mut |i, product| {
        occurrences.note(i, &product);
        Ok(())
    })?;
    if occurrences.products() == 0 {
        return Err(nothing_usable(report));
    }
    let next = target.with_added_extension("next");
    let mut out = BufWriter::new(File::create(&next).map_err(|error| ImportError::write(&next, error))?);
    let before = merge_before(&target, options.partial, &occurrences, &next, &mut out)?;
    each_line(&draft.path, &mut |i, product| match occurrences.settled(i, product) {
        Some(product) => write_line(&mut out, &product).map_err(|error| ImportError::write(&next, error)),
        None => Ok(()),
    })?;
    let file = out.into_inner().map_err(|error| ImportError::write(&next, error.error()))?;
    file.sync_all().map_err(|error| ImportError::write(&next, error))?;
    disk::put_in_place(&next, &target).map_err(|error| ImportError::write(&target, error))?;
    for done in [&draft.path, &draft.position_file] {
        fs::remove_file(done).map_err(|error| ImportError::write(done, error))?;
    }
    report.stored = occurrences.products() as u64;
    report.notes.extend(notes(&occurrences, invoices, &before));
    Ok(())
}

/// A feed without one good row would delist everything, and is surely read the wrong way.
fn nothing_usable(report: &Report) -> ImportError {
    let first = report.first.first().map_or(String::new(), |refused| {
        format!(" ({}: {} {:?}: {})", refused.at, refused.flaw.field, refused.flaw.value, refused.flaw.reason)
    });
    let reason = format!(
        "none of {} rows could be used{first}; nothing was changed; see the columns with `--map FIELD=COLUMN`",
        report.rows
    );
    ImportError::Unreadable { file: report.file.clone(), reason }
}

/// What became of the products of earlier feeds.
struct Before {
    known: bool,
    updated: u64,
    kept: u64,
    delisted: u64,
}

fn merge_before(
    target: &Path,
    partial: bool,
    occurrences: &Occurrences,
    next: &Path,
    out: &mut BufWriter<File>,
) -> Result<Before, ImportError> {
    let mut before = Before { known: target.is_file(), updated: 0, kept: 0, delisted: 0 };
    if !before.known {
        return Ok(before);
    }
    each_line(target, &mut |_, product| {
        if occurrences.holds(&product.id) {
            before.updated += 1;
        } else if partial {
            before.kept += 1;
            write_line(out, &product).map_err(|error| ImportError::write(next, error))?;
        } else {
            before.delisted += 1;
        }
        Ok(())
    })?;
    Ok(before)
}

fn notes(occurrences: &Occurrences, invoices: bool, before: &Before) -> Vec<String> {
    let mut notes = Vec::new();
    match (occurrences.repeated(), invoices) {
        (0, _) => {}
        (n, true) => notes.push(format!(
            "the rows are lines of invoices: {n} products occur more than once and got their most frequent title and \
             their median price"
        )),
        (n, false) => notes.push(format!("{n} ids occur more than once; the last row of each counts")),
    }
    if before.known {
        let Before { updated, kept, delisted, .. } = before;
        let new = occurrences.products() as u64 - updated;
        notes.push(format!("{new} new, {updated} updated, {kept} kept as they were, {delisted} delisted"));
    }
    notes
}

fn write_line(out: &mut BufWriter<File>, product: &Product) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, product)?;
    out.write_all(b"\n")
}

fn each_line(
    path: &Path,
    visit: &mut dyn FnMut(u64, Product) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|error| ImportError::read(path, error))?;
    for (i, line) in BufReader::with_capacity(256 * 1024, file).lines().enumerate() {
        let line = line.map_err(|error| ImportError::read(path, error))?;
        let product = serde_json::from_str(&line)
            .map_err(|error| ImportError::read(path, format!("line {}: {error}", i + 1)))?;
        visit(i as u64, product)?;
    }
    Ok(())
}
