//! `shophand intents check`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;

use crate::app::{ShopDir, start_encoder};
use crate::catalog::{Catalog, load_shop};
use crate::config::Config;
use crate::intents::Files;
use crate::intents::check::{Beside, LostButton, Mistake, Stock, findings};
use crate::live::{load_intents, read_intents};
use crate::model::{ShopFacts, Vocabulary};
use crate::problem::count;

use super::super::findings::{EXIT_CODES, How, Report};
use super::super::output::Output;
use super::judge;

/// How to check.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Check {
    #[command(flatten)]
    how: How,
    /// Do not ask the intent model which sentences it would mistake; quicker
    #[arg(long)]
    no_model: bool,
}

/// Prints every problem, and a summary; the number is the exit code.
///
/// # Errors
/// When `index/shop.yaml` cannot be read.
pub fn run(args: &Check, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let facts = load_shop(&shop.root)?;
    let files = read_intents(&shop.root, &facts);
    let mut notes = Vec::new();
    let catalog = Catalog::open(&shop.root, &shop.state, facts.currency, &mut |_| {});
    let catalog = catalog.inspect_err(|error| {
        notes.push(format!("the words were not held against the products, because {error}"));
    });
    let vocabulary = catalog.ok().map(|catalog| catalog.vocabulary());
    let products = fs::read_to_string(shop.root.join("index/products.csv")).ok();
    let mut beside = Beside {
        vocabulary: vocabulary.as_deref(),
        stock: Stock::read(products.as_deref()),
        ..Beside::default()
    };
    if !args.no_model {
        out.note("Judging each sentence by what is learnt from the others; --no-model leaves that out");
        match ask(shop, &facts, vocabulary.clone().unwrap_or_default()) {
            Ok((mistakes, buttons)) => (beside.mistakes, beside.lost_buttons) = (Some(mistakes), buttons),
            Err(error) => notes.push(format!(
                "sentences were compared by their letters alone, and buttons not at all, because {error:#}"
            )),
        }
    }
    let found = findings(&files, &beside);
    let text = |file: &Path| match file.to_str() {
        Some("index/products.csv") => products.as_deref(),
        _ => files.text(file),
    };
    let report = Report {
        found: &found,
        notes: &notes,
        of: sizes_in_words(&files),
        sizes: ("languages", sizes_as_json(&files)),
        text: &text,
    };
    args.how.print(&report, out)
}

/// What the intent model makes of the sentences and the buttons.
fn ask(
    shop: &ShopDir,
    facts: &ShopFacts,
    vocabulary: Arc<Vocabulary>,
) -> Result<(Vec<Mistake>, Vec<LostButton>)> {
    let Ok(set) = load_intents(&shop.root, facts) else { bail!("the errors have to be mended first") };
    let encoder = start_encoder(&Config::load(&shop.root)?.model)?;
    let set = Arc::new(set);
    let mistakes = judge::mistakes(&set, &encoder)?;
    Ok((mistakes, judge::lost_buttons(&set, &vocabulary, facts, encoder, shop)?))
}

fn sizes_in_words(files: &Files) -> String {
    let sizes: Vec<String> = files
        .sizes()
        .iter()
        .map(|(code, intents, examples)| {
            format!("{} with {} in {code}", count(*intents, "intent"), count(*examples, "example"))
        })
        .collect();
    sizes.join(", ")
}

fn sizes_as_json(files: &Files) -> serde_json::Value {
    let sizes = files.sizes().into_iter().map(|(code, intents, examples)| {
        (code.to_owned(), serde_json::json!({ "intents": intents, "examples": examples }))
    });
    serde_json::Value::Object(sizes.collect())
}
