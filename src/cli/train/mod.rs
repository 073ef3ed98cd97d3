//! `shophand train …`: models that are learnt from a shop's own data.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::output::Output;

mod ranking;

/// What to learn.
#[derive(Debug, Subcommand)]
pub enum Train {
    /// A ranker for the search, from judged queries or from clicks
    Ranking(ranking::Ranking),
}

/// Learns, and writes what was learnt. `shop` is only asked for the settings of the language model.
///
/// # Errors
/// When a file cannot be read as what is to be learnt from, the output cannot be written, or the model is missing.
pub fn run(args: &Train, shop: &Path, out: &mut dyn Output) -> Result<i32> {
    match args {
        Train::Ranking(args) => ranking::run(args, shop, out),
    }
}
