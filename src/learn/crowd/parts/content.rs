//! Products that are alike by what is said of them: all that is known of one that nobody has touched yet.

use std::sync::Arc;

use super::super::scores::Scores;
use super::super::trail::Trail;
use super::{Recommender, Room};

/// How much of an older product's weight is left.
const FADE: f32 = 0.7;
/// Cosines below this are no likeness.
const ALIKE: f32 = 0.3;

/// Each product's nearest by vector.
#[derive(Debug, Clone, Default)]
pub struct Content {
    nearest: Arc<Vec<Vec<(u32, f32)>>>,
}

impl Content {
    /// For each product, by number, its nearest with their cosines. Found outside, by whoever has the vectors.
    pub fn new(nearest: Vec<Vec<(u32, f32)>>) -> Self {
        Content { nearest: Arc::new(nearest) }
    }

    /// The nearest of a product, with their cosines.
    pub fn nearest(&self, item: u32) -> &[(u32, f32)] {
        self.nearest.get(item as usize).map_or(&[], Vec::as_slice)
    }
}

impl Recommender for Content {
    fn name(&self) -> &'static str {
        "content"
    }

    fn recommend(&self, trail: &Trail, _room: &mut Room, out: &mut Scores) {
        for (item, weight) in trail.faded(FADE).take(10) {
            for (other, cosine) in self.nearest(item) {
                out.add(*other, weight * (cosine - ALIKE));
            }
        }
    }
}
