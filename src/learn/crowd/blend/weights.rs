//! How much each feature counts, and the trees that put the best candidates right.

use super::super::scores::keep_best;
use super::features::{Asked, BACK};
use super::ideas::Ideas;
use crate::trees::Boosted;

/// The source of what the shopper would be going back to.
const SEEN: &str = "seen before";

/// Weights of all features, others for somebody of whom only one product is known, and trees on top.
#[derive(Debug, Clone, Default)]
pub(super) struct Weights {
    /// By feature.
    pub usual: Vec<f32>,
    /// Added to them where only one product is known.
    pub single: Vec<f32>,
    /// Over the features and the length of the trail.
    pub trees: Boosted,
}

impl Weights {
    fn of(&self, asked: &Asked) -> Vec<f32> {
        let single = if asked.single() { 1.0 } else { 0.0 };
        self.usual.iter().zip(&self.single).map(|(usual, more)| usual + single * more).collect()
    }

    /// The best of the candidates by weights, best first.
    pub fn best(&self, ideas: &Ideas, asked: &Asked, candidates: &[u32], limit: usize) -> Vec<(u32, f32)> {
        let weights = self.of(asked);
        let mut row = Vec::new();
        let score = |item: &u32| {
            row.clear();
            asked.row(ideas, *item, &mut row);
            (*item, row.iter().zip(&weights).map(|(value, weight)| value * weight).sum())
        };
        let mut best: Vec<(u32, f32)> = candidates.iter().map(score).collect();
        keep_best(&mut best, limit);
        best
    }

    /// Adds the trees' scores.
    pub fn refine(&self, ideas: &Ideas, asked: &Asked, best: &mut [(u32, f32)]) {
        if self.trees.is_empty() {
            return;
        }
        let mut row = Vec::new();
        for (item, score) in best {
            row.clear();
            tree_row(ideas, asked, *item, &mut row);
            *score += self.trees.score(&row);
        }
    }

    /// Between 0 and 1: the share of all weight that speaks for a product.
    pub fn share(&self, ideas: &Ideas, asked: &Asked, item: u32) -> f32 {
        let weights = self.of(asked);
        let mut row = Vec::new();
        asked.row(ideas, item, &mut row);
        let parts = ideas.parts.len();
        let sum = |of: &dyn Fn(usize) -> f32| (0..parts).map(|i| weights[i].max(0.0) * of(i)).sum::<f32>();
        sum(&|i| row[i]) / sum(&|_| 1.0).max(f32::MIN_POSITIVE)
    }

    /// The source whose parts say most for a product together, or that the shopper had it before.
    pub fn source(&self, ideas: &Ideas, asked: &Asked, item: u32) -> &'static str {
        let weights = self.of(asked);
        let mut row = Vec::new();
        asked.row(ideas, item, &mut row);
        let mut sums: Vec<(&'static str, f32)> = Vec::new();
        let sources = ideas.sources.iter().copied().chain(std::iter::repeat(SEEN));
        for (source, weighed) in sources.zip(row.iter().zip(&weights).map(|(value, weight)| value * weight)) {
            match sums.iter_mut().find(|(known, _)| *known == source) {
                Some((_, sum)) => *sum += weighed,
                None => sums.push((source, weighed)),
            }
        }
        sums.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(SEEN, |(source, _)| source)
    }

    /// Each feature's name with its weight, and its weight where only one product is known.
    pub fn named(&self, ideas: &Ideas) -> Vec<(&'static str, f32, f32)> {
        let names = ideas.parts.iter().map(|part| part.name()).chain(BACK);
        let weights = self.usual.iter().zip(&self.single);
        names.zip(weights).map(|(name, (usual, single))| (name, *usual, usual + single)).collect()
    }
}

/// What the trees see: the features, and how many products are known of the shopper (4 for more).
pub(super) fn tree_row(ideas: &Ideas, asked: &Asked, item: u32, row: &mut Vec<f32>) {
    asked.row(ideas, item, row);
    row.push(asked.trail.recent.len().min(4) as f32);
}

/// The weights of the parts where a log is too small to fit them: between those that a click log and a shop's reviews gave.
const OF_LARGER_LOGS: [f32; 11] = [1.5, 1.0, 0.9, 0.2, 0.3, 0.8, 1.8, 0.4, 0.0, 0.5, 1.0];

impl Weights {
    /// For logs too small to fit any.
    pub fn of_larger_logs(ideas: &Ideas) -> Weights {
        let width = ideas.parts.len() + BACK.len();
        let mut usual = OF_LARGER_LOGS.to_vec();
        usual.resize(width, 0.0);
        Weights { usual, single: vec![0.0; width], trees: Boosted::default() }
    }
}
