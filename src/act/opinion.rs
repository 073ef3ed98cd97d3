//! What a shopper says of suggestions: "not for me", "don't use that". It holds from the reply on.

use crate::model::{
    Acted, Effect, Event, EventId, EventKind, ListPage, ListSource, Outcome, ProductId, ProductQuery,
};

use super::{ActError, Stage, facts, more, recommend, taste};

/// Remembers that a product is not for this shopper, and shows the list that lies open without it. Where nothing may be
/// remembered, that list goes without it all the same.
pub(super) fn dismiss(id: &ProductId, page: Option<&ListPage>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Some(product) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let events = stage.event(EventKind::Dismissed, Some(id.clone()), None);
    let mut history = taste::history(stage)?;
    history.extend(events.iter().cloned());
    let mut page = page.cloned().unwrap_or_else(recommendations);
    page.query.except.push(id.clone());
    let then = Box::new(once_more(&page, &history, stage)?);
    let event = events.first().map(|event| event.id);
    Ok(Acted { outcome: Outcome::Dismissed { product, event, then }, events, effects: Vec::new() })
}

/// Takes an event out of the history, and with it all that the shopper did with the same product or searched in the same
/// words, and shows the list that lies open as it is without. That a product is not for them stays, and that they have it,
/// unless just that is meant.
pub(super) fn disuse(
    event: Option<EventId>,
    page: Option<&ListPage>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let history = taste::history(stage)?;
    let Some(meant) = history.iter().find(|known| Some(known.id) == event).cloned() else {
        return facts(Outcome::NothingDisused);
    };
    let alone = meant.kind == EventKind::Dismissed; // "Undo"
    let same = |known: &Event| {
        let of_it = known.product == meant.product && known.query == meant.query;
        let with_it = if alone { known.kind == meant.kind } else { !stays(known.kind) };
        known.id == meant.id || (of_it && with_it)
    };
    let (gone, mut history): (Vec<Event>, Vec<Event>) = history.into_iter().partition(same);
    // What they bought is not offered to them again.
    let bought = gone.iter().any(|known| known.kind == EventKind::Purchased);
    let left = if bought { stage.event(EventKind::Owned, meant.product.clone(), None) } else { Vec::new() };
    history.extend(left.iter().cloned());
    let product = meant.product.as_ref().map(|id| stage.catalog.get(id)).transpose()?.flatten();
    let title = product.map(|product| product.title).or(meant.query).unwrap_or_default();
    let mut page = page.cloned().unwrap_or_else(recommendations);
    page.query.except.retain(|id| !alone || meant.product.as_ref() != Some(id));
    let then = Box::new(once_more(&page, &history, stage)?);
    Ok(Acted {
        outcome: Outcome::Disused { title, kind: meant.kind, then },
        events: left,
        effects: gone.iter().map(|gone| Effect::RemoveEvent(gone.id)).collect(),
    })
}

/// What is no taste is not taken back with it.
fn stays(kind: EventKind) -> bool {
    matches!(kind, EventKind::Dismissed | EventKind::Owned)
}

fn recommendations() -> ListPage {
    ListPage::first(ListSource::Recommendations, ProductQuery::default())
}

/// A page as it is with this history, or recommendations where nothing is left on it.
fn once_more(page: &ListPage, history: &[Event], stage: &Stage<'_>) -> Result<Outcome, ActError> {
    let stage = Stage { history: Some(history), ..*stage };
    let open = more(page, &stage)?.outcome;
    Ok(match open.items().is_empty() {
        false => open,
        true => recommend::page(&page.query.except, 0, &stage)?.outcome,
    })
}
