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

/// Takes an event out of the history, and suggests what is left to suggest without it.
pub(super) fn disuse(event: Option<EventId>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let mut gone: Option<Event> = None;
    let taste = Taste::after(stage, |history| {
        let at = history.iter().position(|known| Some(known.id) == event);
        gone = at.map(|at| history.remove(at));
    })?;
    let Some(gone) = gone else {
        return facts(Outcome::Disused { title: None, items: Vec::new() });
    };
    let product = gone.product.as_ref().map(|id| stage.catalog.get(id)).transpose()?.flatten();
    let title = product.map(|product| product.title).or(gone.query).unwrap_or_default();
    let items = recommend::best(&taste, stage, 0, stage.page, &|_| true)?;
    Ok(Acted {
        outcome: Outcome::Disused { title: Some(title), items },
        events: Vec::new(),
        effects: vec![Effect::RemoveEvent(gone.id)],
    })
}
