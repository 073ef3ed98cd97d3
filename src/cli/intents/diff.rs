//! `shophand intents diff`: which messages are answered otherwise since the files were changed.

mod earlier;
mod recorded;

use std::path::Path;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::app::{Parts, ShopDir};
use crate::disk::copy_folder;
use crate::eval::golden::{Golden, Mismatch, files};
use crate::eval::rehearsal::Rehearsal;
use crate::eval::replay::{Answer, replay};
use crate::ids::Ids;
use crate::model::{Input, TurnRecord};
use crate::store::SledStore;

use super::super::desk::say;
use super::super::output::Output;
use super::super::test::FOLDER;
use recorded::Recorded;

const HEAD: Style = Style::new().bold();
const OLD: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const QUIET: Style = Style::new().dimmed();

/// How many lines of a reply are shown.
const LINES: usize = 4;

/// What is compared with the files as they are now.
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier files: a revision of git, or a folder
    #[arg(value_name = "REV|DIR", default_value = "HEAD")]
    earlier: String,
    /// End with 1 when a golden conversation breaks under the files as they are now
    #[arg(long)]
    gate: bool,
    /// Replay so many conversations of the store, the newest ones
    #[arg(long, value_name = "N", default_value_t = 100)]
    conversations: usize,
    /// Replay those that went on since then: 2026-11-20 or "2 days ago"
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// One JSON object a changed message, and a last one with the counts
    #[arg(long)]
    json: bool,
}

/// A message that is answered otherwise.
#[derive(Debug, Serialize)]
struct Changed {
    conversation: String,
    /// 1-based.
    turn: usize,
    said: String,
    before: Answer,
    after: Answer,
}

/// A golden conversation that goes otherwise than written under the new files.
#[derive(Debug, Serialize)]
struct Broken {
    file: String,
    /// Whether it did so under the earlier files as well.
    already: bool,
    mismatches: Vec<Mismatch>,
}

/// All that came of both.
#[derive(Default)]
struct Found {
    conversations: usize,
    goldens: usize,
    messages: usize,
    changed: Vec<Changed>,
    broken: Vec<Broken>,
}

/// Replays and prints; the number is the exit code. For a blocking thread of the runtime. Nothing is written to the
/// shop's store.
///
/// # Errors
/// When the earlier files cannot be found, either set does not load, or a conversation cannot be replayed.
pub fn run(args: &Diff, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let aside = TempDir::new().context("there is no room for temporary files")?;
    let earlier = earlier::files(&args.earlier, shop, aside.path())?;
    let recorded = recorded::of(args, shop, aside.path())?;
    let goldens = goldens(shop)?;
    let new = Parts::open(shop, &say)?;
    say("Learning the earlier intents");
    let old = new
        .with_files_of(&earlier, &learnt_before(shop, aside.path())?)
        .with_context(|| format!("the earlier files ({}) do not load", args.earlier))?;
    let mut found = Found::default();
    say("Replaying");
    if let Some(recorded) = &recorded {
        compare_recorded(recorded, (&old, &new), aside.path(), &mut found)?;
    }
    let rehearsal = Rehearsal::prepare(new, &shop.root)?;
    Handle::current().block_on(compare_goldens(&goldens, &rehearsal.with(old), &rehearsal, &mut found))?;
    report(args, &found, recorded.is_some(), out)?;
    Ok(i32::from(args.gate && !found.broken.is_empty()))
}

/// A folder with what the shop has learnt: most sentences are the same in both.
fn learnt_before(shop: &ShopDir, aside: &Path) -> Result<std::path::PathBuf> {
    let state = aside.join("learnt");
    std::fs::create_dir_all(&state)?;
    for entry in std::fs::read_dir(&shop.state)? {
        let entry = entry?;
        if entry.path().is_file() && entry.file_name().to_string_lossy().starts_with("embeddings") {
            std::fs::copy(entry.path(), state.join(entry.file_name()))?;
        }
    }
    Ok(state)
}

fn goldens(shop: &ShopDir) -> Result<Vec<(String, Golden)>> {
    let folder = shop.root.join(FOLDER);
    let mut goldens = Vec::new();
    if folder.is_dir() {
        for file in files(&folder)? {
            let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
            goldens.push((name, Golden::load(&file)?));
        }
    }
    Ok(goldens)
}

