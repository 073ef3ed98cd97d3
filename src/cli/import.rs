//! `shophand import catalog|orders|events FILE`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::catalog::{Catalog, beside_feed, load_shop};
use crate::import::{Mapping, Options, Progress, Report, import_catalog, import_events, import_orders};
use crate::model::EventKind;

use super::errand::Office;
use super::new;
use super::output::Output;

/// What to take in, and how to read it.
#[derive(Debug, Args)]
pub struct Import {
    /// What the file holds
    kind: Kind,
    /// CSV, JSON or JSON lines, gzipped or not; delimiter, encoding and decimal comma are found out
    file: PathBuf,
    /// Which column is which, when its name does not say: title=Description; a+b joins two columns
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// The same as a YAML file: columns: {title: Description}, decimal_comma: true
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Catalogue: only add and update; without it, products that the feed no longer holds are delisted
    #[arg(long)]
    partial: bool,
    /// Orders: a file with the customers' e-mail addresses
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Events: what every row is, when no column says so
    #[arg(long, value_name = "KIND", value_parser = event_kind)]
    event: Option<EventKind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Catalog,
    Orders,
    Events,
}

fn event_kind(text: &str) -> Result<EventKind, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| "write viewed, searched, clicked, carted, purchased, dismissed or rated".to_owned())
}

/// Takes the file in and prints the report; a catalogue is indexed and goes live at once.
///
/// # Errors
/// When the file cannot be read as what it is said to be, or the shop cannot take it.
pub fn run(args: &Import, cwd: &Path, office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let currency = load_shop(&office.shop.root)?.currency;
    let mut mapping = match &args.mapping {
        Some(file) => Mapping::load(&cwd.join(file))?,
        None => Mapping::default(),
    };
    for argument in &args.map {
        mapping.add(argument)?;
    }
    let options = Options {
        mapping,
        partial: args.partial,
        users: args.users.as_ref().map(|file| cwd.join(file)),
        event: args.event,
        ..Options::new(&office.shop.state, currency, now)
    };
    let file = cwd.join(&args.file);
    let report = take_in(args.kind, &file, &options, office, out)?;
    for line in report.lines() {
        out.line(&line);
    }
    if let Kind::Catalog = args.kind {
        if !args.partial && report.stored > 0 && new::set_sample_aside(&office.shop.root)? {
            out.line("the sample products of `shophand new` are set aside in index/products.sample");
        }
        index(office, currency, out)?;
        tell_overruled(office, currency, out)?;
    }
    Ok(())
}

/// Whoever imports a feed and sees nothing change should not have to find out why.
fn tell_overruled(office: &Office, currency: crate::model::Currency, out: &mut dyn Output) -> Result<()> {
    let beside = beside_feed(&office.shop.root, &office.shop.state, currency)?;
    if beside.of_both > 0 {
        out.line(&format!(
            "{} products of the feed stand in the shop's own file index/products.csv too, and its rows go before the feed's; \
             {} are in that file alone. To sell what the feed says, take these rows out, or move the file away.",
            beside.of_both, beside.own_alone
        ));
    }
    Ok(())
}

fn take_in(
    kind: Kind,
    file: &Path,
    options: &Options,
    office: &Office,
    out: &mut dyn Output,
) -> Result<Report> {
    let store = office.store.as_ref();
    let mut progress = |p: Progress| out.progress(p.bytes, p.bytes_total, "reading");
    Ok(match kind {
        Kind::Catalog => import_catalog(file, options, &mut progress)?,
        Kind::Orders => import_orders(file, store, options, &mut progress)?,
        Kind::Events => import_events(file, store, options, &mut progress)?,
    })
}

fn index(office: &Office, currency: crate::model::Currency, out: &mut dyn Output) -> Result<()> {
    let mut progress = |p: Progress| out.progress(p.bytes, p.bytes_total, "indexing");
    let products = match &office.open {
        Some(open) => {
            open.live.restock(&mut progress)?;
            open.live.status().products
        }
        None => Catalog::open(&office.shop.root, &office.shop.state, currency, &mut progress)?.len(),
    };
    out.line(&format!("{products} products are on offer now"));
    Ok(())
}
