//! `cargo xtask test`: set-up if needed, then every test of the workspace.

use std::process::ExitCode;

use anyhow::Result;

use crate::project::{Project, exit_code, status};
use crate::setup;

/// Runs the tests; `arguments` go to `cargo test`.
///
/// # Errors
/// When set-up fails or Cargo cannot be started. Failing tests are an exit code.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    setup::run(project)?;
    let mut cargo = project.cargo("test");
    cargo.arg("--workspace").args(arguments);
    status(&mut cargo).map(exit_code)
}
