//! `shophand eval …`: the program's own parts, measured on files of anybody. Needs no shop.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::output::Output;

mod intents;
mod personalization;
mod recommend;
mod search;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Intent recognition: learn one file of sentences, judge another
    Intents(intents::Intents),
    /// What a shopper's history does to the order of a search, on anybody's purchases
    Personalization(personalization::Personalization),
    /// Recommendations: learn from one log of clicks or purchases, predict what comes next in another
    Recommend(recommend::Recommend),
    /// Search: rank a catalogue's products for judged queries, beside what plain tantivy does
    Search(search::Search),
}

/// Measures one part, and prints its figures. `shop` is only asked for the settings of the model.
///
/// # Errors
/// When a file cannot be read as what is to be measured, the output cannot be written, or the model is missing.
pub fn run(args: &Eval, shop: &Path, out: &mut dyn Output) -> Result<i32> {
    match args {
        Eval::Intents(args) => intents::run(args, shop, out),
        Eval::Personalization(args) => personalization::run(args, out),
        Eval::Recommend(args) => recommend::run(args, out),
        Eval::Search(args) => search::run(args, shop, out),
    }
}
