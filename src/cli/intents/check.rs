//! `shophand intents check`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
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
use crate::problem::{Finding, Severity, count};

use super::super::findings::{EXIT_CODES, How, Report};
use super::super::new::is_as_given;
use super::super::output::Output;
use super::git::changed_since;
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
    /// What is to be said of the files that were changed since this revision of git comes first; HEAD when left out
    #[arg(long, value_name = "REV")]
    since: Option<String>,
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
    let mut found = findings(&files, &beside);
    let text = |file: &Path| match file.to_str() {
        Some("index/products.csv") => products.as_deref(),
        _ => files.text(file),
    };
    let changed = changed(args, &shop.root)?;
    for finding in &mut found {
        let given = || finding.files().all(|file| text(file).is_some_and(|text| is_as_given(file, text)));
        if finding.severity == Severity::Warning && given() {
            finding.severity = Severity::Hint;
        }
        point_at_the_change(finding, &changed);
    }
    let report = Report {
        found: &found,
        notes: &notes,
        of: sizes_in_words(&files),
        sizes: ("languages", sizes_as_json(&files)),
        text: &text,
        changed: &changed,
    };
    args.how.print(&report, out)
}

/// What is being worked on; nothing that is known of without git, unless it was asked for.
fn changed(args: &Check, root: &Path) -> Result<BTreeSet<PathBuf>> {
    match (&args.since, changed_since(root, args.since.as_deref().unwrap_or("HEAD"))) {
        (_, Ok(changed)) => Ok(changed),
        (None, Err(_)) => Ok(BTreeSet::new()),
        (Some(revision), Err(error)) => {
            bail!(
                "what was changed since {revision} is not known: {error}; leave --since out or name a revision"
            )
        }
    }
}

/// Of two places that do not go together the one in the changed file is to be mended.
fn point_at_the_change(finding: &mut Finding, changed: &BTreeSet<PathBuf>) {
    let Finding { severity: Severity::Error, at, related, .. } = finding else { return };
    if let Some(other) = related.first_mut()
        && changed.contains(&other.file)
        && !changed.contains(&at.file)
    {
        std::mem::swap(at, other);
    }
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
