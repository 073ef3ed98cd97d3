//! A ranker that was trained on judged queries or clicks: boosted trees on top of the weights that were set by hand.

mod fit;

use std::path::Path;

use learn::trees::Boosted;
use rank::features::{Feature, Row};
use serde::{Deserialize, Serialize};

pub use fit::{Judged, cross_validate};

/// Raise this with every change of what the features mean.
const FORMAT: u32 = 1;
/// So many of the best by hand are ranked anew; what comes behind them keeps its place.
const RANKED: usize = 60;
/// How much a score by hand counts beside the trees' values: at this a difference of 0.1, which decides between
/// neighbours, is about as much as one tree's.
const SCALE: f32 = 6.0;
/// The features, then the score by hand, how far it is behind the best, and the place that it gives.
const INPUTS: usize = Feature::COUNT + 3;

/// Why a file is no ranker.
#[derive(Debug, thiserror::Error)]
pub enum RankerError {
    /// It cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Which.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// It is none, or one of another version.
    #[error("{path} is no ranker of this version ({reason}); train it anew with `shophand train ranking`")]
    Format {
        /// Which.
        path: String,
        /// What was found.
        reason: String,
    },
    /// There is nothing to learn from.
    #[error("{0}")]
    Nothing(String),
}

/// Ranks the best candidates of a query anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranker {
    format: u32,
    /// How many inputs the trees were grown for.
    inputs: usize,
    /// Whether vectors were among them: without any, or with some, it can say nothing.
    by_meaning: bool,
    trees: Boosted,
}

impl Ranker {
    /// Learns from judged queries, whatever their order.
    ///
    /// # Errors
    /// [`RankerError::Nothing`] when no query has two products that are judged differently.
    pub fn fit(judged: &[Judged]) -> Result<Self, RankerError> {
        let by_meaning = judged.iter().any(|one| have_meaning(&one.rows));
        Ok(Ranker { format: FORMAT, inputs: INPUTS, by_meaning, trees: fit::trees(judged)? })
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`RankerError`].
    pub fn load(path: &Path) -> Result<Self, RankerError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| RankerError::File { path: name.clone(), reason: error.to_string() })?;
        let format = |reason: String| RankerError::Format { path: name.clone(), reason };
        let ranker: Ranker = serde_json::from_slice(&bytes).map_err(|error| format(error.to_string()))?;
        if (ranker.format, ranker.inputs) != (FORMAT, INPUTS) {
            return Err(format(format!("it is of format {} with {} inputs", ranker.format, ranker.inputs)));
        }
        Ok(ranker)
    }

    /// Writes it, as a whole or not at all.
    ///
    /// # Errors
    /// [`RankerError::File`].
    pub fn save(&self, path: &Path) -> Result<(), RankerError> {
        let failed = |reason: String| RankerError::File { path: path.display().to_string(), reason };
        let json = serde_json::to_vec(self).map_err(|error| failed(error.to_string()))?;
        crate::disk::replace(path, &json).map_err(|error| failed(error.to_string()))
    }

    /// Puts its word beside the scores by hand, which stay on the same scale and are never below 0. When the encoder is lost
    /// while serving, a ranker that was trained with vectors keeps silent.
    pub fn adjust(&self, rows: &[Row], scores: &mut [f32]) {
        if have_meaning(rows) != self.by_meaning {
            return;
        }
        for (row, inputs) in inputs(rows, scores) {
            scores[row] = (scores[row] + self.trees.score(&inputs) / SCALE).max(0.0);
        }
    }
}

fn have_meaning(rows: &[Row]) -> bool {
    rows.iter().any(|row| row[Feature::Cosine as usize] != 0.0)
}

/// The rows that are ranked anew, best by hand first, as the trees see them.
fn inputs(rows: &[Row], scores: &[f32]) -> Vec<(usize, [f32; INPUTS])> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let best = order.first().map_or(0.0, |row| scores[*row]);
    let seen = order.into_iter().take(RANKED).enumerate().map(|(place, row)| {
        let mut inputs = [0.0; INPUTS];
        inputs[..Feature::COUNT].copy_from_slice(&rows[row]);
        inputs[Feature::COUNT..].copy_from_slice(&[scores[row], best - scores[row], place as f32]);
        (row, inputs)
    });
    seen.collect()
}
