//! Order numbers by the shop's own pattern.

use regex::{Regex, RegexBuilder};

use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue, OrderNumber};
use crate::text::words;

/// The shop's pattern, made to match a whole word in any case.
pub(super) fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).case_insensitive(true).build()
}

pub(super) fn find(
    message: &Message,
    pattern: &Regex,
    grammar: &Words,
    expecting: Option<EntityKind>,
) -> Vec<Found> {
    let text = &message.folded.text;
    let asked = expecting == Some(EntityKind::OrderNumber);
    let words = words(text);
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let bare = word.text.trim_start_matches('#');
        let token = message.within(&word.range).start;
        let announced =
            asked || word.text.starts_with('#') || grammar.order.before(&message.tokens, token) > 0;
        let is_number = |text: &str| pattern.is_match(text);
        let candidates = [
            is_number(bare).then(|| (bare.to_owned(), word.range.clone())),
            dashed(bare).filter(|text| is_number(text)).map(|text| (text, word.range.clone())),
            // "a 1042": only where a number is awaited, for "a 1042" is also an article and a count.
            words.get(i + 1).filter(|_| announced).and_then(|next| {
                let joined = [format!("{bare}{}", next.text), format!("{bare}-{}", next.text)];
                let fitting = joined.into_iter().find(|text| is_number(text))?;
                Some((fitting, word.range.start..next.range.end))
            }),
            (announced && bare.len() >= 3 && bare.bytes().all(|b| b.is_ascii_digit()))
                .then(|| (bare.to_owned(), word.range.clone())),
        ];
        let Some((number, bytes)) = candidates.into_iter().flatten().next() else { continue };
        let Ok(number) = OrderNumber::parse(&number) else { continue };
        found.push(Found {
            kind: EntityKind::OrderNumber,
            values: vec![EntityValue::Order(number)],
            bytes,
            rank: 0,
        });
    }
    found
}

/// `a1042` as `a-1042`: the dash is what people leave out.
fn dashed(text: &str) -> Option<String> {
    let at = text.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0)?;
    (!text.contains('-')).then(|| format!("{}-{}", &text[..at], &text[at..]))
}
