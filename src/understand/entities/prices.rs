//! Bounds on the price: "under $80", "20 to 40 euros", "around fifty", "100 or more".

use super::amounts::{self, Amount};
use super::tokens::Message;
use super::{Found, Words};
use crate::model::{Currency, EntityKind, EntityValue, Money, PriceRange};

/// How far "around 50" reaches in either direction, in percent.
const AROUND: i64 = 15;

/// From this amount on "20-50" can be a price without any word that says so.
const LEAST: i64 = 20;

/// As many words may stand between "not" and "over 100".
const DENIED_WITHIN: usize = 4;

pub(super) fn find(
    message: &Message,
    words: &Words,
    currency: Currency,
    expecting: Option<EntityKind>,
) -> Vec<Found> {
    let amounts = amounts::find(message, words, currency);
    let mut found = Vec::new();
    let mut at = 0;
    while at < amounts.len() {
        let pair = amounts.get(at + 1).and_then(|second| range(message, words, &amounts[at], second));
        if let Some(range) = pair {
            found.push(range);
            at += 2;
            continue;
        }
        found.extend(bound(message, words, &amounts[at], expecting == Some(EntityKind::Price)));
        at += 1;
    }
    both_ends(message, found)
}

/// "Under 100 but over 50" is one range.
fn both_ends(message: &Message, found: Vec<Found>) -> Vec<Found> {
    let mut joined: Vec<Found> = Vec::new();
    for one in found {
        let pair = joined.last().and_then(|last| together(message, last, &one));
        match (pair, joined.last_mut()) {
            (Some(range), Some(last)) => {
                last.values = vec![EntityValue::Price(range)];
                last.bytes.end = one.bytes.end;
            }
            _ => joined.push(one),
        }
    }
    joined
}

fn together(message: &Message, first: &Found, second: &Found) -> Option<PriceRange> {
    let between = message.within(&second.bytes).start.checked_sub(message.within(&first.bytes).end)?;
    let (Some(EntityValue::Price(a)), Some(EntityValue::Price(b))) =
        (first.values.first(), second.values.first())
    else {
        return None;
    };
    let range = PriceRange { min: a.min.or(b.min), max: a.max.or(b.max) };
    let ends = a.min.is_some() != a.max.is_some()
        && b.min.is_some() != b.max.is_some()
        && a.min.is_some() != b.min.is_some();
    // "Over 300 and under 100" can only mean what lies between.
    let (min, max) = range.min.zip(range.max)?;
    let range = match min.minor <= max.minor {
        true => range,
        false => PriceRange { min: Some(max), max: Some(min) },
    };
    (between <= 1 && ends).then_some(range)
}

fn price(message: &Message, range: PriceRange, from: usize, to: usize) -> Found {
    Found {
        kind: EntityKind::Price,
        values: vec![EntityValue::Price(range)],
        bytes: message.bytes(from..to),
        rank: 0,
    }
}

/// "between 20 and 40", "$20-$40", "20 to 40 euros".
fn range(message: &Message, words: &Words, low: &Amount, high: &Amount) -> Option<Found> {
    let joined = low.tokens.end == high.tokens.start;
    let dash = joined && low.tokens.end > 0 && message.gap_after(low.tokens.end - 1).trim() == "-";
    let between = words.to.at(&message.tokens, low.tokens.end);
    let spoken = between > 0 && low.tokens.end + between == high.tokens.start;
    let opening = [&words.between, &words.below, &words.around]
        .map(|phrases| phrases.before(&message.tokens, low.tokens.start))
        .into_iter()
        .max()
        .unwrap_or_default();
    // "Headphones 100-150": sizes are seldom so round and so far apart.
    let round = |amount: &Amount| amount.money.minor % (10 * unit(amount)) == 0;
    let bare = dash && round(low) && round(high) && low.money.minor >= LEAST * unit(low);
    let money = low.explicit || high.explicit || (bare && !low.measured);
    if !(dash || spoken) || !(money || opening > 0) || high.measured {
        return None;
    }
    let (min, max) =
        if low.money.minor <= high.money.minor { (low.money, high.money) } else { (high.money, low.money) };
    let bounds = PriceRange { min: Some(min), max: Some(max) };
    Some(price(message, bounds, low.tokens.start - opening, high.tokens.end))
}

/// One dollar in cents.
fn unit(amount: &Amount) -> i64 {
    10_i64.pow(amount.money.currency.decimals())
}

fn bound(message: &Message, words: &Words, amount: &Amount, asked: bool) -> Option<Found> {
    let tokens = &message.tokens;
    let (from, to) = (amount.tokens.start, amount.tokens.end);
    let up_to = PriceRange { min: None, max: Some(amount.money) };
    let at_least = PriceRange { min: Some(amount.money), max: None };
    if amount.measured && !asked {
        return None;
    }
    let before = [
        (words.below.before(tokens, from), up_to),
        (words.above.before(tokens, from), at_least),
        (words.around.before(tokens, from), around(amount.money)),
    ];
    if let Some((taken, range)) =
        before.into_iter().max_by_key(|(taken, _)| *taken).filter(|(taken, _)| *taken > 0)
    {
        let denied = denied_before(message, words, from - taken);
        let range = if denied > 0 { opposite(range) } else { range };
        return Some(price(message, range, from - taken - denied, to));
    }
    let below = words.below_after.at(tokens, to);
    let above = words.above_after.at(tokens, to);
    let plus = message.gap_after(to - 1).starts_with('+');
    let sign = message.folded.text[..tokens[from].range.start].trim_end();
    if below > 0 {
        Some(price(message, up_to, from, to + below))
    } else if above > 0 || (plus && amount.explicit) {
        Some(price(message, at_least, from, to + above))
    } else if sign.ends_with('<') || sign.ends_with("<=") {
        Some(price(message, up_to, from, to))
    } else if sign.ends_with('>') || sign.ends_with(">=") {
        Some(price(message, at_least, from, to))
    } else if amount.explicit || (asked && tokens.len() <= 4) {
        // "$50 headphones": whoever names one price means to spend no more.
        Some(price(message, up_to, from, to))
    } else {
        None
    }
}

/// "Nothing over 100", "don't want to pay more than 50": how many tokens before the bound deny it.
fn denied_before(message: &Message, words: &Words, bound: usize) -> usize {
    let mut at = bound;
    while at > 0 && bound - at <= DENIED_WITHIN && message.gap_after(at - 1).trim().is_empty() {
        let negation = words.negation.before(&message.tokens, at);
        if negation > 0 {
            return bound - (at - negation);
        }
        match words.negation_gap.before(&message.tokens, at) {
            0 => return 0,
            step => at -= step,
        }
    }
    0
}

fn opposite(range: PriceRange) -> PriceRange {
    match (range.min, range.max) {
        (None, max) => PriceRange { min: max, max: None },
        (min, None) => PriceRange { min: None, max: min },
        both => PriceRange { min: both.0, max: both.1 },
    }
}

fn around(money: Money) -> PriceRange {
    let part = money.minor.saturating_mul(AROUND) / 100;
    let to = |minor| Some(Money::from_minor(minor, money.currency));
    PriceRange { min: to(money.minor - part), max: to(money.minor.saturating_add(part)) }
}
