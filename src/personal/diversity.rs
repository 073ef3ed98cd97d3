//! A list that is not all of a kind: maximal marginal relevance (Carbonell & Goldstein 1998).

use crate::model::{Product, Vector};

use super::Recommendation;

/// λ of the formula: how much relevance counts beside being unlike what stands above. Set by the first five of the demo's
/// shoppers: at 0.8 the office worker is shown three derbies, at 0.7 the runner is shown heels.
const RELEVANCE: f32 = 0.75;
/// So many places are diversified; nobody pages through more, and time grows with their number.
const PLACES: usize = 60;
/// What makes two products alike, in shares that add up to 1. Where no vectors are known, the other two share the rest.
const CATEGORY: f32 = 0.5;
const BRAND: f32 = 0.15;
const MEANING: f32 = 0.35;

/// A recommendation with what its product means, where that is known.
pub(super) struct Meant {
    pub item: Recommendation,
    pub meaning: Option<Vector>,
}

/// Greedy: again and again the item with the highest λ × score ÷ best score − (1 − λ) × likeness to the one above it that is
/// most like it. `all` is best first, equals in a fixed order.
pub(super) fn spread(all: Vec<Meant>) -> Vec<Recommendation> {
    let best = all.first().map_or(1.0, |first| first.item.score).max(f32::MIN_POSITIVE);
    // Beside each item that is left, its likeness to what stands above.
    let mut rest: Vec<(Meant, f32)> = all.into_iter().map(|meant| (meant, 0.0)).collect();
    let mut chosen = Vec::with_capacity(rest.len());
    while !rest.is_empty() && chosen.len() < PLACES {
        let worth =
            |(meant, alike): &(Meant, f32)| RELEVANCE * meant.item.score / best - (1.0 - RELEVANCE) * alike;
        let next =
            (0..rest.len()).max_by(|a, b| worth(&rest[*a]).total_cmp(&worth(&rest[*b])).then(b.cmp(a)));
        let (meant, _) = rest.remove(next.unwrap_or(0));
        for (other, alike) in &mut rest {
            *alike = alike.max(likeness(other, &meant));
        }
        chosen.push(meant.item);
    }
    chosen.extend(rest.into_iter().map(|(meant, _)| meant.item));
    chosen
}

/// 0 for nothing in common, 1 for the same.
fn likeness(one: &Meant, other: &Meant) -> f32 {
    let (a, b) = (&one.item.product, &other.item.product);
    let seen = CATEGORY * category(a, b) + BRAND * brand(a, b);
    match (&one.meaning, &other.meaning) {
        (Some(a), Some(b)) => seen + MEANING * rank::vectors::cosine(a.numbers(), b.numbers()).max(0.0),
        _ => seen / (CATEGORY + BRAND),
    }
}

/// The share of the levels that two paths have in common.
fn category(a: &Product, b: &Product) -> f32 {
    let (a, b) = (&a.category.0, &b.category.0);
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    common as f32 / a.len().max(b.len()).max(1) as f32
}

fn brand(a: &Product, b: &Product) -> f32 {
    if a.brand == b.brand && !a.brand.is_empty() { 1.0 } else { 0.0 }
}
