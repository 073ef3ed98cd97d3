//! Amounts: `$1,299.90`, `80 bucks`, `fifty euros`, and bare numbers that may turn out to be one.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Words;
use super::numbers::in_words;
use super::tokens::{Message, Token};
use crate::model::{Currency, Money};

/// A number that may be an amount.
#[derive(Debug, Clone)]
pub(super) struct Amount {
    pub(super) money: Money,
    /// With its sign or currency word.
    pub(super) tokens: Range<usize>,
    /// A sign or a currency word says that it is money.
    pub(super) explicit: bool,
    /// Followed by a unit: "3 days".
    pub(super) measured: bool,
}

const SIGNS: [char; 5] = ['$', '€', '£', '¥', '₹'];

static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[$€£¥₹]?\s?(?:\d{1,3}(?:[,.']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?:k\b)?\s?[$€£¥₹]?",
    )
    .ok()
});

/// Every amount of a message, in order.
pub(super) fn find(message: &Message, words: &Words, currency: Currency) -> Vec<Amount> {
    let text = &message.folded.text;
    let mut found: Vec<Amount> = Vec::new();
    for hit in DIGITS.iter().flat_map(|regex| regex.find_iter(text)) {
        let trimmed = hit.as_str().trim();
        let start = hit.start() + (hit.as_str().len() - hit.as_str().trim_start().len());
        let bytes = start..start + trimmed.len();
        if !stands_alone(text, &bytes) {
            continue;
        }
        let signed = trimmed.contains(SIGNS);
        let thousands = trimmed.trim_end_matches(SIGNS).trim_end().ends_with('k');
        let digits = trimmed.replace(SIGNS, "").replace('k', "");
        let Ok(mut money) = Money::parse(&digits, currency, words.raw.decimal_comma) else { continue };
        if thousands {
            money.minor = money.minor.saturating_mul(1000);
        }
        let written = amount(message, words, money, message.within(&bytes), signed);
        // "$1k" and "under 1k" are money, "a 5k" is a run.
        let bound = |amount: &Amount| {
            [&words.below, &words.above, &words.around, &words.between]
                .iter()
                .any(|phrases| phrases.before(&message.tokens, amount.tokens.start) > 0)
        };
        found.extend(written.filter(|amount| amount.explicit || !thousands || bound(amount)));
    }
    let mut at = 0;
    while at < message.tokens.len() {
        let Some((number, taken)) = in_words(&message.tokens, at, words) else {
            at += 1;
            continue;
        };
        let minor = i64::from(number) * 10_i64.pow(currency.decimals());
        let spoken = amount(message, words, Money::from_minor(minor, currency), at..at + taken, false);
        // "under two" is no price, "under two dollars" is.
        found.extend(spoken.filter(|a| a.explicit || number >= 5));
        at += taken;
    }
    found.sort_by_key(|amount| amount.tokens.start);
    found
}

fn amount(
    message: &Message,
    words: &Words,
    money: Money,
    mut tokens: Range<usize>,
    signed: bool,
) -> Option<Amount> {
    if tokens.is_empty() {
        return None;
    }
    let spoken = words.currency.at(&message.tokens, tokens.end);
    tokens.end += spoken;
    let explicit = signed || spoken > 0;
    let measured = !explicit && words.measured(&message.tokens, tokens.end);
    Some(Amount { money, tokens, explicit, measured })
}

/// Whether the digits are no part of a larger thing: `a-1042`, `5k`, `32/34`, `50%`, `2nd`.
fn stands_alone(text: &str, bytes: &Range<usize>) -> bool {
    let before: Vec<char> = text[..bytes.start].chars().rev().take(2).collect();
    let behind: Vec<char> = text[bytes.end..].chars().take(2).collect();
    let joins =
        |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '%' | '#' | '_' | '@'));
    let dashed = |near: &[char]| near.first() == Some(&'-') && near.get(1).is_some_and(|c| c.is_alphabetic());
    let pointed = |near: &[char]| {
        matches!(near.first(), Some('.' | ',')) && near.get(1).is_some_and(char::is_ascii_digit)
    };
    !joins(before.first())
        && !joins(behind.first())
        && !dashed(&before)
        && !dashed(&behind)
        && !pointed(&behind)
}

impl Words {
    /// Whether a unit stands here: "3 days", "20 cm".
    pub(super) fn measured(&self, tokens: &[Token], at: usize) -> bool {
        self.units.at(tokens, at) > 0 || self.measure.at(tokens, at) > 0
    }
}
