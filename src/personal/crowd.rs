//! What the crowd does: how popular things are, and what is bought together.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::model::{Event, EventKind, ProductId};

/// After this many days a purchase counts half for popularity.
const HALF_LIFE_DAYS: f64 = 60.0;
/// Only a shopper's newest products are paired, so that time and memory grow with the events, not with their square.
const PAIRED: usize = 60;
/// How many neighbours of a product are kept.
const NEIGHBOURS: usize = 40;

/// Popularity and neighbours, from everybody's events.
#[derive(Debug, Clone, Default)]
pub struct Crowd {
    popularity: HashMap<ProductId, f32>,
    neighbours: HashMap<ProductId, Vec<(ProductId, f32)>>,
}

impl Crowd {
    /// Faded purchases of a product relative to the most popular one, 0 to 1.
    pub fn popularity(&self, id: &ProductId) -> f32 {
        self.popularity.get(id).copied().unwrap_or(0.0)
    }

    /// The most popular products, best first.
    pub fn most_popular(&self, limit: usize) -> Vec<ProductId> {
        let mut all: Vec<(&ProductId, f32)> = self.popularity.iter().map(|(id, p)| (id, *p)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.into_iter().take(limit).map(|(id, _)| id.clone()).collect()
    }

    /// What others who chose `id` also chose, with the cosine of their sets of people, best first.
    pub fn also(&self, id: &ProductId) -> &[(ProductId, f32)] {
        self.neighbours.get(id).map_or(&[], Vec::as_slice)
    }
}

/// Collects events, then counts.
#[derive(Debug)]
pub struct CrowdBuilder {
    now: Timestamp,
    popularity: HashMap<ProductId, f32>,
    chosen: HashMap<String, BTreeSet<(Timestamp, ProductId)>>,
}

impl CrowdBuilder {
    /// Popularity fades towards `now`.
    pub fn new(now: Timestamp) -> Self {
        CrowdBuilder { now, popularity: HashMap::new(), chosen: HashMap::new() }
    }

    /// Takes in one event of `owner`.
    pub fn add(&mut self, owner: &str, event: &Event) {
        let Some(id) = &event.product else { return };
        let weight = match event.kind {
            EventKind::Purchased => 1.0,
            EventKind::Carted => 0.5,
            EventKind::Viewed | EventKind::Clicked => 0.1,
            _ => return,
        };
        let days = (self.now.as_second() - event.at.as_second()).max(0) as f64 / 86_400.0;
        *self.popularity.entry(id.clone()).or_default() +=
            weight * 0.5_f64.powf(days / HALF_LIFE_DAYS) as f32;
        if matches!(event.kind, EventKind::Purchased | EventKind::Carted) {
            let newest = self.chosen.entry(owner.to_owned()).or_default();
            newest.insert((event.at, id.clone()));
            if newest.len() > PAIRED {
                newest.pop_first();
            }
        }
    }

    /// Counts: cosine(a, b) = |people of both| / √(|people of a| · |people of b|).
    pub fn build(self) -> Crowd {
        let top = self.popularity.values().copied().fold(f32::EPSILON, f32::max);
        let popularity = self.popularity.into_iter().map(|(id, p)| (id, p / top)).collect();
        let mut people: HashMap<ProductId, f32> = HashMap::new();
        let mut both: HashMap<ProductId, HashMap<ProductId, f32>> = HashMap::new();
        for products in self.chosen.into_values() {
            let set: BTreeSet<ProductId> = products.into_iter().map(|(_, id)| id).collect();
            for a in &set {
                *people.entry(a.clone()).or_default() += 1.0;
                let row = both.entry(a.clone()).or_default();
                for b in set.iter().filter(|b| *b != a) {
                    *row.entry(b.clone()).or_default() += 1.0;
                }
            }
        }
        let neighbours = both.into_iter().map(|(a, row)| (a.clone(), nearest(&a, row, &people))).collect();
        Crowd { popularity, neighbours }
    }
}

fn nearest(
    a: &ProductId,
    row: HashMap<ProductId, f32>,
    people: &HashMap<ProductId, f32>,
) -> Vec<(ProductId, f32)> {
    let size = |id: &ProductId| people.get(id).copied().unwrap_or(1.0);
    let mut near: Vec<(ProductId, f32)> =
        row.into_iter().map(|(b, n)| (b.clone(), n / (size(a) * size(&b)).sqrt())).collect();
    near.sort_by(|x, y| y.1.total_cmp(&x.1).then_with(|| x.0.cmp(&y.0)));
    near.truncate(NEIGHBOURS);
    near
}
