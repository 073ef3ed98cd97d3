//! Which of the things just shown, and how many.

use super::numbers::{in_digits, in_words};
use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue, Ordinal};

/// A list is never longer than this on any channel.
const LONGEST_LIST: u32 = 20;

/// "the second one", "2nd", "last", "#2", "the first two"; a bare "2" when that was asked.
pub(super) fn ordinals(message: &Message, words: &Words, expecting: Option<EntityKind>) -> Vec<Found> {
    let asked = expecting == Some(EntityKind::Ordinal);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < message.tokens.len() {
        let led = words.ordinal_lead.before(&message.tokens, at) > 0 && ends_or_joins(message, words, at + 1);
        let chained = led || found.last().is_some_and(|last: &Found| follows(message, words, last, at));
        match one(message, words, at, asked || chained) {
            Some((values, to)) => {
                found.push(Found {
                    kind: EntityKind::Ordinal,
                    values: values.into_iter().map(EntityValue::Ordinal).collect(),
                    bytes: message.bytes(at..to),
                    rank: 2,
                });
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

/// "the first and third": behind "and" an ordinal needs no more proof.
fn follows(message: &Message, words: &Words, last: &Found, at: usize) -> bool {
    let end = message.within(&last.bytes).end;
    let joined = words.to.at(&message.tokens, end);
    // "1, 2 and 3", "1 & 3"
    let listed = end == at && message.gap_after(end - 1).trim().contains([',', '&', '+']);
    (joined > 0 && end + joined == at) || listed
}

/// The ordinals that begin at a token, and where they end.
fn one(message: &Message, words: &Words, at: usize, sure: bool) -> Option<(Vec<Ordinal>, usize)> {
    let tokens = &message.tokens;
    let text = tokens[at].text.as_str();
    if let Some(n) = text.strip_prefix('#').and_then(|digits| in_digits(digits, LONGEST_LIST)) {
        return (n > 0).then(|| (vec![Ordinal::Nth(n)], at + 1));
    }
    let named = words.ordinal_number.at(tokens, at);
    if named > 0
        && let Some(n) = tokens.get(at + named).and_then(|t| in_digits(&t.text, LONGEST_LIST))
    {
        return (n > 0).then(|| (vec![Ordinal::Nth(n)], at + named + 1));
    }
    if sure && let Some(n) = in_digits(text, LONGEST_LIST).filter(|n| *n > 0) {
        return Some((vec![Ordinal::Nth(n)], at + 1));
    }
    let ordinal = match words.raw.ordinals.get(text) {
        Some(n) => Ordinal::Nth(*n),
        None if words.last.at(tokens, at) > 0 => Ordinal::Last,
        None => return None,
    };
    if words.ordinal_not.at(tokens, at + 1) > 0 {
        return None;
    }
    if let Some(several) = several(message, words, ordinal, at + 1) {
        return Some(several);
    }
    let numeric = text.starts_with(|c: char| c.is_ascii_digit());
    let behind = words.ordinal_after.at(tokens, at + 1);
    let before = words.ordinal_before.before(tokens, at) > 0;
    (sure || numeric || behind > 0 || before || tokens.len() == 1).then(|| (vec![ordinal], at + 1 + behind))
}

/// "first two", "top 3".
fn several(message: &Message, words: &Words, first: Ordinal, at: usize) -> Option<(Vec<Ordinal>, usize)> {
    let tokens = &message.tokens;
    let digits = tokens.get(at).and_then(|token| in_digits(&token.text, 5)).map(|n| (n, 1));
    let (n, taken) = digits.or_else(|| in_words(tokens, at, words))?;
    let end = at + taken + words.ordinal_after.at(tokens, at + taken);
    match first {
        Ordinal::Nth(1) if (2..=5).contains(&n) => Some(((1..=n).map(Ordinal::Nth).collect(), end)),
        Ordinal::Last if (2..=5).contains(&n) => Some(((1..=n).rev().map(Ordinal::FromEnd).collect(), end)),
        _ => None,
    }
}

/// "compare 1 and 3": behind the digit the message ends, or another one is joined to it.
fn ends_or_joins(message: &Message, words: &Words, at: usize) -> bool {
    let pause = message.gap_after(at - 1);
    let joined = words.to.at(&message.tokens, at);
    let next =
        message.tokens.get(at + joined).is_some_and(|token| in_digits(&token.text, LONGEST_LIST).is_some());
    at == message.tokens.len() || pause.contains([',', '.', '!', '?', '&', '+']) || (joined > 0 && next)
}

/// "two pairs", "3 of them", "2x", "two candles"; a bare "2" when that was asked.
pub(super) fn quantities(
    message: &Message,
    words: &Words,
    found: &[Found],
    expecting: Option<EntityKind>,
) -> Vec<Found> {
    let asked = expecting == Some(EntityKind::Quantity);
    let named = |at: usize| {
        let category = |f: &&Found| f.kind == EntityKind::Category;
        found.iter().filter(category).any(|f| message.within(&f.bytes).start == at)
    };
    let mut quantities = Vec::new();
    for at in 0..message.tokens.len() {
        let Some((number, taken)) = number(message, words, at) else { continue };
        let counted = words.quantity.at(&message.tokens, at + taken);
        let times = message.tokens[at].text.contains('x');
        // "one" is an article more often than a count.
        let counts = counted > 0 || times || asked || (number > 1 && named(at + taken));
        if counts && number > 0 {
            quantities.push(Found {
                kind: EntityKind::Quantity,
                values: vec![EntityValue::Number(number)],
                bytes: message.bytes(at..at + taken + counted),
                rank: 3,
            });
        }
    }
    quantities
}

fn number(message: &Message, words: &Words, at: usize) -> Option<(u32, usize)> {
    let text = message.tokens[at].text.as_str();
    let bare = text.strip_prefix('x').or_else(|| text.strip_suffix('x')).unwrap_or(text);
    in_digits(bare, 99)
        .map(|n| (n, 1))
        .or_else(|| in_words(&message.tokens, at, words).filter(|(n, _)| *n <= 99))
}
