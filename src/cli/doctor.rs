//! `shophand doctor`: checks every part by itself and says how to mend it.

use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use crate::app::{AppError, ShopDir, load_intents, open_store, start_encoder};
use crate::catalog::{Catalog, load_shop};
use crate::config::Config;
use crate::model::ShopFacts;
use crate::problem::{Severity, count};
use crate::socket::{Chunk, Client, CommandRequest, Request};
use crate::store::StoreError;
use crate::understand::encoder::Precision;

use super::index::check::look;
use super::output::Output;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Below this many free bytes an index or a store of some size cannot be written any more.
const ENOUGH_DISK: u64 = 1 << 30;

/// What one check found: a line that is good news, or what is wrong and how to mend it.
type Finding = Result<String, String>;

/// Runs every check, also after one has failed; the number is the exit code.
///
/// # Errors
/// None of its own; what is wrong is what it prints.
pub fn run(root: &Path, out: &mut dyn Output) -> Result<i32> {
    let mut failed = 0;
    let mut report = |what: &str, finding: Finding| match finding {
        Ok(good) => out.line(&format!("{GOOD}✓{GOOD:#} {what}: {good}")),
        Err(bad) => {
            failed += 1;
            out.line(&format!("{BAD}✗{BAD:#} {what}: {}", bad.replace('\n', "\n    ")));
        }
    };
    report("language model", model(root));
    match ShopDir::open(root) {
        Err(error) => report("shop", Err(error.to_string())),
        Ok(shop) => {
            report("disk", disk(&shop));
            report("settings", settings(&shop));
            let facts = load_shop(&shop.root).map_err(|error| error.to_string());
            report("shop.yaml", facts.as_ref().map(|facts| facts.name.clone()).map_err(Clone::clone));
            if let Ok(facts) = facts {
                report("intents", intents(&shop, &facts));
                report("product index", catalog(&shop, &facts));
            }
            report("shelves", shelves(&shop));
            report("store", store(&shop));
            served(&shop).into_iter().for_each(|finding| report("live files", finding));
        }
    }
    report("Telegram", Ok(telegram()));
    Ok(i32::from(failed > 0))
}

fn model(root: &Path) -> Finding {
    // Settings that cannot be read are a finding of their own, further down.
    let set = Config::load(root).unwrap_or_default().model;
    let encoder = start_encoder(&set).map_err(|error| error.to_string())?;
    let why = match (set.precision, Precision::best()) {
        (Some(_), _) => " as shophand.toml has it",
        (None, Precision::Fp32) => ", because this machine's libtorch has no fbgemm for int8",
        (None, Precision::Int8) => "",
    };
    Ok(format!("loads and computes in {}{why}, on {} threads", encoder.precision(), encoder.threads()))
}

fn disk(shop: &ShopDir) -> Finding {
    let free = fs4::available_space(&shop.state).map_err(|error| error.to_string())?;
    let megabytes = free >> 20;
    match free >= ENOUGH_DISK {
        true => Ok(format!("{megabytes} MB free for {}", shop.state.display())),
        false => Err(format!("only {megabytes} MB free for {}; make room", shop.state.display())),
    }
}

fn settings(shop: &ShopDir) -> Finding {
    Config::load(&shop.root).map_err(|error| error.to_string())?;
    Ok(match shop.root.join("shophand.toml").exists() {
        true => "shophand.toml is sound".to_owned(),
        false => "no shophand.toml, so every setting is at its default".to_owned(),
    })
}

fn intents(shop: &ShopDir, facts: &ShopFacts) -> Finding {
    let advice = "`shophand intents check` shows the lines";
    let set = load_intents(shop, facts).map_err(|problems| format!("{problems}\n{advice}"))?;
    let parts: Vec<String> = set
        .languages
        .iter()
        .map(|language| format!("{} in {}", language.intents.len(), language.code))
        .collect();
    Ok(format!("{}, version {}", parts.join(", "), set.version))
}

/// What the process that serves this shop says of its files; nothing when there is none.
fn served(shop: &ShopDir) -> Option<Finding> {
    let client = Client::connect(&shop.socket(), Duration::ZERO).ok()?;
    let args = vec!["status".to_owned()];
    let request = CommandRequest { args, cwd: shop.root.clone(), width: None, color: false };
    let mut said = String::new();
    let code = client.send(&Request::Command(request), |chunk| {
        if let Chunk::Stdout(text) | Chunk::Stderr(text) = chunk {
            said.push_str(&text);
        }
    });
    let said = said.trim().trim_start_matches("error: ").to_owned();
    Some(match code {
        Ok(0) => Ok(said),
        Ok(_) => Err(said),
        Err(error) => Err(error.to_string()),
    })
}

fn catalog(shop: &ShopDir, facts: &ShopFacts) -> Finding {
    let catalog = Catalog::open(&shop.root, &shop.state, facts.currency, &mut |_| {});
    let catalog = catalog.map_err(|error| error.to_string())?;
    Ok(format!("{} products, generation {}", catalog.len(), catalog.version()))
}

fn shelves(shop: &ShopDir) -> Finding {
    let (checked, _) = look(shop);
    let errors = checked.found.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = checked.found.len() - errors;
    let (found, products) = (checked.found.len(), checked.products);
    let said = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    match (errors, found) {
        (_, 0) => Ok(format!("{products} products, and nothing to mend in index/")),
        (0, _) => Ok(format!("{said} in index/; `shophand index check` shows the lines")),
        _ => Err(format!("{said} in index/\n`shophand index check` shows the lines")),
    }
}

fn store(shop: &ShopDir) -> Finding {
    match open_store(shop, jiff::Timestamp::now()) {
        Ok(_) => Ok(format!("opens from {}", shop.store().display())),
        Err(AppError::Store(StoreError::Locked { .. })) => {
            Ok("in use by a running `shophand`, which answers for it".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn telegram() -> String {
    match std::env::var("TELOXIDE_TOKEN") {
        Ok(token) if !token.trim().is_empty() => "TELOXIDE_TOKEN is set".to_owned(),
        _ => "no TELOXIDE_TOKEN; needed only for `shophand serve` on Telegram".to_owned(),
    }
}
