//! Commands that need the store: run by whichever process owns it, written to whoever asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Subcommand;
use jiff::Timestamp;

use crate::app::ShopDir;
use crate::config::Config;
use crate::live::Reloader;
use crate::store::{SledStore, Store};
use crate::turn::Assistant;

use super::import::Import;
use super::output::Output;
use super::price::{self, Price};
use super::report::{self, Report};
use super::search::{self, Search};
use super::segments::{self, Segments};
use super::shopper::{self, Shopper};
use super::transcripts::Transcripts;
use super::{import, link, status, transcripts};

/// What an errand works on.
pub struct Office {
    /// The shop's folders.
    pub shop: ShopDir,
    /// Its memory.
    pub store: Arc<SledStore>,
    /// The shop, where it is open.
    pub open: Option<Open>,
}

/// A shop that is open: its files and its index are read.
pub struct Open {
    /// Answers.
    pub assistant: Arc<Assistant>,
    /// Brings saved files and feeds live.
    pub live: Arc<Reloader>,
}

/// A command that needs the store.
#[derive(Debug, Subcommand)]
pub enum Errand {
    /// Take in a catalogue, orders or events from a CSV or JSON file
    Import(Import),
    /// Read, search and export conversations
    #[command(subcommand)]
    Transcripts(Transcripts),
    /// Search the products as a shopper would, and say why they stand where they stand
    Search(Search),
    /// Who a shopper is to the shop
    #[command(subcommand)]
    Shopper(Shopper),
    /// Segments of shoppers: those of index/segments.yaml, and new ones
    #[command(subcommand)]
    Segments(Segments),
    /// What a product costs somebody
    #[command(subcommand)]
    Price(Price),
    /// The report card: segments, what gets to be seen, what is wrong with the data, what was asked for in vain
    Report(Report),
    /// Say which files answer shoppers just now, and what keeps newer ones from it
    Status,
    /// Make a one-time link that connects a Telegram user to a customer
    Link {
        /// The customer's id in orders and events
        customer: String,
    },
    /// Write everything in the store to a file, one record a line
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Fill an empty store from a backup
    Restore {
        /// The file to read
        file: PathBuf,
    },
}

/// Runs it. Relative paths are meant against `cwd`.
///
/// # Errors
/// Whatever the command finds wrong, for the person who gave it.
pub fn run(errand: &Errand, cwd: &Path, office: &Office, out: &mut dyn Output) -> Result<()> {
    let now = Timestamp::now();
    match errand {
        Errand::Import(args) => import::run(args, cwd, office, now, out),
        Errand::Transcripts(command) => transcripts::run(command, office.store.as_ref(), now, out),
        Errand::Search(args) => search::run(args, office, now, out),
        Errand::Shopper(command) => shopper::run(command, office, now, out),
        Errand::Segments(command) => segments::run(command, cwd, office, now, out),
        Errand::Price(command) => price::run(command, office, now, out),
        Errand::Report(args) => report::run(args, cwd, office, now, out),
        Errand::Status => status::run(office.open.as_ref().map(|open| open.live.as_ref()), out),
        Errand::Link { customer } => {
            let config = Config::load(&office.shop.root)?;
            link::run(customer, &config, office.store.as_ref(), now, out)
        }
        Errand::Backup { file } => backup(&cwd.join(file), office, out),
        Errand::Restore { file } => restore(&cwd.join(file), office, out),
    }
}

/// Written beside and renamed at the end, so that a half backup never carries the name of a whole one.
fn backup(path: &Path, office: &Office, out: &mut dyn Output) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("{} cannot be written to", folder.display()))?;
    let records = office.store.backup(&mut std::io::BufWriter::new(file.as_file_mut()))?;
    file.as_file().sync_all().with_context(|| format!("{} cannot be written", path.display()))?;
    file.persist(path).with_context(|| format!("{} cannot be written", path.display()))?;
    out.line(&format!("{records} records written to {}", path.display()));
    Ok(())
}

fn restore(path: &Path, office: &Office, out: &mut dyn Output) -> Result<()> {
    let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let records = office.store.restore(&mut std::io::BufReader::new(file))?;
    out.line(&format!("{records} records restored from {}", path.display()));
    Ok(())
}
