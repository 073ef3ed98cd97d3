//! Products recommended, alike and explained, and the way to those that do the rest.

use crate::model::{
    Action, Button, ListPage, ListSource, Outcome, Product, ProductQuery, Reason, ReasonFacet, Reply, Scored,
};

use super::{Scene, Words, about, cards, found, one, orders, personal, personalization_off, text};

pub(super) fn render(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    match outcome {
        Outcome::Found { .. } => found::some(outcome, words),
        Outcome::NothingFound { query, suggestion } => found::nothing(query, suggestion.as_deref(), words),
        Outcome::Values { query, attribute, values } => found::values(query, attribute, values, words),
        Outcome::Recommended { items, offset, cold_start } => recommended(items, *offset, *cold_start, scene),
        Outcome::Alike { to, query, items, offset } => alike(to, query, items, *offset, scene),
        Outcome::Detail { item, for_you } => one::detail(item, for_you.as_deref(), words),
        Outcome::Checked { product, answers } => one::checked(product, answers, words),
        Outcome::Told { product, answers, .. } => one::told(product, answers, words),
        Outcome::Comparison { products } => one::comparison(products, words),
        Outcome::Explained { product, reason } => explained(product, reason.as_ref(), scene),
        Outcome::PriceExplained { product } => price_explained(product, words),
        Outcome::WhichProduct { any_shown } => {
            text(words.say(if *any_shown { "which_product" } else { "nothing_shown" }, &[]))
        }
        _ => text(words.say("gone", &[])),
    }
}

pub(super) fn more(list: ListSource, query: &ProductQuery, offset: usize, words: &Words<'_>) -> Button {
    Button::act(
        words.say("button_more", &[]),
        Action::ShowMore(ListPage { offset, ..ListPage::first(list, query.clone()) }),
    )
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

fn alike(to: &Product, query: &ProductQuery, items: &[Scored], offset: usize, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    if items.is_empty() {
        let key = if offset > 0 { "no_more" } else { "nothing_alike" };
        return text(words.say(key, &[("title", &to.title)]));
    }
    let key = if query.is_empty() { "alike" } else { "alike_within" };
    let what = about::conditions(query, words);
    Reply {
        text: words.say(key, &[("title", &to.title), ("what", &what)]),
        cards: cards::all(items, query, words),
        buttons: vec![more(ListSource::Alike(to.id.clone()), query, offset + items.len(), words)],
        ..Reply::default()
    }
}

fn explained(product: &Product, reason: Option<&Reason>, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    let title = ("title", product.title.as_str());
    let reply = text(match reason {
        Some(reason) => words.say("explained", &[title, ("why", &because(reason, words))]),
        None if personalization_off(scene) => words.say("explained_off", &[title]),
        None => words.say("explained_plain", &[title]),
    });
    Reply { buttons: personal::ways_out(product, reason, words), ..reply }
}

/// The list price, or what was promised: by which offer, until when, and under what name staff find it.
fn price_explained(product: &Product, words: &Words<'_>) -> Reply {
    let title = ("title", product.title.as_str());
    let price = product.price.as_ref().map(|price| words.money(price)).unwrap_or_default();
    let Some(quote) = &product.quote else {
        let key = if product.price.is_some() { "price_is_list" } else { "price_unknown" };
        return text(words.say(key, &[title, ("price", &price)]));
    };
    let (list, offer) = (words.money(&quote.list), about::offer(quote, words));
    let until = orders::last_day(quote.until, words);
    let said = [title, ("price", &price), ("list", &list), ("offer", &offer), ("until", &until)];
    let mut lines = vec![words.say("price_is_offer", &said)];
    if quote.personal {
        lines.push(words.say("price_is_personal", &[]));
    }
    lines.push(words.say("price_reference", &[("rule", &quote.label())]));
    text(lines.join("\n"))
}

/// "because you bought …".
pub(super) fn because(reason: &Reason, words: &Words<'_>) -> String {
    use crate::model::{EntityKind, EventKind};
    let key = match (&reason.facet, reason.kind) {
        (ReasonFacet::Same, EventKind::Purchased) => "because_same_purchased",
        (ReasonFacet::Same, EventKind::Carted) => "because_same_carted",
        (ReasonFacet::Same, _) => "because_same_viewed",
        (ReasonFacet::AlsoBought, _) => "because_also",
        (ReasonFacet::AlsoLookedAt, _) => "because_also_viewed",
        (ReasonFacet::GoesWith, _) => "because_goes_with",
        (ReasonFacet::LikeTaste, _) => "because_like_taste",
        (ReasonFacet::Audience(audience), _) => {
            let audience = words.language.shown(EntityKind::Audience, audience);
            return words.say("because_audience", &[("title", &reason.title), ("audience", audience)]);
        }
        (_, EventKind::Purchased) => "because_purchased",
        (_, EventKind::Carted) => "because_carted",
        (_, EventKind::Rated) => "because_rated",
        (_, EventKind::Clicked) => "because_clicked",
        _ => "because_viewed",
    };
    words.say(key, &[("title", &reason.title)])
}
