//! What a shopper left behind, as lists of its own: the basket, and what costs less by now.

use std::collections::HashSet;

use crate::model::{Acted, Event, Money, Outcome, Own, ProductId, Scored};

use super::taste::Taste;
use super::{ActError, Stage, complete, facts, home};

/// What lies in the basket by all that is known, the newest first.
pub(super) fn basket(stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let carted = complete::carted(&taste, stage);
    let product = |event: &Event| taste.products.get(event.product.as_ref()?);
    let items = carted.iter().filter_map(|event| Some(home::own(product(event)?, event, "basket"))).collect();
    facts(Outcome::Own { kind: Own::Basket, items })
}

/// What they looked at when it cost more, and what of theirs an offer makes cheaper today.
pub(super) fn cheaper(stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let dropped = home::cheaper(&taste).into_iter().map(|(item, was)| (item, Some(was)));
    let mut found: Vec<(Scored, Option<Money>)> = dropped.collect();
    let mut seen: HashSet<ProductId> = found.iter().map(|(item, _)| item.product.id.clone()).collect();
    for event in taste.history.iter().rev() {
        let product = event.product.as_ref().and_then(|id| home::open_to(id, &taste));
        if let Some(product) = product.filter(|product| product.quote.is_some())
            && seen.insert(product.id.clone())
        {
            found.push((home::own(product, event, "offer"), None));
        }
    }
    found.truncate(stage.page);
    let (items, was) = found.into_iter().unzip();
    facts(Outcome::Own { kind: Own::Cheaper(was), items })
}
