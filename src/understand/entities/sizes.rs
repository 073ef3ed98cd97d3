//! Sizes: "size 10", "in M", "eu 42", "jeans 32".

use super::lexicon::Lexicon;
use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue};
use crate::text::key;

/// Sizes in digits. `words` are the finds so far.
pub(super) fn find(
    message: &Message,
    grammar: &Words,
    lexicon: &Lexicon,
    words: &[Found],
    expecting: Option<EntityKind>,
) -> Vec<Found> {
    let asked = expecting == Some(EntityKind::Size) && message.tokens.len() <= 4;
    let mut found: Vec<Found> = Vec::new();
    for at in 0..message.tokens.len() {
        if let Some(waist) = waist_and_length(message, lexicon, at) {
            found.push(waist);
            continue;
        }
        let Some((text, end)) = number(message, at) else { continue };
        let stocked = lexicon.sizes.get(&key(&text));
        let announced = grammar.announces_size(message, at);
        let listed = found.last().is_some_and(|last| in_list(message, grammar, last, at));
        let measured = grammar.measured(&message.tokens, end);
        let placed = grammar.size_before.before(&message.tokens, at) > 0 || follows_thing(message, words, at);
        let is_size = announced > 0 || listed || asked || (stocked.is_some() && placed && !measured);
        if is_size {
            found.push(Found {
                kind: EntityKind::Size,
                values: vec![EntityValue::Word(stocked.cloned().unwrap_or(text))],
                bytes: message.bytes(at - announced..end),
                rank: 2,
            });
        }
    }
    found
}

/// `8`, `8.5`, `32/34`: a number that can be a size, and the token behind it.
fn number(message: &Message, at: usize) -> Option<(String, usize)> {
    let is_number = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (1..=4).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let token = &message.tokens[at].text;
    if !is_number(token) || (at > 0 && message.gap_after(at - 1) == "/") {
        return None;
    }
    // "8 1/2"
    let half = |n: usize, text: &str| message.tokens.get(at + n).is_some_and(|next| next.text == text);
    if half(1, "1") && half(2, "2") && message.gap_after(at + 1) == "/" && !token.contains('.') {
        return Some((format!("{token}.5"), at + 3));
    }
    match message.tokens.get(at + 1).filter(|next| is_number(&next.text) && message.gap_after(at) == "/") {
        Some(next) => Some((format!("{token}/{}", next.text), at + 2)),
        None => Some((token.clone(), at + 1)),
    }
}

/// `32x32`, `W32 L34`, `32W 34L`: trousers by waist and length. Where the shop has no such pairs, the waist is the size.
fn waist_and_length(message: &Message, lexicon: &Lexicon, at: usize) -> Option<Found> {
    let text = |at: usize| message.tokens.get(at).map_or("", |token| token.text.as_str());
    let two_digits = |text: &str| text.len() == 2 && text.chars().all(|c| c.is_ascii_digit());
    let marked = |text: &str, letter: char| {
        let bare = text.strip_prefix(letter).or_else(|| text.strip_suffix(letter)).unwrap_or_default();
        two_digits(bare).then(|| bare.to_owned())
    };
    let (waist, length, end) = match (text(at).split_once('x'), marked(text(at), 'w')) {
        (Some((waist, length)), _) if two_digits(waist) && two_digits(length) => {
            (waist.to_owned(), Some(length.to_owned()), at + 1)
        }
        (_, Some(waist)) => {
            let length = marked(text(at + 1), 'l');
            let end = at + 1 + usize::from(length.is_some());
            (waist, length, end)
        }
        _ => return None,
    };
    let pairs = length.iter().flat_map(|length| [format!("{waist}/{length}"), format!("{waist}x{length}")]);
    let size = pairs.chain([waist.clone()]).find_map(|text| lexicon.sizes.get(&key(&text)))?;
    Some(Found {
        kind: EntityKind::Size,
        values: vec![EntityValue::Word(size.clone())],
        bytes: message.bytes(at..end),
        rank: 2,
    })
}

/// "8 and 9": behind a size and "and".
fn in_list(message: &Message, grammar: &Words, last: &Found, at: usize) -> bool {
    let end = message.within(&last.bytes).end;
    end == at || (end < at && end + grammar.to.at(&message.tokens, end) == at)
}

/// "jeans 32", "women 7.5": right behind what has sizes.
fn follows_thing(message: &Message, found: &[Found], at: usize) -> bool {
    use EntityKind::{Audience, Brand, Category, Colour, Material, Size};
    let has_sizes = |f: &&Found| matches!(f.kind, Category | Audience | Brand | Colour | Material | Size);
    found.iter().filter(has_sizes).any(|f| message.within(&f.bytes).end == at)
}

/// Drops "small" of "a small table" and "m" of "5 m": a size that is an everyday word, or one letter, must be placed
/// like a size.
pub(super) fn without_bare_words(found: Vec<Found>, message: &Message, grammar: &Words) -> Vec<Found> {
    let keeps = |f: &Found| {
        let tokens = message.within(&f.bytes);
        let text = &message.folded.text[f.bytes.clone()];
        if f.kind != EntityKind::Size || is_code(text, f) || tokens.len() == message.tokens.len() {
            return true;
        }
        let announced = grammar.announces_size(message, tokens.start) > 0
            || grammar.size_before.before(&message.tokens, tokens.start) > 0
            || grammar.size.at(&message.tokens, tokens.end) > 0;
        let before_thing = found.iter().any(|other| {
            other.kind == EntityKind::Category && message.within(&other.bytes).start == tokens.end
        });
        let listed = found
            .iter()
            .any(|other| other.kind == EntityKind::Size && in_list(message, grammar, other, tokens.start));
        announced || ((follows_thing(message, &found, tokens.start) || listed) && !before_thing)
    };
    let kept: Vec<bool> = found.iter().map(keeps).collect();
    found.iter().zip(kept).filter(|(_, kept)| *kept).map(|(f, _)| f.clone()).collect()
}

/// `xl`, `3xl`, `0-3m`, "extra large": nothing else is written so.
fn is_code(text: &str, found: &Found) -> bool {
    let canonical = match found.values.first() {
        Some(EntityValue::Word(word)) => word.as_str(),
        _ => "",
    };
    let capitals = canonical.len() >= 2 && canonical.chars().all(|c| c.is_ascii_uppercase());
    text.contains(|c: char| c.is_ascii_digit())
        || text.contains(' ')
        || (capitals && text == canonical.to_lowercase())
}
