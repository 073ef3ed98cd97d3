//! Product cards.

use crate::model::{Action, Button, Card, EntityKind, Grounds, Product, ProductQuery, Scored};

use super::{Words, about, products::because};

/// Below this many pieces a card says how many are left.
const FEW: u32 = 4;

/// A card each.
pub(super) fn all(items: &[Scored], query: &ProductQuery, words: &Words<'_>) -> Vec<Card> {
    let mut cards: Vec<Card> = items.iter().map(|item| card(item, query, words)).collect();
    number(cards.iter_mut());
    cards
}

/// Gives cards that stand before the shopper together their numbers.
pub(super) fn number<'c>(cards: impl Iterator<Item = &'c mut Card>) {
    let mut cards: Vec<&mut Card> = cards.collect();
    let several = cards.len() > 1;
    (1..).zip(&mut cards).for_each(|(place, card)| card.place = several.then_some(place));
}

/// One card of a list: short.
fn card(item: &Scored, query: &ProductQuery, words: &Words<'_>) -> Card {
    let product = &item.product;
    let conditions = ProductQuery { text: String::new(), categories: Vec::new(), ..query.clone() };
    let id = || product.id.clone();
    let mut buttons = vec![
        Button::act(words.say("button_details", &[]), Action::Detail { product: id() }),
        Button::act(words.say("button_similar", &[]), Action::Similar { product: id(), query: conditions }),
    ];
    if let Some(reason) = &item.reason {
        let why = Action::Why { product: id(), grounds: Grounds::Told(reason.clone()) };
        buttons.push(Button::act(words.say("button_why", &[]), why));
    }
    Card { buttons, ..bare(item, short_line(product, words), words) }
}

/// The card of one product in full.
pub(super) fn full(item: &Scored, words: &Words<'_>) -> Card {
    let product = &item.product;
    let mut lines = Vec::new();
    if !product.description.is_empty() {
        lines.push(product.description.clone());
        lines.push(String::new());
    }
    if let Some(quote) = &product.quote {
        lines.push(about::offer_line(quote, words));
        lines.push(String::new());
    }
    // The price stands beside the title already.
    for (label, mut values) in about::properties(std::slice::from_ref(product), words).into_iter().skip(1) {
        if let Some(value) = values.pop().filter(|value| !value.is_empty()) {
            lines.push(format!("{label}: {value}"));
        }
    }
    let similar = Action::Similar { product: product.id.clone(), query: ProductQuery::default() };
    let buttons = vec![Button::act(words.say("button_similar", &[]), similar)];
    Card { buttons, ..bare(item, lines.join("\n"), words) }
}

fn bare(item: &Scored, details: String, words: &Words<'_>) -> Card {
    let product = &item.product;
    Card {
        product: product.id.clone(),
        place: None,
        title: product.title.clone(),
        details,
        price: product.price,
        price_text: about::price(product, words),
        why: item.reason.as_ref().map(|reason| because(reason, words)),
        image: product.image.clone(),
        colours: product.colours.clone(),
        buttons: Vec::new(),
        score: item.score,
        rank_without_history: item.rank_without_history,
    }
}

/// `Fellstride · blue/grey · ★ 4.6 (312) · only 2 left`
fn short_line(product: &Product, words: &Words<'_>) -> String {
    let mut parts = Vec::new();
    if !product.brand.is_empty() {
        parts.push(product.brand.clone());
    }
    if !product.colours.is_empty() {
        let colours = product.colours.iter().map(|c| words.language.shown(EntityKind::Colour, c));
        parts.push(colours.collect::<Vec<_>>().join("/"));
    }
    if let Some(rating) = product.rating {
        parts.push(format!("★ {} ({})", words.decimal(rating), product.reviews));
    }
    match product.stock {
        Some(0) => parts.push(words.say("out_of_stock", &[])),
        Some(n) if n < FEW => parts.push(words.say("low_stock", &[("n", &n.to_string())])),
        _ => {}
    }
    parts.extend(product.quote.as_ref().map(|quote| about::offer(quote, words)));
    parts.join(" · ")
}

/// At most `limit` characters, cut at a word where possible, with an ellipsis.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole}…")
}
