//! What a returning shopper finds first: where they left, what costs less now, picks, orders under way, and the lists of
//! the merchandisers.

use std::collections::HashSet;

use crate::model::{
    Acted, Event, EventKind, Money, Order, Outcome, Product, ProductId, Reason, ReasonFacet, Scored, Trace,
};

use super::taste::Taste;
use super::{ActError, Stage, complete, facts, greet, recommend};

/// At most so many of each.
const RESUMED: usize = 2;
const CHEAPER: usize = 2;
const PICKED: usize = 3;
const ORDERS: usize = 3;

/// The home view; a greeting for somebody of whom nothing is known, or who does not want it used and waits for nothing.
pub(super) fn page(stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let orders = under_way(stage)?;
    if taste.is_cold() && orders.is_empty() {
        return greet(None, stage.catalog.lists(), stage);
    }
    let mut cheaper = cheaper(&taste);
    cheaper.truncate(CHEAPER);
    let resume = resume(&taste, &cheaper);
    let shown: HashSet<&ProductId> =
        resume.iter().chain(cheaper.iter().map(|(item, _)| item)).map(|item| &item.product.id).collect();
    let picks = match taste.is_cold() {
        false => recommend::best(&taste, stage, 0, PICKED, &|id| !shown.contains(id))?,
        true => Vec::new(),
    };
    let (name, lists) = (super::first_name(stage)?, stage.catalog.lists());
    let basket = !complete::carted(&taste, stage).is_empty();
    facts(Outcome::Home { name, resume, cheaper, picks, orders, basket, lists })
}

/// What is not there yet: of orders no taste is made, so they are shown whatever is known of it.
fn under_way(stage: &Stage<'_>) -> Result<Vec<Order>, ActError> {
    let orders = match stage.identity.orders_of() {
        Some(customer) => stage.store.orders_of(customer)?,
        None => Vec::new(),
    };
    Ok(orders.into_iter().filter(|order| order.status.is_open()).take(ORDERS).collect())
}

/// What they looked at or put in the basket last, and can still buy. That it costs less now is the greater news.
fn resume(taste: &Taste, cheaper: &[(Scored, Money)]) -> Vec<Scored> {
    let mut seen: HashSet<&ProductId> = cheaper.iter().map(|(item, _)| &item.product.id).collect();
    let interested =
        |event: &&Event| matches!(event.kind, EventKind::Viewed | EventKind::Clicked | EventKind::Carted);
    let newest = taste.history.iter().rev().filter(interested);
    let newest = newest.filter_map(|event| Some((event, event.product.as_ref()?)));
    let open = newest.filter(|(_, id)| seen.insert(*id));
    let open = open.filter_map(|(event, id)| Some(own(open_to(id, taste)?, event, "continue")));
    open.take(RESUMED).collect()
}

/// What they looked at when it cost more, the newest first, with the price of then.
pub(super) fn cheaper(taste: &Taste) -> Vec<(Scored, Money)> {
    let mut seen: HashSet<&ProductId> = HashSet::new();
    let mut found = Vec::new();
    for event in taste.history.iter().rev() {
        let (Some(id), Some(was)) = (&event.product, event.price) else { continue };
        let Some(product) = open_to(id, taste) else { continue };
        let less = product.price.is_some_and(|now| now.currency == was.currency && now.minor < was.minor);
        if less && event.kind != EventKind::Purchased && seen.insert(id) {
            found.push((own(product, event, "price drop"), was));
        }
    }
    found
}

/// A product of the history that may be shown: in stock, not bought since, not dismissed.
pub(super) fn open_to<'t>(id: &ProductId, taste: &'t Taste) -> Option<&'t Product> {
    let profile = taste.profile.as_ref()?;
    let product = taste.products.get(id)?;
    (product.for_sale() && !profile.owns(id) && !profile.dismissed(id)).then_some(product)
}

/// A product that is shown because of what the shopper did with it.
pub(super) fn own(product: &Product, event: &Event, source: &str) -> Scored {
    let trace = Trace { source: source.to_owned(), ..Trace::default() };
    let (title, facet) = (product.title.clone(), ReasonFacet::Same);
    let reason = Some(Reason { event: event.id, kind: event.kind, title, facet });
    Scored { product: product.clone(), score: 1.0, rank_without_history: 1, reason, trace }
}
