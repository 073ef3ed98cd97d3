//! What is usual among amounts that may be told from each other by their ratio.

/// The middle of some logarithms, and how far from it is not usual any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usual {
    middle: f64,
    bound: f64,
}

/// So many robust standard deviations (1.4826 × the median absolute deviation) are far.
const DEVIATIONS: f64 = 5.0;

impl Usual {
    /// Of natural logarithms. However steady they are, `factor` times the usual amount, or its inverse, is near.
    pub fn of(logs: &[f64], factor: f64) -> Usual {
        let middle = median(logs.to_vec());
        let spread = 1.4826 * median(logs.iter().map(|log| (log - middle).abs()).collect());
        Usual { middle, bound: factor.ln().max(DEVIATIONS * spread) }
    }

    /// Whether an amount is far above or below.
    pub fn is_far(&self, log: f64) -> bool {
        (log - self.middle).abs() >= self.bound - 1e-9
    }

    /// Whether it is far above.
    pub fn is_far_above(&self, log: f64) -> bool {
        log - self.middle >= self.bound - 1e-9
    }

    /// The usual amount.
    pub fn amount(&self) -> f64 {
        self.middle.exp()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
