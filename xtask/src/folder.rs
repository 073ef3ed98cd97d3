//! Folders taken whole: how large, copied, gone.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The bytes in the files of a folder that may change meanwhile: what cannot be looked at counts nothing.
pub fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// Copies a file, or a folder with all that is in it but hidden files.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    if !from.is_dir() {
        fs::copy(from, to).with_context(context)?;
        return Ok(());
    }
    make(to)?;
    for entry in fs::read_dir(from).with_context(context)? {
        let name = entry.with_context(context)?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// Makes a folder and those that it lies in, if they are not there.
///
/// # Errors
/// When that is not allowed, or a file has the name.
pub fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Deletes a folder and all in it, if it is there.
///
/// # Errors
/// When that is not allowed.
pub fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot delete {}", folder.display()))
}
