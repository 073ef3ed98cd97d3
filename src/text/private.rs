//! Where a text holds somebody's e-mail address or phone number, in any language.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// In a folded text, so lower case; letters of every script, as internationalised addresses have them.
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}._%+'-]*@[\p{L}\p{N}\p{M}-]+(?:\.[\p{L}\p{N}\p{M}-]+)*\.\p{L}[\p{L}\p{M}]+").ok()
});

/// The shapes in which phone numbers are written, the most telling first. Each ends where a word ends.
static PHONES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const SHAPES: [&str; 5] = [
        // +49 (0)30 123-4567, 0049 30 1234567
        r"(?:\+|\b00)\s?\d(?:[\s().\-/]{0,3}\d){6,18}\b",
        // (555) 010-0199, 1-555-010-0199, 555.010.0199
        r"(?:\b1[\s.\-]?)?(?:\(\d{3}\)\s?|\b\d{3}[\s.\-])\d{3}[\s.\-]\d{4}\b",
        // (030) 1234567, 0171-1234567, 01711234567, 020 7946 0958
        r"(?:\(0\d{1,4}\)|\b0\d{2,5})(?:[\s\-/.]{0,3}\d){5,10}\b",
        // 06 12 34 56 78
        r"\b0\d(?:[\s.\-]\d\d){4}\b",
        // 5550100199
        r"\b\d{10,12}\b",
    ];
    SHAPES.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
});

/// What a telephone may be called by after words that announce it: `555-0199`, `0171/12 34 5`.
static ANNOUNCED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\+?\(?\d(?:[\s().\-/]{0,3}\d){4,16}\b").ok());

/// The e-mail addresses of a folded text, as ranges of its bytes.
pub fn emails(folded: &str) -> Vec<Range<usize>> {
    EMAIL.iter().flat_map(|regex| regex.find_iter(folded)).map(|hit| hit.range()).collect()
}

/// What is written like a phone number in a folded text, as ranges of its bytes that do not overlap, in order.
/// Money (`$1000000000`, `10000000000 €`) and numbers inside a larger word are left out.
pub fn phones(folded: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for shape in PHONES.iter() {
        let mut from = 0;
        while let Some(hit) = folded.get(from..).and_then(|rest| shape.find(rest)) {
            let range = from + hit.start()..from + hit.end();
            let overlaps = found.iter().any(|other| other.start < range.end && range.start < other.end);
            let fits = !overlaps
                && stands_alone(folded, &range)
                && (7..=20).contains(&digits(&folded[range.clone()]));
            from = if fits { range.end } else { next_char(folded, range.start) };
            if fits {
                found.push(range);
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// The phone number that begins at a byte of a folded text, where words before it say that one follows.
pub fn announced_phone(folded: &str, from: usize) -> Option<Range<usize>> {
    let hit = ANNOUNCED.as_ref()?.find(folded.get(from..)?)?;
    let range = from..from + hit.end();
    stands_alone(folded, &range).then_some(range)
}

/// A phone number as machines write it: its digits, behind `+` where it is international.
pub fn phone_number(written: &str) -> String {
    let digits: String = written.chars().filter_map(|c| c.to_digit(10)).map(|d| d.to_string()).collect();
    let trimmed = written.trim_start_matches(['(', ' ']);
    match (trimmed.starts_with('+'), digits.strip_prefix("00")) {
        (true, _) => format!("+{digits}"),
        (false, Some(rest)) => format!("+{rest}"),
        (false, None) => digits,
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

fn next_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

/// No part of a longer code (`ab-5550100199`), no decimals, no money.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let money = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₹');
    let mut before = text[..range.start].chars().rev();
    let mut behind = text[range.end..].chars();
    let (last, second) = (before.next(), before.next());
    let (next, then) = (behind.next(), behind.next());
    let joined_before = last
        .is_some_and(|c| c.is_alphanumeric() || money(c) || matches!(c, '#' | '_' | '@' | '+'))
        || (matches!(last, Some('.' | ',' | '-' | '/')) && second.is_some_and(char::is_alphanumeric))
        || (last == Some(' ') && second.is_some_and(money));
    let joined_behind = next.is_some_and(|c| c.is_alphanumeric() || money(c) || matches!(c, '%' | '_' | '@'))
        || (matches!(next, Some('.' | ',' | '-' | '/')) && then.is_some_and(char::is_alphanumeric))
        || (next == Some(' ') && then.is_some_and(money));
    !joined_before && !joined_behind
}
