//! The words of a folded text.

use std::ops::Range;

/// A word with its place in the folded text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word: letters and digits, with `'`, `-`, `.`, `&` or `/` inside only.
    pub text: &'a str,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The words of a folded text. Marks between letters or digits belong to the word (`t-shirt`, `8.5`, `men's`, `h&m`);
/// everything else separates.
pub fn words(folded: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut chars = folded.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_part = chars.peek().is_some_and(|(_, next)| is_part(*next));
        let inside = is_part(c) || (start.is_some() && is_joint(c) && next_is_part);
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push(Word { text: &folded[from..at], range: from..at });
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(Word { text: &folded[from..], range: from..folded.len() });
    }
    found
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric()
        || unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '$' | '€' | '£' | '¥' | '₹' | '#')
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '-' | '.' | '&' | '/' | '@' | '_')
}

/// What stays equal when punctuation, emoji, case and spacing change: the words, one space between.
/// `Where's my ORDER?? 😡` and `where's my order` have the same key.
pub fn key(text: &str) -> String {
    let folded = super::fold(text);
    let words = words(&folded.text);
    let mut key = String::with_capacity(folded.text.len());
    for word in words {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word.text);
    }
    key
}

/// An English word without its plural or possessive ending, for comparing only: `shoes`, `shoe's` and `shoe` give the same.
/// Words of other languages pass through the same few rules, which is harmless because both sides do.
pub fn singular(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')).unwrap_or(word);
    let keep = |n: usize| word[..word.len() - n].to_owned();
    if word.chars().count() <= 3 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    if word.ends_with("ies") && word.len() > 4 {
        return keep(3) + "y";
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return keep(2);
        }
    }
    if word.ends_with('s') { keep(1) } else { word.to_owned() }
}
