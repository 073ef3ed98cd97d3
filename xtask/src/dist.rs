//! `cargo xtask dist`.

use anyhow::Result;

use crate::project::Project;
use crate::setup;

/// # Errors
/// When set-up fails.
pub fn run(project: &Project) -> Result<()> {
    setup::run(project)
}
