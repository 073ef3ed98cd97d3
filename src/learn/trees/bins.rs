//! Features as small whole numbers, so that a split is found by counting.

use super::Lists;

/// How many bins a feature has at most: enough for splits of ranking features, few enough that counting stays in cache.
const BINS: usize = 48;
/// Cuts are placed by the values of at most so many rows.
const SAMPLED: usize = 50_000;

/// Each row's bin of each feature.
#[derive(Debug)]
pub(super) struct Bins {
    /// Row after row, so that one row's bins lie side by side.
    pub bins: Vec<u8>,
    pub features: usize,
    /// Per feature, the value that each bin but the last ends with.
    cuts: Vec<Vec<f32>>,
}

impl Bins {
    pub fn new(lists: &Lists) -> Self {
        let cuts: Vec<Vec<f32>> = (0..lists.features).map(|feature| cuts(lists, feature)).collect();
        let mut bins = Vec::with_capacity(lists.values.len());
        for row in 0..lists.rows() {
            let row = lists.row(row);
            bins.extend(
                row.iter().zip(&cuts).map(|(value, cuts)| cuts.partition_point(|cut| cut < value) as u8),
            );
        }
        Bins { bins, features: lists.features, cuts }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.bins.len() / self.features.max(1)
    }

    /// The bins of one row.
    pub fn row(&self, row: u32) -> &[u8] {
        &self.bins[row as usize * self.features..(row as usize + 1) * self.features]
    }

    /// How many bins a feature has.
    pub fn count(&self, feature: usize) -> usize {
        self.cuts[feature].len() + 1
    }

    /// The largest value of a bin that is not the last.
    pub fn end(&self, feature: usize, bin: usize) -> f32 {
        self.cuts[feature][bin]
    }
}

/// Cuts between the sorted different values, so that bins hold about equally many rows.
fn cuts(lists: &Lists, feature: usize) -> Vec<f32> {
    let step = lists.rows().div_ceil(SAMPLED).max(1);
    let mut values: Vec<f32> = (0..lists.rows()).step_by(step).map(|row| lists.row(row)[feature]).collect();
    values.sort_unstable_by(f32::total_cmp);
    let mut different = values.clone();
    different.dedup();
    let ends: Vec<f32> = match different.len() <= BINS {
        true => different,
        // Many rows share the value 0 (nobody says anything of the product): it must not take all the cuts.
        false => (1..=BINS).map(|i| different[i * (different.len() - 1) / BINS]).collect(),
    };
    let mut cuts: Vec<f32> = ends.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0).collect();
    cuts.dedup();
    cuts
}
