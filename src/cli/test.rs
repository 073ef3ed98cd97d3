//! `shophand test`: plays golden conversations and tells which do not go as written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, bail};
use clap::Args;
use futures::{StreamExt, stream};
use serde_json::json;

use crate::app::{Parts, ShopDir};
use crate::eval::coverage::Part;
use crate::eval::golden::{Golden, Mismatch, Performance, files};
use crate::eval::rehearsal::Rehearsal;
use crate::intents::IntentSet;

use super::desk::say;
use super::output::Output;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Where a shop keeps them.
pub(super) const FOLDER: &str = "tests/conversations";

/// What to play.
#[derive(Debug, Args)]
pub struct Test {
    /// Conversations, or folders of them; those under tests/conversations of the shop when left out
    #[arg(value_name = "FILE|DIR")]
    of: Vec<PathBuf>,
    /// One JSON object a conversation instead of text
    #[arg(long)]
    json: bool,
    /// Also list the actions, patterns and intents that no conversation uses
    #[arg(long)]
    uncovered: bool,
}

/// Plays them in a throwaway copy of the shop; the number is the exit code, 1 when one did not go as written. For a
/// blocking thread of the runtime.
///
/// # Errors
/// When a file is no conversation, or the shop does not open.
pub fn run(args: &Test, shop: &ShopDir, out: &mut dyn Output) -> Result<i32> {
    let goldens = goldens(args, shop)?;
    let parts = Parts::open(shop, &say)?;
    // Whether somebody has chatted before must not decide how a conversation goes.
    say("Working out what the products mean");
    let parts = parts.with_meanings()?;
    let rehearsal = Rehearsal::prepare(parts, &shop.root)?;
    let started = Instant::now();
    let mut report =
        Report { started, json: args.json, conversations: 0, turns: 0, failed: 0, used: BTreeSet::new() };
    tokio::runtime::Handle::current().block_on(async {
        let mut played = stream::iter(&goldens)
            .map(|(name, golden)| {
                let rehearsal = &rehearsal;
                async move { (name, golden, rehearsal.play(golden).await) }
            })
            .buffered(std::thread::available_parallelism().map_or(1, usize::from));
        while let Some((name, golden, performance)) = played.next().await {
            let performance = performance.with_context(|| format!("{name} could not be played"))?;
            report.add(name, golden, &performance, rehearsal.intents(), out);
        }
        anyhow::Ok(())
    })?;
    report.close(out);
    if args.uncovered {
        report.uncovered(rehearsal.intents(), out);
    }
    Ok(i32::from(report.failed > 0))
}

/// The conversations with the names that they are reported by. A file that is named must be one; so must every `.yml`
/// of a folder.
fn goldens(args: &Test, shop: &ShopDir) -> Result<Vec<(String, Golden)>> {
    let own = shop.root.join(FOLDER);
    let places: Vec<&Path> = match args.of.is_empty() {
        true => vec![&own],
        false => args.of.iter().map(PathBuf::as_path).collect(),
    };
    let mut goldens = Vec::new();
    for place in places {
        for file in files(place)? {
            let name = file.strip_prefix(&own).unwrap_or(&file).display().to_string();
            goldens.push((name, Golden::load(&file)?));
        }
    }
    if goldens.is_empty() {
        bail!(
            "there are no conversations in {}; write one as {FOLDER}/NAME.yml, with `about:` and `turns:`",
            own.display()
        );
    }
    Ok(goldens)
}

/// What is said of all conversations together.
struct Report {
    started: Instant,
    json: bool,
    conversations: usize,
    turns: usize,
    failed: usize,
    used: BTreeSet<Part>,
}

impl Report {
    fn add(
        &mut self,
        name: &str,
        golden: &Golden,
        played: &Performance,
        intents: &IntentSet,
        out: &mut dyn Output,
    ) {
        self.conversations += 1;
        self.turns += played.turns.len();
        self.failed += usize::from(!played.wrong.is_empty());
        self.used.extend(played.turns.iter().flat_map(|turn| Part::used(turn, intents)));
        if self.json {
            let passed = played.wrong.is_empty();
            let (turns, wrong) = (played.turns.len(), &played.wrong);
            let object = json!({
                "file": name, "about": golden.about, "passed": passed, "turns": turns, "mismatches": wrong,
            });
            return out.line(&object.to_string());
        }
        let turns = counted(played.turns.len(), "turn");
        if played.wrong.is_empty() {
            return out.line(&format!("{GOOD}✓{GOOD:#} {name}  {QUIET}{turns}{QUIET:#}"));
        }
        out.line(&format!("{BAD}✗ {name}{BAD:#}  {QUIET}{}{QUIET:#}", golden.about));
        for mismatch in &played.wrong {
            explain(mismatch, out);
        }
    }

    fn close(&self, out: &mut dyn Output) {
        if self.json {
            return;
        }
        let verdict = match self.failed {
            0 => format!("{GOOD}all as written{GOOD:#}"),
            n => format!("{BAD}{n} not as written{BAD:#}"),
        };
        out.line(&format!(
            "\n{}, {}: {verdict} {QUIET}({:.1} s){QUIET:#}",
            counted(self.conversations, "conversation"),
            counted(self.turns, "turn"),
            self.started.elapsed().as_secs_f64()
        ));
    }

    fn uncovered(&self, intents: &IntentSet, out: &mut dyn Output) {
        let all = Part::all(intents);
        let missing: Vec<&Part> = all.difference(&self.used).collect();
        if self.json {
            let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
            return out.line(&json!({ "uncovered": names }).to_string());
        }
        if missing.is_empty() {
            return out.line("Every action, pattern and intent is used by a conversation.");
        }
        out.line(&format!("\nUsed by no conversation ({} of {}):", missing.len(), all.len()));
        for part in missing {
            out.line(&format!("  {part}"));
        }
    }
}

/// Turn, what was said, what was expected and what came, one under the other.
fn explain(mismatch: &Mismatch, out: &mut dyn Output) {
    let Mismatch { turn, said, expected, found } = mismatch;
    out.line(&format!("    turn {turn}  › {said}"));
    let width = out.width().saturating_sub(18);
    for (label, text) in [("expected", expected), ("found", found)] {
        let lines = textwrap::wrap(text, width).join("\n                ");
        out.line(&format!("      {QUIET}{label:<9}{QUIET:#} {lines}"));
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
