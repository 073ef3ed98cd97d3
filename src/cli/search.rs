//! `shophand search "QUERY"`: what a shopper would find, and why it stands where it stands.

mod show;

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::app::{Parts, start_encoder};
use crate::config::Config;
use crate::decide;
use crate::ids::Ids;
use crate::live::Snapshot;
use crate::model::{
    Action, Channel, ChatId, Dropped, Fit, Incoming, Input, Outcome, ProductQuery, Rung, Scored, ShopperId,
    Understanding,
};
use crate::turn::{Asking, Assistant};
use crate::understand::Heard;

use super::desk::say;
use super::errand::Office;
use super::output::Output;

/// What to search for, and as whom.
#[derive(Debug, Args)]
pub struct Search {
    /// In a shopper's words: "waterproof runing shoes under $100"
    query: String,
    /// Rank for this shopper's history
    #[arg(long = "as", value_name = "SHOPPER", default_value = "guest")]
    shopper: String,
    /// Show the parts of every score, and the rules that moved a product
    #[arg(long)]
    explain: bool,
    /// How many products
    #[arg(short = 'n', long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// The language of the words, such as de; found out otherwise
    #[arg(long)]
    language: Option<String>,
    /// Print one JSON object, for scripts; always with the parts of the scores
    #[arg(long)]
    json: bool,
}

/// What came of it.
struct Answer {
    understanding: Understanding,
    /// As it was searched in the end.
    query: ProductQuery,
    items: Vec<Scored>,
    total: usize,
    corrected: String,
    relaxed: Vec<String>,
    /// The edition that answered.
    catalog: String,
}

/// Searches as a message would, and records nothing. Goes to the process that serves the shop when there is one.
///
/// # Errors
/// When the shop cannot be opened, or the index fails.
pub fn run(args: &Search, office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let assistant = match &office.open {
        Some(open) => open.assistant.clone(),
        None => open(office, now, out)?,
    };
    let files = assistant.current.snapshot();
    let answer = answer(args, &assistant, &files, now)?;
    if answer.understanding.degraded == Some(Rung::NoEncoder) {
        out.note("Without the language model: filters and words were read, meaning was not.");
    }
    match args.json {
        true => out.line(&show::as_json(&answer).to_string()),
        false => show::print(&answer, args.explain, out),
    }
    Ok(())
}

/// Opens the shop for this one search; without a language model if need be.
fn open(office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<Arc<Assistant>> {
    let encoder = start_encoder(&Config::load(&office.shop.root)?.model);
    let encoder = encoder.inspect_err(|error| out.note(&format!("note: {error}"))).ok();
    let parts = Parts::open_with(&office.shop, encoder, &say)?;
    Ok(parts.assistant(office.store.clone(), Ids::random(), now)?)
}

fn answer(args: &Search, assistant: &Assistant, files: &Snapshot, now: Timestamp) -> Result<Answer> {
    let shopper = ShopperId::parse(&args.shopper)?;
    let incoming = Incoming {
        channel: Channel::Terminal,
        chat: ChatId::parse(&format!("terminal:{shopper}"))?,
        shopper,
        name: None,
        private: true,
        language: args.language.clone(),
        at: now,
        input: Input::Text(args.query.clone()),
    };
    let language = args.language.as_deref();
    let heard = Heard { text: &args.query, language, expecting: None, at: now };
    let understanding = Handle::current().block_on(files.understander.understand(heard));
    let identity = assistant.identity(&incoming.shopper, incoming.private)?;
    let asking = Asking {
        files,
        identity: &identity,
        incoming: &incoming,
        page: usize::from(args.limit),
        promises: true,
    };
    let query = decide::search_of(&understanding);
    let action = Action::Search { query: query.clone(), respelled: None };
    let acted = assistant.look(&Assistant::with_meaning(action, &understanding, files), &asking)?;
    let catalog = files.catalog.version();
    let nothing = Answer {
        understanding,
        query,
        items: Vec::new(),
        total: 0,
        corrected: String::new(),
        relaxed: Vec::new(),
        catalog,
    };
    Ok(match acted.outcome {
        Outcome::Found { query, items, total, relaxed, fit, respelled, .. } => {
            let corrected = respelled.map_or_else(Vec::new, |respelled| respelled.words);
            let corrected: Vec<String> = corrected.into_iter().map(|word| word.meant).collect();
            let mut let_go: Vec<String> =
                (fit != Fit::All).then(|| Dropped::Words.to_string()).into_iter().collect();
            let_go.extend(relaxed.iter().flat_map(|relaxed| &relaxed.dropped).map(Dropped::to_string));
            Answer { query, items, total, relaxed: let_go, corrected: corrected.join(" "), ..nothing }
        }
        _ => nothing,
    })
}
