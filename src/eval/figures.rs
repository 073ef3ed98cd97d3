//! The measures of intent recognition, over judged sentences.

use std::collections::BTreeMap;

use serde::Serialize;

use super::intents::{Judged, OUT_OF_SCOPE};

/// Bins of the expected calibration error: Guo et al. 2017, "On Calibration of Modern Neural Networks".
const BINS: usize = 15;

/// How well sentences were judged, each between 0 and 1. What the sentences cannot show is absent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// How many sentences mean an intent.
    pub in_scope_sentences: usize,
    /// How many mean none.
    pub out_of_scope_sentences: usize,
    /// In-scope sentences that were accepted and right.
    pub in_scope_accuracy: Option<f64>,
    /// In-scope sentences whose best intent was right.
    pub always_answer_accuracy: Option<f64>,
    /// Rejected sentences that were out of scope.
    pub out_of_scope_precision: Option<f64>,
    /// Out-of-scope sentences that were rejected.
    pub out_of_scope_recall: Option<f64>,
    /// The chance that an in-scope sentence has the higher confidence than an out-of-scope one.
    pub auroc: Option<f64>,
    /// The mean of F1 over all labels that occur or were predicted, out of scope among them.
    pub macro_f1: Option<f64>,
    /// Matthews correlation over all labels, out of scope among them.
    pub mcc: f64,
    /// Expected calibration error of the best intent's probability, over in-scope sentences.
    pub ece: Option<f64>,
    /// Expected calibration error of the confidence to be in scope, over all sentences.
    pub scope_ece: Option<f64>,
}

