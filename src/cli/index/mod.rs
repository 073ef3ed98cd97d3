//! `shophand index …`: the merchandisers' tools for the shelves, one file per subcommand.

pub mod check;
mod schema;

use anyhow::Result;
use clap::Subcommand;

use crate::app::ShopDir;
use crate::catalog::{Catalog, load_shop};

use super::output::Output;

/// A tool for the files under `index/`, or for what is built from them.
#[derive(Debug, Subcommand)]
pub enum Index {
    /// Check every file, and name each problem with its place and what to do
    Check(check::Check),
    /// Print the JSON Schema of the files, for editors
    Schema(schema::Schema),
    /// Build the index anew from its sources, whatever state it is in
    Rebuild,
}

/// Runs it on a blocking thread; the number is the exit code.
///
/// # Errors
/// What keeps the tool from doing its work; what is wrong with the files is the result of `check`.
pub fn run(command: &Index, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    match command {
        Index::Check(args) => check::run(args, shop, out),
        Index::Schema(args) => schema::run(args, out),
        Index::Rebuild => rebuild(shop, out),
    }
}

fn rebuild(shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let currency = load_shop(&shop.root)?.currency;
    let catalog = Catalog::rebuild(&shop.root, &shop.state, currency, &mut |p| {
        out.progress(p.bytes, p.bytes_total, "indexing");
    })?;
    out.line(&format!("{} products indexed, generation {}", catalog.len(), catalog.version()));
    Ok(0)
}
