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
use crate::intents::check::{Beside, Finding, LostButton, Mistake, Severity, Stock, findings};
use crate::live::{load_intents, read_intents};
use crate::model::{ShopFacts, Vocabulary};

use super::super::output::Output;
use super::carets::draw;
use super::judge;

/// How to check.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  nothing to mend, or warnings alone
  1  errors, with which the shop does not open; with --strict also warnings; or the check could not be made
  2  the command line is not understood")]
pub struct Check {
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Print one JSON document, for scripts and editors
    #[arg(long)]
    json: bool,
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
    let read = |name: &str| fs::read_to_string(shop.root.join("index").join(name)).ok();
    let (products, synonyms) = (read("products.csv"), read("synonyms.yaml"));
    let mut beside = Beside {
        vocabulary: vocabulary.as_deref(),
        stock: Stock::read(products.as_deref(), synonyms.as_deref()),
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
        Some("index/synonyms.yaml") => synonyms.as_deref(),
        _ => files.text(file),
    };
    print(args, &files, &found, &notes, &text, out)?;
    Ok(exit_code(args, &found))
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

fn print<'t>(
    args: &Check,
    files: &Files,
    found: &[Finding],
    notes: &[String],
    text: &dyn Fn(&Path) -> Option<&'t str>,
    out: &mut dyn Output,
) -> Result<()> {
    if args.json {
        out.line(&serde_json::to_string_pretty(&as_json(files, found, notes))?);
        return Ok(());
    }
    for finding in found {
        let drawn = draw(finding, out.width(), &|spot| text(&spot.file));
        out.line(&format!("{drawn}\n"));
    }
    for note in notes {
        out.note(&format!("note: {note}"));
    }
    out.line(&summary(files, found));
    Ok(())
}

fn exit_code(args: &Check, found: &[Finding]) -> i32 {
    i32::from(found.iter().any(|finding| args.strict || finding.severity == Severity::Error))
}

fn number(found: &[Finding], severity: Severity) -> usize {
    found.iter().filter(|finding| finding.severity == severity).count()
}

/// "85 intents with 1906 examples in en: 0 errors, 3 warnings".
fn summary(files: &Files, found: &[Finding]) -> String {
    let plural = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let sizes: Vec<String> = files
        .sizes()
        .iter()
        .map(|(code, intents, examples)| {
            format!("{} with {} in {code}", plural(*intents, "intent"), plural(*examples, "example"))
        })
        .collect();
    let errors = plural(number(found, Severity::Error), "error");
    let warnings = plural(number(found, Severity::Warning), "warning");
    format!("{}: {errors}, {warnings}", sizes.join(", "))
}

fn as_json(files: &Files, found: &[Finding], notes: &[String]) -> serde_json::Value {
    let languages: serde_json::Map<String, serde_json::Value> = files
        .sizes()
        .into_iter()
        .map(|(code, intents, examples)| {
            (code.to_owned(), serde_json::json!({ "intents": intents, "examples": examples }))
        })
        .collect();
    serde_json::json!({
        "findings": found,
        "errors": number(found, Severity::Error),
        "warnings": number(found, Severity::Warning),
        "languages": languages,
        "notes": notes,
    })
}
