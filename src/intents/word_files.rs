//! The files that hold words: entities, replies, grammar.

use std::collections::{BTreeMap, HashMap};

use super::intent_file::entity_kind;
use super::problem::{Place, Report};
use super::types::{EntityWords, Grammar, Replies, WordValue};
use super::yaml::{Fields, Node, Text, Value};
use crate::model::{Currency, EntityKind, Sort};
use crate::text::key;

pub(super) const ENTITY_KEYS: [&str; 2] = ["entity", "values"];
pub(super) const VALUE_KEYS: [&str; 2] = ["also", "hex"];

/// The words of a kind with what only the checks need.
pub(super) struct ParsedWords {
    pub(super) words: EntityWords,
    pub(super) name_place: Place,
    /// Of each value.
    pub(super) places: Vec<Place>,
}

/// `intents/<language>/entities/<kind>.yaml`.
pub(super) fn entity(node: &Node, report: &mut Report<'_>) -> Option<ParsedWords> {
    let fields = node.fields(&ENTITY_KEYS, report);
    let name = fields.needed("entity", report)?;
    let kind = entity_kind(&name, report)?;
    if !EntityKind::FROM_FILES.contains(&kind) {
        let kinds = EntityKind::FROM_FILES.map(EntityKind::name).join(", ");
        report.add(
            name.place,
            format!(
                "the words of {:?} come from the catalogue or the program; files hold {kinds}",
                name.text
            ),
        );
        return None;
    }
    let Some(values) = fields.get("values") else {
        report.add(fields.place, "the key \"values\" is missing");
        return None;
    };
    let mut claimed = HashMap::new();
    let mut words = EntityWords { kind, values: Vec::new() };
    let mut places = Vec::new();
    for (value, node) in values.map(report)? {
        if let Some(read) = word_value(kind, value, node, &mut claimed, report) {
            words.values.push(read);
            places.push(value.place);
        }
    }
    Some(ParsedWords { words, name_place: name.place, places })
}

fn word_value(
    kind: EntityKind,
    value: &Text,
    node: &Node,
    claimed: &mut HashMap<String, String>,
    report: &mut Report<'_>,
) -> Option<WordValue> {
    if key(&value.text).is_empty() {
        report.add(value.place, "a value without letters or digits");
        return None;
    }
    let (also, hex) = match &node.value {
        Value::Nothing => (Vec::new(), None),
        Value::List(_) => (node.texts(report), None),
        _ => {
            let fields = node.fields(&VALUE_KEYS, report);
            (fields.texts("also", report), fields.text("hex", report))
        }
    };
    for word in std::iter::once(value).chain(&also) {
        let owner = claimed.entry(key(&word.text)).or_insert_with(|| value.text.clone());
        if *owner != value.text {
            report.add(
                word.place,
                format!("{:?} is a word for both {owner:?} and {:?}", word.text, value.text),
            );
        }
    }
    if let Some(hex) = &hex {
        let digits = hex.text.strip_prefix('#').unwrap_or_default();
        if kind != EntityKind::Colour {
            report.add(hex.place, "only colours have a hex value");
        } else if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            report.add(hex.place, format!("{:?} is not a colour like '#1c1c1e'", hex.text));
        }
    }
    Some(WordValue {
        value: value.text.clone(),
        also: also.into_iter().map(|t| t.text).collect(),
        hex: hex.map(|t| t.text),
    })
}

/// `intents/<language>/replies.yaml`.
pub(super) fn replies(node: &Node, required: &[&str], report: &mut Report<'_>) -> Replies {
    let mut replies = BTreeMap::new();
    for (name, node) in node.map(report).unwrap_or_default() {
        let variants = match &node.value {
            Value::Text(_) => node.text(report).into_iter().collect(),
            _ => node.texts(report),
        };
        if variants.is_empty() {
            report.add(name.place, format!("the reply {:?} has no text", name.text));
        }
        let asks = name.text.strip_prefix("ask_").and_then(EntityKind::from_name).is_some();
        if !asks && !required.is_empty() && !required.contains(&name.text.as_str()) {
            report.add(name.place, format!("nothing says the reply {:?}; is it misspelt?", name.text));
        }
        replies.insert(name.text.clone(), variants.into_iter().map(|t| t.text).collect());
    }
    for name in required.iter().filter(|name| !replies.contains_key(**name)) {
        report.add(node.place, format!("the reply {name:?} is missing"));
    }
    Replies(replies)
}

