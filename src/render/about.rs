//! Queries and products put into words.

use crate::model::{
    AmountRange, AttributeFilter, CategoryPath, Dropped, EntityKind, Facet, PriceRange, Product,
    ProductQuery, Quote, WORD, YES,
};

use super::{Words, orders};

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
        text => {
            let things = things(&query.categories, words);
            if says_which(text, &things) { (text.to_owned(), "") } else { (things, text) }
        }
    };
    let before = [EntityKind::Colour, EntityKind::Material, EntityKind::Feature];
    let after = [EntityKind::Brand, EntityKind::Audience, EntityKind::Occasion, EntityKind::Season];
    let mut parts: Vec<String> = before.into_iter().map(of).collect();
    // "schwarz Laufschuhe" is no German: there they stand behind, "Laufschuhe (schwarz)".
    let moved =
        if words.language.grammar.adjectives_behind { std::mem::take(&mut parts) } else { Vec::new() };
    parts.push(thing);
    let columns = query.filters.iter().filter(|f| f.kind.kind().is_none() && !f.negated);
    let columns = columns.map(|filter| condition(filter, words));
    let behind = moved.into_iter().chain([said.to_owned()]).chain(after.into_iter().map(of)).chain(columns);
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
    let bare = |filter: &AttributeFilter| match filter.kind.kind() {
        Some(EntityKind::Category) => category(&CategoryPath::parse(&filter.value), words),
        Some(kind) => shown_in_a_row(kind, &filter.value, words),
        None => condition(filter, words),
    };
    let not: Vec<String> = not.map(|filter| words.say("what_not", &[("value", &bare(filter))])).collect();
    std::iter::once(parts.join(" ")).chain(not).collect::<Vec<_>>().join(", ")
}

/// `under $80, colour navy`: the conditions alone.
pub(super) fn conditions(query: &ProductQuery, words: &Words<'_>) -> String {
    let filters = query.filters.iter().map(|filter| match filter.negated {
        true => words.say("what_not", &[("value", &condition(filter, words))]),
        false => condition(filter, words),
    });
    let all = filters.chain([price_range(&query.price, words)]).filter(|part| !part.is_empty());
    all.collect::<Vec<_>>().join(", ")
}

/// Whether the words name one of the things that a category holds: the kettle of "kettles & coffee".
fn says_which(text: &str, things: &str) -> bool {
    let things = things.to_lowercase();
    text.split_whitespace().any(|word| things.contains(&crate::text::singular(&word.to_lowercase())))
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

/// A condition on any attribute: `navy`, `size 42`, `ram 16 GB`, `weight up to 2 kg`, `bluetooth`.
pub(super) fn condition(filter: &AttributeFilter, words: &Words<'_>) -> String {
    let name = attribute(&filter.kind, words);
    match (&filter.range, filter.kind.kind()) {
        (Some(range), _) => {
            words.say("what_attribute", &[("attribute", &name), ("value", &amount_range(range, words))])
        }
        (None, Some(EntityKind::Size)) => words.say("check_size", &[("value", &filter.value)]),
        (None, Some(_)) => value(&filter.kind, &filter.value, words),
        (None, None) if filter.kind.name() == WORD => filter.value.clone(),
        (None, None) if filter.value == YES => name,
        (None, None) => words.say("what_attribute", &[("attribute", &name), ("value", &filter.value)]),
    }
}

fn amount_range(range: &AmountRange, words: &Words<'_>) -> String {
    let amount = |thousandths: i64| {
        let number = format!("{}", thousandths as f64 / 1000.0);
        let number = number.replace('.', &words.say("decimal_mark", &[]));
        format!("{number} {}", range.unit).trim_end().to_owned()
    };
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => amount(min),
        (Some(min), Some(max)) => words.say("what_between", &[("low", &amount(min)), ("high", &amount(max))]),
        (None, Some(max)) => words.say("what_up_to", &[("value", &amount(max))]),
        (Some(min), None) => words.say("what_at_least", &[("value", &amount(min))]),
        (None, None) => String::new(),
    }
}

/// What stands before its values.
pub(super) fn label(facet: &Facet, words: &Words<'_>) -> String {
    let name = match facet.name() {
        "colour" => "label_colours".to_owned(),
        "size" => "label_sizes".to_owned(),
        name => format!("label_{name}"),
    };
    words.optional(&name).unwrap_or_else(|| capitalised(&attribute(facet, words)))
}

/// What an attribute is called in the middle of a sentence.
pub(super) fn attribute(facet: &Facet, words: &Words<'_>) -> String {
    let name = facet.name();
    let own = words.optional(&format!("attribute_{name}"));
    own.unwrap_or_else(|| words.language.shown(EntityKind::Attribute, name).replace('_', " "))
}

