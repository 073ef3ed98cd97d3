//! `shophand transcripts`: what support staff need to review conversations.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use jiff::{Timestamp, tz::TimeZone};

use crate::channel::terminal::{Painter, explained};
use crate::import::when;
use crate::model::{DialogueKey, Input, ShopperId, TurnId, TurnRecord};
use crate::store::{Store, TranscriptFilter};

use super::output::Output;

/// What to do with the transcripts.
#[derive(Debug, Subcommand)]
pub enum Transcripts {
    /// Conversations, the newest first
    List(Filter),
    /// One conversation as the shopper saw it, with the why of each turn
    Show {
        /// A shopper (`mara`), a conversation (`terminal:mara/mara`) or a turn id
        of: String,
        /// Leave out the why
        #[arg(long)]
        plain: bool,
    },
    /// Turns in which all these words occur
    Search {
        /// The words, in any order
        #[arg(required = true)]
        words: Vec<String>,
        #[command(flatten)]
        filter: Filter,
    },
    /// Whole records, one JSON object a line
    Export(Filter),
}

/// Which turns. All conditions must hold.
#[derive(Debug, Default, Args)]
pub struct Filter {
    /// Understood as this intent
    #[arg(long)]
    intent: Option<String>,
    /// With a confidence below this, 0 to 1
    #[arg(long, value_name = "CONFIDENCE")]
    confidence_below: Option<f32>,
    /// Not understood at all
    #[arg(long)]
    out_of_scope: bool,
    /// The shopper asked for a person
    #[arg(long)]
    wants_person: bool,
    /// From then on: 2026-11-20, 2026-11-20T09:00Z or "2 days ago"
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Before then
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Of this shopper
    #[arg(long)]
    shopper: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

impl Filter {
    fn conditions(&self, words: &[String], now: Timestamp) -> Result<TranscriptFilter> {
        let at = |text: &Option<String>| match text.as_deref() {
            Some(text) => when(text, now).map(|when| Some(when.at)).map_err(|e| anyhow!("{text:?}: {e}")),
            None => Ok(None),
        };
        Ok(TranscriptFilter {
            intent: self.intent.clone(),
            confidence_below: self.confidence_below,
            out_of_scope: self.out_of_scope,
            wants_person: self.wants_person,
            since: at(&self.since)?,
            until: at(&self.until)?,
            shopper: self.shopper.as_deref().map(ShopperId::parse).transpose()?,
            words: words.to_vec(),
        })
    }
}

/// Runs the command against a store.
///
/// # Errors
/// When an argument is no date, shopper or turn, or the store fails.
pub fn run(command: &Transcripts, store: &dyn Store, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    match command {
        Transcripts::List(filter) => list(filter, store, now, out),
        Transcripts::Show { of, plain } => show(of, *plain, store, out),
        Transcripts::Search { words, filter } => search(words, filter, store, now, out),
        Transcripts::Export(filter) => export(filter, store, now, out),
    }
}

/// What one line of the list says of a conversation.
struct Summary {
    newest: TurnRecord,
    turns: usize,
    wants_person: bool,
    unclear: usize,
}

fn list(filter: &Filter, store: &dyn Store, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let mut conversations: Vec<DialogueKey> = Vec::new();
    let mut summaries: BTreeMap<DialogueKey, Summary> = BTreeMap::new();
    store.each_turn(&filter.conditions(&[], now)?, &mut |turn| {
        let key = turn.dialogue();
        if !summaries.contains_key(&key) {
            if conversations.len() == filter.limit {
                return false;
            }
            conversations.push(key.clone());
        }
        note(summaries.entry(key), turn);
        true
    })?;
    if conversations.is_empty() {
        out.line("No conversation fits. Leave out a condition, or have one: shophand chat");
    }
    for key in conversations {
        if let Some(summary) = summaries.get(&key) {
            out.line(&summary_line(&key, summary, now));
        }
    }
    Ok(())
}

fn note(entry: std::collections::btree_map::Entry<'_, DialogueKey, Summary>, turn: TurnRecord) {
    let wants = asked_for_person(&turn);
    let unclear = usize::from(not_understood(&turn));
    entry
        .and_modify(|summary| {
            summary.turns += 1;
            summary.wants_person |= wants;
            summary.unclear += unclear;
        })
        .or_insert(Summary { newest: turn, turns: 1, wants_person: wants, unclear });
}

fn summary_line(key: &DialogueKey, summary: &Summary, now: Timestamp) -> String {
    let mut flags = Vec::new();
    if summary.wants_person {
        flags.push("wants a person".to_owned());
    }
    if summary.unclear > 0 {
        flags.push(format!("{} not understood", summary.unclear));
    }
    let flags = if flags.is_empty() { String::new() } else { format!("  [{}]", flags.join(", ")) };
    format!(
        "{:>7}  {}/{}  {} turns  “{}”{flags}",
        ago(summary.newest.at, now),
        key.chat,
        key.shopper,
        summary.turns,
        said(&summary.newest)
    )
}

fn asked_for_person(turn: &TurnRecord) -> bool {
    turn.effects.contains(&crate::model::Effect::RequestPerson)
}

fn not_understood(turn: &TurnRecord) -> bool {
    turn.steps().any(|step| step.action.name() == "fallback")
}

/// What the shopper wrote or tapped.
fn said(turn: &TurnRecord) -> String {
    match &turn.incoming.input {
        Input::Tap(_) => format!("[{}]", turn.first.action.name()),
        Input::Command { name, payload } => format!("/{name} {payload}").trim().to_owned(),
        Input::Media { kind, caption } => format!("<{kind}> {caption}").trim().to_owned(),
        Input::Text(text) | Input::Edited(text) => text.clone(),
    }
}

/// `12 s`, `5 min`, `3 h`, `2 d`.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_second() - at.as_second()).max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn show(of: &str, plain: bool, store: &dyn Store, out: &mut dyn Output) -> Result<()> {
    let painter = Painter { width: out.width() };
    for key in conversations_of(of, store)? {
        out.line(&format!("── {}/{}", key.chat, key.shopper));
        for turn in store.turns_of(&key)? {
            let at = turn.at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S");
            out.line(&format!("\n{at}  › {}", said(&turn)));
            out.line(painter.reply(&turn.reply).trim_end());
            if !plain {
                out.line(&format!("\n{}", explained(&turn).trim_end()));
            }
        }
    }
    Ok(())
}

