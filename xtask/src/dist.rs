//! `cargo xtask dist`: one folder with program, libraries, model and demo shop, for machines where nothing is installed.

mod libraries;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::project::{self, Project};
use crate::{say, setup};

/// What makes the demo shop, with the words about it.
const SHOP: [&str; 5] = ["shophand.toml", "intents", "index", "README.md", "LICENSE"];

/// Makes `dist/shophand-<version>-<target>/`, replacing an earlier one.
///
/// # Errors
/// When set-up or the build fails, a file cannot be copied, or the result does not start by itself.
pub fn run(project: &Project) -> Result<()> {
    setup::run(project)?;
    let program = build(project)?;
    let name = format!("shophand-{}-{}", env!("CARGO_PKG_VERSION"), project::host()?);
    let dist = project.root().join("dist");
    let making = dist.join(format!("{name}.making"));
    remove(&making)?;
    fs::create_dir_all(&making).with_context(|| format!("cannot make {}", making.display()))?;

    say::status("Collecting", "program, libraries, model and demo shop");
    let deps = project.deps();
    copy(&program, &making.join("shophand"))?;
    copy(&deps.join("model"), &making.join("model"))?;
    copy(&deps.join("libtorch/licenses"), &making.join("licenses"))?;
    for part in SHOP.map(|part| project.root().join(part)) {
        if let Some(name) = part.file_name().filter(|_| part.exists()) {
            copy(&part, &making.join(name))?;
        }
    }
    let glibc = libraries::collect(&making, &deps.join("libtorch/lib"))?;
    check(&making)?;

    let place = dist.join(&name);
    remove(&place)?;
    fs::rename(&making, &place).with_context(|| format!("cannot make {}", place.display()))?;
    let size = say::bytes(size_of(&place)?);
    let needs = glibc.map_or(String::new(), |version| format!("; it needs glibc {version} or newer"));
    say::status("Made", &format!("{} ({size}){needs}", place.display()));
    Ok(())
}

/// Builds the program without this machine's paths in it.
fn build(project: &Project) -> Result<PathBuf> {
    let mut cargo = project.cargo("build");
    cargo.args(["--release", "--package", "shophand", "--bin", "shophand"]).env("SHOPHAND_PORTABLE", "1");
    ensure!(project::status(&mut cargo)?.success(), "the program does not build");
    project::built("release", "shophand")
}

/// Starts the program from its new place, with nothing in the environment to help it.
fn check(folder: &Path) -> Result<()> {
    let output = Command::new(folder.join("shophand"))
        .arg("--version")
        .env_clear()
        .output()
        .context("cannot start the program that was collected")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the program that was collected does not start: {}", said.trim());
    Ok(())
}

/// Copies a file, or a folder with all that is in it but hidden files.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    if !from.is_dir() {
        fs::copy(from, to).with_context(context)?;
        return Ok(());
    }
    fs::create_dir_all(to).with_context(context)?;
    for entry in fs::read_dir(from).with_context(context)? {
        let name = entry.with_context(context)?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

fn size_of(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        sum += if data.is_dir() { size_of(&entry.path())? } else { data.len() };
    }
    Ok(sum)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    Ok(())
}
