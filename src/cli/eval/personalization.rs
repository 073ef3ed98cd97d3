//! `shophand eval personalization`: what the shopper's history does to search, measured on purchases of anybody.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::Args;
use jiff::Timestamp;

use crate::cli::output::Output;
use crate::eval::personalization::{Arms, Figures, GROUPS, measure};
use crate::import::{self, Mapping};

/// Purchases, and the day that parts them.
#[derive(Debug, Args)]
pub struct Personalization {
    /// Purchases: a table with invoice, product, its text, time and customer
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Which column is which, when its name does not say: customer=Visitor
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// What was bought before this day is known; what is bought from then on is looked for
    #[arg(long, value_name = "DATE")]
    until: String,
    /// End with the figures as one JSON object on one line
    #[arg(long)]
    json: bool,
}

/// Judges and prints.
///
/// # Errors
/// When the day or the file cannot be read.
pub fn run(args: &Personalization, out: &mut dyn Output) -> Result<i32> {
    let until = import::when(&args.until, Timestamp::now())
        .map_err(|reason| anyhow!("--until {:?}: {reason}", args.until))?
        .at;
    let figures = measure(&args.events, &Mapping::of(&args.map)?, until, &mut |doing| out.note(doing))?;
    report(&figures, out);
    if args.json {
        out.line(&serde_json::to_string(&figures)?);
    }
    Ok(0)
}

/// A line for everybody, and one for each group.
fn report(figures: &Figures, out: &mut dyn Output) {
    let Figures { shoppers, products, mrr_20_recent_popularity, newcomers_ranked_differently, .. } = figures;
    out.line(&format!("{shoppers} returning shoppers, {products} products"));
    let heads = ["", "predictions", "MRR@20 by popularity", "personal", "ratio"];
    out.line(&format!("{:<24} {:>11} {:>21} {:>9} {:>7}", heads[0], heads[1], heads[2], heads[3], heads[4]));
    let mut line = |name: &str, arms: &Arms| {
        let Arms { predictions, mrr_20_without_history: without, mrr_20_personal: personal, ratio } = arms;
        match predictions {
            0 => out.line(&format!("{name:<24} {predictions:>11} {:>21} {:>9} {:>7}", "–", "–", "–")),
            _ => out
                .line(&format!("{name:<24} {predictions:>11} {without:>21.4} {personal:>9.4} {ratio:>7.3}")),
        }
    };
    line("all", &figures.all);
    for (group, arms) in
        GROUPS.iter().filter_map(|(group, ..)| figures.by_earlier_invoices.get_key_value(group))
    {
        line(&format!("{group} earlier invoices"), arms);
    }
    out.line(&format!("by recent popularity alone {mrr_20_recent_popularity:>30.4}"));
    out.line(&format!("newcomers ranked differently {newcomers_ranked_differently:>6}"));
}
