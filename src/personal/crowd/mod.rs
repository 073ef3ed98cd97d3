//! What the crowd does: how popular things are, what follows what, and what shoppers of like taste choose.

mod builder;
mod items;

use learn::crowd::{Blended, Kindred, Step};

use crate::model::{Event, EventId, EventKind, ProductId};

pub use builder::CrowdBuilder;
use items::Items;

/// Learnt from everybody's events. Answers any number of turns at the same time; nothing of one turn reaches another.
#[derive(Debug, Default)]
pub struct Crowd {
    items: Items,
    /// By number, 0 to 1.
    popularity: Vec<f32>,
    /// Absent while nothing was ever touched.
    blended: Option<Blended>,
    kindred: Kindred,
}

/// What the crowd suggests to one shopper.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The product.
    pub id: ProductId,
    /// How strongly, 1 for the first.
    pub strength: f32,
    /// Where it came from: see [`learn::crowd::Suggestion::source`].
    pub source: &'static str,
}

/// Whether an event says that its shopper is drawn to its product.
pub fn drawn(event: &Event) -> bool {
    match event.kind {
        EventKind::Purchased | EventKind::Carted | EventKind::Clicked | EventKind::Viewed => true,
        EventKind::Rated => event.stars.is_some_and(|stars| stars >= 3.0),
        EventKind::Dismissed | EventKind::Searched => false,
    }
}

impl Crowd {
    /// Faded purchases of a product relative to the most popular one, 0 to 1.
    pub fn popularity(&self, id: &ProductId) -> f32 {
        self.items.find(id).map_or(0.0, |number| self.popularity[number as usize])
    }

    /// The most popular products, best first.
    pub fn most_popular(&self, limit: usize) -> Vec<ProductId> {
        let mut all: Vec<(&ProductId, f32)> =
            (0..).zip(&self.popularity).filter_map(|(i, p)| Some((self.items.id(i)?, *p))).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.into_iter().take(limit).map(|(id, _)| id.clone()).collect()
    }

    /// What to suggest to somebody with this history (oldest first), best first.
    pub fn suggest(&self, history: &[Event], limit: usize, wanted: &dyn Fn(&ProductId) -> bool) -> Vec<Pick> {
        let Some(blended) = &self.blended else { return Vec::new() };
        let (steps, _) = self.steps(history);
        let suggestions = blended.recommend(&steps, limit, &|item| self.items.id(item).is_some_and(wanted));
        let top = suggestions.first().map_or(0.0, |first| first.score);
        // Scores are logarithms of likelihoods.
        let pick = |suggestion: &learn::crowd::Suggestion| {
            let strength = (suggestion.score - top).exp().min(1.0);
            let id = self.items.id(suggestion.item)?.clone();
            Some(Pick { id, strength, source: suggestion.source })
        };
        suggestions.iter().filter_map(pick).collect()
    }

    /// How strongly shoppers who share this history lean towards each of these products lately, 0 to 1.
    pub fn lean<'p>(&self, history: &[Event], products: impl Iterator<Item = &'p ProductId>) -> Vec<f32> {
        let history: Vec<u32> = self.steps(history).0.into_iter().map(|step| step.item).collect();
        let numbers: Vec<u32> = products.map(|id| self.items.find(id).unwrap_or(u32::MAX)).collect();
        self.kindred.lean(&distinct(history), &numbers)
    }

    /// The event of the history by which others like this shopper come to a product, if any.
    pub fn because(&self, history: &[Event], id: &ProductId) -> Option<EventId> {
        let item = self.items.find(id)?;
        let (steps, events) = self.steps(history);
        let place = self.blended.as_ref().and_then(|blended| blended.because(&steps, item)).map(|(at, _)| at);
        let place = place.or_else(|| {
            let items: Vec<u32> = steps.iter().map(|step| step.item).collect();
            self.kindred.because(&items, item)
        })?;
        Some(events[place])
    }

    /// The steps of a history that the log knows, with the event of each.
    fn steps(&self, history: &[Event]) -> (Vec<Step>, Vec<EventId>) {
        let step = |event: &Event| {
            let item = self.items.find(event.product.as_ref()?)?;
            Some((Step { item, at: seconds(event) }, event.id))
        };
        history.iter().filter(|event| drawn(event)).filter_map(step).unzip()
    }
}

/// Of each product its last occurrence.
fn distinct(mut items: Vec<u32>) -> Vec<u32> {
    let mut seen = std::collections::HashSet::new();
    items.reverse();
    items.retain(|item| seen.insert(*item));
    items
}

/// Seconds since 1970 of an event.
fn seconds(event: &Event) -> u32 {
    u32::try_from(event.at.as_second()).unwrap_or(0)
}
