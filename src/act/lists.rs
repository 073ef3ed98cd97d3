//! Lists that merchandisers curate, ordered for the shopper by the same personal order as a search.

use crate::model::{Acted, ListId, Outcome, ProductId};
use crate::personal::for_shopper;

use super::search::{page_of, plain};
use super::taste::Taste;
use super::{ActError, Rest, Stage, facts};

/// One page of a list, as far as its products can be had and are neither dismissed nor excepted. A list that is over
/// meanwhile gives way to those that there are.
pub(super) fn page(id: &ListId, rest: Rest<'_>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Some(listed) = stage.catalog.listed(id)? else { return names(stage) };
    let taste = Taste::of(stage)?;
    let person = taste.orders(stage);
    let weight = stage.personal_weight;
    let unwanted = |id: &ProductId| {
        rest.except.contains(id) || taste.profile.as_ref().is_some_and(|profile| profile.dismissed(id))
    };
    let to_be_had =
        listed.hits.into_iter().filter(|hit| hit.product.in_stock() && !unwanted(&hit.product.id));
    let mut ranked = for_shopper(to_be_had.map(plain).collect(), person.as_ref(), weight);
    ranked.truncate(listed.limit.unwrap_or(usize::MAX));
    let total = ranked.len();
    let items = page_of(ranked, rest, person.as_ref(), weight, stage.page);
    facts(Outcome::Listed {
        list: listed.name,
        items,
        offset: rest.offset,
        total,
        personal: person.is_some() && !taste.is_cold(),
    })
}

/// Which lists there are just now.
pub(super) fn names(stage: &Stage<'_>) -> Result<Acted, ActError> {
    facts(Outcome::Lists { lists: stage.catalog.lists() })
}
