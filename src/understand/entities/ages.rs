//! How old somebody is, "my 6 year old niece", and for whom things are then.

use super::numbers::{in_digits, in_words};
use super::tokens::Message;
use super::{Found, Words};
use crate::intents::AgeRange;
use crate::model::{EntityKind, EntityValue};

/// Nobody is older, in years.
const OLDEST: u32 = 120;

pub(super) fn find(message: &Message, words: &Words) -> Vec<Found> {
    let tokens = &message.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some((number, taken)) = number(message, words, at) else { continue };
        let end = at + taken;
        let years = words.age_years.at(tokens, end);
        let months = words.age_months.at(tokens, end);
        // "3 and 6 year olds": the unit stands behind the last.
        let joined = words.to.at(tokens, end);
        let years = match years {
            0 if joined > 0 && behind_joint(message, words, end + joined) => joined,
            years => years,
        };
        let before = words.age_before.before(tokens, at);
        // "$5 for a toddler" has no age, and "aged 6 months" has months.
        let (months_old, to, from) = if months > years {
            (number, end + months, at - before)
        } else if years > 0 {
            (number * 12, end + years, at - before)
        } else if before > 0 && words.units.at(tokens, end) == 0 && words.currency.at(tokens, end) == 0 {
            (number * 12, end, at - before)
        } else {
            continue;
        };
        found.push(Found {
            kind: EntityKind::Age,
            values: vec![EntityValue::Age(months_old)],
            bytes: message.bytes(from..to),
            rank: 1,
        });
    }
    found
}

/// Whether a number of years begins at a token.
fn behind_joint(message: &Message, words: &Words, at: usize) -> bool {
    let Some(second) = message.tokens.get(at) else { return false };
    in_digits(&second.text, OLDEST).is_some() && words.age_years.at(&message.tokens, at + 1) > 0
}

/// `6`, "six", `6th` before "birthday".
fn number(message: &Message, words: &Words, at: usize) -> Option<(u32, usize)> {
    let text = message.tokens[at].text.as_str();
    let bare = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let marked = bare.len() < text.len();
    in_digits(bare, OLDEST)
        .filter(|_| !marked || words.age_years.at(&message.tokens, at + 1) > 0)
        .map(|n| (n, 1))
        .or_else(|| in_words(&message.tokens, at, words).filter(|(n, _)| *n <= OLDEST))
        .filter(|(n, _)| *n > 0)
}

/// Puts the audience of an age beside it. "My 6 year old niece" is a child, whatever a niece is else: the audience of a
/// neighbouring word is dropped, and given back beside.
pub(super) fn with_audiences(
    found: Vec<Found>,
    message: &Message,
    audiences: &[(AgeRange, String)],
) -> (Vec<Found>, Vec<Found>) {
    let mut added: Vec<Found> = Vec::new();
    for age in found.iter().filter(|f| f.kind == EntityKind::Age) {
        let Some(EntityValue::Age(months)) = age.values.first() else { continue };
        let years = months / 12;
        let audience = audiences.iter().find(|(range, _)| (range.from..=range.to).contains(&years));
        added.extend(audience.map(|(_, word)| Found {
            kind: EntityKind::Audience,
            values: vec![EntityValue::Word(word.clone())],
            bytes: age.bytes.clone(),
            rank: age.rank,
        }));
    }
    let near = |f: &Found| {
        let own = message.within(&f.bytes);
        added.iter().any(|age| {
            let age = message.within(&age.bytes);
            own.start.saturating_sub(age.end) <= 1 && age.start.saturating_sub(own.end) <= 2
        })
    };
    let (dropped, mut found): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|f| f.kind == EntityKind::Audience && near(f));
    found.extend(added);
    // The age first, then whom it makes of somebody.
    found.sort_by_key(|f| f.bytes.start);
    (found, dropped)
}
