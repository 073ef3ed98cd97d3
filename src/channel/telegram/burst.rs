//! People write one thought in three messages. What one shopper writes in a chat within a short quiet time is one turn.
//! Pure: time is passed in, and the [dispatcher](super::dispatch) does the waiting.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::Tuning;
use crate::model::{ChatId, Incoming, Input, LONGEST_TEXT};

/// Telegram tells the second in which a message was written, no more.
const ROUNDING: SignedDuration = SignedDuration::from_secs(1);

/// One journaled update that asks for an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// The journaled update.
    pub update: i64,
    /// Telegram's id of the message, by which an edit of it is known.
    pub message: Option<i64>,
    /// What it says.
    pub incoming: Incoming,
    /// How often it was begun and not finished, before this run of the program.
    pub attempts: u32,
    /// Whether it was journaled by an earlier run.
    pub resumed: bool,
    /// Whether the house has asked something and waits for it.
    pub expected: bool,
}

impl Part {
    /// Words that may have more words behind them. What failed again and again is taken alone, so that it harms no other.
    fn joins(&self) -> bool {
        matches!(self.incoming.input, Input::Text(_)) && self.attempts < 2
    }
}

/// What is answered together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Burst {
    parts: Vec<Part>,
    /// Updates that corrected one of the parts.
    edits: Vec<i64>,
}

impl Burst {
    fn of(part: Part) -> Self {
        Burst { parts: vec![part], edits: Vec::new() }
    }

    /// Every update that is handled with it, oldest first.
    pub(super) fn updates(&self) -> Vec<i64> {
        let mut all: Vec<i64> = self.parts.iter().map(|part| part.update).chain(self.edits.clone()).collect();
        all.sort_unstable();
        all
    }

    /// Those that an earlier run of the program has journaled and perhaps begun.
    pub(super) fn resumed(&self) -> Vec<i64> {
        self.parts.iter().filter(|part| part.resumed).map(|part| part.update).collect()
    }

    /// One message with a line for each; `None` for a burst of nothing, which there is not.
    pub(super) fn incoming(&self) -> Option<Incoming> {
        let last = self.parts.last()?.incoming.clone();
        if self.parts.len() == 1 {
            return Some(last);
        }
        let lines: Vec<&str> = self.parts.iter().map(|part| part.incoming.input.text()).collect();
        Some(Incoming { input: Input::Text(lines.join("\n")), ..last })
    }

    fn characters(&self) -> usize {
        self.parts.iter().map(|part| part.incoming.input.text().chars().count() + 1).sum()
    }

    /// Whether `next` belongs to it: of the same shopper, written soon after, and not too much.
    fn takes(&self, next: &Part, quiet: Duration) -> bool {
        let Some(last) = self.parts.last().filter(|last| last.joins() && next.joins()) else { return false };
        let pause = next.incoming.at.duration_since(last.incoming.at).abs();
        let soon = SignedDuration::try_from(quiet).is_ok_and(|quiet| pause <= quiet + ROUNDING);
        let fits = self.characters() + next.incoming.input.text().chars().count() <= LONGEST_TEXT;
        soon && fits && last.incoming.shopper == next.incoming.shopper
    }

    /// Takes the new words of a message in place of the old ones; false when the message is none of these.
    fn corrected(&mut self, edit: &Part) -> bool {
        let (Input::Edited(text), Some(message)) = (&edit.incoming.input, edit.message) else { return false };
        let shopper = &edit.incoming.shopper;
        let part = self
            .parts
            .iter_mut()
            .find(|part| part.message == Some(message) && part.incoming.shopper == *shopper && part.joins());
        let Some(part) = part else { return false };
        part.incoming.input = Input::Text(text.clone());
        self.edits.push(edit.update);
        true
    }
}

/// How long to wait for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quiet {
    /// After a message that may go on; zero waits for nothing.
    pub usual: Duration,
    /// After the first message of a burst, however many follow.
    pub longest: Duration,
}

impl Quiet {
    pub(super) fn of(tuning: &Tuning) -> Self {
        Quiet { usual: tuning.quiet, longest: tuning.longest_quiet }
    }

    /// A sentence that has ended and the answer to a question of ours wait two fifths of the usual time.
    fn after(self, part: &Part) -> Duration {
        match part.expected || is_whole(part.incoming.input.text()) {
            true => self.usual * 2 / 5,
            false => self.usual,
        }
    }
}

/// Whether it ends as sentences do; "…" promises more.
fn is_whole(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with(['.', '!', '?', '。', '！', '？', '؟', '।']) && !text.ends_with("..")
}

/// The bursts that may still grow, one a chat at most.
#[derive(Debug, Default)]
pub(super) struct Windows {
    open: HashMap<ChatId, Window>,
    opened: u64,
}

#[derive(Debug)]
struct Window {
    id: u64,
    burst: Burst,
    until: Instant,
    latest: Instant,
}

/// What came of a new part.
#[derive(Debug, PartialEq)]
pub(super) struct Offered {
    /// What is complete now and goes to its turn, in this order.
    pub complete: Vec<Burst>,
    /// A window has opened: ask [`Windows::due`] for it later.
    pub opened: Option<u64>,
}

/// Whether a window may close.
#[derive(Debug, PartialEq)]
pub(super) enum Due {
    /// This is complete.
    Now(Burst),
    /// Ask again then.
    At(Instant),
    /// It was closed otherwise.
    Gone,
}

impl Windows {
    /// Takes one more part of its chat.
    pub(super) fn offer(&mut self, part: Part, quiet: Quiet, now: Instant) -> Offered {
        let chat = part.incoming.chat.clone();
        let wait = quiet.after(&part);
        if let Some(window) = self.open.get_mut(&chat) {
            if window.burst.corrected(&part) {
                window.until = (now + wait).min(window.latest);
                return Offered { complete: Vec::new(), opened: None };
            }
            if window.burst.takes(&part, quiet.usual) {
                window.burst.parts.push(part);
                window.until = (now + wait).min(window.latest);
                return Offered { complete: Vec::new(), opened: None };
            }
        }
        let mut complete: Vec<Burst> =
            self.open.remove(&chat).map(|window| window.burst).into_iter().collect();
        if !part.joins() || wait.is_zero() {
            complete.push(Burst::of(part));
            return Offered { complete, opened: None };
        }
        self.opened += 1;
        let latest = now + quiet.longest;
        let window =
            Window { id: self.opened, burst: Burst::of(part), until: (now + wait).min(latest), latest };
        self.open.insert(chat, window);
        Offered { complete, opened: Some(self.opened) }
    }

    /// Whether the window of that id in that chat has been quiet for long enough.
    pub(super) fn due(&mut self, chat: &ChatId, id: u64, now: Instant) -> Due {
        match self.open.get(chat).filter(|window| window.id == id).map(|window| window.until) {
            Some(until) if now < until => Due::At(until),
            Some(_) => self.open.remove(chat).map_or(Due::Gone, |window| Due::Now(window.burst)),
            None => Due::Gone,
        }
    }
}

#[cfg(test)]
mod tests;
