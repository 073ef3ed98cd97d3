//! The files that hold words: entities and replies.

use std::collections::{BTreeMap, HashMap};

use super::intent_file::entity_kind;
use super::problem::{Place, Report};
use super::types::{AgeRange, EntityWords, Replies, WordValue};
use super::yaml::{Node, Text, Value};
use crate::model::EntityKind;
use crate::text::key;

pub(super) const ENTITY_KEYS: [&str; 2] = ["entity", "values"];
pub(super) const VALUE_KEYS: [&str; 3] = ["also", "hex", "ages"];

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
    let (also, hex, ages) = match &node.value {
        Value::Nothing => (Vec::new(), None, None),
        Value::List(_) => (node.texts(report), None, None),
        _ => {
            let fields = node.fields(&VALUE_KEYS, report);
            (fields.texts("also", report), fields.text("hex", report), fields.text("ages", report))
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
    let ages = ages.and_then(|text| age_range(kind, &text, report));
    Some(WordValue {
        ages,
        value: value.text.clone(),
        also: also.into_iter().map(|t| t.text).collect(),
        hex: hex.map(|t| t.text),
    })
}

/// `3-12`: from the third birthday to the day before the thirteenth.
fn age_range(kind: EntityKind, text: &Text, report: &mut Report<'_>) -> Option<AgeRange> {
    let number = |part: &str| part.trim().parse().ok();
    let range = text
        .text
        .split_once('-')
        .and_then(|(from, to)| Some(AgeRange { from: number(from)?, to: number(to)? }));
    if kind != EntityKind::Audience {
        report.add(text.place, "only audiences have ages");
        return None;
    }
    match range {
        Some(range) if range.from <= range.to => Some(range),
        _ => {
            report.add(text.place, format!("{:?} is no range of years like 3-12", text.text));
            None
        }
    }
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
