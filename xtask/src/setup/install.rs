//! From packages to a folder in `.deps/` that is either whole or not there.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use super::component::Component;
use super::fetch::{self, Source};
use super::{stamp, unpack};
use crate::{folder, say};

const WHEELS: &str = "wheels";

/// Fetches, checks and unpacks `component`, and puts it in place of whatever was there.
///
/// # Errors
/// When fetching, checking or unpacking fails; then what was in place stays.
pub fn install(deps: &Path, component: &Component, source: &dyn Source) -> Result<()> {
    let wheels = deps.join(WHEELS);
    folder::make(&wheels)?;
    for wheel in &component.wheels {
        fetch::fetch(wheel, &wheels, source)?;
    }
    let started = Instant::now();
    say::status("Unpacking", component.title);
    let unpacking = deps.join(format!("{}.unpacking", component.name));
    folder::remove(&unpacking)?;
    for wheel in &component.wheels {
        unpack::unpack(&wheels.join(wheel.file), wheel, &unpacking)?;
    }
    for (name, target) in &component.links {
        symlink(target, unpacking.join(name)).with_context(|| format!("cannot link {name}"))?;
    }
    for (name, text) in &component.texts {
        fs::write(unpacking.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    stamp::write(&unpacking, component)?;
    let place = deps.join(component.name);
    put_in_place(&unpacking, &place)?;
    let size = say::bytes(component.unpacked);
    say::status("Installed", &format!("{size} in {} after {}", place.display(), say::seconds(started)));
    Ok(())
}

/// Deletes the downloads.
///
/// # Errors
/// When they cannot be deleted.
pub fn forget_downloads(deps: &Path) -> Result<()> {
    folder::remove(&deps.join(WHEELS))
}

/// Killed between the renames, the component is missing and the next run, which still has the downloads, unpacks again.
fn put_in_place(new: &Path, place: &Path) -> Result<()> {
    let old = place.with_extension("old");
    folder::remove(&old)?;
    if place.exists() {
        fs::rename(place, &old).with_context(|| format!("cannot move {} away", place.display()))?;
    }
    fs::rename(new, place).with_context(|| format!("cannot make {}", place.display()))?;
    folder::remove(&old)
}
