//! What a shopper left behind, as lists of its own: the basket, and what costs less by now.

use std::collections::HashSet;

use crate::model::{Acted, Money, Outcome, Own, ProductId, Scored};

use super::taste::Taste;
use super::{ActError, Stage, complete, facts, home};

/// What lies in the basket by all that is known, the newest first.
pub(super) fn basket(stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let carted = complete::carted(&taste, stage);
    let products = carted.iter().filter_map(|event| taste.products.get(event.product.as_ref()?));
    let items = products.map(|product| home::plain(product.clone(), "basket")).collect();
    facts(Outcome::Own { kind: Own::Basket, items })
}

/// What they looked at when it cost more, and what of theirs an offer makes cheaper today.
pub(super) fn cheaper(stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let dropped = home::cheaper(&taste).into_iter().map(|(item, was)| (item, Some(was)));
    let mut found: Vec<(Scored, Option<Money>)> = dropped.collect();
    let mut seen: HashSet<ProductId> = found.iter().map(|(item, _)| item.product.id.clone()).collect();
    let newest = taste.history.iter().rev().filter_map(|event| event.product.as_ref());
    for product in newest.filter_map(|id| home::open(id, &taste)).filter(|product| product.quote.is_some()) {
        if seen.insert(product.id.clone()) {
            found.push((home::plain(product.clone(), "offer"), None));
        }
    }
    found.truncate(stage.page);
    let (items, was) = found.into_iter().unzip();
    facts(Outcome::Own { kind: Own::Cheaper(was), items })
}
