//! Numbers in words: "eighty", "a hundred and fifty".

use super::Words;
use super::tokens::Token;

/// The number in words that begins here, and how many tokens it takes.
pub(super) fn in_words(tokens: &[Token], from: usize, words: &Words) -> Option<(u32, usize)> {
    let (mut total, mut at) = (0_u32, from);
    let mut last = u32::MAX;
    loop {
        let taken = words.numbers.at(tokens, at);
        let phrase = tokens.get(at..at + taken).filter(|run| !run.is_empty())?;
        let phrase: Vec<&str> = phrase.iter().map(|token| token.text.as_str()).collect();
        let value = *words.raw.numbers.get(&phrase.join(" "))?;
        let continues = value < last && (last == u32::MAX || last % 10 == 0);
        if value >= 100 && total > 0 && total < value {
            total = total.saturating_mul(value);
        } else if continues {
            total = total.saturating_add(value);
        } else {
            break;
        }
        (last, at) = (value, at + taken);
        // "a hundred and fifty", but not in "between a hundred and fifty".
        let joint = words.number_joint.at(tokens, at);
        let joins = value >= 100 && joint > 0 && words.between.before(tokens, from) == 0;
        if joins && words.numbers.at(tokens, at + joint) > 0 {
            at += joint;
        } else if words.numbers.at(tokens, at) == 0 {
            break;
        }
    }
    (at > from).then_some((total, at - from))
}

/// A number in digits, up to `most`.
pub(super) fn in_digits(text: &str, most: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n <= most)
}
