//! Files that are either the old one or the new one, whatever happens in between; and copies of whole folders.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Replaces the file at `path` by `content`: written beside it, flushed to disk, then renamed over it.
///
/// # Errors
/// The system's error; the old file is untouched then.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    match written.and_then(|()| put_in_place(&beside, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            // The half-written file is of no use to anybody; that it cannot be removed either adds nothing.
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

/// Renames a finished file over another one, so that the change survives a power cut.
///
/// # Errors
/// The system's error.
pub fn put_in_place(finished: &Path, path: &Path) -> io::Result<()> {
    fs::rename(finished, path)?;
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Copies a folder with all that is in it; `to` is made when it is not there.
///
/// # Errors
/// The system's error; what was copied before stays.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
