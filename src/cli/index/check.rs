//! `shophand index check`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;

use crate::app::ShopDir;
use crate::catalog::check::{Beside, Checked, check};
use crate::catalog::load_shop;
use crate::channel::pictures::Pictures;
use crate::live::read_intents;
use crate::model::EntityKind;
use crate::problem::count;

use super::super::findings::{EXIT_CODES, How, Report};
use super::super::output::Output;

/// How to check.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Check {
    #[command(flatten)]
    how: How,
}

/// Prints every problem, and a summary; the number is the exit code.
///
/// # Errors
/// When the findings cannot be printed.
pub fn run(args: &Check, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let (checked, notes) = look(shop);
    let text = |file: &Path| checked.texts.get(file).map(String::as_str);
    let (products, rules) = (count(checked.products, "product"), count(checked.rules, "rule"));
    let report = Report {
        found: &checked.found,
        notes: &notes,
        of: format!("{products}, {rules}"),
        sizes: ("products", checked.products.into()),
        text: &text,
        changed: &BTreeSet::new(),
    };
    args.how.print(&report, out)
}

/// What is wrong with the files, and what could not be checked.
pub fn look(shop: &ShopDir) -> (Checked, Vec<String>) {
    let facts = load_shop(&shop.root).ok();
    let files = facts.map(|facts| read_intents(&shop.root, &facts));
    let mut notes = Vec::new();
    if files.is_none() {
        let what = "colours and facts were not held against intents/, because index/shop.yaml is broken";
        notes.push(what.to_owned());
    }
    let colours = files.as_ref().and_then(|files| files.words_of(EntityKind::Colour));
    let pictures = Pictures::new(shop.root.join("index"), |_| None);
    let beside = Beside {
        now: Timestamp::now(),
        colours: colours.as_deref(),
        is_said: &|fact| files.as_ref().is_none_or(|files| files.says(fact)),
        spoken: &|words| files.as_ref().and_then(|files| files.spoken(words)),
        picture: &|image| pictures.of(image, &[]).err().map(|error| error.to_string()),
    };
    (check(&shop.root, &shop.state, &beside), notes)
}