fn compare_recorded(
    recorded: &Recorded,
    (old, new): (&Parts, &Parts),
    aside: &Path,
    found: &mut Found,
) -> Result<()> {
    let mut sides = Vec::new();
    for (name, parts) in [("old", old), ("new", new)] {
        let store = aside.join(name);
        copy_folder(&recorded.store, &store)
            .with_context(|| format!("{} cannot be written", store.display()))?;
        let store = Arc::new(SledStore::open(&store)?);
        sides.push(parts.assistant(store, Ids::seeded(7), recorded.end)?);
    }
    for conversation in &recorded.conversations {
        let before = Handle::current().block_on(replay(&sides[0], conversation))?;
        let after = Handle::current().block_on(replay(&sides[1], conversation))?;
        let name = conversation.first().map(|turn| turn.dialogue());
        let name = name.map(|key| format!("{}/{}", key.chat, key.shopper)).unwrap_or_default();
        found.conversations += 1;
        compare(&name, conversation, &before, &after, found);
    }
    Ok(())
}

async fn compare_goldens(
    goldens: &[(String, Golden)],
    old: &Rehearsal,
    new: &Rehearsal,
    found: &mut Found,
) -> Result<()> {
    for (name, golden) in goldens {
        let failed = || format!("{name} could not be played");
        let before = old.play(golden).await.with_context(failed)?;
        let after = new.play(golden).await.with_context(failed)?;
        found.goldens += 1;
        compare(name, &after.turns, &before.turns, &after.turns, found);
        if !after.wrong.is_empty() {
            let already = !before.wrong.is_empty();
            found.broken.push(Broken { file: name.clone(), already, mismatches: after.wrong });
        }
    }
    Ok(())
}

/// Message by message.
fn compare(name: &str, said: &[TurnRecord], before: &[TurnRecord], after: &[TurnRecord], found: &mut Found) {
    found.messages += after.len();
    for (i, ((said, before), after)) in said.iter().zip(before).zip(after).enumerate() {
        let (before, after) = (Answer::of(before), Answer::of(after));
        if before.differs_from(&after) {
            let (conversation, said) = (name.to_owned(), typed(said));
            found.changed.push(Changed { conversation, turn: i + 1, said, before, after });
        }
    }
}

fn typed(turn: &TurnRecord) -> String {
    match &turn.incoming.input {
        Input::Tap(_) => format!("[{}]", turn.first.action.name()),
        Input::Command { name, payload } => format!("/{name} {payload}").trim().to_owned(),
        other => other.text().to_owned(),
    }
}

fn report(args: &Diff, found: &Found, has_store: bool, out: &mut dyn Output) -> Result<()> {
    if args.json {
        for changed in &found.changed {
            out.line(&serde_json::to_string(changed)?);
        }
        out.line(
            &serde_json::json!({
                "conversations": found.conversations, "goldens": found.goldens, "messages": found.messages,
                "changed": found.changed.len(), "broken": found.broken,
            })
            .to_string(),
        );
        return Ok(());
    }
    for changed in &found.changed {
        out.line(&format!(
            "{HEAD}{}, turn {}{HEAD:#}  › {}",
            changed.conversation, changed.turn, changed.said
        ));
        side("before", OLD, &changed.before, out);
        side("after", NEW, &changed.after, out);
        out.line("");
    }
    for broken in &found.broken {
        let already = if broken.already { ", as it did before" } else { "" };
        out.line(&format!("{OLD}✗{OLD:#} {} does not go as written{already}", broken.file));
        for mismatch in &broken.mismatches {
            let Mismatch { turn, said, expected, .. } = mismatch;
            out.line(&format!("    turn {turn}  › {said}  {QUIET}expected {expected}{QUIET:#}"));
        }
    }
    if !has_store {
        out.line(&format!("{QUIET}The shop has recorded no conversations yet.{QUIET:#}"));
    }
    out.line(&format!(
        "{HEAD}{} of {} messages are answered otherwise than with {}{HEAD:#}: {} recorded and {} golden conversations, \
         {} of these broken",
        found.changed.len(),
        found.messages,
        args.earlier,
        found.conversations,
        found.goldens,
        found.broken.len()
    ));
    Ok(())
}

fn side(label: &str, style: Style, answer: &Answer, out: &mut dyn Output) {
    out.line(&format!("  {style}{label:<7}{style:#} {} → {}", answer.intent, answer.action));
    let width = out.width().saturating_sub(11);
    let lines: Vec<String> = answer
        .reply
        .lines()
        .flat_map(|line| textwrap::wrap(line, width))
        .map(|line| line.into_owned())
        .collect();
    for line in lines.iter().take(LINES) {
        out.line(&format!("          {line}"));
    }
    if lines.len() > LINES {
        out.line(&format!("          {QUIET}… {} more lines{QUIET:#}", lines.len() - LINES));
    }
}
