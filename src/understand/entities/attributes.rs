//! Attributes of the catalogue: "16 GB of ram", "at least 500 W", "only 230 V", "vanilla flavour", "with bluetooth", "which
//! colours". What a shop's products have decides what is read; nothing here knows a column.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::tokens::{Message, tokens};
use super::{Found, Words};
use crate::intents::Language;
use crate::model::{
    AmountRange, AttributeFilter, Column, EntityKind, EntityValue, Facet, RATING, Vocabulary, YES,
};
use crate::text::{fold, units};

/// How far "around 2 kg" reaches in either direction, in percent.
const AROUND: i64 = 15;
/// A bare number that is so many times more than any that a column holds is not about the column.
const BEYOND: i64 = 10;
/// How many small words may stand between an attribute's name and its value: "a weight of under 2 kg".
const GAP: usize = 2;

/// The attributes of a shop, by their names in one language.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// The stems of a name → the kind or column.
    names: HashMap<String, String>,
    /// Words of the longest name.
    longest: usize,
    columns: BTreeMap<String, Column>,
}

/// A number of a message, with its unit.
#[derive(Debug, Clone, PartialEq)]
struct Quantity {
    thousandths: i64,
    /// Empty for a bare number.
    unit: String,
    tokens: Range<usize>,
}

impl Attributes {
    pub(super) fn new(language: &Language, vocabulary: &Vocabulary) -> Attributes {
        let mut attributes = Attributes { columns: vocabulary.columns.clone(), ..Attributes::default() };
        for column in vocabulary.columns.keys() {
            attributes.name(&spoken(column), column);
        }
        let of = |kind| {
            language.entities.iter().filter(move |words| words.kind == kind).flat_map(|words| &words.values)
        };
        // The words for a feature name the column of that feature too.
        let is_flag = |name: &str| matches!(vocabulary.columns.get(name), Some(Column::Flag { .. }));
        let flags = of(EntityKind::Feature).filter(|feature| is_flag(&feature.value));
        for value in of(EntityKind::Attribute).chain(flags) {
            for name in std::iter::once(&value.value).chain(&value.also) {
                attributes.name(name, &value.value);
            }
        }
        attributes
    }

    fn name(&mut self, phrase: &str, of: &str) {
        let words: Vec<String> = tokens(&fold(phrase).text).into_iter().map(|token| token.stem).collect();
        if !words.is_empty() {
            self.longest = self.longest.max(words.len());
            self.names.insert(words.join(" "), of.to_owned());
        }
    }

    /// What the words of some tokens name.
    fn named(&self, message: &Message, tokens: Range<usize>) -> Option<&str> {
        let stems: Vec<&str> = message.tokens.get(tokens)?.iter().map(|token| token.stem.as_str()).collect();
        self.names.get(&stems.join(" ")).map(String::as_str)
    }

    /// The longest name that begins at a token.
    fn name_at(&self, message: &Message, from: usize) -> Option<(&str, Range<usize>)> {
        let ends = (from + 1..=from + self.longest).rev();
        ends.filter_map(|to| Some((self.named(message, from..to)?, from..to))).next()
    }

    /// Every attribute in a message; `known` are the values that the lexicon has found.
    pub(super) fn find(&self, message: &Message, words: &Words, known: &[Found]) -> Vec<Found> {
        let mut found = self.conditions(message, words);
        found.extend(known.iter().filter_map(|value| self.with_name(message, words, value)));
        let mut at = 0;
        while at < message.tokens.len() {
            let Some((name, span)) = self.name_at(message, at) else {
                at += 1;
                continue;
            };
            at = span.end;
            // "With bluetooth" says more than a word of a file where the shop has a column for it.
            found.push(match self.columns.get(name) {
                Some(Column::Flag { .. }) => {
                    attribute(message, EntityValue::Attribute(AttributeFilter::new(name, YES)), span, 3)
                }
                _ => attribute(message, EntityValue::Word(name.to_owned()), span, 30),
            });
        }
        found
    }

