//! What follows what, what goes with what, and what goes with what goes with it: item-to-item tables.

use std::sync::Arc;

use super::super::index::{Index, Place};
use super::super::scores::Scores;
use super::super::trail::Trail;
use super::table::Table;
use super::{Recommender, Room};

/// Steps further apart than this are no pair.
const WINDOW: usize = 10;
/// Each step between two products takes this share off their pair.
const FADE: f32 = 0.6;
/// Of a product that occurs everywhere the newest occurrences are enough to know its neighbours.
const OCCURRENCES: usize = 2000;
/// How many neighbours a row keeps.
const KEPT: usize = 100;
/// How many of them are followed for the second step of a walk.
const FOLLOWED: usize = 40;

/// Item-to-item counts of one log.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Directly after it.
    pub next: Arc<Table>,
    /// After it, faded with the steps between.
    pub after: Arc<Table>,
    /// Before or after it, faded with the steps between.
    pub together: Arc<Table>,
    /// The same, divided by the root of how much goes with the other: what goes with everything says little.
    pub cosine: Arc<Table>,
    /// Two steps along `together`.
    pub walk: Arc<Table>,
}

impl Counts {
    /// Counts pairs around each product's newest occurrences, so that time and memory grow with the steps.
    pub fn new(index: &Index) -> Self {
        let products = index.products();
        let mut room = [(); 3].map(|()| Scores::new(products));
        let mut tables = [(); 3].map(|()| Table::new());
        for item in 0..products as u32 {
            for place in index.places(item, OCCURRENCES) {
                count(index, item, *place, &mut room);
            }
            for (scores, table) in room.iter_mut().zip(&mut tables) {
                table.push(&scores.take_best(KEPT));
            }
        }
        let [next, after, together] = tables;
        // 5 occurrences more for everybody: a pair that was seen once proves nothing (as in shrunk cosine).
        let damp: Vec<f32> = together.column_sums().iter().map(|sum| (sum + 5.0).sqrt()).collect();
        let cosine = together.map(|_, other, value| value / damp[other as usize]);
        let walk = walk(&together);
        Counts {
            next: Arc::new(next),
            after: Arc::new(after),
            together: Arc::new(together),
            cosine: Arc::new(cosine),
            walk: Arc::new(walk),
        }
    }
}

fn count(index: &Index, item: u32, place: Place, [next, after, together]: &mut [Scores; 3]) {
    let (items, here) = (index.sequence(place.sequence), place.position as usize);
    let mut weight = 1.0;
    for (steps, other) in items[here + 1..].iter().take(WINDOW).enumerate() {
        if *other != item {
            if steps == 0 {
                next.add(*other, 1.0);
            }
            after.add(*other, weight);
            together.add(*other, weight);
        }
        weight *= FADE;
    }
    weight = 1.0;
    for other in items[..here].iter().rev().take(WINDOW) {
        if *other != item {
            together.add(*other, weight);
        }
        weight *= FADE;
    }
}

/// Where two random steps lead, divided by the root of how often they lead there from anywhere: this reaches products
/// that never met the first one, which logs of a few days are full of.
fn walk(together: &Table) -> Table {
    let sums = together.row_sums();
    let mut room = Scores::new(together.len());
    let mut table = Table::new();
    for item in 0..together.len() as u32 {
        for (middle, first) in together.row(item).iter().take(FOLLOWED) {
            let first = first / (sums[item as usize] + 1.0);
            for (other, second) in together.row(*middle).iter().take(FOLLOWED) {
                if *other != item {
                    room.add(*other, first * second / (sums[*middle as usize] + 1.0));
                }
            }
        }
        table.push(&room.take_best(KEPT * 2));
    }
    let damp: Vec<f32> = table.column_sums().iter().map(|sum| (sum + 0.05).sqrt()).collect();
    table.map(|_, other, value| value / damp[other as usize])
}

/// Looks the trail up in a table.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// What it is called.
    pub name: &'static str,
    /// The table.
    pub table: Arc<Table>,
    /// What is left of a product's weight with each newer one of the trail; 0 looks at the newest alone.
    pub fade: f32,
}

impl Recommender for Lookup {
    fn name(&self) -> &'static str {
        self.name
    }

    fn recommend(&self, trail: &Trail, _room: &mut Room, out: &mut Scores) {
        for (item, weight) in trail.faded(self.fade) {
            for (other, value) in self.table.row(item) {
                out.add(*other, weight * value);
            }
        }
    }

    fn link(&self, from: u32, to: u32) -> f32 {
        self.table.row(from).iter().find(|(other, _)| *other == to).map_or(0.0, |(_, value)| *value)
    }
}
