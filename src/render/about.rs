//! Queries and products put into words.

use crate::model::{AttributeFilter, CategoryPath, EntityKind, PriceRange, Product, ProductQuery};

use super::Words;

/// `blue running shoes under $80, not black`
pub(super) fn query(query: &ProductQuery, words: &Words<'_>) -> String {
    let of = |kind: EntityKind| {
        let values: Vec<&str> = query
            .filters
            .iter()
            .filter(|filter| filter.kind == kind && !filter.negated)
            .map(|filter| words.language.shown(kind, &filter.value))
            .collect();
        values.join(&format!(" {} ", words.say("or", &[])))
    };
    let (thing, said) = match query.text.trim() {
        text if query.categories.is_empty() && !text.is_empty() => (text.to_owned(), ""),
        text => (things(&query.categories, words), text),
    };
    let before = [EntityKind::Colour, EntityKind::Material, EntityKind::Feature];
    let after = [EntityKind::Brand, EntityKind::Audience, EntityKind::Occasion, EntityKind::Season];
    let mut parts: Vec<String> = before.into_iter().map(of).collect();
    // "schwarz Laufschuhe" is no German: there they stand behind, "Laufschuhe (schwarz)".
    let moved =
        if words.language.grammar.adjectives_behind { std::mem::take(&mut parts) } else { Vec::new() };
    parts.push(thing);
    let behind = moved.into_iter().chain([said.to_owned()]).chain(after.into_iter().map(of));
    let behind: Vec<String> = behind.filter(|words| !words.is_empty()).collect();
    if !behind.is_empty() {
        parts.push(format!("({})", behind.join(", ")));
    }
    let size = of(EntityKind::Size);
    if !size.is_empty() {
        parts.push(words.say("what_size", &[("value", &size)]));
    }
    parts.push(price_range(&query.price, words));
    parts.retain(|part| !part.is_empty());
    let not = query.filters.iter().filter(|filter| filter.negated);
    let bare = |filter: &AttributeFilter| match filter.kind {
        EntityKind::Category => category(&CategoryPath::parse(&filter.value), words),
        kind => shown_in_a_row(kind, &filter.value, words),
    };
    let not: Vec<String> = not.map(|filter| words.say("what_not", &[("value", &bare(filter))])).collect();
    std::iter::once(parts.join(" ")).chain(not).collect::<Vec<_>>().join(", ")
}

/// At most so many things are named.
const THINGS: usize = 3;

/// "Dresses or shirts". Where one word means several categories, the widest name says it: jackets, not also rain jackets.
fn things(paths: &[CategoryPath], words: &Words<'_>) -> String {
    let all: Vec<String> = paths.iter().map(|path| category(path, words)).collect();
    let lower = |name: &str| name.to_lowercase();
    let within =
        |name: &String| all.iter().any(|o| lower(o) != lower(name) && lower(name).contains(&lower(o)));
    let mut names: Vec<&String> = all.iter().filter(|name| !within(name)).collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    match names.as_slice() {
        [] => words.say("everything", &[]),
        several if several.len() <= THINGS => {
            let names: Vec<&str> = several.iter().map(|name| name.as_str()).collect();
            names.join(&format!(" {} ", words.say("or", &[])))
        }
        many => many[0].clone(),
    }
}

/// The last level, in lower case where it is not a word of the language's own.
fn category(path: &CategoryPath, words: &Words<'_>) -> String {
    let (whole, leaf) = (path.to_string(), path.leaf());
    let own = words.language.shown(EntityKind::Category, &whole);
    let own = if own == whole { words.language.shown(EntityKind::Category, leaf) } else { own };
    if own == leaf { leaf.to_lowercase() } else { own.to_owned() }
}

fn shown_in_a_row(kind: EntityKind, value: &str, words: &Words<'_>) -> String {
    let own = words.language.shown(kind, value);
    if own == value { value.to_lowercase() } else { own.to_owned() }
}

fn price_range(range: &PriceRange, words: &Words<'_>) -> String {
    match (range.min, range.max) {
        (None, None) => String::new(),
        (None, Some(max)) => words.say("what_under", &[("price", &words.money(&max))]),
        (Some(min), None) => words.say("what_over", &[("price", &words.money(&min))]),
        (Some(min), Some(max)) => {
            words.say("what_between", &[("low", &words.money(&min)), ("high", &words.money(&max))])
        }
    }
}

