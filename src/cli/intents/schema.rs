//! `shophand intents schema`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::intents::schema::schemas;
use crate::render::REQUIRED_REPLIES;

use super::super::output::Output;

/// What to print, or where to write.
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which files
    #[arg(value_enum, default_value_t = Kind::Intent)]
    kind: Kind,
    /// Write all of them into this folder instead, such as intents/.schema
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Intent,
    Entity,
    Replies,
    Grammar,
    Facts,
}

/// Prints one schema, or writes all of them.
///
/// # Errors
/// When the folder cannot be written.
pub fn run(args: &Schema, out: &mut dyn Output) -> Result<i32> {
    show(&schemas(REQUIRED_REPLIES), args.kind as usize, args.out.as_deref(), out)
}

/// Prints one of the schemas, or writes all of them into a folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn show(
    all: &[(&'static str, serde_json::Value)],
    which: usize,
    folder: Option<&Path>,
    out: &mut dyn Output,
) -> Result<i32> {
    let Some(folder) = folder else {
        let (_, schema) = &all[which];
        out.line(&serde_json::to_string_pretty(schema)?);
        return Ok(0);
    };
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, schema) in all {
        let file = folder.join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(schema)?);
        crate::disk::replace(&file, text.as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
        out.line(&file.display().to_string());
    }
    Ok(0)
}
