//! E-mail addresses and phone numbers. Transcripts hide what is found here, so nothing else may claim its words.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue};
use crate::text;

/// The words that may announce a phone number stand at most so many words before it: "my number is: …".
const ANNOUNCED_WITHIN: usize = 2;

/// Of anything that overlaps, these stand.
pub(super) const RANK: u8 = 0;

/// `written` is the message as it came: an address keeps its umlauts, which folding writes out.
pub(super) fn emails(message: &Message, written: &str) -> Vec<Found> {
    let hits = text::emails(&message.folded.text).into_iter();
    hits.map(|bytes| {
        let place = message.folded.original(bytes.clone());
        let letters: String = written.chars().skip(place.start).take(place.len()).collect();
        let address = letters.nfkc().collect::<String>().to_lowercase();
        found(EntityKind::Email, EntityValue::Email(address), bytes)
    })
    .collect()
}

/// `taken` holds order numbers and addresses: a phone number that lies inside one is none. Neither is one that money or
/// a unit follows.
pub(super) fn phones(message: &Message, words: &Words, taken: &[Found]) -> Vec<Found> {
    let folded = &message.folded.text;
    let mut ranges = text::phones(folded);
    for announced in announced(message, words) {
        if ranges.iter().all(|range| range.end <= announced.start || announced.end <= range.start) {
            ranges.push(announced);
        }
    }
    ranges.retain(|range| {
        let inside = |f: &Found| f.bytes.start <= range.start && range.end <= f.bytes.end;
        let end = message.within(range).end;
        // Nobody counts dollars with a plus sign or a leading zero.
        let plain = folded[range.clone()].starts_with(|c: char| ('1'..='9').contains(&c));
        let counts = words.currency.at(&message.tokens, end) > 0 || words.measured(&message.tokens, end);
        (!counts || !plain) && !taken.iter().any(inside)
    });
    ranges
        .into_iter()
        .map(|bytes| {
            let number = text::phone_number(&folded[bytes.clone()]);
            found(EntityKind::Phone, EntityValue::Phone(number), bytes)
        })
        .collect()
}

/// "call me on 555-0199": behind such words even a short number is one.
fn announced(message: &Message, words: &Words) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for at in 0..message.tokens.len() {
        let taken = words.phone.at(&message.tokens, at);
        if taken == 0 {
            continue;
        }
        let behind = at + taken..(at + taken + ANNOUNCED_WITHIN + 1).min(message.tokens.len());
        let digits = behind
            .into_iter()
            .find(|token| message.tokens[*token].text.starts_with(|c: char| c.is_ascii_digit()));
        let Some(token) = digits else { continue };
        let from = message.tokens[token].range.start;
        // Signs before the first digit belong to it: `+49`, `(555)`.
        let signs = message.folded.text[..from].len()
            - message.folded.text[..from].trim_end_matches(['+', '(']).len();
        found.extend(text::announced_phone(&message.folded.text, from - signs));
    }
    found
}

fn found(kind: EntityKind, value: EntityValue, bytes: Range<usize>) -> Found {
    Found { kind, values: vec![value], bytes, rank: RANK }
}
