//! `shophand index schema`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::catalog::file_schema::schemas;

use super::super::intents::schema::show;
use super::super::output::Output;

/// What to print, or where to write.
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which files
    #[arg(value_enum, default_value_t = Kind::Ranking)]
    kind: Kind,
    /// Write all of them into this folder instead, such as index/.schema
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Shop,
    Synonyms,
    Ranking,
    Segments,
    Offers,
}

/// Prints one schema, or writes all of them.
///
/// # Errors
/// When the folder cannot be written.
pub fn run(args: &Schema, out: &mut dyn Output) -> Result<i32> {
    show(&schemas(), args.kind as usize, args.out.as_deref(), out)
}
