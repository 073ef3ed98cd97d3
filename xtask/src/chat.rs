//! `cargo xtask chat`: set-up if needed, a build, and this process becomes the conversation.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::project::{Project, built, exit_code, status};
use crate::setup;

/// Opens a conversation; `arguments` go to `shophand chat`. Returns only when that did not come to pass.
///
/// # Errors
/// When set-up fails, or Cargo or the program cannot be started.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    setup::run(project)?;
    let mut cargo = project.cargo("build");
    cargo.args(["--package", "shophand", "--bin", "shophand"]);
    let build = status(&mut cargo)?;
    if !build.success() {
        return Ok(exit_code(build));
    }
    // Becoming the program, rather than being its parent, leaves it terminal, signals and exit code.
    let program = built("debug", "shophand")?;
    let error = Command::new(&program).arg("chat").args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
