//! Conditional logit (McFadden 1974): weights of features under which what was chosen from each list is likeliest.

use crate::trees::Lists;

/// Steps of Adam (Kingma & Ba 2015), their length, and the pull of the weights towards 0. On lists of a few thousand choices
/// these settle to the third digit.
const STEPS: i32 = 150;
const RATE: f32 = 0.07;
const L2: f32 = 3e-4;

/// Fits weights for the features of `lists`; `chosen` is, for each list, the row in it that was chosen. Lists
/// flagged in `special` get weights of their own beside: the second result is what is added to the first for them.
pub fn fit(lists: &Lists, chosen: &[usize], special: &[bool]) -> (Vec<f32>, Vec<f32>) {
    let scale = spread(lists);
    let features = lists.features;
    let mut fit = Adam::new(2 * features);
    for step in 1..=STEPS {
        let mut slope = vec![0.0_f32; 2 * features];
        for ((rows, chosen), special) in lists.lists().zip(chosen).zip(special) {
            let weights = weights(&fit.weights, &scale, *special);
            let gradient = of_list(lists, rows, *chosen, &weights);
            for (i, value) in gradient.into_iter().enumerate() {
                let value = value / scale[i];
                slope[i] += value;
                if *special {
                    slope[features + i] += value;
                }
            }
        }
        let count = chosen.len().max(1) as f32;
        for (slope, weight) in slope.iter_mut().zip(&fit.weights) {
            *slope = *slope / count + L2 * weight;
        }
        fit.step(step, &slope);
    }
    let unscaled = |weights: &[f32]| weights.iter().zip(&scale).map(|(w, s)| w / s).collect();
    (unscaled(&fit.weights[..features]), unscaled(&fit.weights[features..]))
}

fn weights(fitted: &[f32], scale: &[f32], special: bool) -> Vec<f32> {
    let (usual, more) = fitted.split_at(scale.len());
    let more = more.iter().map(|more| if special { *more } else { 0.0 });
    usual.iter().zip(more).zip(scale).map(|((usual, more), scale)| (usual + more) / scale).collect()
}

/// The slope of one list's loss by the weights: the expected row less the chosen one.
fn of_list(lists: &Lists, rows: std::ops::Range<usize>, chosen: usize, weights: &[f32]) -> Vec<f32> {
    let mut shares: Vec<f32> = rows.clone().map(|row| dot(lists.row(row), weights)).collect();
    let top = shares.iter().copied().fold(f32::MIN, f32::max);
    shares.iter_mut().for_each(|share| *share = (*share - top).exp());
    let all: f32 = shares.iter().sum();
    let mut slope = vec![0.0; lists.features];
    for (row, share) in rows.clone().zip(&shares) {
        let share = share / all;
        slope.iter_mut().zip(lists.row(row)).for_each(|(slope, value)| *slope += share * value);
    }
    slope.iter_mut().zip(lists.row(rows.start + chosen)).for_each(|(slope, value)| *slope -= value);
    slope
}

fn dot(row: &[f32], weights: &[f32]) -> f32 {
    row.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

/// The standard deviation of each feature, so that one step is as long for each.
fn spread(lists: &Lists) -> Vec<f32> {
    let rows = lists.rows().max(1) as f64;
    let mut sums = vec![(0.0_f64, 0.0_f64); lists.features];
    for row in 0..lists.rows() {
        for (sum, value) in sums.iter_mut().zip(lists.row(row)) {
            sum.0 += f64::from(*value);
            sum.1 += f64::from(value * value);
        }
    }
    let deviation = |(sum, squares): (f64, f64)| (squares / rows - (sum / rows).powi(2)).max(0.0).sqrt();
    sums.into_iter().map(|sums| deviation(sums) as f32).map(|d| if d > 1e-6 { d } else { 1.0 }).collect()
}

struct Adam {
    weights: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Adam {
    fn new(size: usize) -> Self {
        Adam { weights: vec![0.0; size], mean: vec![0.0; size], square: vec![0.0; size] }
    }

    fn step(&mut self, step: i32, slope: &[f32]) {
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((weight, (mean, square)), slope) in self.weights.iter_mut().zip(moments).zip(slope) {
            *mean = 0.9 * *mean + 0.1 * slope;
            *square = 0.99 * *square + 0.01 * slope * slope;
            let (mean, square) = (*mean / (1.0 - 0.9_f32.powi(step)), *square / (1.0 - 0.99_f32.powi(step)));
            *weight -= RATE * mean / (square.sqrt() + 1e-8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of two rows of which the one with the larger first feature was chosen, in special lists the smaller one.
    #[test]
    fn what_is_chosen_from_special_lists_for_other_reasons_gets_weights_of_its_own() {
        let mut lists = Lists::new(2);
        let (mut chosen, mut special) = (Vec::new(), Vec::new());
        for i in 0..200 {
            let larger = i % 2;
            lists.values.extend(if larger == 0 { [1.0, 0.3, 0.0, 0.3] } else { [0.0, 0.3, 1.0, 0.3] });
            lists.close();
            special.push(i % 3 == 0);
            chosen.push(if i % 3 == 0 { 1 - larger } else { larger });
        }
        let (usual, more) = fit(&lists, &chosen, &special);
        assert!(usual[0] > 1.0, "{usual:?}");
        assert!(usual[0] + more[0] < -1.0, "{more:?}");
        assert!(usual[1].abs() < 1e-3, "a feature that never differs says nothing: {usual:?}");
    }
}
