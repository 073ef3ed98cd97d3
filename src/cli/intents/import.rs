//! `shophand intents import`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::app::ShopDir;
use crate::catalog::load_shop;
use crate::intents::action_names;
use crate::intents::import::{Drafts, Options, Plan};
use crate::live::read_intents;
use crate::problem::count;

use super::super::output::Output;

/// What to take in.
#[derive(Debug, Args)]
pub struct Import {
    /// Rasa's nlu.yml and domain.yml (give both to get the answers too), or CSV with the columns sentence,label
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The language of the sentences
    #[arg(long, default_value = "en")]
    language: String,
    /// What a new intent does that comes without an answer
    #[arg(long, default_value = "handoff", value_parser = PossibleValuesParser::new(action_names()))]
    action: String,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Writes new intents below `intents/<language>/imported/` and adds examples to those that are there.
///
/// # Errors
/// When a file is of neither kind, or the shop's own files are broken.
pub fn run(args: &Import, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let facts = load_shop(&shop.root)?;
    let drafts = Drafts::read(&args.files)?;
    let variables = facts.variables.keys().cloned().collect();
    let options =
        Options { shop: &shop.root, language: &args.language, action: &args.action, variables: &variables };
    let plan = Plan::of(drafts, &read_intents(&shop.root, &facts), &options)?;
    if !args.dry_run {
        plan.carry_out(&shop.root)?;
    }
    for change in &plan.changes {
        out.line(&format!("{}  {}", change.file.display(), change.what));
    }
    if !plan.left.is_empty() {
        out.line("not taken over:");
        plan.left.iter().for_each(|left| out.line(&format!("  {left}")));
    }
    let done = if args.dry_run {
        "would be written (--dry-run)"
    } else {
        "written; `shophand intents check` is next"
    };
    out.line(&format!("{} {done}", count(plan.changes.len(), "file")));
    Ok(0)
}
