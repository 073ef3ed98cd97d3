//! How good a ranking is, by the judgements of one query.

use super::trec::Gains;

/// How many of the first products NDCG looks at.
const FIRST: usize = 10;
/// How many of the first products recall looks at.
const DEEP: usize = 100;
/// From this gain on a product answers the query.
const RELEVANT: f64 = 1.0;

/// Normalised discounted cumulative gain of the first ten, gain 2^rel − 1 and discount log2(rank + 1) (Burges et al. 2005);
/// what is not judged gains nothing. 0 when no judged product gains anything.
pub fn ndcg(found: &[&str], gains: &Gains) -> f64 {
    let worth = |gain: f64| gain.exp2() - 1.0;
    let ranked = found.iter().map(|id| gains.get(*id).map_or(0.0, |gain| worth(*gain)));
    let mut ideal: Vec<f64> = gains.values().map(|gain| worth(*gain)).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(ideal.into_iter());
    if best > 0.0 { discounted(ranked) / best } else { 0.0 }
}

fn discounted(worths: impl Iterator<Item = f64>) -> f64 {
    worths.take(FIRST).enumerate().map(|(at, worth)| worth / (at as f64 + 2.0).log2()).sum()
}

/// 1 / the rank of the first product that answers; 0 when none does.
pub fn reciprocal_rank(found: &[&str], gains: &Gains) -> f64 {
    let answers = |id: &&str| gains.get(*id).is_some_and(|gain| *gain >= RELEVANT);
    found.iter().position(answers).map_or(0.0, |at| 1.0 / (at as f64 + 1.0))
}

/// The share of the products that answer which are among the first hundred; `None` when none answers.
pub fn recall(found: &[&str], gains: &Gains) -> Option<f64> {
    let relevant = gains.values().filter(|gain| **gain >= RELEVANT).count();
    let first = found.iter().take(DEEP);
    let held = first.filter(|id| gains.get(**id).is_some_and(|gain| *gain >= RELEVANT)).count();
    (relevant > 0).then(|| held as f64 / relevant as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains(of: &[(&str, f64)]) -> Gains {
        of.iter().map(|(id, gain)| ((*id).to_owned(), *gain)).collect()
    }

    #[test]
    fn the_ideal_order_has_ndcg_1_and_a_later_place_is_worth_less() {
        let gains = gains(&[("a", 2.0), ("b", 1.0), ("c", 0.0)]);
        assert!((ndcg(&["a", "b", "c"], &gains) - 1.0).abs() < 1e-12);
        // By hand: (1 + 3 / log2 3) / (3 + 1 / log2 3).
        let swapped = ndcg(&["b", "a"], &gains);
        assert!((swapped - 0.796_7).abs() < 1e-4, "{swapped}");
        assert_eq!(ndcg(&["x", "y"], &gains), 0.0);
    }

    #[test]
    fn only_what_answers_counts_for_recall_and_for_the_first_rank() {
        let gains = gains(&[("a", 2.0), ("b", 1.0), ("c", 0.67)]);
        assert_eq!(recall(&["c", "b"], &gains), Some(0.5));
        assert_eq!(reciprocal_rank(&["c", "b"], &gains), 0.5);
        assert_eq!(recall(&["c"], &Gains::new()), None);
        assert_eq!(reciprocal_rank(&[], &gains), 0.0);
    }
}