    /// Amounts that some column holds.
    fn conditions(&self, message: &Message, words: &Words) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < message.tokens.len() {
            let Some(first) = self.quantity(message, words, at) else {
                at += 1;
                continue;
            };
            at = first.tokens.end;
            let second = self.second(message, words, &first);
            let (range, span) = bounds(message, words, &first, second.as_ref());
            let Some((column, span)) = self.column(message, words, &range, span) else { continue };
            at = at.max(span.end);
            let range = self.in_unit_of(&column, range);
            let filter = AttributeFilter::within(column.as_str(), range);
            found.push(attribute(message, EntityValue::Attribute(filter), span, 1));
        }
        found
    }

    /// The other end of "1 to 2 kg".
    fn second(&self, message: &Message, words: &Words, first: &Quantity) -> Option<Quantity> {
        let end = first.tokens.end;
        let joined = words.to.at(&message.tokens, end);
        let dash = message.gap_after(end.checked_sub(1)?).trim() == "-";
        let second = self.quantity(message, words, end + joined)?;
        let alike = first.unit.is_empty() || first.unit == second.unit;
        (alike && !second.unit.is_empty() && (joined > 0 || dash)).then_some(second)
    }

    /// The column that the words around an amount name, or else the only one that holds such amounts.
    fn column(
        &self,
        message: &Message,
        words: &Words,
        range: &AmountRange,
        span: Range<usize>,
    ) -> Option<(String, Range<usize>)> {
        let named =
            [self.name_before(message, words, span.start), self.name_behind(message, words, span.end)];
        for (name, at) in named.into_iter().flatten() {
            if self.holds(name, range).is_some() {
                return Some((name.to_owned(), span.start.min(at.start)..span.end.max(at.end)));
            }
        }
        if range.unit.is_empty() {
            return None;
        }
        let fitting: Vec<(&String, bool)> =
            self.columns.keys().filter_map(|name| Some((name, self.holds(name, range)?))).collect();
        let mut exact = fitting.iter().filter(|(_, has_it)| *has_it);
        let only = match (fitting.as_slice(), exact.next(), exact.next()) {
            ([(only, _)], _, _) | (_, Some((only, _)), None) => only,
            _ => return None,
        };
        Some(((*only).clone(), span))
    }

    /// Whether a column is of amounts like these, and then whether it has exactly this one.
    fn holds(&self, column: &str, range: &AmountRange) -> Option<bool> {
        let Some(Column::Amounts { unit, known }) = self.columns.get(column) else { return None };
        if range.unit.is_empty() {
            // "Rated over 100" speaks of something else than stars.
            let most = known.last().map(|most| most.saturating_mul(BEYOND));
            let asked = range.min.or(range.max).unwrap_or(0);
            let within = unit.is_empty()
                || most.is_none_or(|most| asked as f64 * units::unit(unit).factor <= most as f64);
            return within.then_some(false);
        }
        let wanted = units::unit(&range.unit);
        let fits = !unit.is_empty() && units::unit(unit).dimension == wanted.dimension;
        let exact = range.min.filter(|min| range.max == Some(*min));
        let has = exact.is_some_and(|n| known.contains(&((n as f64 * wanted.factor).round() as i64)));
        fits.then_some(has)
    }

    /// A bare number behind a column's name is in the unit of the column; "four stars" are no fewer.
    fn in_unit_of(&self, column: &str, range: AmountRange) -> AmountRange {
        let range = match range.min == range.max && column == RATING {
            true => AmountRange { max: None, ..range },
            false => range,
        };
        match self.columns.get(column) {
            Some(Column::Amounts { unit, .. }) if range.unit.is_empty() => {
                AmountRange { unit: unit.clone(), ..range }
            }
            _ => range,
        }
    }

    fn name_before(&self, message: &Message, words: &Words, from: usize) -> Option<(&str, Range<usize>)> {
        let mut end = from;
        for _ in 0..=GAP {
            let starts = end.saturating_sub(self.longest)..end;
            let name = starts.filter_map(|from| Some((self.named(message, from..end)?, from..end))).next();
            if name.is_some() {
                return name;
            }
            end = end.checked_sub(words.filler.before(&message.tokens, end).min(1)).filter(|to| *to < end)?;
        }
        None
    }

    fn name_behind(&self, message: &Message, words: &Words, to: usize) -> Option<(&str, Range<usize>)> {
        let mut start = to;
        for _ in 0..GAP {
            let name = self.name_at(message, start);
            if name.is_some() {
                return name;
            }
            let filler = words.filler.at(&message.tokens, start);
            start = Some(start + filler).filter(|next| *next > start)?;
        }
        None
    }

    /// A value with the name of its column beside it: "vanilla flavour", "flavour: vanilla".
    fn with_name(&self, message: &Message, words: &Words, value: &Found) -> Option<Found> {
        let of: &Facet = match value.values.as_slice() {
            [EntityValue::Attribute(filter)] => &filter.kind,
            _ => return None,
        };
        let span = message.within(&value.bytes);
        let beside =
            [self.name_before(message, words, span.start), self.name_behind(message, words, span.end)];
        let (_, at) = beside.into_iter().flatten().find(|(name, _)| *name == of.name())?;
        let span = span.start.min(at.start)..span.end.max(at.end);
        Some(Found { bytes: message.bytes(span), ..value.clone() })
    }

    /// `500`, `2.5 kg`, `500ml`, `1,5 kg`.
    fn quantity(&self, message: &Message, words: &Words, at: usize) -> Option<Quantity> {
        let tokens = &message.tokens;
        let text = tokens.get(at)?.text.as_str();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        // 3/4 is one number, and no 4.
        if at.checked_sub(1).is_some_and(|before| message.gap_after(before) == "/") {
            return None;
        }
        let mut digits = digits.to_owned();
        let mut next = at + 1;
        let decimals = tokens.get(next).map_or("", |token| token.text.as_str());
        let mut rest = rest;
        if rest.is_empty()
            && message.gap_after(at) == ","
            && decimals.starts_with(|c: char| c.is_ascii_digit())
        {
            let end = decimals.find(|c: char| !c.is_ascii_digit()).unwrap_or(decimals.len());
            digits = format!("{digits},{}", &decimals[..end]);
            rest = &decimals[end..];
            next += 1;
        }
        let number = units::number(&digits)?;
        let (unit, next) = match rest {
            "" => self.unit_at(message, words, next).unwrap_or((String::new(), next)),
            spelled => (self.unit(words, spelled)?, next),
        };
        Some(Quantity { thousandths: (number * 1000.0).round() as i64, unit, tokens: at..next })
    }

    fn unit_at(&self, message: &Message, words: &Words, at: usize) -> Option<(String, usize)> {
        let gap = message.gap_after(at.checked_sub(1)?);
        if gap.starts_with('"') {
            return Some((self.unit(words, "\"")?, at));
        }
        if gap.trim_start().starts_with('%') {
            return Some((self.unit(words, "%")?, at));
        }
        if !matches!(gap.trim(), "" | "-") {
            return None;
        }
        let phrase = words.measure.at(&message.tokens, at).max(1);
        (1..=phrase).rev().find_map(|taken| {
            let text = message.tokens.get(at..at + taken).map(|_| message.phrase(at..at + taken))?;
            Some((self.unit(words, &text)?, at + taken))
        })
    }

    /// The unit of that spelling in this language, in the table, or in the catalogue.
    fn unit(&self, words: &Words, spelled: &str) -> Option<String> {
        if let Some(canonical) = words.raw.measures.get(spelled) {
            return Some(units::unit(canonical).name);
        }
        let own = self.columns.values().find_map(|column| match column {
            Column::Amounts { unit, .. } if unit.eq_ignore_ascii_case(spelled) => Some(unit.clone()),
            _ => None,
        });
        // "3 in red" is no length.
        own.or_else(|| units::known_unit(spelled).filter(|_| spelled != "in").map(|unit| unit.name.clone()))
    }
}

