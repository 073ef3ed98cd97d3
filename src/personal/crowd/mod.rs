//! What the crowd does: how popular things are, what follows what, and what shoppers of like taste choose.

mod builder;
mod items;

use std::collections::HashMap;

use learn::crowd::{Baskets, Blended, Company, Content, Kindred, Step};

use crate::model::{Event, EventId, EventKind, ProductId};

pub use builder::{CrowdBuilder, Nearest};
use items::Items;
pub use learn::crowd::Deed;

/// Learnt from everybody's events. Answers any number of turns at the same time; nothing of one turn reaches another.
#[derive(Debug, Default)]
pub struct Crowd {
    items: Items,
    /// By number, 0 to 1.
    popularity: Vec<f32>,
    /// From this popularity on a product is of the head: see [`Crowd::is_rare`].
    head: f32,
    /// Absent while nothing was ever touched.
    blended: Option<Blended>,
    kindred: Kindred,
    baskets: Baskets,
    company: Company,
    content: Content,
    /// Products from this number on were never touched.
    touched: usize,
}

/// What goes with some products.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// The product.
    pub id: ProductId,
    /// How strongly, 1 for the first.
    pub strength: f32,
    /// The place of the one among those products that it goes with most.
    pub with: usize,
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

/// So many other shoppers must have done the same before it is said of "people": fewer would tell what one of them did
/// (k-anonymity; with 3, no one of them learns from it what another one did).
pub const FROM_OTHERS: usize = 3;

/// The head of the catalogue makes this share of what shoppers take.
pub const HEAD: f32 = 0.8;

/// New products are looked for beside so many of the newest of a history, each newer one before it taking this off …
const ALIKE_TO: usize = 10;
const LESS_RECENT: f32 = 0.8;
/// … so many of them at most, and as strong as their likeness times this: what others chose is better evidence.
const FRESH_PRODUCTS: usize = 10;
const FRESH: f32 = 0.8;
/// What was looked at by the same shoppers counts this much of what lay in the same baskets.
const ALSO_TOUCHED: f32 = 0.15;

/// Whether an event says that its shopper is drawn to its product.
pub fn drawn(event: &Event) -> bool {
    match event.kind {
        EventKind::Purchased | EventKind::Carted | EventKind::Clicked | EventKind::Viewed => true,
        EventKind::Rated => event.stars.is_some_and(|stars| stars >= 3.0),
        EventKind::Dismissed | EventKind::Searched | EventKind::Owned | EventKind::Held => false,
    }
}

impl Crowd {
    /// Faded purchases of a product relative to the most popular one, 0 to 1.
    pub fn popularity(&self, id: &ProductId) -> f32 {
        self.items.find(id).map_or(0.0, |number| self.popularity[number as usize])
    }

    /// Whether a product is of the long tail: not one of the best sellers that make [`HEAD`] of all popularity. What nobody has
    /// touched yet is.
    pub fn is_rare(&self, id: &ProductId) -> bool {
        self.popularity(id) < self.head || self.head == 0.0
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
        let is_new = |item: u32| item as usize >= self.touched;
        let known = suggestions.iter().filter(|suggestion| !is_new(suggestion.item));
        let mut picks: Vec<Pick> = self.fresh(&steps).into_iter().filter(|pick| wanted(&pick.id)).collect();
        picks.extend(known.filter_map(pick));
        picks.sort_by(|a, b| b.strength.total_cmp(&a.strength).then_with(|| a.id.cmp(&b.id)));
        picks.truncate(limit);
        picks
    }

    /// What nobody has touched yet and is most like the newest of these steps: no log says anything of it, so its likeness
    /// is all its strength.
    fn fresh(&self, steps: &[Step]) -> Vec<Pick> {
        let mut best: HashMap<u32, f32> = HashMap::new();
        let newest = distinct(steps.iter().map(|step| step.item).collect());
        for (rank, item) in newest.iter().take(ALIKE_TO).enumerate() {
            let fade = FRESH * LESS_RECENT.powi(i32::try_from(rank).unwrap_or(i32::MAX));
            let near = self.content.nearest(*item).iter();
            for (other, cosine) in near.filter(|(other, _)| *other as usize >= self.touched) {
                let strength = best.entry(*other).or_default();
                *strength = strength.max(fade * cosine);
            }
        }
        let mut fresh: Vec<(u32, f32)> = best.into_iter().collect();
        fresh.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let pick =
            |(item, strength)| Some(Pick { id: self.items.id(item)?.clone(), strength, source: "content" });
        fresh.into_iter().take(FRESH_PRODUCTS).filter_map(pick).collect()
    }

    /// What others had in their baskets, or else looked at, together with these products: best first, none of themselves.
    pub fn goes_with(&self, these: &[ProductId]) -> Vec<Partner> {
        let numbers: Vec<Option<u32>> = these.iter().map(|id| self.items.find(id)).collect();
        // Product → all strength, and the strongest with the place that it comes from.
        let mut sums: HashMap<u32, (f32, f32, usize)> = HashMap::new();
        for (place, item) in numbers.iter().enumerate() {
            let Some(item) = item else { continue };
            let mut add = |other: u32, strength: f32| {
                let (sum, most, with) = sums.entry(other).or_insert((0.0, 0.0, place));
                *sum += strength;
                if strength > *most {
                    (*most, *with) = (strength, place);
                }
            };
            self.baskets.with(*item).iter().for_each(|(other, cosine)| add(*other, *cosine));
            let touched = self.blended.as_ref().map_or(&[][..], |blended| blended.together(*item));
            let top = touched.first().map_or(1.0, |(_, value)| *value);
            touched.iter().for_each(|(other, value)| add(*other, ALSO_TOUCHED * value / top));
        }
        sums.retain(|other, _| !numbers.contains(&Some(*other)));
        let mut all: Vec<(u32, (f32, f32, usize))> = sums.into_iter().collect();
        all.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        let top = all.first().map_or(1.0, |(_, (sum, ..))| *sum);
        let partner = |(item, (sum, _, with)): (u32, (f32, f32, usize))| {
            Some(Partner { id: self.items.id(item)?.clone(), strength: sum / top, with })
        };
        all.into_iter().filter_map(partner).collect()
    }

    /// How strongly shoppers who share this history lean towards each of these products lately, 0 to 1; not at all where
    /// fewer than [`FROM_OTHERS`] of them do.
    pub fn lean<'p>(&self, history: &[Event], products: impl Iterator<Item = &'p ProductId>) -> Vec<f32> {
        let history: Vec<u32> = self.steps(history).0.into_iter().map(|step| step.item).collect();
        let numbers: Vec<u32> = products.map(|id| self.items.find(id).unwrap_or(u32::MAX)).collect();
        self.kindred.lean(&distinct(history), &numbers, FROM_OTHERS)
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

    /// Whether at least [`FROM_OTHERS`] other shoppers than the one with this history did it with both products. Somebody
    /// who knows the `other` product may have been counted themselves.
    pub fn others_did(&self, history: &[Event], one: &ProductId, other: &ProductId, deed: Deed) -> bool {
        let (Some(a), Some(b)) = (self.items.find(one), self.items.find(other)) else { return false };
        let counted = history.iter().any(|event| event.product.as_ref() == Some(other));
        a != b && self.company.is_shared(a, b, deed, FROM_OTHERS + usize::from(counted))
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
