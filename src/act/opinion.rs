//! What a shopper says of suggestions: "not for me", "don't use that". It holds from the reply on.

use crate::model::{Acted, Effect, Event, EventId, EventKind, Outcome, ProductId};

use super::taste::Taste;
use super::{ActError, Stage, facts, recommend};

/// Remembers that a product is not for this shopper, and suggests others.
pub(super) fn dismiss(id: &ProductId, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Some(product) = stage.catalog.get(id)? else {
        return facts(Outcome::Gone { product: id.clone() });
    };
    let events = stage.event(EventKind::Dismissed, Some(id.clone()), None);
    let taste = Taste::after(stage, |history| history.extend(events.iter().cloned()))?;
    let items = recommend::best(&taste, stage, 0, stage.page, &|other| other != id)?;
    let remembered = !events.is_empty();
    Ok(Acted { outcome: Outcome::Dismissed { product, remembered, items }, events, effects: Vec::new() })
}

/// Takes an event out of the history, and with it all that the shopper did with the same product or searched in the same
/// words, and suggests what is left to suggest without. That a product is not for them stays, and that they have it.
pub(super) fn disuse(event: Option<EventId>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let mut gone: Vec<Event> = Vec::new();
    let mut left: Vec<Event> = Vec::new();
    let taste = Taste::after(stage, |history| {
        let Some(meant) = history.iter().find(|known| Some(known.id) == event).cloned() else { return };
        let same = |known: &Event| {
            let of_it = known.product == meant.product && known.query == meant.query;
            known.id == meant.id || (of_it && !stays(known.kind))
        };
        gone.push(meant.clone());
        gone.extend(history.iter().filter(|known| known.id != meant.id && same(known)).cloned());
        history.retain(|known| !same(known));
        // What they bought is not offered to them again.
        if gone.iter().any(|known| known.kind == EventKind::Purchased) {
            left = stage.event(EventKind::Owned, meant.product, None);
            history.extend(left.iter().cloned());
        }
    })?;
    let Some(meant) = gone.first() else {
        return facts(Outcome::Disused { title: None, items: Vec::new() });
    };
    let product = meant.product.as_ref().map(|id| stage.catalog.get(id)).transpose()?.flatten();
    let title = product.map(|product| product.title).or(meant.query.clone()).unwrap_or_default();
    let items = recommend::best(&taste, stage, 0, stage.page, &|_| true)?;
    Ok(Acted {
        outcome: Outcome::Disused { title: Some(title), items },
        events: left,
        effects: gone.iter().map(|gone| Effect::RemoveEvent(gone.id)).collect(),
    })
}

/// What is no taste is not taken back with it.
fn stays(kind: EventKind) -> bool {
    matches!(kind, EventKind::Dismissed | EventKind::Owned)
}
