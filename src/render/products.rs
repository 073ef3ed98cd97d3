//! Products found, recommended, alike, compared and explained.

use crate::model::{
    Action, Button, Change, Checked, EntityKind, ListSource, Outcome, Product, ProductQuery, Reason,
    ReasonFacet, Reply, Scored, Sort,
};

use super::{Scene, Words, about, cards, personalization_off, text};

pub(super) fn render(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    match outcome {
        Outcome::Found { .. } => found(outcome, scene),
        Outcome::NothingFound { query } => Reply {
            text: words.say("nothing_found", &[("what", &about::query(query, words))]),
            buttons: vec![super::person(words)],
            ..Reply::default()
        },
        Outcome::Recommended { items, offset, cold_start } => recommended(items, *offset, *cold_start, scene),
        Outcome::Alike { to, items, offset } => alike(to, items, *offset, scene),
        Outcome::Detail { item } => Reply {
            text: words.say("detail", &[]),
            cards: vec![cards::full(item, words)],
            ..Reply::default()
        },
        Outcome::Checked { product, answers } => checked(product, answers, words),
        Outcome::Comparison { products } => comparison(products, words),
        Outcome::Explained { product, reason } => explained(product, reason.as_ref(), scene),
        Outcome::WhichProduct { any_shown } => {
            text(words.say(if *any_shown { "which_product" } else { "nothing_shown" }, &[]))
        }
        _ => text(words.say("gone", &[])),
    }
}

fn found(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let Outcome::Found { query, items, total, offset, relaxed, corrected, limit, .. } = outcome else {
        return Reply::default();
    };
    let words = &scene.words;
    if items.is_empty() {
        return text(words.say("no_more", &[]));
    }
    let what = about::query(query, words);
    let count = total.to_string();
    let order = order_of(query).map(|key| words.say(key, &[]));
    let values =
        [("what", what.as_str()), ("total", count.as_str()), ("order", order.as_deref().unwrap_or_default())];
    let mut lead = match (relaxed.is_empty(), offset, total) {
        _ if *limit == Some(Change::Dearer) => words.say("dearest_already", &[]),
        _ if limit.is_some() => words.say("cheapest_already", &[]),
        (false, 0, _) => words.say("found_relaxed", &[("dropped", &about::dropped(relaxed, words))]),
        (_, 0, n) if *n > 1 && order.is_some() => words.say("found_sorted", &values),
        (_, 0, 1) => words.say("found_one", &values),
        (_, 0, n) if *n <= items.len() => words.say("found_few", &values),
        (_, 0, _) => words.say("found", &values),
        _ => words.say("found_page", &values),
    };
    if !corrected.is_empty() && *offset == 0 {
        lead = format!("{} {lead}", words.say("found_corrected", &[("words", corrected)]));
    }
    let shown = offset + items.len();
    let mut buttons = Vec::new();
    if *total > shown {
        buttons.push(more(ListSource::Search, query, shown, words));
    }
    if limit.is_none() {
        buttons.extend(cheaper(query, items, words));
    }
    Reply { text: lead, cards: cards::all(items, query, words), buttons, ..Reply::default() }
}

/// How to say in which order the products stand, where the shopper asked for one.
fn order_of(query: &ProductQuery) -> Option<&'static str> {
    match query.sort {
        Sort::Relevance => None,
        Sort::PriceUp => Some("sorted_price_up"),
        Sort::PriceDown => Some("sorted_price_down"),
        Sort::Rating => Some("sorted_rating"),
        Sort::Newest => Some("sorted_newest"),
        Sort::Popular => Some("sorted_popular"),
    }
}

fn more(list: ListSource, query: &ProductQuery, offset: usize, words: &Words<'_>) -> Button {
    Button::act(words.say("button_more", &[]), Action::ShowMore { list, query: query.clone(), offset })
}

/// "Cheaper" than the cheapest of these, kept on the button so that a tap weeks later still means these.
fn cheaper(query: &ProductQuery, items: &[Scored], words: &Words<'_>) -> Option<Button> {
    let than = items.iter().filter_map(|item| item.product.price).min_by_key(|price| price.minor)?;
    let action = Action::Refine { query: query.clone(), change: Some(Change::Cheaper), than: Some(than) };
    Some(Button::act(words.say("button_cheaper", &[]), action))
}

