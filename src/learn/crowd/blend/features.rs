//! What is known of a candidate in a request: each part's score, and whether the shopper would be going back to it.

use super::super::parts::Room;
use super::super::scores::{Scores, keep_best};
use super::super::trail::Trail;
use super::ideas::Ideas;

/// The names of the features beside the parts': going back to a product of the trail.
pub(super) const BACK: [&str; 8] = [
    "back to the last but one",
    "back to the one before",
    "further back",
    "to and fro",
    "back to what was seen often",
    "back in a long trail",
    "back to what was looked at long",
    "to the last but one of a long trail",
];

/// One request, and the room for it: a score per part and product.
#[derive(Debug)]
pub(super) struct Asked {
    pub trail: Trail,
    scores: Vec<Scores>,
    tops: Vec<f32>,
    room: Room,
}

impl Asked {
    pub fn new(ideas: &Ideas) -> Self {
        Asked {
            trail: Trail::default(),
            scores: ideas.parts.iter().map(|_| Scores::new(ideas.products)).collect(),
            tops: vec![0.0; ideas.parts.len()],
            room: Room::default(),
        }
    }

    /// Asks all parts.
    pub fn ask(&mut self, ideas: &Ideas, trail: Trail) {
        self.trail = trail;
        for ((part, scores), top) in ideas.parts.iter().zip(&mut self.scores).zip(&mut self.tops) {
            scores.clear();
            part.recommend(&self.trail, &mut self.room, scores);
            *top = scores.top();
        }
    }

    /// Whether only one product is known of the shopper: parts are then to be trusted differently.
    pub fn single(&self) -> bool {
        self.trail.recent.len() < 2
    }

    /// Each part's best products and those of the trail, as far as wanted, by number.
    pub fn candidates(&self, each: usize, wanted: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut all: Vec<u32> = self.trail.recent.iter().map(|recent| recent.item).collect();
        all.retain(|item| wanted(*item));
        for scores in &self.scores {
            let mut best: Vec<(u32, f32)> = scores
                .touched()
                .iter()
                .filter(|item| wanted(**item))
                .map(|item| (*item, scores.of(*item)))
                .collect();
            keep_best(&mut best, each);
            all.extend(best.into_iter().map(|(item, _)| item));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How many features a candidate has.
    pub fn width(&self) -> usize {
        self.scores.len() + BACK.len()
    }

    /// The features of one candidate, each 0 to about 1: the root of each part's score relative to its best of this
    /// request (the root, since a score half as high is far more than half as good), then going back.
    pub fn row(&self, ideas: &Ideas, item: u32, row: &mut Vec<f32>) {
        for ((part, scores), top) in ideas.parts.iter().zip(&self.scores).zip(&self.tops) {
            let share = part
                .of_everybody(item)
                .unwrap_or_else(|| if *top > 0.0 { scores.of(item) / top } else { 0.0 });
            row.push(share.sqrt());
        }
        self.back(item, row);
    }

    fn back(&self, item: u32, row: &mut Vec<f32>) {
        let recent = &self.trail.recent;
        let Some(rank) = recent.iter().position(|recent| recent.item == item).filter(|rank| *rank > 0) else {
            row.extend([0.0; BACK.len()]);
            return;
        };
        let flag = |is: bool| if is { 1.0 } else { 0.0 };
        let long = (recent.len() as f32).ln();
        row.extend([
            flag(rank == 1),
            flag(rank == 2),
            flag(rank > 2),
            flag(rank == 1 && recent[rank].to_and_fro),
            (recent[rank].times as f32).ln(),
            long,
            recent[rank].dwell.map_or(0.0, |seconds| (1.0 + seconds).ln() / 6.0),
            flag(rank == 1) * long,
        ]);
    }
}
