//! `cargo xtask dist`: one folder with program, libraries, model and demo shop, for machines where nothing is installed.

mod libraries;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::project::{self, Project};
use crate::{folder, say, setup};

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
    folder::remove(&making)?;
    folder::make(&making)?;

    say::status("Collecting", "program, libraries, model and demo shop");
    let deps = project.deps();
    folder::copy(&program, &making.join("shophand"))?;
    folder::copy(&deps.join("model"), &making.join("model"))?;
    folder::copy(&deps.join("libtorch/licenses"), &making.join("licenses"))?;
    for part in SHOP.map(|part| project.root().join(part)) {
        if let Some(name) = part.file_name().filter(|_| part.exists()) {
            folder::copy(&part, &making.join(name))?;
        }
    }
    let glibc = libraries::collect(&making, &deps.join("libtorch/lib"))?;
    check(&making)?;

    let place = dist.join(&name);
    folder::remove(&place)?;
    fs::rename(&making, &place).with_context(|| format!("cannot make {}", place.display()))?;
    let size = say::bytes(folder::size(&place));
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
