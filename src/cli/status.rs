//! `shophand status`: which files answer shoppers just now.

use anyhow::{Result, bail};

use crate::live::Reloader;

use super::output::Output;

/// Says it. Goes to the process that serves the shop when there is one.
///
/// # Errors
/// What is wrong with files that were saved since, each with file and line, so that scripts notice.
pub fn run(live: Option<&Reloader>, out: &mut dyn Output) -> Result<()> {
    let Some(live) = live else {
        out.line("Nobody serves this shop just now; its files are read when somebody does.");
        return Ok(());
    };
    let status = live.status();
    let version = &status.version;
    if !status.problems.is_empty() {
        bail!(
            "version {version} of the intents keeps answering, because the saved files are broken:\n{}",
            status.problems.join("\n")
        );
    }
    out.line(&match status.took {
        Some(took) => format!("intents {version} are live; bringing them live took {} ms", took.as_millis()),
        None => format!("intents {version} are live, as they were when the shop was opened"),
    });
    Ok(())
}
