//! Synonyms that find nothing, say nothing, or contradict each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::model::{CategoryPath, EntityKind, Vocabulary};
use crate::problem::{Finding, Spot, nearest};
use crate::text::key;
use crate::yaml::tree::Text;

use super::super::synonym_file::{SynonymFile, SynonymRule};
use super::super::synonyms::named;
use super::super::text::Words;
use super::shelf::Shelf;

/// The check of one file. Of a language other than the catalogue's, only what stands on the right is in the products' words.
pub(super) fn check(
    file: &Path,
    read: &SynonymFile,
    language: Option<&str>,
    shelf: &Shelf,
    found: &mut Vec<Finding>,
) {
    let mut said = language.map_or_else(Words::new, Words::of_language);
    let mut words = Words::new();
    for rule in &read.rules {
        finds_nothing(file, rule, shelf, &mut words, found);
        says_nothing(file, rule, language.is_none(), &mut said, found);
    }
    said_twice(file, read, &mut said, found);
    circles(file, read, &mut said, found);
    categories(file, read, shelf, found);
    families(file, read, shelf, found);
}

fn spot(file: &Path, text: &Text, note: &str) -> Spot {
    Spot { focus: Some(text.text.clone()), ..Spot::new(file, text.place, note) }
}

/// None of the words that it leads to stands in any product.
fn finds_nothing(
    file: &Path,
    rule: &SynonymRule,
    shelf: &Shelf,
    words: &mut Words,
    found: &mut Vec<Finding>,
) {
    if shelf.items.is_empty() || rule.also.iter().any(|text| shelf.has_words(&text.text, words)) {
        return;
    }
    let all: Vec<&str> = rule.also.iter().map(|text| text.text.as_str()).collect();
    let message = match all.as_slice() {
        [one] => format!("no product has the words {one:?}, so this rule finds nothing"),
        several => format!("no product has any of {}, so this rule finds nothing", several.join(", ")),
    };
    let at = rule.also.first().map_or_else(|| Spot::new(file, rule.place, ""), |text| spot(file, text, ""));
    let help = "add a word that the products have, or take the rule out";
    found.push(Finding::warning("finds_nothing", at, message).help(help));
}

/// A word that leads to itself. Of another language than the catalogue's only the same letters are the same word: `Roboter`
/// has to lead to `robot`, though German endings make them one.
fn says_nothing(file: &Path, rule: &SynonymRule, own: bool, said: &mut Words, found: &mut Vec<Finding>) {
    let mut known: HashMap<Vec<String>, &Text> = HashMap::new();
    let several = !own && rule.also.len() > 1;
    let both = rule.when.iter().chain(if rule.one_way { rule.also.as_slice() } else { &[] });
    for text in both.filter(|_| !several) {
        let stems = if own { said.stems(&text.text) } else { said.plain(&text.text) };
        if let Some(first) = known.get(&stems) {
            let message = format!("{:?} and {:?} are the same to the search already", first.text, text.text);
            let finding = Finding::warning("says_nothing", spot(file, text, ""), message);
            let help = if own {
                "plurals and endings need no rule; take one of them out"
            } else {
                "take the rule out"
            };
            found.push(finding.help(help));
        } else {
            known.insert(stems, text);
        }
    }
}

/// One word in two rules: the second adds to the first, which nobody sees who reads only one.
fn said_twice(file: &Path, read: &SynonymFile, said: &mut Words, found: &mut Vec<Finding>) {
    let mut known: HashMap<Vec<String>, (&Text, &SynonymRule)> = HashMap::new();
    for rule in &read.rules {
        for text in &rule.when {
            let stems = said.stems(&text.text);
            let Some((first, other)) = known.get(&stems).copied() else {
                known.insert(stems, (text, rule));
                continue;
            };
            if other.place == rule.place {
                continue;
            }
            let (message, help) = if other.one_way == rule.one_way {
                (
                    format!("{:?} stands in two rules", text.text),
                    "put them into one, so that it is seen at a glance",
                )
            } else {
                (
                    format!(
                        "{:?} means the same as other words in one rule, and only leads to some in another",
                        text.text
                    ),
                    "decide for [ ] or for {when, also}",
                )
            };
            let finding = Finding::warning("said_twice", spot(file, text, ""), message);
            found.push(finding.with(spot(file, first, "and here")).help(help));
        }
    }
}

