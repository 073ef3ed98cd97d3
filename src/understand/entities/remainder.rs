//! What remains of a message for a product search.

use super::measures::Measure;
use super::negation::Denials;
use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue};
use crate::text::umlaut;

/// The folded words without filters, filler and politeness. Category words stay: they help the text search too.
/// Letters that folding spells otherwise stay as they were written in `original`.
pub(super) fn search_text(
    original: &str,
    message: &Message,
    words: &Words,
    found: &[Found],
    denials: &Denials,
    measures: &[Measure],
) -> String {
    let mut gone = denials.tokens.clone();
    let mut kept = vec![false; gone.len()];
    for (one, denied) in found.iter().zip(&denials.denied) {
        // The bare name of an attribute may be a word like any other: "weight bench".
        let is_name = one.kind == EntityKind::Attribute && matches!(one.values[..], [EntityValue::Word(_)]);
        if is_name && !denied {
            continue;
        }
        let stays = one.kind == EntityKind::Category && !denied;
        for token in message.within(&one.bytes) {
            if stays { kept[token] = true } else { gone[token] = true }
        }
    }
    for measure in measures {
        kept[measure.tokens.clone()].iter_mut().for_each(|token| *token = true);
    }
    let mut at = 0;
    while at < message.tokens.len() {
        let taken = words.filler.at(&message.tokens, at).max(words.polite.at(&message.tokens, at));
        // A phrase that runs into a category keeps the category: "are there watches".
        let free = (at..at + taken).take_while(|token| !kept[*token]).count();
        gone[at..at + free].iter_mut().for_each(|token| *token = true);
        at += free.max(1);
    }
    let stays = |token: usize| kept[token] || !gone[token];
    let letters: Vec<char> = original.chars().collect();
    let mut left = String::new();
    for token in (0..message.tokens.len()).filter(|token| stays(*token)) {
        let measure = measures.iter().find(|measure| measure.tokens.contains(&token));
        if measure.is_some_and(|measure| measure.tokens.start != token) {
            continue;
        }
        // "t-shirt" stays one word, and "3/4 inch" one number.
        let joint = token.checked_sub(1).filter(|before| stays(*before)).map_or(" ", |before| match message
            .gap_after(before)
        {
            joint @ ("-" | "/") => joint,
            _ => " ",
        });
        if !left.is_empty() {
            left.push_str(joint);
        }
        if let Some(measure) = measure {
            left.push_str(&measure.text);
            continue;
        }
        left.push_str(&written(&letters, message, found, token));
    }
    left
}

/// A token as it was written, in lower case; of a compound the part that is no filter.
fn written(original: &[char], message: &Message, found: &[Found], token: usize) -> String {
    let whole = message.tokens[token].range.clone();
    let inside = |f: &&Found| f.bytes.start > whole.start && f.bytes.end == whole.end;
    let thing = found.iter().filter(|f| f.kind == EntityKind::Category).find(inside);
    let bytes = thing.map_or(whole, |f| f.bytes.clone());
    let plain = &message.folded.text[bytes.clone()];
    let span = message.folded.original(bytes);
    let spelled = original[span].iter().collect::<String>().to_lowercase();
    if spelled.chars().any(|c| umlaut(c).is_some()) { spelled } else { plain.to_owned() }
}
