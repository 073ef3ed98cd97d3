//! Gradient-boosted regression trees over lists of rows (Friedman 2001), grown leaf by leaf over binned features.
//!
//! What a list of rows should look like is the [`Objective`]'s: softmax over the list, or LambdaMART's NDCG.

mod bins;
mod grow;
mod objective;

#[cfg(test)]
mod tests;

pub use objective::{Lambda, Objective, Softmax};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use bins::Bins;
use grow::Grower;

/// Rows of features, a list after the other, such as the candidates of one request after those of another.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// How many features a row has.
    pub features: usize,
    /// Row after row.
    pub values: Vec<f32>,
    /// Where each list begins, in rows, and where the last one ends.
    pub starts: Vec<usize>,
}

impl Lists {
    /// No lists yet.
    pub fn new(features: usize) -> Self {
        Lists { features, values: Vec::new(), starts: vec![0] }
    }

    /// Ends the list whose rows were appended to `values`.
    pub fn close(&mut self) {
        self.starts.push(self.values.len() / self.features.max(1));
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.features..(row + 1) * self.features]
    }

    /// The rows of each list.
    pub fn lists(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.starts.windows(2).map(|ends| ends[0]..ends[1])
    }
}

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How many trees.
    pub trees: usize,
    /// At most so many leaves a tree.
    pub leaves: usize,
    /// Each tree's share of the way down the gradient.
    pub rate: f32,
    /// A leaf holds at least so many rows …
    pub rows_in_leaf: u32,
    /// … and so much of the second derivative.
    pub hessian_in_leaf: f32,
    /// Each tree sees this share of the features.
    pub features: f32,
    /// Added to the second derivative of a leaf (L2).
    pub l2: f32,
    /// Where the choice of features comes from: same seed, same trees.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            trees: 60,
            leaves: 8,
            rate: 0.1,
            rows_in_leaf: 100,
            hessian_in_leaf: 3.0,
            features: 0.6,
            l2: 1.0,
            seed: 1,
        }
    }
}

/// A split, or a leaf where `feature` is [`Node::LEAF`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Node {
    feature: u16,
    /// To the left with a value of at most this; in a leaf, its value.
    threshold: f32,
    left: u16,
    right: u16,
}

impl Node {
    const LEAF: u16 = u16::MAX;

    fn leaf(value: f32) -> Self {
        Node { feature: Node::LEAF, threshold: value, left: 0, right: 0 }
    }
}

/// One tree; its root is the first node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    fn score(&self, row: &[f32]) -> f32 {
        let mut node = self.nodes[0];
        while node.feature != Node::LEAF {
            let left = row[node.feature as usize] <= node.threshold;
            node = self.nodes[if left { node.left } else { node.right } as usize];
        }
        node.threshold
    }
}

/// The sum of many small trees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Boosted {
    trees: Vec<Tree>,
}

impl Boosted {
    /// Fits trees on top of `before`, a score for each row (zeros where nothing was fitted before).
    pub fn fit(lists: &Lists, before: &[f32], objective: &dyn Objective, settings: Settings) -> Boosted {
        let bins = Bins::new(lists);
        let mut grower = Grower::new(&bins, settings);
        let mut random = StdRng::seed_from_u64(settings.seed);
        let mut scores = before.to_vec();
        let mut slopes = vec![(0.0, 0.0); lists.rows()];
        let mut trees = Vec::with_capacity(settings.trees);
        for _ in 0..settings.trees {
            for (number, rows) in lists.lists().enumerate() {
                objective.slopes(number, rows.start, &scores[rows.clone()], &mut slopes[rows]);
            }
            let mut seen: Vec<usize> = (0..lists.features).collect();
            seen.retain(|_| random.random::<f32>() < settings.features);
            let tree = grower.grow(&slopes, &seen, &mut scores);
            trees.push(tree);
        }
        Boosted { trees }
    }

    /// The score of a row, to be added to what was there before the trees.
    pub fn score(&self, row: &[f32]) -> f32 {
        self.trees.iter().map(|tree| tree.score(row)).sum()
    }

    /// Whether there are no trees: every score is 0.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }
}
