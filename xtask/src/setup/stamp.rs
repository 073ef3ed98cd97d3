//! The file that says that a component is whole, and what it was made from.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::component::Component;

/// Hidden, so that it stays behind when the folder is copied into a distribution.
const NAME: &str = ".stamp";
/// Thousands of headers are not looked at one by one at every start.
const UNCHECKED: &str = "include";

/// Whether `deps` holds this component, made by today's recipe, with each file of the size that it was unpacked to.
pub fn is_complete(deps: &Path, component: &Component) -> bool {
    let folder = deps.join(component.name);
    let Ok(stamp) = fs::read_to_string(folder.join(NAME)) else {
        return false;
    };
    let Some(files) = stamp.strip_prefix(&header(component)) else {
        return false;
    };
    files.lines().all(|line| is_there(&folder, line))
}

/// Declares `folder` to be this component, whole. To be written last.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn write(folder: &Path, component: &Component) -> Result<()> {
    let mut text = header(component);
    list(folder, "", &mut text).with_context(|| format!("cannot list {}", folder.display()))?;
    let path = folder.join(NAME);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn header(component: &Component) -> String {
    format!("Written by `cargo xtask setup`.\n{}\n\n", component.recipe())
}

fn is_there(folder: &Path, line: &str) -> bool {
    let Some((size, name)) = line.split_once(' ') else {
        return false;
    };
    fs::metadata(folder.join(name)).is_ok_and(|data| data.len().to_string() == size)
}

fn list(folder: &Path, under: &str, text: &mut String) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{under}{}", entry.file_name().display());
        // Follows links: a link counts by what it points at.
        let data = fs::metadata(entry.path())?;
        if !data.is_dir() {
            text.push_str(&format!("{} {name}\n", data.len()));
        } else if name != UNCHECKED {
            list(&entry.path(), &format!("{name}/"), text)?;
        }
    }
    Ok(())
}
