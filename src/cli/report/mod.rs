//! `shophand report`: the report card of the shop's own data, or of anybody's log.

mod show;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;

use crate::app::start_encoder;
use crate::catalog::{Catalog, load_shop};
use crate::config::Config;
use crate::import::Mapping;
use crate::model::{Currency, ProductId};
use crate::offers::Terms;
use crate::report::{Card, Entry, Log, Material, Want, html, remembered};
use crate::segments::Segments;
use crate::store::{Store, TranscriptFilter};

use super::errand::Office;
use super::output::Output;

/// What to judge, and how to show it.
#[derive(Debug, Args)]
pub struct Report {
    /// A log to judge instead of the shop's own memory: CSV or JSON of events or invoice lines
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Which column is which, when its name does not say: customer=Visitor
    #[arg(long = "map", value_name = "FIELD=COLUMN", requires = "events")]
    map: Vec<String>,
    /// Write it as one HTML file with charts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every row that something is wrong with, as CSV: check,at,says
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Print one JSON object instead
    #[arg(long)]
    json: bool,
}

impl Report {
    /// Finds out before the work whether its files can be written; what stands in them stays until they are.
    fn writable(&self, cwd: &Path) -> Result<()> {
        for file in [&self.html, &self.rows].into_iter().flatten() {
            let file = cwd.join(file);
            let known = file.exists();
            std::fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(&file)
                .with_context(|| format!("{} cannot be written", file.display()))?;
            if !known {
                std::fs::remove_file(&file)
                    .with_context(|| format!("{} cannot be written", file.display()))?;
            }
        }
        Ok(())
    }
}

/// Judges the shop's own memory. Goes to the process that serves the shop when there is one.
///
/// # Errors
/// When the catalogue or the memory cannot be read, or a file cannot be written.
pub fn run(args: &Report, cwd: &Path, office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    args.writable(cwd)?;
    let root = &office.shop.root;
    let catalog = match &office.open {
        Some(open) => open.assistant.current.snapshot().catalog.clone(),
        None => {
            let currency = load_shop(root)?.currency;
            Catalog::open(root, &office.shop.state, currency, &mut |_| {})?
        }
    };
    let log = remembered_log(office.store.as_ref(), &catalog)?;
    let sold_out = |id: &ProductId| catalog.get(id).is_ok_and(|found| found.is_none_or(|p| !p.in_stock()));
    let mut wants = Vec::new();
    office.store.each_turn(&TranscriptFilter::default(), &mut |turn| {
        wants.extend(Want::of(&turn, &sold_out));
        true
    })?;
    let encoder = match &office.open {
        Some(open) => open.assistant.current.snapshot().understander.encoder().cloned(),
        None if wants.is_empty() => None,
        None => start_encoder(&Config::load(root)?.model)
            .inspect_err(|error| out.note(&format!("note: {error}")))
            .ok(),
    };
    let embed = remembered(|texts: &[String]| {
        let vectors = encoder.as_ref()?.embed_all(texts).ok()?;
        Some(vectors.into_iter().map(|vector| vector.to_vec()).collect())
    });
    let segments = segments(root)?;
    let source = "the shop's own memory".to_owned();
    let material =
        Material { source, log: &log, segments: &segments, wants: Some(&wants), embed: &embed, now };
    publish(args, cwd, &Card::of(&material, &mut |doing| out.note(doing)), out)
}

/// Judges a file. `shop` is only asked for its segments and its currency.
///
/// # Errors
/// When the file is no log, or a file cannot be written.
pub fn of_file(args: &Report, file: &Path, shop: &Path, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    args.writable(Path::new("."))?;
    out.note("reading the log");
    let currency = load_shop(shop).map_or(Currency::USD, |facts| facts.currency);
    let log = Log::read(file, &Mapping::of(&args.map)?, currency, now)?;
    let segments = segments(shop)?;
    let source = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let material = Material { source, log: &log, segments: &segments, wants: None, embed: &|_| None, now };
    publish(args, Path::new("."), &Card::of(&material, &mut |doing| out.note(doing)), out)
}

/// Everything that the shop remembers, with its catalogue.
fn remembered_log(store: &dyn Store, catalog: &Catalog) -> Result<Log> {
    let mut log = Log { is_catalog: true, ..Log::default() };
    store.each_event(&mut |owner, event| {
        log.rows += 1;
        log.add(owner, Entry { event: event.clone(), place: None });
    })?;
    log.sort();
    catalog.each(&mut |product| drop(log.products.insert(product.id.clone(), product)))?;
    Ok(log)
}

fn publish(args: &Report, cwd: &Path, card: &Card, out: &mut dyn Output) -> Result<()> {
    if let Some(file) = &args.html {
        let file = cwd.join(file);
        std::fs::write(&file, html(card)).with_context(|| format!("{} cannot be written", file.display()))?;
        out.note(&format!("The page is in {}", file.display()));
    }
    if let Some(file) = &args.rows {
        let file = cwd.join(file);
        write_rows(&file, card).with_context(|| format!("{} cannot be written", file.display()))?;
        out.note(&format!("All rows that something is wrong with are in {}", file.display()));
    }
    match args.json {
        true => out.line(&serde_json::to_string(card)?),
        false => show::print(card, out),
    }
    Ok(())
}

fn write_rows(file: &Path, card: &Card) -> Result<()> {
    let mut rows = csv::Writer::from_path(file)?;
    rows.write_record(["check", "at", "says"])?;
    for finding in &card.quality {
        for row in &finding.rows {
            rows.write_record([finding.check, &row.at, &row.says])?;
        }
    }
    rows.flush()?;
    Ok(())
}

fn segments(root: &Path) -> Result<Segments> {
    let currency = load_shop(root).map_or(Currency::USD, |facts| facts.currency);
    Ok(Terms::load(root, currency)?.segments)
}
