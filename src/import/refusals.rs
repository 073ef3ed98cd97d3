//! The list of all refused rows, on disk, since there may be many.

use std::fs::{self, File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::ImportError;
use super::feed::{Flaw, Place};
use super::report::{Refused, Report};

/// Writes refused rows into a CSV file as they come.
pub(super) struct Refusals {
    path: PathBuf,
    out: Option<csv::Writer<BufWriter<File>>>,
}

impl Refusals {
    /// The list of a feed in `state_dir/imports/`. Going on after `resumed` rows, what was refused among them is kept and
    /// counted in the report; otherwise the list begins empty.
    pub fn open(
        state_dir: &Path,
        feed: &Path,
        resumed: Option<u64>,
        report: &mut Report,
    ) -> Result<Self, ImportError> {
        let folder = state_dir.join("imports");
        fs::create_dir_all(&folder).map_err(|error| ImportError::write(&folder, error))?;
        let name = feed.file_name().unwrap_or_default().to_string_lossy();
        let mut refusals = Refusals { path: folder.join(format!("{name}.refused.csv")), out: None };
        let kept = match resumed {
            Some(rows) => refusals.read_until(rows),
            None => Vec::new(),
        };
        match fs::remove_file(&refusals.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ImportError::write(&refusals.path, error));
            }
            _ => {}
        }
        for (number, refused) in kept {
            refusals.add(number, refused, report)?;
        }
        Ok(refusals)
    }

    /// Notes a refused row; `number` counts the rows of the feed from 1.
    pub fn add(&mut self, number: u64, refused: Refused, report: &mut Report) -> Result<(), ImportError> {
        let failed = |error: csv::Error| ImportError::write(&self.path, error);
        if self.out.is_none() {
            let file = OpenOptions::new().create(true).append(true).open(&self.path);
            let file = file.map_err(|error| ImportError::write(&self.path, error))?;
            let mut out = csv::Writer::from_writer(BufWriter::new(file));
            out.write_record(["number", "row", "line", "field", "value", "reason"]).map_err(failed)?;
            self.out = Some(out);
            report.refused_file = Some(self.path.clone());
        }
        if let Some(out) = &mut self.out {
            let line = refused.at.line.map(|line| line.to_string()).unwrap_or_default();
            let (number, row) = (number.to_string(), refused.at.row.to_string());
            let Flaw { field, value, reason } = &refused.flaw;
            out.write_record([&number, &row, &line, field, value, reason]).map_err(failed)?;
        }
        report.note_refused(&refused);
        Ok(())
    }

    /// Makes sure that what was noted is on disk.
    pub fn flush(&mut self) -> Result<(), ImportError> {
        match &mut self.out {
            Some(out) => out.flush().map_err(|error| ImportError::write(&self.path, error)),
            None => Ok(()),
        }
    }

    fn read_until(&self, rows: u64) -> Vec<(u64, Refused)> {
        let Ok(mut reader) = csv::Reader::from_path(&self.path) else { return Vec::new() };
        let read = |record: csv::StringRecord| {
            let number: u64 = record.get(0)?.parse().ok()?;
            let at = Place { row: record.get(1)?.parse().ok()?, line: record.get(2)?.parse().ok() };
            let flaw = Flaw::new(record.get(3)?, record.get(4)?, record.get(5)?);
            (number <= rows).then_some((number, Refused { at, flaw }))
        };
        reader.records().filter_map(Result::ok).map_while(read).collect()
    }
}