/// The question for an attribute: "Which colour?"
pub(super) fn which(facet: &Facet, words: &Words<'_>) -> String {
    let own = words.optional(&format!("which_{}", facet.name()));
    own.unwrap_or_else(|| words.say("which_other", &[("attribute", &attribute(facet, words))]))
}

/// A value in the words of the language.
pub(super) fn value(facet: &Facet, value: &str, words: &Words<'_>) -> String {
    match facet.kind() {
        Some(EntityKind::Category) => category(&CategoryPath::parse(value), words),
        Some(kind) => words.language.shown(kind, value).to_owned(),
        None if value == YES => attribute(facet, words),
        None => value.to_owned(),
    }
}

/// The dropped conditions as a list: `the price limit and black`.
pub(super) fn dropped(dropped: &[Dropped], words: &Words<'_>) -> String {
    let or = format!(" {} ", words.say("or", &[]));
    let named = dropped.iter().map(|what| match what {
        Dropped::Price => words.say("dropped_price", &[]),
        Dropped::Words => words.say("dropped_words", &[]),
        Dropped::Values(values) => {
            values.iter().map(|filter| condition(filter, words)).collect::<Vec<_>>().join(&or)
        }
    });
    named.collect::<Vec<_>>().join(&format!(" {} ", words.say("and", &[])))
}

/// `“shoez” and “blak”`
pub(super) fn quoted<'t>(texts: impl Iterator<Item = &'t str>, words: &Words<'_>) -> String {
    let all: Vec<String> = texts.map(|text| words.say("quoted", &[("text", text)])).collect();
    all.join(&format!(" {} ", words.say("and", &[])))
}

/// The price, or that it is on request.
pub(super) fn price(product: &Product, words: &Words<'_>) -> String {
    let Some(price) = product.price else { return words.say("price_on_request", &[]) };
    let price = words.money(&price);
    match &product.quote {
        Some(quote) => words.say("price_offer", &[("price", &price), ("list", &words.money(&quote.list))]),
        None => price,
    }
}

/// What an offer is called: in the language, or else in whatever there is.
pub(super) fn offer(quote: &Quote, words: &Words<'_>) -> String {
    let own = quote.title.get(&words.language.code).or_else(|| quote.title.get(""));
    own.or_else(|| quote.title.values().next()).cloned().unwrap_or_else(|| words.say("offer", &[]))
}

/// The offer, until when it holds, and for how many pieces.
pub(super) fn offer_line(quote: &Quote, words: &Words<'_>) -> String {
    let key = if quote.pieces == 1 { "offer_one" } else { "offer_until" };
    let (offer, until) = (offer(quote, words), orders::last_day(quote.until, words));
    words.say(key, &[("offer", &offer), ("until", &until), ("n", &quote.pieces.to_string())])
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
        row(&words.say("label_colours", &[]), &|p| listed(&EntityKind::Colour.into(), &p.colours, words)),
        row(&words.say("label_sizes", &[]), &|p| p.sizes.join(", ")),
    ];
    let mut attributes: Vec<&String> = products.iter().flat_map(|p| p.attributes.keys()).collect();
    attributes.sort();
    attributes.dedup();
    for name in attributes {
        let facet = Facet::from(name.as_str());
        let values =
            |p: &Product| p.attributes.get(name).map_or_else(String::new, |v| listed(&facet, v, words));
        let label = label(&facet, words);
        rows.push(row(&label, &values));
    }
    rows.push(row(&words.say("label_rating", &[]), &|p| rating(p, words)));
    rows.push(row(&words.say("label_stock", &[]), &|p| stock(p, words)));
    rows.retain(|(_, values)| values.iter().any(|value| !value.is_empty()));
    rows
}

/// The values of a product in the words of the language.
pub(super) fn listed(facet: &Facet, values: &[String], words: &Words<'_>) -> String {
    values.iter().map(|one| value(facet, one, words)).collect::<Vec<_>>().join(", ")
}

/// `Shoes > Running shoes`, each level in the words of the language.
pub(super) fn path(path: &CategoryPath, words: &Words<'_>) -> String {
    let levels = (1..=path.0.len()).map(|n| {
        let level = CategoryPath(path.0[..n].to_vec());
        let own = category(&level, words);
        if own == level.leaf().to_lowercase() { level.leaf().to_owned() } else { own }
    });
    levels.collect::<Vec<_>>().join(" > ")
}

pub(super) fn rating(product: &Product, words: &Words<'_>) -> String {
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

/// With a capital first letter.
pub(super) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
