//! One product: everything about it, more like it, beside others, and why it was shown.

use crate::model::{
    Acted, AttributeFilter, Checked, EntityKind, EventKind, Grounds, Outcome, Product, ProductId,
    ProductQuery, Reason, Scored, Trace,
};
use crate::personal::for_shopper;

use super::search::{page_of, plain};
use super::taste::Taste;
use super::{ActError, Rest, Stage, facts};

/// How many alike products the shopper's history may re-order.
const POOL: usize = 40;
/// More columns fit no screen.
const MOST_COMPARED: usize = 3;
/// Likeness counts more than taste here: the shopper asked for "more like this one".
const TASTE: f32 = 0.5;

/// Everything about one product; looking at it becomes part of the history.
pub(super) fn detail(id: &ProductId, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Some(product) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let trace = Trace { source: "asked for".to_owned(), ..Trace::default() };
    let taste = Taste::of(stage)?;
    let for_you = taste.profile.as_ref().and_then(|profile| profile.sentence_for(&product));
    let mut events = stage.event(EventKind::Viewed, Some(id.clone()), None);
    // Should it cost less one day, the shopper will want to know.
    events.iter_mut().for_each(|event| event.price = product.price);
    let item = Scored { product, score: 1.0, rank_without_history: 1, reason: None, trace };
    Ok(Acted { outcome: Outcome::Detail { item, for_you }, events, effects: Vec::new() })
}

/// The product that a text names, unless that is the one spoken of.
pub(super) fn named(
    spoken_of: Option<&ProductId>,
    name: &str,
    stage: &Stage<'_>,
) -> Result<Option<ProductId>, ActError> {
    let known = spoken_of.map(|id| stage.catalog.get(id)).transpose()?.flatten();
    Ok(super::named::product(name, known.as_ref(), stage)?.map(|product| product.id))
}

/// The product that a text names, or else the one spoken of.
pub(super) fn meant(
    spoken_of: Option<&ProductId>,
    name: &str,
    stage: &Stage<'_>,
) -> Result<Option<ProductId>, ActError> {
    Ok(named(spoken_of, name, stage)?.or_else(|| spoken_of.cloned()))
}

/// Whether it is to be had so, by what the catalogue says.
pub(super) fn check(
    id: &ProductId,
    wanted: &[AttributeFilter],
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let Some(product) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let answer = |wanted: &AttributeFilter| {
        let on_offer = match wanted.kind.kind() {
            Some(EntityKind::Colour) => product.colours.clone(),
            Some(EntityKind::Size) => product.sizes.clone(),
            _ => product.attributes.get(wanted.kind.name()).cloned().unwrap_or_default(),
        };
        let fits = on_offer.iter().any(|value| value.eq_ignore_ascii_case(&wanted.value));
        Checked { wanted: wanted.clone(), on_offer, fits }
    };
    let answers = wanted.iter().map(answer).collect();
    let events = stage.event(EventKind::Viewed, Some(id.clone()), None);
    Ok(Acted { outcome: Outcome::Checked { product, answers }, events, effects: Vec::new() })
}

/// More like this one, within the conditions of `query`.
pub(super) fn similar(
    id: &ProductId,
    query: &ProductQuery,
    rest: Rest<'_>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let Some(to) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let hits = stage.catalog.similar(&to, query, POOL.max(rest.depth(stage.page)))?;
    let alike = hits.items.into_iter().filter(|hit| hit.product.in_stock()).map(plain).collect();
    let taste = Taste::of(stage)?;
    let weight = stage.personal_weight * TASTE;
    let person = taste.orders(stage);
    let ranked = for_shopper(alike, person.as_ref(), weight);
    let items = page_of(ranked, rest, person.as_ref(), weight, stage.page);
    facts(Outcome::Alike { to, query: query.clone(), items, offset: rest.offset })
}

/// More like what is meant within the first query, or else what the second finds.
pub(super) fn similar_to(
    spoken_of: Option<&ProductId>,
    name: &str,
    [within, search]: [&ProductQuery; 2],
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    match meant(spoken_of, name, stage)? {
        Some(product) => similar(&product, within, Rest::default(), stage),
        None => super::search::first_page(search, None, stage),
    }
}

/// Two or three side by side; those that are gone are left out. With two or more names it is those that are meant, with
/// one it is that one beside the first of `ids`.
pub(super) fn compare(ids: &[ProductId], names: &[String], stage: &Stage<'_>) -> Result<Acted, ActError> {
    let mut products: Vec<Product> = Vec::new();
    for name in names {
        let named = super::named::product(name, None, stage)?;
        products.extend(named.filter(|product| products.iter().all(|known| known.id != product.id)));
    }
    let wanted = match products.len() {
        0 => ids.len(),
        1 => 1,
        _ => 0,
    };
    let known: Vec<ProductId> = products.iter().map(|product| product.id.clone()).collect();
    for id in ids.iter().filter(|id| !known.contains(id)).take(wanted) {
        products.extend(stage.catalog.get(id)?);
    }
    products.truncate(MOST_COMPARED);
    match products.len() {
        0 | 1 => facts(Outcome::WhichProduct { any_shown: true }),
        _ => facts(Outcome::Comparison { products }),
    }
}

/// The event of the shopper's own history that brought this product where it was shown, if any did: what its card said, or
/// else what speaks most for it.
pub(super) fn why(id: &ProductId, grounds: &Grounds, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Some(product) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let taste = Taste::of(stage)?;
    let is_there = |reason: &Reason| {
        !stage.identity.uses_history() || taste.history.iter().any(|event| event.id == reason.event)
    };
    match grounds {
        Grounds::Told(reason) if is_there(reason) => {
            return facts(Outcome::Explained { product, reason: Some(reason.clone()) });
        }
        Grounds::Everybodys => return facts(Outcome::Explained { product, reason: None }),
        _ => {}
    }
    let fitting = taste.profile.as_ref().map(|profile| profile.score(&product));
    let fits = fitting.as_ref().is_some_and(|(fit, _)| *fit > 0.0);
    let by_taste = fitting.and_then(|(_, reason)| reason.filter(|_| fits));
    let lesser =
        || taste.profile.as_ref().filter(|_| fits).and_then(|profile| profile.lesser_reason(&product));
    let by_others = || super::recommend::chosen_together(&product.id, &taste, stage);
    let reason: Option<Reason> = by_taste.or_else(by_others).or_else(lesser);
    facts(Outcome::Explained { product, reason })
}

/// What it costs the one who asks, and by which promise.
pub(super) fn why_price(id: &ProductId, stage: &Stage<'_>) -> Result<Acted, ActError> {
    match stage.catalog.get(id)? {
        Some(product) => facts(Outcome::PriceExplained { product }),
        None => facts(Outcome::Gone { product: id.clone() }),
    }
}
