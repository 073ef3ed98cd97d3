//! Queries and products put into words.

use crate::model::{CategoryPath, EntityKind, PriceRange, Product, ProductQuery};

use super::Words;

/// `blue running shoes under $80, not black`
pub(super) fn query(query: &ProductQuery, words: &Words<'_>) -> String {
    let of = |kind: EntityKind| {
        let values: Vec<&str> = query
            .filters
            .iter()
            .filter(|filter| filter.kind == kind && !filter.negated)
            .map(|filter| filter.value.as_str())
            .collect();
        values.join(&format!(" {} ", words.say("or", &[])))
    };
    let thing = match (query.text.trim(), query.categories.first()) {
        ("", Some(category)) => category.leaf().to_lowercase(),
        ("", None) => words.say("everything", &[]),
        (text, _) => text.to_owned(),
    };
    let before = [EntityKind::Colour, EntityKind::Material, EntityKind::Feature];
    let after = [EntityKind::Brand, EntityKind::Audience, EntityKind::Occasion, EntityKind::Season];
    let mut parts: Vec<String> = before.into_iter().map(of).collect();
    parts.push(thing);
    let behind: Vec<String> = after.into_iter().map(of).filter(|words| !words.is_empty()).collect();
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
    let bare = |value: &str| CategoryPath::parse(value).leaf().to_lowercase();
    let not: Vec<String> =
        not.map(|filter| words.say("what_not", &[("value", &bare(&filter.value))])).collect();
    std::iter::once(parts.join(" ")).chain(not).collect::<Vec<_>>().join(", ")
}

fn price_range(range: &PriceRange, words: &Words<'_>) -> String {
    match (range.min, range.max) {
        (None, None) => String::new(),
        (None, Some(max)) => words.say("what_under", &[("price", &max.to_string())]),
        (Some(min), None) => words.say("what_over", &[("price", &min.to_string())]),
        (Some(min), Some(max)) => {
            words.say("what_between", &[("low", &min.to_string()), ("high", &max.to_string())])
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
            value => format!("“{value}”"),
        })
        .collect();
    named.join(&format!(" {} ", words.say("and", &[])))
}

/// The price, or that it is on request.
pub(super) fn price(product: &Product, words: &Words<'_>) -> String {
    product.price.map_or_else(|| words.say("price_on_request", &[]), |price| price.to_string())
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
        row(&words.say("label_category", &[]), &|p| p.category.to_string()),
        row(&words.say("label_colours", &[]), &|p| p.colours.join(", ")),
        row(&words.say("label_sizes", &[]), &|p| p.sizes.join(", ")),
    ];
    let mut attributes: Vec<&String> = products.iter().flat_map(|p| p.attributes.keys()).collect();
    attributes.sort();
    attributes.dedup();
    for name in attributes {
        let values =
            |p: &Product| p.attributes.get(name).map_or_else(String::new, |values| values.join(", "));
        rows.push(row(&capitalised(name), &values));
    }
    rows.push(row(&words.say("label_rating", &[]), &|p| rating(p, words)));
    rows.push(row(&words.say("label_stock", &[]), &|p| stock(p, words)));
    rows.retain(|(_, values)| values.iter().any(|value| !value.is_empty()));
    rows
}

fn rating(product: &Product, words: &Words<'_>) -> String {
    product.rating.map_or_else(String::new, |rating| {
        words.say("reviews", &[("rating", &format!("{rating:.1}")), ("n", &product.reviews.to_string())])
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
