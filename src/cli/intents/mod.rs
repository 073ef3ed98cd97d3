//! `shophand intents …`: the merchandisers' tools, one file per subcommand.

mod check;
mod diff;
mod eval;
mod fmt;
mod git;
mod import;
mod judge;
pub mod schema;
mod try_out;

use anyhow::Result;
use clap::Subcommand;

use crate::app::ShopDir;

use super::output::Output;

/// A tool for whoever edits the files under `intents/`.
#[derive(Debug, Subcommand)]
pub enum Intents {
    /// Check every file, and name each problem with its place and what to do
    Check(check::Check),
    /// Write every file in one way: order of keys, indentation, quotes; comments stay
    Fmt(fmt::Fmt),
    /// Take in sentences from Rasa's training files or a CSV table
    Import(import::Import),
    /// Replay recorded and golden conversations through earlier files and these, and list what is answered otherwise
    Diff(diff::Diff),
    /// Measure how well the examples teach, by cross-validation, and list what is taken for what
    Eval(eval::Eval),
    /// Say why a message is understood as it is: rules, nearest examples, scores, entities
    Try(try_out::Try),
    /// Print the JSON Schema of the files, for editors
    Schema(schema::Schema),
}

/// Runs it on a blocking thread; the number is the exit code.
///
/// # Errors
/// What keeps the tool from doing its work; what is wrong with the files is its result.
pub fn run(command: &Intents, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    match command {
        Intents::Check(args) => check::run(args, shop, out),
        Intents::Fmt(args) => fmt::run(args, shop, out),
        Intents::Import(args) => import::run(args, shop, out),
        Intents::Diff(args) => diff::run(args, shop, out),
        Intents::Eval(args) => eval::run(args, shop, out),
        Intents::Try(args) => try_out::run(args, shop, out),
        Intents::Schema(args) => schema::run(args, out),
    }
}
