//! `cargo xtask bench`: set-up if needed, then the benchmarks, in the release profile.

use std::process::ExitCode;

use anyhow::Result;

use crate::project::{Project, exit_code, status};
use crate::setup;

/// Runs the benchmarks; `arguments` go to `cargo bench`.
///
/// # Errors
/// When set-up fails or Cargo cannot be started.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    setup::run(project)?;
    let mut cargo = project.cargo("bench");
    cargo.args(arguments);
    status(&mut cargo).map(exit_code)
}
