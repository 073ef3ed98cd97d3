//! Whether a message is in scope at all: a threshold and a calibrated confidence, from training data alone.
//!
//! Whole intents are withheld in turn: their examples are what "nothing fits" looks like to a model that never saw
//! them, beside held-out examples of the intents that it did see.

/// The score of one withheld sentence.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Class probability × nearness of the nearest example, 0 to 1.
    pub score: f32,
    /// Whether its intent was among those that the model knew.
    pub in_scope: bool,
    /// Whether the best class was the right one.
    pub right: bool,
}

/// From a score to "in scope" and how sure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scope {
    /// In scope from here on.
    pub threshold: f32,
    /// How fast confidence rises around the threshold, per unit of log-odds.
    slope: f32,
}

impl Default for Scope {
    /// For a model that is too small to withhold anything from.
    fn default() -> Self {
        Scope { threshold: 0.3, slope: 1.0 }
    }
}

/// A sentence of a withheld intent is closer to the others than what strangers type, so rejecting it counts for less
/// than answering a shopper who asked for something that the shop knows.
const REJECTING: f64 = 0.35;

impl Scope {
    /// As two numbers, to be kept.
    pub(super) fn numbers(&self) -> [f32; 2] {
        [self.threshold, self.slope]
    }

    /// From what was kept.
    pub(super) fn of([threshold, slope]: [f32; 2]) -> Self {
        Scope { threshold, slope }
    }

    /// The threshold that serves the trials best, and the slope that makes confidence a probability around it.
    pub fn fit(trials: &[Trial]) -> Scope {
        let (inside, outside): (Vec<&Trial>, Vec<&Trial>) = trials.iter().partition(|trial| trial.in_scope);
        if inside.len() < 5 || outside.len() < 5 {
            return Scope::default();
        }
        let mut candidates: Vec<f32> = trials.iter().map(|trial| trial.score).collect();
        candidates.sort_by(f32::total_cmp);
        candidates.dedup();
        let worth = |threshold: f32| {
            let right = inside.iter().filter(|t| t.right && t.score >= threshold).count() as f64;
            let rejected = outside.iter().filter(|t| t.score < threshold).count() as f64;
            right / inside.len() as f64 + REJECTING * rejected / outside.len() as f64
        };
        // Thinned out: a curve of 200 points has its maximum where one of 20,000 has it.
        let stride = candidates.len().div_ceil(200);
        let best = candidates.iter().step_by(stride).copied().max_by(|a, b| worth(*a).total_cmp(&worth(*b)));
        let threshold = best.unwrap_or(Scope::default().threshold).clamp(0.02, 0.9);
        Scope { threshold, slope: slope(trials, threshold) }
    }

    /// The probability that a message of this score is in scope; one half at the threshold.
    pub fn confidence(&self, score: f32) -> f32 {
        1.0 / (1.0 + (-self.slope * (log_odds(score) - log_odds(self.threshold))).exp())
    }
}

fn log_odds(score: f32) -> f32 {
    let score = score.clamp(1e-4, 1.0 - 1e-4);
    (score / (1.0 - score)).ln()
}

/// Maximum likelihood over a grid: one parameter needs no more.
fn slope(trials: &[Trial], threshold: f32) -> f32 {
    let likelihood = |slope: f32| -> f64 {
        let scope = Scope { threshold, slope };
        trials
            .iter()
            .map(|trial| {
                let p = scope.confidence(trial.score).clamp(1e-4, 1.0 - 1e-4);
                f64::from(if trial.in_scope { p } else { 1.0 - p }).ln()
            })
            .sum()
    };
    let grid = (1..=30).map(|i| i as f32 / 10.0);
    grid.max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b))).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_lies_between_strangers_and_friends() {
        let trial = |score, in_scope| Trial { score, in_scope, right: in_scope };
        let trials: Vec<Trial> = (0..20)
            .flat_map(|i| [trial(0.5 + i as f32 / 50.0, true), trial(0.1 + i as f32 / 100.0, false)])
            .collect();
        let scope = Scope::fit(&trials);
        assert!((0.29..=0.5).contains(&scope.threshold), "{scope:?}");
        assert!(scope.confidence(0.8) > 0.9 && scope.confidence(0.1) < 0.1);
        assert!((scope.confidence(scope.threshold) - 0.5).abs() < 1e-6);
    }
}