impl Quality {
    /// Of these sentences.
    pub fn of(judged: &[Judged]) -> Quality {
        let (outside, inside): (Vec<&Judged>, Vec<&Judged>) =
            judged.iter().partition(|j| j.label == OUT_OF_SCOPE);
        let rejected = judged.iter().filter(|j| !j.accepted).count();
        let rightly = outside.iter().filter(|j| !j.accepted).count();
        let accepted = inside.iter().filter(|j| j.predicted() == j.label).count();
        let best = inside.iter().filter(|j| j.best() == j.label).count();
        let confidence = |rows: &[&Judged]| rows.iter().map(|j| j.confidence).collect::<Vec<f32>>();
        let pairs: Vec<(&str, &str)> = judged.iter().map(|j| (j.label.as_str(), j.predicted())).collect();
        Quality {
            in_scope_sentences: inside.len(),
            out_of_scope_sentences: outside.len(),
            in_scope_accuracy: share(accepted, inside.len()),
            always_answer_accuracy: share(best, inside.len()),
            out_of_scope_precision: share(rightly, if outside.is_empty() { 0 } else { rejected }),
            out_of_scope_recall: share(rightly, outside.len()),
            auroc: auroc(&confidence(&inside), &confidence(&outside)),
            macro_f1: macro_f1(&pairs),
            mcc: mcc(&pairs),
            ece: ece(inside.iter().map(|j| (j.probability(), j.best() == j.label))),
            scope_ece: ece(judged.iter().map(|j| (j.confidence, j.label != OUT_OF_SCOPE))),
        }
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The area under the ROC curve by ranks; ties count half. Nothing when either side is empty.
pub fn auroc(inside: &[f32], outside: &[f32]) -> Option<f64> {
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let mut outside = outside.to_vec();
    outside.sort_by(f32::total_cmp);
    let above = |score: f32| {
        let below = outside.partition_point(|s| *s < score);
        let equal = outside.partition_point(|s| *s <= score) - below;
        below as f64 + equal as f64 / 2.0
    };
    let pairs = (inside.len() * outside.len()) as f64;
    Some(inside.iter().map(|score| above(*score)).sum::<f64>() / pairs)
}

/// How often each label is true, was said, and was said rightly.
fn counts<'a>(pairs: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, [f64; 3]> {
    let mut counts: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for (truth, said) in pairs {
        counts.entry(truth).or_default()[0] += 1.0;
        counts.entry(said).or_default()[1] += 1.0;
        if truth == said {
            counts.entry(truth).or_default()[2] += 1.0;
        }
    }
    counts
}

/// The mean of 2·right / (true + said) over all labels of (true, said).
pub fn macro_f1(pairs: &[(&str, &str)]) -> Option<f64> {
    let counts = counts(pairs);
    let sum: f64 = counts.values().map(|[truth, said, right]| 2.0 * right / (truth + said)).sum();
    (!counts.is_empty()).then(|| sum / counts.len() as f64)
}

/// Gorodkin's R_K (2004), the Matthews correlation of many classes, of (true, said). 0 where it has no value.
pub fn mcc(pairs: &[(&str, &str)]) -> f64 {
    let counts = counts(pairs);
    let n = pairs.len() as f64;
    let sum = |of: fn(&[f64; 3]) -> f64| counts.values().map(of).sum::<f64>();
    let (both, right) = (sum(|c| c[0] * c[1]), sum(|c| c[2]));
    let (truth, said) = (sum(|c| c[0] * c[0]), sum(|c| c[1] * c[1]));
    let scale = ((n * n - said) * (n * n - truth)).sqrt();
    if scale == 0.0 { 0.0 } else { (right * n - both) / scale }
}

/// The mean distance between how sure and how often right, in bins of equal width, weighted by how many fall into each.
pub fn ece(sure: impl Iterator<Item = (f32, bool)>) -> Option<f64> {
    let mut bins = [(0.0_f64, 0.0_f64); BINS];
    let mut all = 0.0;
    for (confidence, right) in sure {
        let bin = &mut bins[((confidence * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += f64::from(confidence);
        bin.1 += f64::from(u8::from(right));
        all += 1.0;
    }
    (all > 0.0).then(|| bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-6), "{a:?}, not {b}");
    }

    #[test]
    fn auroc_counts_the_pairs_in_order_and_half_of_the_ties() {
        close(auroc(&[0.9, 0.5], &[0.5, 0.1]), (2.0 + 0.5 + 1.0) / 4.0);
        close(auroc(&[0.1], &[0.9]), 0.0);
        assert_eq!(auroc(&[0.1], &[]), None);
    }

    #[test]
    fn two_labels_have_the_mcc_and_the_f1_of_the_textbook() {
        // 6 true positives, 1 false negative, 2 false positives, 3 true negatives.
        let cells = [(("a", "a"), 6), (("a", "b"), 1), (("b", "a"), 2), (("b", "b"), 3)];
        let pairs: Vec<(&str, &str)> = cells.iter().flat_map(|(pair, n)| vec![*pair; *n]).collect();
        let by_hand = (6.0 * 3.0 - 2.0 * 1.0) / (8.0_f64 * 7.0 * 5.0 * 4.0).sqrt();
        close(Some(mcc(&pairs)), by_hand);
        close(macro_f1(&pairs), (12.0 / 15.0 + 6.0 / 9.0) / 2.0);
        assert_eq!(mcc(&[("a", "a")]), 0.0);
    }

    #[test]
    fn three_labels_have_the_mcc_worked_out_by_hand() {
        // Right 3 of 5; true counts 2, 2, 1; said counts 2, 1, 2: (3·5 − 8) / √((25 − 9)(25 − 9)).
        let pairs = [("a", "a"), ("a", "c"), ("b", "b"), ("b", "a"), ("c", "c")];
        close(Some(mcc(&pairs)), (15.0 - 8.0) / 16.0);
    }

    #[test]
    fn calibration_is_the_distance_between_sure_and_right() {
        // Two sure at 0.9 with one right, two at 0.3 with none right.
        let sure = [(0.9, true), (0.9, false), (0.3, false), (0.3, false)];
        close(ece(sure.into_iter()), (0.4 * 2.0 + 0.3 * 2.0) / 4.0);
        close(ece([(1.0, true)].into_iter()), 0.0);
        assert_eq!(ece(std::iter::empty()), None);
    }
}
