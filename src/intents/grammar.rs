//! `grammar.yaml`: the small words of a language.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::types::{AgeWords, DateUnit, DateWords, Grammar};
use crate::model::{Currency, Sort};
use crate::problem::Report;
use crate::text::key;
use crate::yaml::tree::{Fields, Node};

impl Grammar {
    /// The keys of `grammar.yaml` that are lists of phrases.
    pub const LISTS: [&str; 38] = [
        "polite",
        "joins",
        "corrections",
        "single",
        "pronouns",
        "cheaper",
        "dearer",
        "filler",
        "negation",
        "negation_gap",
        "negation_ends",
        "negation_joint",
        "refusals",
        "refusals_not",
        "commands",
        "additions",
        "below",
        "below_after",
        "above",
        "above_after",
        "around",
        "between",
        "to",
        "against",
        "units",
        "number_joint",
        "last",
        "ordinal_number",
        "ordinal_before",
        "ordinal_after",
        "ordinal_not",
        "size",
        "size_before",
        "quantity",
        "order",
        "phone",
        "ordinal_lead",
        "compound_joints",
    ];

    /// The phrases of one of [`Grammar::LISTS`].
    pub fn list(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "polite" => &mut self.polite,
            "joins" => &mut self.joins,
            "corrections" => &mut self.corrections,
            "single" => &mut self.single,
            "pronouns" => &mut self.pronouns,
            "cheaper" => &mut self.cheaper,
            "dearer" => &mut self.dearer,
            "filler" => &mut self.filler,
            "negation" => &mut self.negation,
            "negation_gap" => &mut self.negation_gap,
            "negation_ends" => &mut self.negation_ends,
            "negation_joint" => &mut self.negation_joint,
            "refusals" => &mut self.refusals,
            "refusals_not" => &mut self.refusals_not,
            "commands" => &mut self.commands,
            "additions" => &mut self.additions,
            "below" => &mut self.below,
            "below_after" => &mut self.below_after,
            "above" => &mut self.above,
            "above_after" => &mut self.above_after,
            "around" => &mut self.around,
            "between" => &mut self.between,
            "to" => &mut self.to,
            "against" => &mut self.against,
            "units" => &mut self.units,
            "number_joint" => &mut self.number_joint,
            "last" => &mut self.last,
            "ordinal_number" => &mut self.ordinal_number,
            "ordinal_before" => &mut self.ordinal_before,
            "ordinal_after" => &mut self.ordinal_after,
            "ordinal_not" => &mut self.ordinal_not,
            "size" => &mut self.size,
            "size_before" => &mut self.size_before,
            "quantity" => &mut self.quantity,
            "order" => &mut self.order,
            "phone" => &mut self.phone,
            "ordinal_lead" => &mut self.ordinal_lead,
            "compound_joints" => &mut self.compound_joints,
            _ => return None,
        })
    }
}

/// The keys that are no lists of phrases.
const FURTHER_KEYS: [&str; 10] = [
    "adjectives_behind",
    "compounds",
    "currency",
    "numbers",
    "ordinals",
    "sort",
    "decimal_comma",
    "measures",
    "ages",
    "dates",
];

/// Every key of the file.
pub(super) const GRAMMAR_KEYS: [&str; Grammar::LISTS.len() + FURTHER_KEYS.len()] = {
    let mut keys = [""; Grammar::LISTS.len() + FURTHER_KEYS.len()];
    let (lists, further) = keys.split_at_mut(Grammar::LISTS.len());
    lists.copy_from_slice(&Grammar::LISTS);
    further.copy_from_slice(&FURTHER_KEYS);
    keys
};

