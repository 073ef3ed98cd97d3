//! Entity words that nothing uses, and words of products that no entity file knows.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Finding, ReadLanguage, Spot, Stock, count, examples_of};
use crate::intents::word_files::ParsedWords;
use crate::model::{EntityKind, Vocabulary};
use crate::text::key;

pub(super) fn check(
    language: &ReadLanguage,
    vocabulary: &Vocabulary,
    stock: &Stock,
    found: &mut Vec<Finding>,
) {
    // Attributes are named for questions too, which no column has to answer.
    let listed =
        language.files.entities.iter().filter(|(_, parsed)| parsed.words.kind != EntityKind::Attribute);
    for (file, parsed) in listed {
        let sold = sold(vocabulary, parsed.words.kind);
        if sold.is_empty() && !is_used(language, parsed.words.kind) {
            unused_kind(file, parsed, found);
        } else {
            unused_values(language, file, parsed, &sold, found);
        }
        unknown_values(language, file, parsed, vocabulary, stock, found);
    }
}

/// What products have of a kind, folded; a category goes by its path and by its last level.
fn sold(vocabulary: &Vocabulary, kind: EntityKind) -> BTreeSet<String> {
    if kind == EntityKind::Category {
        let names = vocabulary.categories.iter().flat_map(|path| [path.to_string(), path.leaf().to_owned()]);
        return names.map(|name| key(&name)).collect();
    }
    vocabulary.values.get(&kind).into_iter().flatten().map(|value| key(value)).collect()
}

fn is_used(language: &ReadLanguage, kind: EntityKind) -> bool {
    language.files.intents.iter().any(|(_, parsed)| {
        parsed.intent.slots.iter().any(|slot| slot.entity == kind)
            || parsed.marks.iter().any(|(_, mark)| mark.entity == kind.name())
    })
}

fn unused_kind(file: &Path, parsed: &ParsedWords, found: &mut Vec<Finding>) {
    let name = parsed.words.kind.name();
    let message = format!("no product has a {name}, and no intent asks for one");
    let at = Spot::new(file, parsed.name_place, "");
    let help = format!("give the products a column {name:?}, or take this file out");
    found.push(Finding::warning("unused", at, message).help(help));
}

fn unused_values(
    language: &ReadLanguage,
    file: &Path,
    parsed: &ParsedWords,
    sold: &BTreeSet<String>,
    found: &mut Vec<Finding>,
) {
    let kind = parsed.words.kind.name();
    let said: Vec<String> =
        examples_of(&language.files).map(|example| format!(" {} ", key(example.text))).collect();
    let is_said = |word: &String| {
        let word = format!(" {} ", key(word));
        said.iter().any(|text| text.contains(&word))
    };
    for (value, place) in parsed.words.values.iter().zip(&parsed.places) {
        if sold.contains(&key(&value.value)) || is_said(&value.value) || value.also.iter().any(is_said) {
            continue;
        }
        let message = format!("no product has the {kind} {:?}, and no example says it", value.value);
        let help = format!(
            "take it out, or give products this {kind}; the word must be spelt as in index/products.csv"
        );
        found.push(Finding::warning("unused", Spot::new(file, *place, ""), message).help(help));
    }
}

fn unknown_values(
    language: &ReadLanguage,
    file: &Path,
    parsed: &ParsedWords,
    vocabulary: &Vocabulary,
    stock: &Stock,
    found: &mut Vec<Finding>,
) {
    let kind = parsed.words.kind;
    let known: BTreeSet<String> = parsed
        .words
        .values
        .iter()
        .flat_map(|value| std::iter::once(&value.value).chain(&value.also))
        .map(|word| key(word))
        .collect();
    for value in vocabulary.values.get(&kind).into_iter().flatten() {
        // The program reads sizes in digits by itself.
        let number = kind == EntityKind::Size && value.contains(|c: char| c.is_ascii_digit());
        if number || known.contains(&key(value)) {
            continue;
        }
        let (at, products) = stock.spot(kind, value);
        let of = if products == 0 { "products".to_owned() } else { count(products, "product") };
        let message = format!("{} has no words for the {} {value:?} of {of}", language.code, kind.name());
        let help = format!("add it to {}, with what else shoppers call it: `{value}: []`", file.display());
        found.push(Finding::warning("unknown_value", at, message).help(help));
    }
}
