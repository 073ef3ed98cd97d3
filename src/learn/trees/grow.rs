//! Growing one tree: the leaf whose split gains most is split next, until there are leaves enough.

use super::bins::Bins;
use super::{Node, Settings, Tree};

/// Sums over some rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    hessian: f64,
    rows: u32,
}

impl Sum {
    fn add(&mut self, gradient: f32, hessian: f32) {
        self.gradient += f64::from(gradient);
        self.hessian += f64::from(hessian);
        self.rows += 1;
    }

    fn merge(&mut self, other: Sum) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
        self.rows += other.rows;
    }

    fn without(self, other: Sum) -> Sum {
        Sum {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }

    /// What a leaf of these rows takes off the loss, twice.
    fn worth(self, l2: f32) -> f64 {
        self.gradient * self.gradient / (self.hessian + f64::from(l2))
    }
}

/// The best split of a leaf.
#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// A leaf that may still be split: its rows are `order[from..to]`.
#[derive(Debug)]
struct Leaf {
    node: usize,
    from: usize,
    to: usize,
    sum: Sum,
    /// Sums by feature seen and bin.
    counts: Vec<Sum>,
    best: Option<Split>,
}

/// Grows trees over the same rows.
pub(super) struct Grower<'a> {
    bins: &'a Bins,
    settings: Settings,
    order: Vec<u32>,
    widest: usize,
}

impl<'a> Grower<'a> {
    pub fn new(bins: &'a Bins, settings: Settings) -> Self {
        let widest = (0..bins.features).map(|feature| bins.count(feature)).max().unwrap_or(1);
        Grower { bins, settings, order: (0..bins.rows() as u32).collect(), widest }
    }

    /// Grows one tree against the slopes (gradient, second derivative), and adds its values to the scores.
    pub fn grow(&mut self, slopes: &[(f32, f32)], seen: &[usize], scores: &mut [f32]) -> Tree {
        let mut nodes = vec![Node::leaf(0.0)];
        let mut leaves = vec![self.root(slopes, seen)];
        while leaves.len() < self.settings.leaves {
            let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |split| split.gain);
            let best = (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b])));
            let Some((at, split)) = best.and_then(|at| Some((at, leaves[at].best?))) else { break };
            let leaf = leaves.swap_remove(at);
            let at = nodes.len();
            nodes[leaf.node] = Node {
                feature: split.feature as u16,
                threshold: self.bins.end(split.feature, split.bin),
                left: at as u16,
                right: at as u16 + 1,
            };
            nodes.extend([Node::leaf(0.0); 2]);
            leaves.extend(self.split(leaf, split, at, slopes, seen));
        }
        for leaf in leaves {
            let value = -leaf.sum.gradient / (leaf.sum.hessian + f64::from(self.settings.l2));
            let value = value as f32 * self.settings.rate;
            nodes[leaf.node].threshold = value;
            for row in &self.order[leaf.from..leaf.to] {
                scores[*row as usize] += value;
            }
        }
        Tree { nodes }
    }

    fn root(&self, slopes: &[(f32, f32)], seen: &[usize]) -> Leaf {
        let mut sum = Sum::default();
        for (gradient, hessian) in slopes {
            sum.add(*gradient, *hessian);
        }
        let counts = self.count(0, self.order.len(), slopes, seen);
        let best = self.best(&counts, sum, seen);
        Leaf { node: 0, from: 0, to: self.order.len(), sum, counts, best }
    }

    /// Both halves; only the smaller one is counted, the other one is what remains.
    fn split(
        &mut self,
        leaf: Leaf,
        split: Split,
        node: usize,
        slopes: &[(f32, f32)],
        seen: &[usize],
    ) -> [Leaf; 2] {
        let goes_left = |row: u32| usize::from(self.bins.row(row)[split.feature]) <= split.bin;
        let (left, right): (Vec<u32>, Vec<u32>) =
            self.order[leaf.from..leaf.to].iter().partition(|row| goes_left(**row));
        let middle = leaf.from + left.len();
        self.order[leaf.from..middle].copy_from_slice(&left);
        self.order[middle..leaf.to].copy_from_slice(&right);
        let fewer_left = left.len() <= right.len();
        let (from, to) = if fewer_left { (leaf.from, middle) } else { (middle, leaf.to) };
        let fewer = self.count(from, to, slopes, seen);
        let rest: Vec<Sum> = leaf.counts.iter().zip(&fewer).map(|(all, few)| all.without(*few)).collect();
        let (left, right) = if fewer_left { (fewer, rest) } else { (rest, fewer) };
        let half = |node, from: usize, to: usize, counts: Vec<Sum>| {
            let mut sum = Sum::default();
            for row in &self.order[from..to] {
                let (gradient, hessian) = slopes[*row as usize];
                sum.add(gradient, hessian);
            }
            let best = self.best(&counts, sum, seen);
            Leaf { node, from, to, sum, counts, best }
        };
        [half(node, leaf.from, middle, left), half(node + 1, middle, leaf.to, right)]
    }

    fn count(&self, from: usize, to: usize, slopes: &[(f32, f32)], seen: &[usize]) -> Vec<Sum> {
        let mut counts = vec![Sum::default(); seen.len() * self.widest];
        for row in &self.order[from..to] {
            let (gradient, hessian) = slopes[*row as usize];
            let bins = self.bins.row(*row);
            for (at, feature) in seen.iter().enumerate() {
                counts[at * self.widest + usize::from(bins[*feature])].add(gradient, hessian);
            }
        }
        counts
    }

    fn best(&self, counts: &[Sum], sum: Sum, seen: &[usize]) -> Option<Split> {
        let Settings { rows_in_leaf, hessian_in_leaf, l2, .. } = self.settings;
        let enough = |side: Sum| side.rows >= rows_in_leaf && side.hessian >= f64::from(hessian_in_leaf);
        let mut best: Option<Split> = None;
        for (at, feature) in seen.iter().enumerate() {
            let mut left = Sum::default();
            for bin in 0..self.bins.count(*feature) - 1 {
                left.merge(counts[at * self.widest + bin]);
                let right = sum.without(left);
                if !enough(left) || !enough(right) {
                    continue;
                }
                let gain = left.worth(l2) + right.worth(l2) - sum.worth(l2);
                if gain > best.map_or(1e-9, |best| best.gain) {
                    best = Some(Split { gain, feature: *feature, bin });
                }
            }
        }
        best
    }
}