/// `intents/<language>/grammar.yaml`.
pub(super) fn grammar(node: &Node, report: &mut Report<'_>) -> Grammar {
    let fields = node.fields(&GRAMMAR_KEYS, report);
    let mut grammar = Grammar::default();
    for key in Grammar::LISTS {
        if let Some(list) = grammar.list(key) {
            *list = phrases(&fields, key, report);
        }
    }
    grammar.numbers = numbers(&fields, "numbers", report);
    grammar.ordinals = numbers(&fields, "ordinals", report);
    grammar.currencies = currencies(&fields, report);
    grammar.sort = sorts(&fields, report);
    grammar.compounds = flag(&fields, "compounds", report);
    grammar.adjectives_behind = flag(&fields, "adjectives_behind", report);
    grammar.decimal_comma = flag(&fields, "decimal_comma", report);
    grammar.measures = measures(&fields, report);
    grammar.ages = ages(&fields, report);
    grammar.dates = dates(&fields, report);
    grammar
}

/// The phrases of a list, the longest first.
fn phrases(fields: &Fields<'_>, name: &str, report: &mut Report<'_>) -> Vec<String> {
    let texts = fields.texts(name, report);
    let mut keys: Vec<String> = texts.iter().map(|t| key(&t.text)).filter(|k| !k.is_empty()).collect();
    keys.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    keys.dedup();
    keys
}

/// A mapping of words to whole numbers, which may be negative where the type is signed.
fn numbers<N: FromStr>(fields: &Fields<'_>, name: &str, report: &mut Report<'_>) -> BTreeMap<String, N> {
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

pub(super) fn flag(fields: &Fields<'_>, name: &str, report: &mut Report<'_>) -> bool {
    let Some(text) = fields.text(name, report) else { return false };
    match text.text.as_str() {
        "true" => true,
        "false" => false,
        other => {
            report.add(text.place, format!("{name} is true or false, not {other:?}"));
            false
        }
    }
}

/// `measures: {cm: [cm, centimetres], …}`: as products write it, and every way to say it. A sign like `"` stays as it is.
fn measures(fields: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, String> {
    let entries = fields.get("measures").and_then(|node| node.map(report)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (canonical, node) in entries {
        for word in node.texts(report) {
            let folded = key(&word.text);
            found.insert(if folded.is_empty() { word.text } else { folded }, canonical.text.clone());
        }
    }
    found
}

pub(super) const AGE_KEYS: [&str; 3] = ["before", "years", "months"];

fn ages(fields: &Fields<'_>, report: &mut Report<'_>) -> AgeWords {
    let Some(node) = fields.get("ages") else { return AgeWords::default() };
    let fields = node.fields(&AGE_KEYS, report);
    AgeWords {
        before: phrases(&fields, "before", report),
        years: phrases(&fields, "years", report),
        months: phrases(&fields, "months", report),
    }
}

pub(super) const DATE_KEYS: [&str; 12] = [
    "day_first",
    "months",
    "weekdays",
    "days",
    "units",
    "one",
    "ago",
    "ago_before",
    "last",
    "this",
    "before",
    "gap",
];

fn dates(fields: &Fields<'_>, report: &mut Report<'_>) -> DateWords {
    let Some(node) = fields.get("dates") else { return DateWords::default() };
    let fields = node.fields(&DATE_KEYS, report);
    DateWords {
        day_first: flag(&fields, "day_first", report),
        months: numbers(&fields, "months", report),
        weekdays: numbers(&fields, "weekdays", report),
        days: numbers(&fields, "days", report),
        units: date_units(&fields, report),
        one: phrases(&fields, "one", report),
        ago: phrases(&fields, "ago", report),
        ago_before: phrases(&fields, "ago_before", report),
        last: phrases(&fields, "last", report),
        this: phrases(&fields, "this", report),
        before: phrases(&fields, "before", report),
        gap: phrases(&fields, "gap", report),
    }
}

/// `units: {day: [day, days], week: …}`
fn date_units(fields: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, DateUnit> {
    let entries = fields.get("units").and_then(|node| node.map(report)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (name, node) in entries {
        match DateUnit::NAMED.iter().find(|(known, _)| *known == name.text) {
            Some((_, unit)) => found.extend(node.texts(report).iter().map(|word| (key(&word.text), *unit))),
            None => report.unknown(name.place, "unit", &name.text, DateUnit::NAMED.map(|(known, _)| known)),
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
