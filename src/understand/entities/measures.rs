//! Measures that products carry in their texts: `500ml`, `90x200 cm`, `27"`, "2 person". They stay words of the search,
//! spelled as products spell them.

use std::ops::Range;

use super::tokens::Message;
use super::{Found, Words};
use crate::model::EntityKind;

/// A measure, and how a search says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) tokens: Range<usize>,
    pub(super) text: String,
}

pub(super) fn find(message: &Message, words: &Words) -> Vec<Measure> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < message.tokens.len() {
        match measure(message, words, at) {
            Some(measure) => {
                at = measure.tokens.end;
                found.push(measure);
            }
            None => at += 1,
        }
    }
    found
}

/// Without the measures that a longer find takes words of (`0-3 months` is a size), and without the finds inside measures.
pub(super) fn settle(measures: &mut Vec<Measure>, found: &mut Vec<Found>, message: &Message) {
    let overlaps = |f: &Found, m: &Measure| {
        let tokens = message.within(&f.bytes);
        tokens.start < m.tokens.end && m.tokens.start < tokens.end
    };
    let yields = |f: &Found, m: &Measure| {
        let tokens = message.within(&f.bytes);
        matches!(f.kind, EntityKind::Size | EntityKind::Quantity | EntityKind::Ordinal)
            && tokens.start >= m.tokens.start
            && tokens.end <= m.tokens.end
    };
    measures.retain(|m| !found.iter().any(|f| overlaps(f, m) && !yields(f, m)));
    found.retain(|f| !measures.iter().any(|m| overlaps(f, m)));
}

fn measure(message: &Message, words: &Words, at: usize) -> Option<Measure> {
    let tokens = &message.tokens;
    let mut text = String::new();
    let mut next = at;
    loop {
        let (numbers, unit) = split(&tokens.get(next)?.text)?;
        let numbers: Vec<&str> = numbers.split(['x', '×']).collect();
        if !numbers.iter().all(|number| is_number(number)) {
            return None;
        }
        if !text.is_empty() {
            text.push_str(" x ");
        }
        text.push_str(&numbers.join(" x "));
        next += 1;
        if !unit.is_empty() {
            let canonical = words.raw.measures.get(unit)?;
            return Some(Measure { tokens: at..next, text: format!("{text} {canonical}") });
        }
        match tokens.get(next).map(|token| token.text.as_str()) {
            Some("x" | "×") => next += 1,
            _ => break,
        }
    }
    // `27"` and "27 inches"
    if message.gap_after(next - 1).starts_with('"') {
        let canonical = words.raw.measures.get("\"")?;
        return Some(Measure { tokens: at..next, text: format!("{text} {canonical}") });
    }
    let taken = words.measure.at(tokens, next);
    let canonical = words.raw.measures.get(&message.phrase(next..next + taken))?;
    let joined = message.gap_after(next - 1);
    (joined.trim().is_empty() || joined == "-")
        .then(|| Measure { tokens: at..next + taken, text: format!("{text} {canonical}") })
}

/// `500ml` in number and unit; the unit is empty where there is none.
fn split(token: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | 'x' | '×');
    let end = token.find(|c| !is_part(c)).unwrap_or(token.len());
    let (number, unit) = token.split_at(end);
    number.starts_with(|c: char| c.is_ascii_digit()).then_some((number, unit))
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}
