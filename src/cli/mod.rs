//! The command line: arguments in, one match, one file per command.

mod carets;
mod chat;
mod desk;
mod doctor;
mod errand;
mod eval;
mod findings;
mod import;
mod index;
mod intents;
mod learning;
mod link;
mod new;
mod offers;
mod output;
mod price;
mod report;
mod search;
mod segments;
mod serve;
mod shopper;
mod standing;
mod status;
mod test;
mod train;
mod transcripts;
mod trial;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Parser, Subcommand};
use jiff::Timestamp;

use crate::app::{AppError, ShopDir, open_store};
use crate::socket::{Chunk, Client, CommandRequest, Request};
use crate::store::{SledStore, StoreError};

pub use serve::{front, pictures};

use desk::is_nobody;
use errand::{Errand, Office};
use output::{Output, Terminal};

/// A shop assistant that a shop runs itself
#[derive(Debug, Parser)]
#[command(name = "shophand", version, about, max_term_width = 100)]
pub struct Cli {
    /// The shop's folder, with index/ and intents/ in it
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    shop: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk with the assistant in the terminal, or line by line from a pipe
    Chat(chat::Chat),
    /// Serve shoppers on Telegram
    Serve,
    #[command(flatten)]
    Errand(Errand),
    /// The merchandisers' tools for the files under index/, and the index built from them
    #[command(subcommand)]
    Index(index::Index),
    /// The merchandisers' tools for the files under intents/
    #[command(subcommand)]
    Intents(intents::Intents),
    /// Prices below the list price, by the rules of index/offers.yaml
    #[command(subcommand)]
    Offers(offers::Offers),
    /// Play golden conversations in a throwaway copy of the shop
    Test(test::Test),
    /// Measure the program's models
    #[command(subcommand)]
    Eval(eval::Eval),
    /// Learn from the shop's own data
    #[command(subcommand)]
    Train(train::Train),
    /// Check everything and say how to mend it
    Doctor,
    /// Write a small working shop to start from
    New {
        /// The folder to write into
        dir: PathBuf,
    },
}

/// How long a command waits for the owner of the store to begin listening, or to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries.
const PACE: Duration = Duration::from_millis(20);

/// Does what the command line says; the number is the exit code.
///
/// # Errors
/// What went wrong, for the person who gave the command.
pub async fn run(cli: Cli) -> Result<i32> {
    match cli.command {
        Command::Chat(args) => chat::run(&args, &ShopDir::open(&cli.shop)?).await.map(|()| 0),
        Command::Serve => serve::run(&ShopDir::open(&cli.shop)?).await.map(|()| 0),
        Command::Errand(Errand::Report(args)) if args.events.is_some() => {
            tokio::task::spawn_blocking(move || of_file(&args, &cli.shop)).await?
        }
        Command::Errand(errand) => {
            let shop = ShopDir::open(&cli.shop)?;
            tokio::task::spawn_blocking(move || run_errand(&errand, &shop)).await?
        }
        Command::Index(command) => {
            let shop = ShopDir::open(&cli.shop)?;
            tokio::task::spawn_blocking(move || index::run(&command, &shop, &mut Terminal::new())).await?
        }
        Command::Intents(command) => {
            let shop = ShopDir::open(&cli.shop)?;
            tokio::task::spawn_blocking(move || intents::run(&command, &shop, &mut Terminal::new())).await?
        }
        Command::Offers(command) => {
            let shop = ShopDir::open(&cli.shop)?;
            tokio::task::spawn_blocking(move || offers::run(&command, &shop, &mut Terminal::new())).await?
        }
        Command::Test(args) => {
            let shop = ShopDir::open(&cli.shop)?;
            tokio::task::spawn_blocking(move || test::run(&args, &shop, &mut Terminal::new())).await?
        }
        Command::Eval(args) => {
            tokio::task::spawn_blocking(move || eval::run(&args, &cli.shop, &mut Terminal::new())).await?
        }
        Command::Train(args) => {
            tokio::task::spawn_blocking(move || train::run(&args, &cli.shop, &mut Terminal::new())).await?
        }
        Command::Doctor => {
            tokio::task::spawn_blocking(move || doctor::run(&cli.shop, &mut Terminal::new())).await?
        }
        Command::New { dir } => new::run(&dir, &mut Terminal::new()).map(|()| 0),
    }
}

/// A report of a file needs no store.
fn of_file(args: &report::Report, shop: &Path) -> Result<i32> {
    let Some(file) = &args.events else { return Ok(1) };
    report::of_file(args, file, shop, Timestamp::now(), &mut Terminal::new()).map(|()| 0)
}

/// By itself when the store is free, through its owner when it is not. An owner that has just started owns it before it
/// listens, and one that is ending still does when it listens no more.
fn run_errand(errand: &Errand, shop: &ShopDir) -> Result<i32> {
    let end = Instant::now() + PATIENCE;
    loop {
        match store_for(errand, shop) {
            Ok(store) => {
                let office = Office { shop: shop.clone(), store, open: None };
                return errand::run(errand, Path::new("."), &office, &mut Terminal::new()).map(|()| 0);
            }
            Err(AppError::Store(StoreError::Locked { .. })) => match send(shop) {
                Err(error) if is_nobody(&error) && Instant::now() < end => std::thread::sleep(PACE),
                sent => return sent,
            },
            Err(error) => return Err(error.into()),
        }
    }
}

fn store_for(errand: &Errand, shop: &ShopDir) -> Result<Arc<SledStore>, AppError> {
    match errand {
        // Into an empty store: not even the demo's shoppers may be there.
        Errand::Restore { .. } => SledStore::open(&shop.store()).map(Arc::new).map_err(AppError::from),
        _ => open_store(shop, Timestamp::now()),
    }
}

/// Has the owner of the store run this process's own command line.
fn send(shop: &ShopDir) -> Result<i32> {
    let request = CommandRequest {
        args: std::env::args().skip(1).collect(),
        cwd: std::env::current_dir()?,
        width: u16::try_from(textwrap::termwidth()).ok(),
        color: std::io::stdout().is_terminal(),
    };
    let client = Client::connect(&shop.socket(), Duration::ZERO)?;
    let code = client.send(&Request::Command(request), |chunk| match chunk {
        Chunk::Stdout(text) => anstream::print!("{text}"),
        Chunk::Stderr(text) => anstream::eprint!("{text}"),
        Chunk::Reply(_) | Chunk::Exit(_) | Chunk::Refused(_) => {}
    })?;
    Ok(code)
}

/// Runs a client's command line in the process that owns the store.
fn errand_of(args: &[String], cwd: &Path, office: &Office, out: &mut dyn Output) -> i32 {
    let args = std::iter::once(OsString::from("shophand")).chain(args.iter().map(OsString::from));
    let result = match Cli::try_parse_from(args) {
        Ok(Cli { command: Command::Errand(errand), .. }) => errand::run(&errand, cwd, office, out),
        Ok(_) => Err(anyhow::anyhow!("this command does not go over the socket")),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => 0,
        Err(error) => {
            out.note(&failure(&error));
            1
        }
    }
}

/// An error as a person reads it: what went wrong, then each cause that says more.
pub fn failure(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(&format!("\n  because: {cause}"));
        }
    }
    text
}
