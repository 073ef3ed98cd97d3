//! One product: in full, asked about, beside others.

use crate::model::{
    Action, Button, Checked, EntityKind, Facet, Product, ProductQuery, Reply, Row, Scored, Table, Told,
};

use super::{Words, about, cards, person};

/// Everything about it; of one that is sold out also the way to others.
pub(super) fn detail(item: &Scored, for_you: Option<&str>, words: &Words<'_>) -> Reply {
    let key = if item.product.in_stock() { "detail" } else { "detail_sold_out" };
    let mut card = cards::full(item, words);
    if let Some(sentence) = for_you {
        card.details = format!("{}\n\n{}", words.say("for_you", &[("sentence", sentence)]), card.details);
    }
    Reply { text: words.say(key, &[]), cards: vec![card], ..Reply::default() }
}

/// What its data says in answer to a question. What it does not say is said by nobody.
pub(super) fn told(product: &Product, answers: &[Told], words: &Words<'_>) -> Reply {
    let title = ("title", product.title.as_str());
    let lines: Vec<String> = answers.iter().map(|answer| answer_line(product, answer, words)).collect();
    let mut buttons = go_on(product, ProductQuery::default(), words);
    if lines.is_empty() {
        buttons.insert(0, person(words));
        return Reply { text: words.say("told_unsaid", &[title]), buttons, ..Reply::default() };
    }
    Reply { text: lines.join("\n"), buttons, ..Reply::default() }
}

fn answer_line(product: &Product, answer: &Told, words: &Words<'_>) -> String {
    let title = ("title", product.title.as_str());
    match answer {
        Told::Yes(filter) => words.say("told_yes", &[title, ("value", &about::condition(filter, words))]),
        Told::Title => words.say("told_title", &[title]),
        Told::Quote(sentence) => words.say("told_quote", &[title, ("sentence", sentence)]),
        Told::Values { attribute, values } => {
            let name = about::label(attribute, words);
            let values = known(product, attribute, values, words);
            words.say("told_values", &[title, ("attribute", &name), ("values", &values)])
        }
    }
}

/// The values of an attribute, or what stands for it in words of the language.
fn known(product: &Product, attribute: &Facet, values: &[String], words: &Words<'_>) -> String {
    match (attribute.name(), values.is_empty()) {
        ("price", true) => about::price(product, words),
        ("category", true) => about::path(&product.category, words),
        ("rating", true) => about::rating(product, words),
        ("stock", true) => about::stock(product, words),
        _ => about::listed(attribute, values, words),
    }
}

/// A yes or no to each wish, then the stock, which the catalogue knows of all sizes and colours together.
pub(super) fn checked(product: &Product, answers: &[Checked], words: &Words<'_>) -> Reply {
    let mut lines: Vec<String> = answers.iter().map(|answer| verdict(product, answer, words)).collect();
    let stock = about::stock(product, words);
    if !stock.is_empty() {
        lines.push(words.say("check_stock", &[("stock", &stock)]));
    }
    let missing = answers.iter().filter(|answer| !answer.fits).map(|answer| answer.wanted.clone());
    let missing = ProductQuery { filters: missing.collect(), ..ProductQuery::default() };
    let buttons = go_on(product, missing, words);
    Reply { text: lines.join(" "), buttons, ..Reply::default() }
}

/// Everything about it, and others as `wanted`.
fn go_on(product: &Product, wanted: ProductQuery, words: &Words<'_>) -> Vec<Button> {
    let id = || product.id.clone();
    vec![
        Button::act(words.say("button_details", &[]), Action::Detail { product: id() }),
        Button::act(words.say("button_similar", &[]), Action::Similar { product: id(), query: wanted }),
    ]
}

fn verdict(product: &Product, answer: &Checked, words: &Words<'_>) -> String {
    let value = match answer.wanted.kind.kind() {
        Some(EntityKind::Size) => words.say("check_size", &[("value", &answer.wanted.value)]),
        _ => about::value(&answer.wanted.kind, &answer.wanted.value, words),
    };
    let offered = about::listed(&answer.wanted.kind, &answer.on_offer, words);
    let key = match (answer.fits, answer.on_offer.is_empty()) {
        (true, _) => "check_yes",
        (false, true) => "check_unknown",
        (false, false) => "check_no",
    };
    words.say(key, &[("title", &product.title), ("value", &value), ("offered", &offered)])
}

/// A table, what differs first: each channel shows it as it can.
pub(super) fn comparison(products: &[Product], words: &Words<'_>) -> Reply {
    let rows = about::properties(products, words).into_iter().map(|(label, values)| {
        let differs = values.iter().any(|value| *value != values[0]);
        Row { label, values, differs }
    });
    let (mut rows, same): (Vec<Row>, Vec<Row>) = rows.partition(|row| row.differs);
    rows.extend(same);
    let columns = products.iter().map(|product| product.title.clone()).collect();
    let details = |product: &Product| {
        let label = cards::shortened(&product.title, 30);
        Button::act(label, Action::Detail { product: product.id.clone() })
    };
    Reply {
        text: words.say("comparison", &[]),
        table: Some(Table { columns, rows }),
        buttons: products.iter().map(details).collect(),
        ..Reply::default()
    }
}
