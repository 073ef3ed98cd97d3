//! Collecting everybody's events, then learning from them.

use jiff::Timestamp;
use learn::crowd::{Blended, Content, Kind, Kindred, Log, Stage, Step};

use crate::model::{Event, EventKind};

use super::items::Items;
use super::{Crowd, drawn, seconds};

/// After this many days a purchase counts half for popularity.
const HALF_LIFE_DAYS: f64 = 60.0;
/// Only a shopper's newest steps are learnt from, so that one who never stops costs no more than others.
const STEPS: usize = 500;

/// Collects events, then counts. 8 bytes an event.
#[derive(Debug)]
pub struct CrowdBuilder {
    now: Timestamp,
    items: Items,
    popularity: Vec<f32>,
    owner: String,
    steps: Vec<Step>,
    sequences: Vec<Vec<Step>>,
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
        self.steps.push(Step { item, at: seconds(event) });
    }

    fn close(&mut self) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.sort_by_key(|step| step.at);
        if !steps.is_empty() {
            self.sequences.push(steps.split_off(steps.len().saturating_sub(STEPS)));
        }
    }

    /// Learns. `progress` hears what is being done; that takes seconds per million of events.
    pub fn build(mut self, progress: &mut dyn FnMut(Stage)) -> Crowd {
        self.close();
        let top = self.popularity.iter().copied().fold(f32::EPSILON, f32::max);
        let popularity = self.popularity.into_iter().map(|p| p / top).collect();
        let log = Log::new(Kind::Histories, self.items.len(), self.sequences);
        let kindred = Kindred::new(&log);
        let blended = (!log.is_empty()).then(|| Blended::train(&log, None::<Content>, progress));
        Crowd { items: self.items, popularity, blended, kindred }
    }
}
