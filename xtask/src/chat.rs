//! `cargo xtask chat`: set-up if needed, a build, and this process becomes the conversation.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::project::{Project, exit_code, status};
use crate::setup;

/// Opens a conversation; `arguments` go to `shophand chat`. Returns only when that did not come to pass.
///
/// # Errors
/// When set-up fails, or Cargo or the program cannot be started.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    setup::run(project)?;
    let mut cargo = project.cargo("build");
    cargo.args(["--package", "shophand", "--bin", "shophand"]);
    let built = status(&mut cargo)?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    // Becoming the program, rather than being its parent, leaves it terminal, signals and exit code.
    let program = program()?;
    let error = Command::new(&program).arg("chat").args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// Cargo put this program and that one into the same folder, whichever target folder is in use.
fn program() -> Result<PathBuf> {
    let xtask = std::env::current_exe().context("cannot tell where xtask was built")?;
    Ok(xtask.with_file_name("shophand"))
}
