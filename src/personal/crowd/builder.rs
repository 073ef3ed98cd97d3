//! Collecting everybody's events, then learning from them.

use jiff::Timestamp;
use learn::crowd::{Baskets, Blended, Company, Content, Deeds, Kind, Kindred, Log, Stage, Step};

use crate::model::{Event, EventKind, ProductId};

use super::items::Items;
use super::{Crowd, HEAD, drawn, seconds};

/// After this many days a purchase counts half for popularity.
const HALF_LIFE_DAYS: f64 = 60.0;
/// What is put in a basket or bought within so many seconds of each other is one basket.
const ONE_BASKET: u32 = 6 * 3600;
/// Only a shopper's newest steps are learnt from, so that one who never stops costs no more than others.
const STEPS: usize = 500;

/// The products that are most like one by what is said of them, with the cosine.
pub type Nearest<'n> = &'n dyn Fn(&ProductId) -> Vec<(ProductId, f32)>;

/// Collects events, then counts. 8 bytes an event, and 4 for each shopper and product.
#[derive(Debug)]
pub struct CrowdBuilder {
    now: Timestamp,
    items: Items,
    popularity: Vec<f32>,
    owner: String,
    steps: Vec<Step>,
    sequences: Vec<Vec<Step>>,
    taken: Vec<Step>,
    baskets: Vec<Vec<Step>>,
    /// Of the owner: each product touched, and whether it was bought.
    done: Vec<(u32, bool)>,
    deeds: Deeds,
}

impl CrowdBuilder {
    /// Popularity fades towards `now`.
    pub fn new(now: Timestamp) -> Self {
        CrowdBuilder {
            now,
            items: Items::default(),
            popularity: Vec::new(),
            owner: String::new(),
            steps: Vec::new(),
            sequences: Vec::new(),
            taken: Vec::new(),
            baskets: Vec::new(),
            done: Vec::new(),
            deeds: Deeds::default(),
        }
    }

    /// Takes in one event of `owner`. One owner's events come together.
    pub fn add(&mut self, owner: &str, event: &Event) {
        if owner != self.owner {
            self.close();
            owner.clone_into(&mut self.owner);
        }
        let Some(id) = event.product.as_ref().filter(|_| drawn(event)) else { return };
        let item = self.items.number(id);
        self.popularity.resize(self.items.len(), 0.0);
        let weight = match event.kind {
            EventKind::Purchased => 1.0,
            EventKind::Carted => 0.5,
            _ => 0.1,
        };
        let days = (self.now.as_second() - event.at.as_second()).max(0) as f64 / 86_400.0;
        self.popularity[item as usize] += weight * 0.5_f64.powf(days / HALF_LIFE_DAYS) as f32;
        let step = Step { item, at: seconds(event) };
        self.steps.push(step);
        if matches!(event.kind, EventKind::Purchased | EventKind::Carted) {
            self.taken.push(step);
        }
        if event.kind != EventKind::Rated {
            self.done.push((item, event.kind == EventKind::Purchased));
        }
    }

    fn close(&mut self) {
        if let Some(steps) = newest(&mut self.steps) {
            self.sequences.push(steps.to_vec());
        }
        self.steps.clear();
        if let Some(taken) = newest(&mut self.taken) {
            let at_once = taken.chunk_by(|a, b| b.at - a.at <= ONE_BASKET);
            let several = at_once.filter(|basket| basket.iter().any(|step| step.item != basket[0].item));
            self.baskets.extend(several.map(<[Step]>::to_vec));
        }
        self.taken.clear();
        self.deeds.push(&mut self.done);
    }

    /// Learns. `progress` hears what is being done; that takes seconds per million of events.
    pub fn build(self, progress: &mut dyn FnMut(Stage)) -> Crowd {
        self.build_with(&|_| Vec::new(), progress)
    }

    /// The same, where it is known which products are alike by what is said of them: what nobody has touched yet is suggested
    /// to those who like its like.
    pub fn build_with(mut self, nearest: Nearest<'_>, progress: &mut dyn FnMut(Stage)) -> Crowd {
        self.close();
        let touched = self.items.len();
        let content = self.content(nearest);
        let top = self.popularity.iter().copied().fold(f32::EPSILON, f32::max);
        let popularity: Vec<f32> = self.popularity.into_iter().map(|p| p / top).collect();
        let head = head(&popularity);
        let log = Log::new(Kind::Histories, self.items.len(), self.sequences);
        let kindred = Kindred::new(&log);
        let blended = (!log.is_empty()).then(|| Blended::train(&log, Some(content.clone()), progress));
        let baskets = Baskets::new(self.items.len(), self.baskets);
        let company = Company::new(self.items.len(), &self.deeds);
        Crowd { items: self.items, popularity, head, blended, kindred, baskets, company, content, touched }
    }

    /// The nearest of each product that was touched. Those that never were get numbers behind the others.
    fn content(&mut self, nearest: Nearest<'_>) -> Content {
        let touched: Vec<ProductId> =
            (0..self.items.len() as u32).filter_map(|item| self.items.id(item).cloned()).collect();
        let mut near = |id: &ProductId| -> Vec<(u32, f32)> {
            nearest(id).into_iter().map(|(id, cosine)| (self.items.number(&id), cosine)).collect()
        };
        let rows = touched.iter().map(&mut near).collect();
        self.popularity.resize(self.items.len(), 0.0);
        Content::new(rows)
    }
}

/// Puts an owner's steps in order. The newest of them, if there are any.
fn newest(steps: &mut [Step]) -> Option<&[Step]> {
    steps.sort_by_key(|step| step.at);
    (!steps.is_empty()).then(|| &steps[steps.len().saturating_sub(STEPS)..])
}

/// The popularity of the last one of the most popular products that together make [`HEAD`] of all.
fn head(popularity: &[f32]) -> f32 {
    let mut sorted = popularity.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let all: f32 = sorted.iter().sum();
    let mut so_far = 0.0;
    let last = sorted.iter().find(|p| {
        so_far += **p;
        so_far >= HEAD * all
    });
    last.copied().unwrap_or(0.0)
}
