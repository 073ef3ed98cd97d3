//! The files that hold words: entities and replies.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::grammar::flag;
use super::intent_file::entity_kind;
use super::types::{AgeRange, EntityWords, Replies, WordValue};
use crate::model::EntityKind;
use crate::problem::{Place, Report};
use crate::text::key;
use crate::text::units::known_unit;
use crate::yaml::tree::{Node, Text, Value};

pub(super) const ENTITY_KEYS: [&str; 3] = ["entity", "translated", "values"];
pub(super) const VALUE_KEYS: [&str; 4] = ["also", "hex", "ages", "units"];

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
    let by_name = matches!(kind, EntityKind::Category | EntityKind::Attribute);
    if !by_name && !EntityKind::FROM_FILES.contains(&kind) {
        let kinds = EntityKind::FROM_FILES.map(EntityKind::name).join(", ");
        report.add(
            name.place,
            format!(
                "the words of {:?} come from the catalogue or the program; files hold category, attribute, {kinds}",
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
    let translated = flag(&fields, "translated", report);
    let mut words = EntityWords { kind, values: Vec::new(), translated };
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
    let (also, hex, ages, units) = match &node.value {
        Value::Nothing => (Vec::new(), None, None, Vec::new()),
        Value::List(_) => (node.texts(report), None, None, Vec::new()),
        _ => {
            let fields = node.fields(&VALUE_KEYS, report);
            let units = fields.texts("units", report);
            (fields.texts("also", report), fields.text("hex", report), fields.text("ages", report), units)
        }
    };
    for unit in &units {
        if kind != EntityKind::Attribute {
            report.add(unit.place, "only attributes have units");
        } else if known_unit(&unit.text).is_none() {
            report.add(unit.place, format!("{:?} is no unit like kg, cm or W", unit.text));
        }
    }
    for word in std::iter::once(value).chain(&also) {
        let owner = claimed.entry(key(&word.text)).or_insert_with(|| value.text.clone());
        // "Jacken" are women's and men's; any other word has one meaning.
        if kind != EntityKind::Category && *owner != value.text {
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
        units: units.into_iter().map(|t| t.text).collect(),
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

/// Replies that a language may do without: questions for a kind of entity, and words for what the program and the feed
/// call in English: attributes, order statuses, kinds of records.
pub(super) const OPTIONAL_REPLIES: [&str; 5] = ["ask_", "attribute_", "which_", "order_is_", "holds_"];

/// `intents/<language>/facts.yaml`: the shop's facts in the words of the language.
pub(super) fn facts(
    node: &Node,
    known: &BTreeSet<String>,
    report: &mut Report<'_>,
) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for (name, node) in node.map(report).unwrap_or_default() {
        if !known.contains(&name.text) {
            report.unknown(name.place, "fact", &name.text, known.iter().map(String::as_str));
        }
        facts.extend(node.text(report).map(|text| (name.text.clone(), text.text)));
    }
    facts
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
        let optional = OPTIONAL_REPLIES.iter().any(|prefix| name.text.starts_with(prefix));
        if !optional && !required.is_empty() && !required.contains(&name.text.as_str()) {
            report.add(name.place, format!("nothing says the reply {:?}; is it misspelt?", name.text));
        }
        replies.insert(name.text.clone(), variants.into_iter().map(|t| t.text).collect());
    }
    for name in required.iter().filter(|name| !replies.contains_key(**name)) {
        report.add(node.place, format!("the reply {name:?} is missing"));
    }
    Replies(replies)
}
