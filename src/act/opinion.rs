//! What a shopper says of suggestions: "not for me", "don't use that". It holds from the reply on.

use crate::model::{
    Acted, Effect, Event, EventId, EventKind, ListPage, ListSource, Outcome, Product, ProductId, ProductQuery,
};

use super::{ActError, Stage, facts, more, taste};

/// Remembers that products are not for this shopper, and shows the list that lies open without them. Where nothing may be
/// remembered, that list goes without them all the same.
pub(super) fn dismiss(
    id: &ProductId,
    also: &[ProductId],
    page: Option<&ListPage>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let ids: Vec<ProductId> = std::iter::once(id).chain(also).cloned().collect();
    let products = stage.catalog.get_many(&ids)?;
    if products.is_empty() {
        return facts(Outcome::Gone { product: id.clone() });
    }
    let refused = |product: &Product| stage.event(EventKind::Dismissed, Some(product.id.clone()), None);
    let events: Vec<Event> = products.iter().flat_map(refused).collect();
    let mut history = taste::history(stage)?;
    history.extend(events.iter().cloned());
    let mut page = page.cloned().unwrap_or_else(recommendations);
    page.query.except.extend(ids);
    let then = Box::new(once_more(page, &history, stage)?);
    let event = events.first().map(|event| event.id);
    Ok(Acted { outcome: Outcome::Dismissed { products, event, then }, events, effects: Vec::new() })
}

/// Takes an event out of the history, and with it all that the shopper did with the same product or searched in the same
/// words, and shows the list that lies open as it is without. That a product is not for them stays, and that they have it.
pub(super) fn disuse(
    event: Option<EventId>,
    page: Option<&ListPage>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let history = taste::history(stage)?;
    let Some(meant) = history.iter().find(|known| Some(known.id) == event).cloned() else {
        return facts(Outcome::NothingDisused);
    };
    if meant.kind == EventKind::Dismissed {
        return undo(&meant, history, page, stage);
    }
    let same = |known: &Event| {
        let of_it = known.product == meant.product && known.query == meant.query;
        known.id == meant.id || (of_it && !stays(known.kind))
    };
    let (gone, mut history): (Vec<Event>, Vec<Event>) = history.into_iter().partition(same);
    let left = match still(&gone, &history) {
        Some(kind) => stage.event(kind, meant.product.clone(), None),
        None => Vec::new(),
    };
    history.extend(left.iter().cloned());
    let product = meant.product.as_ref().map(|id| stage.catalog.get(id)).transpose()?.flatten();
    let title = product.map(|product| product.title).or(meant.query).unwrap_or_default();
    let page = page.cloned().unwrap_or_else(recommendations).from_the_top();
    let then = Box::new(once_more(page, &history, stage)?);
    Ok(Acted { outcome: Outcome::Disused { title, then }, events: left, effects: removed(&gone) })
}

/// Takes back what was refused in one breath.
fn undo(
    refused: &Event,
    history: Vec<Event>,
    page: Option<&ListPage>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let at_once = |known: &Event| {
        known.kind == refused.kind && (known.at == refused.at || known.product == refused.product)
    };
    let (gone, history): (Vec<Event>, Vec<Event>) = history.into_iter().partition(at_once);
    let mut ids: Vec<ProductId> = Vec::new();
    for id in gone.iter().filter_map(|event| event.product.as_ref()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    let products = stage.catalog.get_many(&ids)?;
    let mut page = page.cloned().unwrap_or_else(recommendations);
    page.query.except.retain(|id| !ids.contains(id));
    page.seen.retain(|id| !ids.contains(id));
    let then = Box::new(once_more(page, &history, stage)?);
    let outcome = Outcome::Undone { products, event: refused.id, then };
    Ok(Acted { outcome, events: Vec::new(), effects: removed(&gone) })
}

fn removed(events: &[Event]) -> Vec<Effect> {
    events.iter().map(|gone| Effect::RemoveEvent(gone.id)).collect()
}

/// What is no taste is not taken back with it.
fn stays(kind: EventKind) -> bool {
    matches!(kind, EventKind::Dismissed | EventKind::Owned | EventKind::Held)
}

/// What remains true of a product of which nothing else is known any more: what they bought is not offered to them again, and
/// their basket is what it was.
fn still(gone: &[Event], left: &[Event]) -> Option<EventKind> {
    let any = |kind: EventKind| gone.iter().find(|known| known.kind == kind);
    let refused = |carted: &Event| {
        left.iter().any(|known| known.kind == EventKind::Dismissed && known.product == carted.product)
    };
    match (any(EventKind::Purchased), any(EventKind::Carted)) {
        (Some(_), _) => Some(EventKind::Owned),
        (None, Some(carted)) if !refused(carted) => Some(EventKind::Held),
        _ => None,
    }
}

fn recommendations() -> ListPage {
    ListPage::first(ListSource::Recommendations, ProductQuery::default())
}

/// A page as it is with this history, or the first one where nothing is left on it.
fn once_more(page: ListPage, history: &[Event], stage: &Stage<'_>) -> Result<Outcome, ActError> {
    let stage = Stage { history: Some(history), ..*stage };
    let open = more(&page, &stage)?.outcome;
    Ok(match open.items().is_empty() && page.offset > 0 {
        true => more(&page.from_the_top(), &stage)?.outcome,
        false => open,
    })
}