fn attribute(message: &Message, value: EntityValue, span: Range<usize>, rank: u8) -> Found {
    Found { kind: EntityKind::Attribute, values: vec![value], bytes: message.bytes(span), rank }
}

/// What the words around an amount make of it, and all that this takes in.
fn bounds(
    message: &Message,
    words: &Words,
    first: &Quantity,
    second: Option<&Quantity>,
) -> (AmountRange, Range<usize>) {
    let tokens = &message.tokens;
    let (from, n) = (first.tokens.start, first.thousandths);
    if let Some(second) = second {
        let opening = words.between.before(tokens, from);
        let (min, max) = (n.min(second.thousandths), n.max(second.thousandths));
        let range = AmountRange { min: Some(min), max: Some(max), unit: second.unit.clone() };
        return (range, from - opening..second.tokens.end);
    }
    let to = first.tokens.end;
    let range = |min, max| AmountRange { min, max, unit: first.unit.clone() };
    let part = n.saturating_mul(AROUND) / 100;
    let before = [
        (words.below.before(tokens, from), range(None, Some(n))),
        (words.above.before(tokens, from), range(Some(n), None)),
        (words.around.before(tokens, from), range(Some(n - part), Some(n.saturating_add(part)))),
    ];
    let before = before.into_iter().max_by_key(|(taken, _)| *taken).filter(|(taken, _)| *taken > 0);
    if let Some((taken, range)) = before {
        return (range, from - taken..to);
    }
    let (below, above) = (words.below_after.at(tokens, to), words.above_after.at(tokens, to));
    let plus = message.gap_after(to - 1).starts_with('+');
    match (below, above) {
        (1.., _) => (range(None, Some(n)), from..to + below),
        (_, 1..) => (range(Some(n), None), from..to + above),
        _ if plus => (range(Some(n), None), from..to),
        _ => (range(Some(n), Some(n)), from..to),
    }
}

/// A column as people say it: `screen_size_inch` is the screen size.
fn spoken(column: &str) -> String {
    let plain = column.replace(['_', '-', '(', ')'], " ");
    match plain.trim().rsplit_once(' ') {
        Some((name, last)) if units::known_unit(last).is_some() => name.trim().to_owned(),
        _ => plain.trim().to_owned(),
    }
}
