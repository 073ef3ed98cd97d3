//! `shophand intents fmt`.

use std::fs;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};
use clap::Args;

use crate::app::ShopDir;
use crate::intents::edit::format;
use crate::intents::yaml_files;
use crate::problem::count;

use super::super::output::Output;

const CHANGED: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// What to lay out.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  every file is laid out
  1  with --check, a file is not; or a file had to be left as it is
  2  the command line is not understood")]
pub struct Fmt {
    /// Change nothing, and fail when there is something to change
    #[arg(long)]
    check: bool,
    /// Only these files; all below intents/ without them
    files: Vec<PathBuf>,
}

/// Writes each file anew that is not laid out yet; one that cannot be changed safely is left alone and named.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(args: &Fmt, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let files = match args.files.is_empty() {
        true => yaml_files(&shop.root)?.into_iter().map(|file| shop.root.join(file)).collect(),
        false => args.files.clone(),
    };
    let (mut changed, mut failed) = (0, 0);
    for file in &files {
        match one(file, args.check) {
            Ok(false) => {}
            Ok(true) => {
                changed += 1;
                let done = if args.check { "not laid out" } else { "laid out" };
                out.line(&format!("{CHANGED}{done}{CHANGED:#} {}", file.display()));
            }
            Err(error) => {
                failed += 1;
                out.note(&format!("{BAD}error{BAD:#}: {error:#}"));
            }
        }
    }
    let verb = if args.check { "to lay out" } else { "laid out" };
    out.line(&format!("{}: {changed} {verb}, {failed} left as they are", count(files.len(), "file")));
    Ok(i32::from(failed > 0 || (args.check && changed > 0)))
}

/// Whether the file was not laid out.
fn one(file: &Path, check: bool) -> Result<bool> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let tidy = format(file, &text)?;
    if tidy != text && !check {
        crate::disk::replace(file, tidy.as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(tidy != text)
}
