//! `shophand status`: which files answer shoppers just now.

use std::time::Duration;

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
    let (version, catalog, products) = (&status.version, &status.catalog, status.products);
    if !status.problems.is_empty() {
        bail!(
            "version {version} of the intents keeps answering, and {catalog} of the products, because the saved files \
             are broken:\n{}",
            status.problems.join("\n")
        );
    }
    let files = went("intents", version, status.took);
    let offers = format!("offers {} are live", status.offers);
    let stock = went(&format!("{products} products, generation"), catalog, status.restocked);
    let building = if status.building { "; their files have changed, and are being indexed" } else { "" };
    out.line(&format!("{files}\n{offers}\n{stock}{building}"));
    Ok(())
}

fn went(what: &str, version: &str, took: Option<Duration>) -> String {
    match took {
        Some(took) => format!("{what} {version} are live; bringing them live took {} ms", took.as_millis()),
        None => format!("{what} {version} are live; nothing new has come since the shop was opened"),
    }
}
