//! All recommendations of a run, as TREC's tools read them: `request Q0 item place score part`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use learn::crowd::Suggestion;

use super::RecommendError;
use crate::disk;

/// A file under way.
pub(super) struct RunFile {
    path: PathBuf,
    out: BufWriter<File>,
    names: HashMap<u32, String>,
}

impl RunFile {
    /// Whether it could be written, as it is, and is none of the logs.
    pub fn check(path: &Path, logs: &[Option<&Path>]) -> Result<(), RecommendError> {
        disk::writable(path).map_err(|error| unwritable(path, &error))?;
        let whole = path.canonicalize().map_err(|error| unwritable(path, &error))?;
        match logs.iter().flatten().any(|log| log.canonicalize().is_ok_and(|log| log == whole)) {
            true => Err(RecommendError::OverLog(path.to_owned())),
            false => Ok(()),
        }
    }

    pub fn create(path: &Path, numbers: &HashMap<String, u32>) -> Result<Self, RecommendError> {
        let file = File::create(path).map_err(|error| unwritable(path, &error))?;
        let names = numbers.iter().map(|(name, number)| (*number, name.clone())).collect();
        Ok(RunFile { path: path.to_owned(), out: BufWriter::new(file), names })
    }

    pub fn write(&mut self, request: &str, shown: &[Suggestion]) -> Result<(), RecommendError> {
        for (place, suggestion) in (1..).zip(shown) {
            let name = self.names.get(&suggestion.item).map_or("?", String::as_str);
            let part = suggestion.source.replace(' ', "_");
            writeln!(self.out, "{request} Q0 {name} {place} {:.6} {part}", suggestion.score)
                .map_err(|error| unwritable(&self.path, &error))?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<(), RecommendError> {
        self.out.flush().map_err(|error| unwritable(&self.path, &error))
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> RecommendError {
    RecommendError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}
