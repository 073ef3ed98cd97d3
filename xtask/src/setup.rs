//! `cargo xtask setup`: libtorch and the language model into `.deps/`, fetched once and checked against pinned digests.
//!
//! A [`component`] is fetched ([`fetch`], [`digest`]), unpacked ([`unpack`]) and put in place in one step, with a
//! [`stamp`] that says what it was made from. [`env_file`] then tells Cargo where it is. Killed at any point, the next
//! run goes on from the last whole download.

mod component;
mod digest;
mod env_file;
mod fetch;
mod install;
mod pins;
mod platform;
mod prerequisites;
mod stamp;
#[cfg(test)]
mod tests;
mod unpack;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::{folder, say};
use component::Component;
use fetch::Pip;
use platform::Platform;

/// Brings `.deps/` up to date.
///
/// # Errors
/// When a prerequisite is missing, the platform has no libtorch, or fetching or unpacking fails.
pub fn run(project: &Project) -> Result<()> {
    let platform = Platform::current()?;
    let deps = open_deps(project)?;
    let _alone = lock(&deps)?;

    let components = platform.components();
    let (there, missing): (Vec<_>, Vec<_>) = components.iter().partition(|c| stamp::is_complete(&deps, c));
    for component in there {
        say::status("Present", &format!("{} in {}", component.title, deps.join(component.name).display()));
    }
    prerequisites::check(&deps, &missing)?;
    if !missing.is_empty() {
        install_all(&deps, &missing)?;
    }
    env_file::write(&deps, platform)
}

fn install_all(deps: &Path, missing: &[&Component]) -> Result<()> {
    for component in missing {
        install::install(deps, component, &Pip)?;
    }
    // Only needed until everything is unpacked.
    install::forget_downloads(deps)
}

/// The real folder, also where `.deps` is a link that checkouts share: they must name it alike to Cargo, which
/// would otherwise compile everything that uses libtorch anew.
fn open_deps(project: &Project) -> Result<PathBuf> {
    let deps = project.deps();
    folder::make(&deps)?;
    deps.canonicalize().with_context(|| format!("cannot read {}", deps.display()))
}

/// Two set-ups at once would clear each other's half-made folders away.
fn lock(deps: &Path) -> Result<File> {
    let path = deps.join("lock");
    let context = || format!("cannot lock {}", path.display());
    let file = File::create(&path).with_context(context)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say::status("Waiting", "for another set-up of this checkout");
            file.lock().with_context(context)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    Ok(file)
}