fn recommended(items: &[Scored], offset: usize, cold_start: bool, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    if items.is_empty() {
        return text(words.say("no_more", &[]));
    }
    let key = match cold_start {
        true if personalization_off(scene) => "recommended_off",
        true => "recommended_cold",
        false => "recommended",
    };
    let any = ProductQuery::default();
    Reply {
        text: words.say(key, &[]),
        cards: cards::all(items, &any, words),
        buttons: vec![more(ListSource::Recommendations, &any, offset + items.len(), words)],
        ..Reply::default()
    }
}

fn alike(to: &Product, items: &[Scored], offset: usize, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    if items.is_empty() {
        let key = if offset > 0 { "no_more" } else { "nothing_alike" };
        return text(words.say(key, &[("title", &to.title)]));
    }
    let any = ProductQuery::default();
    Reply {
        text: words.say("alike", &[("title", &to.title)]),
        cards: cards::all(items, &any, words),
        buttons: vec![more(ListSource::Alike(to.id.clone()), &any, offset + items.len(), words)],
        ..Reply::default()
    }
}

/// A yes or no to each wish, then the stock, which the catalogue knows of all sizes and colours together.
fn checked(product: &Product, answers: &[Checked], words: &Words<'_>) -> Reply {
    let mut lines: Vec<String> = answers.iter().map(|answer| verdict(product, answer, words)).collect();
    let stock = about::stock(product, words);
    if !stock.is_empty() {
        lines.push(words.say("check_stock", &[("stock", &stock)]));
    }
    let id = || product.id.clone();
    let mut buttons = vec![Button::act(words.say("button_details", &[]), Action::Detail { product: id() })];
    let missing = answers.iter().filter(|answer| !answer.fits).map(|answer| answer.wanted.clone());
    let missing = ProductQuery { filters: missing.collect(), ..ProductQuery::default() };
    let label = words.say("button_similar", &[]);
    buttons.push(Button::act(label, Action::Similar { product: id(), query: missing }));
    Reply { text: lines.join(" "), buttons, ..Reply::default() }
}

fn verdict(product: &Product, answer: &Checked, words: &Words<'_>) -> String {
    let value = match answer.wanted.kind {
        EntityKind::Size => words.say("check_size", &[("value", &answer.wanted.value)]),
        kind => words.language.shown(kind, &answer.wanted.value).to_owned(),
    };
    let offered = about::listed(answer.wanted.kind, &answer.on_offer, words);
    let key = match (answer.fits, answer.on_offer.is_empty()) {
        (true, _) => "check_yes",
        (false, true) => "check_unknown",
        (false, false) => "check_no",
    };
    words.say(key, &[("title", &product.title), ("value", &value), ("offered", &offered)])
}

/// One line a property, so that it reads well on a phone, where no table fits.
fn comparison(products: &[Product], words: &Words<'_>) -> Reply {
    let mut lines = vec![words.say("comparison", &[]), String::new()];
    for (i, product) in products.iter().enumerate() {
        lines.push(format!("{}. {}", i + 1, product.title));
    }
    for (label, values) in about::properties(products, words) {
        let cells: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(i, value)| format!("{}: {}", i + 1, if value.is_empty() { "–" } else { value }))
            .collect();
        lines.push(format!("\n{label}\n  {}", cells.join("\n  ")));
    }
    let buttons = products
        .iter()
        .map(|product| {
            Button::act(cards::shortened(&product.title, 30), Action::Detail { product: product.id.clone() })
        })
        .collect();
    Reply { text: lines.join("\n"), buttons, ..Reply::default() }
}

fn explained(product: &Product, reason: Option<&Reason>, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    let title = ("title", product.title.as_str());
    text(match reason {
        Some(reason) => words.say("explained", &[title, ("why", &because(reason, words))]),
        None if personalization_off(scene) => words.say("explained_off", &[title]),
        None => words.say("explained_plain", &[title]),
    })
}

/// "because you bought …".
pub(super) fn because(reason: &Reason, words: &Words<'_>) -> String {
    use crate::model::EventKind;
    let key = match (&reason.facet, reason.kind) {
        (ReasonFacet::Same, EventKind::Purchased) => "because_same_purchased",
        (ReasonFacet::Same, EventKind::Carted) => "because_same_carted",
        (ReasonFacet::Same, _) => "because_same_viewed",
        (ReasonFacet::AlsoBought, _) => "because_also",
        (_, EventKind::Purchased) => "because_purchased",
        (_, EventKind::Carted) => "because_carted",
        (_, EventKind::Rated) => "because_rated",
        (_, EventKind::Clicked) => "because_clicked",
        _ => "because_viewed",
    };
    words.say(key, &[("title", &reason.title)])
}