/// The conversations that a shopper, a `chat/shopper` pair or a turn id names.
fn conversations_of(of: &str, store: &dyn Store) -> Result<Vec<DialogueKey>> {
    if let Ok(id) = of.parse::<TurnId>() {
        let turn = store.turn(id)?.with_context(|| format!("there is no turn {of}"))?;
        return Ok(vec![turn.dialogue()]);
    }
    if let Some((chat, shopper)) = of.rsplit_once('/') {
        let key = DialogueKey { chat: chat.parse()?, shopper: shopper.parse()? };
        if store.turns_of(&key)?.is_empty() {
            bail!("there is no conversation {of}; `shophand transcripts list` shows them");
        }
        return Ok(vec![key]);
    }
    let filter = TranscriptFilter { shopper: Some(ShopperId::parse(of)?), ..TranscriptFilter::default() };
    let mut keys = std::collections::BTreeSet::new();
    store.each_turn(&filter, &mut |turn| {
        keys.insert(turn.dialogue());
        true
    })?;
    if keys.is_empty() {
        bail!("{of} has no conversation; `shophand transcripts list` shows those there are");
    }
    Ok(keys.into_iter().collect())
}

fn search(
    words: &[String],
    filter: &Filter,
    store: &dyn Store,
    now: Timestamp,
    out: &mut dyn Output,
) -> Result<()> {
    let mut found = 0;
    store.each_turn(&filter.conditions(words, now)?, &mut |turn| {
        found += 1;
        out.line(&format!(
            "{:>7}  {}  {}  “{}”",
            ago(turn.at, now),
            turn.id,
            turn.incoming.shopper,
            said(&turn)
        ));
        let answer: String = turn.reply.text.lines().next().unwrap_or_default().chars().take(100).collect();
        out.line(&format!("         {answer}"));
        found < filter.limit
    })?;
    if found == 0 {
        out.line("No turn holds all of these words.");
    }
    Ok(())
}

fn export(filter: &Filter, store: &dyn Store, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let mut left = filter.limit;
    let mut failed = None;
    store.each_turn(&filter.conditions(&[], now)?, &mut |turn| {
        match serde_json::to_string(&turn) {
            Ok(line) => out.line(&line),
            Err(error) => failed = Some(error),
        }
        left = left.saturating_sub(1);
        left > 0 && failed.is_none()
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}