pub(super) const GRAMMAR_KEYS: &[&str] = &[
    "number_joint",
    "polite",
    "joins",
    "corrections",
    "single",
    "filler",
    "negation",
    "negation_gap",
    "negation_ends",
    "below",
    "below_after",
    "above",
    "above_after",
    "around",
    "between",
    "to",
    "units",
    "last",
    "ordinal_number",
    "ordinal_before",
    "ordinal_after",
    "ordinal_not",
    "size",
    "size_before",
    "quantity",
    "order",
    "currency",
    "numbers",
    "ordinals",
    "sort",
    "phone",
];

/// `intents/<language>/grammar.yaml`.
pub(super) fn grammar(node: &Node, report: &mut Report<'_>) -> Grammar {
    let fields = node.fields(GRAMMAR_KEYS, report);
    let mut list = |name: &str| -> Vec<String> {
        let texts = fields.texts(name, report);
        let mut keys: Vec<String> = texts.iter().map(|t| key(&t.text)).filter(|k| !k.is_empty()).collect();
        // The longest phrase is tried first.
        keys.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        keys.dedup();
        keys
    };
    let mut grammar = Grammar {
        polite: list("polite"),
        joins: list("joins"),
        corrections: list("corrections"),
        single: list("single"),
        filler: list("filler"),
        negation: list("negation"),
        negation_gap: list("negation_gap"),
        negation_ends: list("negation_ends"),
        below: list("below"),
        below_after: list("below_after"),
        above: list("above"),
        above_after: list("above_after"),
        around: list("around"),
        between: list("between"),
        to: list("to"),
        units: list("units"),
        number_joint: list("number_joint"),
        last: list("last"),
        ordinal_number: list("ordinal_number"),
        ordinal_before: list("ordinal_before"),
        ordinal_after: list("ordinal_after"),
        ordinal_not: list("ordinal_not"),
        size: list("size"),
        size_before: list("size_before"),
        quantity: list("quantity"),
        order: list("order"),
        phone: list("phone"),
        ..Grammar::default()
    };
    grammar.numbers = numbers(&fields, "numbers", report);
    grammar.ordinals = numbers(&fields, "ordinals", report);
    grammar.currencies = currencies(&fields, report);
    grammar.sort = sorts(&fields, report);
    grammar
}

fn numbers(fields: &Fields<'_>, name: &str, report: &mut Report<'_>) -> BTreeMap<String, u32> {
    let entries = fields.get(name).and_then(|node| node.map(report)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (word, node) in entries {
        let Some(number) = node.text(report) else { continue };
        match number.text.parse() {
            Ok(value) => {
                found.insert(key(&word.text), value);
            }
            Err(_) => report.add(number.place, format!("{:?} is not a whole number", number.text)),
        }
    }
    found
}

/// `sort: {price_up: [cheapest, lowest price], …}`
fn sorts(fields: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, Sort> {
    let entries = fields.get("sort").and_then(|node| node.map(report)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (name, node) in entries {
        match Sort::NAMED.iter().find(|(known, _)| *known == name.text) {
            Some((_, sort)) => {
                found.extend(node.texts(report).iter().map(|words| (key(&words.text), *sort)));
            }
            None => {
                report.unknown(name.place, "order", &name.text, Sort::NAMED.map(|(known, _)| known));
            }
        }
    }
    found
}

fn currencies(fields: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, Currency> {
    let entries = fields.get("currency").and_then(|node| node.map(report)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (code, node) in entries {
        match code.text.parse::<Currency>() {
            Ok(currency) => {
                found.extend(node.texts(report).iter().map(|word| (key(&word.text), currency)));
            }
            Err(error) => report.add(code.place, error.to_string()),
        }
    }
    found
}
