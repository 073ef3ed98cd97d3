//! Whether a message is in scope at all: a threshold and calibrated confidences, from training data alone.
//!
//! Each example is judged as if it had not been learnt. And each is judged as if its whole intent had not been learnt
//! and the twentieth of the intents that is nearest to it neither: that is what "nothing fits" looks like. Withholding the
//! intent alone would not do, since a near neighbour then answers with good reason, as it never does a real stranger.

/// What the score of one example is, left out in one way or the other.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// What scope is decided by, 0 to 1.
    pub score: f32,
    /// Whether its intent was among those that the model knew.
    pub in_scope: bool,
    /// Whether the best class was the right one.
    pub right: bool,
    /// What it counts.
    pub weight: f32,
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
        Scope { threshold: 0.1, slope: 1.0 }
    }
}

/// With fewer trials on either side nothing can be said.
const ENOUGH: usize = 5;

impl Scope {
    /// As two numbers, to be kept.
    pub(super) fn numbers(&self) -> [f32; 2] {
        [self.threshold, self.slope]
    }

    /// From what was kept.
    pub(super) fn of([threshold, slope]: [f32; 2]) -> Self {
        Scope { threshold, slope }
    }

    /// The threshold that costs least (Youden's J), and the slope that makes confidence a probability around it.
    pub fn fit(trials: &[Trial]) -> Scope {
        let (inside, outside): (Vec<Trial>, Vec<Trial>) = trials.iter().partition(|trial| trial.in_scope);
        if inside.len() < ENOUGH || outside.len() < ENOUGH {
            return Scope::default();
        }
        let threshold = threshold(&inside, &outside).clamp(0.01, 0.9);
        Scope { threshold, slope: slope(&inside, &outside, threshold) }
    }

    /// The probability that a message of this score is in scope; one half at the threshold.
    pub fn confidence(&self, score: f32) -> f32 {
        1.0 / (1.0 + (-self.slope * (log_odds(score) - log_odds(self.threshold))).exp())
    }
}

fn total(trials: &[Trial]) -> f32 {
    trials.iter().map(|trial| trial.weight).sum()
}

/// One sweep from the lowest score up.
fn threshold(inside: &[Trial], outside: &[Trial]) -> f32 {
    let (all_inside, all_outside) = (total(inside), total(outside));
    let gain = |trial: &Trial| match (trial.in_scope, trial.right) {
        (true, true) => -trial.weight / all_inside,
        (true, false) => 0.0,
        (false, _) => trial.weight / all_outside,
    };
    let mut sorted: Vec<(f32, f32)> =
        inside.iter().chain(outside).map(|trial| (trial.score, gain(trial))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut worth, mut best, mut at) = (0.0, f32::NEG_INFINITY, 0.0);
    for (i, (score, gain)) in sorted.iter().enumerate() {
        worth += gain;
        // Between this score and the next.
        let next = sorted.get(i + 1).map_or(*score, |next| next.0);
        if worth > best && next > *score {
            (best, at) = (worth, (score + next) / 2.0);
        }
    }
    at
}

fn log_odds(score: f32) -> f32 {
    let score = score.clamp(1e-4, 1.0 - 1e-4);
    (score / (1.0 - score)).ln()
}

/// Maximum likelihood over a grid, each side counting half: one parameter needs no more.
fn slope(inside: &[Trial], outside: &[Trial], threshold: f32) -> f32 {
    let odds = |trials: &[Trial]| -> Vec<(f32, f32)> {
        let share = total(trials);
        let own = |trial: &Trial| (log_odds(trial.score) - log_odds(threshold), trial.weight / share);
        trials.iter().map(own).collect()
    };
    let (inside, outside) = (odds(inside), odds(outside));
    let loss = |slope: f32| -> f32 {
        let one = |odds: f32| (-slope * odds).exp().ln_1p();
        inside.iter().map(|(odds, weight)| weight * one(*odds)).sum::<f32>()
            + outside.iter().map(|(odds, weight)| weight * one(-odds)).sum::<f32>()
    };
    let grid = (1..=20).map(|i| i as f32 / 5.0);
    grid.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_lies_between_strangers_and_friends() {
        let trial = |score, in_scope| Trial { score, in_scope, right: in_scope, weight: 1.0 };
        let trials: Vec<Trial> = (0..20)
            .flat_map(|i| [trial(0.5 + i as f32 / 50.0, true), trial(0.1 + i as f32 / 100.0, false)])
            .collect();
        let scope = Scope::fit(&trials);
        assert!((0.29..=0.5).contains(&scope.threshold), "{scope:?}");
        assert!(scope.confidence(0.8) > 0.9 && scope.confidence(0.1) < 0.1);
        assert!((scope.confidence(scope.threshold) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn an_example_that_would_be_misunderstood_may_as_well_be_rejected() {
        let trial = |score, in_scope, right| Trial { score, in_scope, right, weight: 1.0 };
        let mut trials: Vec<Trial> = (0..20).map(|i| trial(0.6 + i as f32 / 100.0, true, true)).collect();
        trials.extend((0..20).map(|i| trial(0.3 + i as f32 / 100.0, true, false)));
        trials.extend((0..20).map(|i| trial(0.3 + i as f32 / 100.0, false, false)));
        assert!(Scope::fit(&trials).threshold > 0.49);
    }
}
