//! The text of a `synonyms.yaml`, with the place of every word.

use std::collections::BTreeMap;

use crate::model::EntityKind;
use crate::problem::{Place, Report};
use crate::yaml::tree::{self, Node, Text, Value};

/// The keys of the file.
pub const SYNONYM_KEYS: [&str; 3] = ["synonyms", "categories", "families"];
/// The keys of a one-way rule.
pub const ONE_WAY_KEYS: [&str; 2] = ["when", "also"];

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct SynonymFile {
    pub rules: Vec<SynonymRule>,
    /// A category, and its other names.
    pub categories: Vec<(Text, Vec<Text>)>,
    pub families: BTreeMap<EntityKind, Vec<(Text, Vec<Text>)>>,
}

/// One rule: each of `when` finds also what each of `also` finds. In a rule without direction they are the same words.
#[derive(Debug)]
pub(super) struct SynonymRule {
    pub place: Place,
    pub one_way: bool,
    pub when: Vec<Text>,
    pub also: Vec<Text>,
}

impl SynonymFile {
    /// Reads it; what is wrong goes to the report.
    pub fn read(text: &str, report: &mut Report<'_>) -> Self {
        let mut file = SynonymFile::default();
        let Some(node) = tree::read(text, report) else { return file };
        if matches!(node.value, Value::Nothing) {
            return file;
        }
        let keys = node.fields(&SYNONYM_KEYS, report);
        if let Some(node) = keys.get("synonyms") {
            let rules = node.items(report).unwrap_or_default();
            file.rules = rules.iter().filter_map(|node| rule(node, report)).collect();
        }
        if let Some(node) = keys.get("categories") {
            file.categories = named(node, report);
        }
        if let Some(node) = keys.get("families") {
            file.families = families(node, report);
        }
        file
    }
}

fn rule(node: &Node, report: &mut Report<'_>) -> Option<SynonymRule> {
    let place = node.place;
    if let Value::List(_) = node.value {
        let words = node.texts(report);
        if words.len() < 2 {
            let help = "write two or more words that mean the same: [sofa, couch]".to_owned();
            report.push(place, "one word alone is no synonym".to_owned(), Some(help));
            return None;
        }
        return Some(SynonymRule { place, one_way: false, when: words.clone(), also: words });
    }
    if !matches!(node.value, Value::Map(_)) {
        let help = "write [sofa, couch], or {when: tee, also: [t-shirt]}".to_owned();
        report.push(place, "this is no rule".to_owned(), Some(help));
        return None;
    }
    let keys = node.fields(&ONE_WAY_KEYS, report);
    let when = keys.needed("when", report);
    if keys.get("also").is_none() {
        report.add(place, "the key \"also\" is missing");
    }
    let also = keys.texts("also", report);
    Some(SynonymRule { place, one_way: true, when: vec![when?], also })
}

/// `name: [other, names]`.
fn named(node: &Node, report: &mut Report<'_>) -> Vec<(Text, Vec<Text>)> {
    let entries = node.map(report).unwrap_or_default();
    entries.iter().map(|(name, names)| (name.clone(), names.texts(report))).collect()
}

fn families(node: &Node, report: &mut Report<'_>) -> BTreeMap<EntityKind, Vec<(Text, Vec<Text>)>> {
    let mut families = BTreeMap::new();
    for (kind, node) in node.map(report).unwrap_or_default() {
        match EntityKind::from_name(&kind.text) {
            Some(known) => {
                families.insert(known, named(node, report));
            }
            None => report.unknown(
                kind.place,
                "kind",
                &kind.text,
                EntityKind::ALL.into_iter().map(EntityKind::name),
            ),
        }
    }
    families
}
