//! `shophand intents schema`.

use std::path::PathBuf;

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
    let all = schemas(REQUIRED_REPLIES);
    let Some(folder) = &args.out else {
        let (_, schema) = &all[args.kind as usize];
        out.line(&serde_json::to_string_pretty(schema)?);
        return Ok(0);
    };
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, schema) in &all {
        let file = folder.join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(schema)?);
        crate::disk::replace(&file, text.as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
        out.line(&file.display().to_string());
    }
    Ok(0)
}