/// The dropped conditions as a list: `the price and black`.
pub(super) fn dropped(relaxed: &[String], words: &Words<'_>) -> String {
    let named: Vec<String> = relaxed
        .iter()
        .map(|what| match what.as_str() {
            "price" => words.say("dropped_price", &[]),
            "words" => words.say("dropped_words", &[]),
            value => format!("“{}”", values(value, words)),
        })
        .collect();
    named.join(&format!(" {} ", words.say("and", &[])))
}

/// The price, or that it is on request.
pub(super) fn price(product: &Product, words: &Words<'_>) -> String {
    product.price.map_or_else(|| words.say("price_on_request", &[]), |price| words.money(&price))
}

/// Label → the value of each product, in the order in which a shopper asks: price, brand, colours, sizes, what it is
/// made of and good for, rating, stock. Properties that none of them has are left out.
pub(super) fn properties(products: &[Product], words: &Words<'_>) -> Vec<(String, Vec<String>)> {
    let row = |label: &str, value: &dyn Fn(&Product) -> String| {
        (label.to_owned(), products.iter().map(value).collect::<Vec<String>>())
    };
    let mut rows = vec![
        row(&words.say("label_price", &[]), &|p| price(p, words)),
        row(&words.say("label_brand", &[]), &|p| p.brand.clone()),
        row(&words.say("label_category", &[]), &|p| path(&p.category, words)),
        row(&words.say("label_colours", &[]), &|p| listed(EntityKind::Colour, &p.colours, words)),
        row(&words.say("label_sizes", &[]), &|p| p.sizes.join(", ")),
    ];
    let mut attributes: Vec<&String> = products.iter().flat_map(|p| p.attributes.keys()).collect();
    attributes.sort();
    attributes.dedup();
    for name in attributes {
        let kind = EntityKind::from_name(name);
        let values = |p: &Product| match (p.attributes.get(name), kind) {
            (None, _) => String::new(),
            (Some(values), Some(kind)) => listed(kind, values, words),
            (Some(values), None) => values.join(", "),
        };
        let label = words.optional(&format!("attribute_{name}")).unwrap_or_else(|| capitalised(name));
        rows.push(row(&label, &values));
    }
    rows.push(row(&words.say("label_rating", &[]), &|p| rating(p, words)));
    rows.push(row(&words.say("label_stock", &[]), &|p| stock(p, words)));
    rows.retain(|(_, values)| values.iter().any(|value| !value.is_empty()));
    rows
}

/// The values of a product in the words of the language.
pub(super) fn listed(kind: EntityKind, values: &[String], words: &Words<'_>) -> String {
    values.iter().map(|value| words.language.shown(kind, value)).collect::<Vec<_>>().join(", ")
}

/// Values whose kind is not told: `black, navy`.
fn values(texts: &str, words: &Words<'_>) -> String {
    let shown = |value: &str| {
        let kinds = words.language.entities.iter().filter(|w| w.translated).map(|words| words.kind);
        let own = kinds.map(|kind| words.language.shown(kind, value)).find(|own| *own != value);
        own.unwrap_or(value).to_owned()
    };
    texts.split(", ").map(shown).collect::<Vec<_>>().join(", ")
}

/// `Shoes > Running shoes`, each level in the words of the language.
fn path(path: &CategoryPath, words: &Words<'_>) -> String {
    let levels = (1..=path.0.len()).map(|n| {
        let level = CategoryPath(path.0[..n].to_vec());
        let own = category(&level, words);
        if own == level.leaf().to_lowercase() { level.leaf().to_owned() } else { own }
    });
    levels.collect::<Vec<_>>().join(" > ")
}

fn rating(product: &Product, words: &Words<'_>) -> String {
    product.rating.map_or_else(String::new, |rating| {
        words.say("reviews", &[("rating", &words.decimal(rating)), ("n", &product.reviews.to_string())])
    })
}

/// Whether it is to be had, and how many are left when they are few; empty when unknown.
pub(super) fn stock(product: &Product, words: &Words<'_>) -> String {
    match product.stock {
        None => String::new(),
        Some(0) => words.say("out_of_stock", &[]),
        Some(n) if n < 4 => words.say("low_stock", &[("n", &n.to_string())]),
        Some(_) => words.say("in_stock", &[]),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
