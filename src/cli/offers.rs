//! `shophand offers simulate`: rules played over past purchases before they go live.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::app::ShopDir;
use crate::catalog::load_shop;
use crate::import::{Mapping, Names, Purchases};
use crate::offers::simulate::{Answer, Elasticity, Log, Reduced, Simulated, simulate};
use crate::offers::{Grounds, Terms};

use super::output::Output;
use super::shopper::{HEAD, QUIET};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Offers {
    /// Play rules over a log of purchases: who would have been offered what, what it costs, and what it may bring
    Simulate(Simulate),
}

/// Which log, and which rules.
#[derive(Debug, Args)]
pub struct Simulate {
    /// Purchases: a table with invoice, product, pieces, price, time and customer
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Which column is which, when its name does not say: customer=Visitor
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// Rules instead of those of index/offers.yaml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Print one JSON object, for scripts
    #[arg(long)]
    json: bool,
}

/// Simulates, and prints. Nothing goes live by it.
///
/// # Errors
/// When a file is broken or cannot be read, or holds no rules or no purchases.
pub fn run(command: &Offers, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let Offers::Simulate(args) = command;
    let currency = load_shop(&shop.root)?.currency;
    let terms = match &args.rules {
        Some(file) if !file.is_file() => bail!("{} is no file", file.display()),
        Some(file) => Terms::with_offers(&shop.root, file, currency)?,
        None => Terms::load(&shop.root, currency)?,
    };
    if terms.offers.rules.is_empty() {
        bail!("there are no rules to play; write some into index/offers.yaml, or name a file with --rules");
    }
    out.note("reading the purchases");
    let purchases =
        Purchases::read(&args.events, &Mapping::of(&args.map)?, Names::Ids, currency, Timestamp::now())?;
    if purchases.customers.is_empty() {
        bail!("{} holds no purchases of anybody: {}", args.events.display(), purchases.left_out);
    }
    if purchases.left_out.rows > 0 {
        out.note(&purchases.left_out.to_string());
    }
    refuse(&terms, &purchases)?;
    let log = Log { shoppers: &purchases.customers, products: &purchases.products };
    let simulated = simulate(&log, &terms, &mut |doing| out.note(doing));
    match args.json {
        true => out.line(&serde_json::to_string(&simulated)?),
        false => print(&simulated, currency.code(), out),
    }
    Ok(0)
}

/// A rule that the products show to be on protected ground would never go live.
fn refuse(terms: &Terms, purchases: &Purchases) -> Result<()> {
    let mut grounds = Grounds::of(&terms.offers);
    purchases.products.values().for_each(|product| grounds.add(product));
    match grounds.refuse(&terms.offers, &terms.segments).into_iter().next() {
        Some(refused) => {
            bail!("line {} of the rules: {}; {}", refused.place.line, refused.message, refused.help)
        }
        None => Ok(()),
    }
}

fn print(simulated: &Simulated, currency: &str, out: &mut dyn Output) {
    let Simulated { shoppers, orders, revenue, .. } = simulated;
    out.line(&format!("{HEAD}{orders} orders of {shoppers} shoppers, {revenue:.2} {currency}{HEAD:#}\n"));
    let heads = ["shoppers", "control", "quotes", "products", "pieces", "spend"];
    let heads = heads.map(|head| format!("{head:>9}")).concat();
    out.line(&format!("{QUIET}{:<28}{heads}{QUIET:#}", "rule"));
    for rule in &simulated.rules {
        let numbers =
            [rule.shoppers, rule.control, usize::try_from(rule.quotes).unwrap_or_default(), rule.products];
        let numbers = numbers.map(|number| format!("{number:>9}")).concat();
        let Reduced { pieces, spend, .. } = rule.reduced;
        let over = rule.spent_on.as_ref().map_or_else(String::new, |at| format!("  budget spent on {at}"));
        out.line(&format!("{:<28}{numbers}{pieces:>9}{spend:>9.0}{over}", rule.rule));
    }
    out.line(&format!(
        "\n{QUIET}{:<28}{:>9}{:>9}{:>9}{QUIET:#}",
        "in it at any order", "shoppers", "reached", "spend"
    ));
    for (name, reach) in &simulated.segments {
        out.line(&format!("{name:<28}{:>9}{:>9}{:>9.0}", reach.shoppers, reach.reached, reach.spend));
    }
    answers(simulated, currency, out);
    out.line("\nWhat is taken for granted:");
    simulated.assumptions.iter().for_each(|assumption| out.line(&format!("  – {assumption}")));
}

fn answers(simulated: &Simulated, currency: &str, out: &mut dyn Output) {
    let Reduced { pieces, list, spend, margin_before } = simulated.reduced;
    out.line(&format!(
        "\n{HEAD}Reduced: {pieces} pieces for {list:.2} {currency}{HEAD:#}, {spend:.2} off; margin as it was {margin_before:.2}"
    ));
    let heads =
        ["elasticity", "pieces", "revenue", "margin", "change"].map(|head| format!("{head:>14}")).concat();
    out.line(&format!("{QUIET}{heads}{QUIET:#}"));
    for answer in &simulated.sensitivity {
        let Answer { elasticity, pieces, revenue, margin, change } = answer;
        let estimated = simulated.elasticity.is_some_and(|known| known.value == *elasticity);
        let mark = if estimated { "  as estimated" } else { "" };
        out.line(&format!(
            "{elasticity:>14.2}{pieces:>14.0}{revenue:>14.2}{margin:>14.2}{change:>+14.2}{mark}"
        ));
    }
    match simulated.break_even {
        Some(least) => out.line(&format!("The offers pay from an elasticity of {least:.2} on.")),
        None => out.line("The offers do not pay at any elasticity down to −20."),
    }
    for (what, known) in [("orders", simulated.elasticity), ("pieces", simulated.elasticity_of_pieces)] {
        let Some(Elasticity { value, standard_error, observations, products }) = known else {
            out.line(&format!(
                "Too few prices have changed in this log to estimate an elasticity of {what}."
            ));
            continue;
        };
        out.line(&format!(
            "Elasticity of {what} in this log: {value:.2} ± {standard_error:.2} (standard error), from {observations} weeks of {products} products whose price changed; ln({what}) on ln(price) within product and week."
        ));
    }
    out.line("Large orders are given lower prices, which makes the figure for pieces too steep.");
}