/// `{when: a, also: [b]}` and `{when: b, also: [a]}`: that is what [a, b] is for.
fn circles(file: &Path, read: &SynonymFile, said: &mut Words, found: &mut Vec<Finding>) {
    let mut leads: BTreeMap<(Vec<String>, Vec<String>), &Text> = BTreeMap::new();
    for rule in read.rules.iter().filter(|rule| rule.one_way) {
        for (when, also) in rule.when.iter().flat_map(|when| rule.also.iter().map(move |also| (when, also))) {
            let (from, to) = (said.stems(&when.text), said.stems(&also.text));
            if let Some(back) = leads.get(&(to.clone(), from.clone())).filter(|_| from != to) {
                let message = format!("{:?} and {:?} lead to each other", when.text, also.text);
                let finding = Finding::warning("circle", spot(file, also, ""), message);
                let help = format!("write [{}, {}] instead of both", when.text, also.text);
                found.push(finding.with(spot(file, back, "and back")).help(help));
            }
            leads.insert((from, to), also);
        }
    }
}

/// Other names for categories that no product is in.
fn categories(file: &Path, read: &SynonymFile, shelf: &Shelf, found: &mut Vec<Finding>) {
    let all = Vocabulary { categories: shelf.categories.clone(), ..Vocabulary::default() };
    for (name, _) in &read.categories {
        if named(&all, &name.text).is_empty() {
            let message =
                format!("no product is in the category {:?}, so its other names find nothing", name.text);
            let finding = Finding::warning("category", Spot::new(file, name.place, ""), message);
            found.push(finding.help(near_category(&name.text, shelf)));
        }
    }
}

/// What was probably meant by a category that there is not.
pub(super) fn near_category(name: &str, shelf: &Shelf) -> String {
    let leaf = CategoryPath::parse(name).leaf().to_owned();
    let leaves: BTreeSet<&str> = shelf.categories.iter().map(CategoryPath::leaf).collect();
    match nearest(&leaf, leaves) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "write a category path of the products, or its last level".to_owned(),
    }
}

/// Values that no product has, and values that take in each other.
fn families(file: &Path, read: &SynonymFile, shelf: &Shelf, found: &mut Vec<Finding>) {
    for (kind, values) in &read.families {
        let sold = sold(shelf, *kind);
        let mut taken_in: BTreeSet<(String, String)> = BTreeSet::new();
        for (name, narrower) in values {
            for text in narrower {
                if taken_in.contains(&(key(&text.text), key(&name.text))) {
                    let message = format!("{:?} and {:?} take in each other", name.text, text.text);
                    let finding = Finding::warning("circle", spot(file, text, ""), message);
                    let help = "the wider one takes in the narrower one, and not the other way round";
                    found.push(finding.help(help));
                }
                taken_in.insert((key(&name.text), key(&text.text)));
                if !sold.contains_key(&key(&text.text)) && !sold.is_empty() {
                    let message = format!("no product has the {} {:?}", kind.name(), text.text);
                    let finding = Finding::warning("finds_nothing", spot(file, text, ""), message);
                    found.push(finding.help(near_value(&text.text, &sold)));
                }
            }
        }
    }
}

/// What was probably meant by a value that there is not.
pub(super) fn near_value(value: &str, sold: &BTreeMap<String, String>) -> String {
    match nearest(value, sold.values().map(String::as_str)) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "write one that the products have, or take it out".to_owned(),
    }
}

/// The values of a kind that products have: folded → as they have them.
pub(super) fn sold(shelf: &Shelf, kind: EntityKind) -> BTreeMap<String, String> {
    let products = shelf.items.iter().map(|item| &item.product);
    let values: Vec<&String> = match kind {
        EntityKind::Brand => shelf.brands.iter().collect(),
        EntityKind::Colour => products.flat_map(|product| &product.colours).collect(),
        EntityKind::Size => products.flat_map(|product| &product.sizes).collect(),
        kind => products.filter_map(|product| product.attributes.get(kind.name())).flatten().collect(),
    };
    values.into_iter().map(|value| (key(value), value.clone())).collect()
}
