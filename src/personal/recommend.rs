//! Blending candidates from several sources into one list that is not all of a kind.

use std::collections::HashMap;

use crate::model::{Product, ProductId, Reason};

use super::Profile;

/// How the parts of a candidate's score are weighed; they add up to 1.
const FIT: f32 = 0.5;
const TOGETHER: f32 = 0.3;
const POPULAR: f32 = 0.2;
/// What each product of the same leaf category that stands above costs (in the manner of maximal marginal
/// relevance, Carbonell & Goldstein 1998, with category as the measure of likeness).
const SAME_CATEGORY: f32 = 0.12;

/// A product that might be recommended, before it is scored.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// It.
    pub product: Product,
    /// How strongly others who chose what this shopper chose also chose it, 0 or more.
    pub together: f32,
    /// The reason for that, if any.
    pub together_reason: Option<Reason>,
    /// Popularity, 0 to 1.
    pub popularity: f32,
}

/// A recommendation with the parts of its score.
#[derive(Debug, Clone)]
pub struct Recommendation {
    /// It.
    pub product: Product,
    /// The blend.
    pub score: f32,
    /// 1-based place by popularity alone.
    pub rank_without_history: usize,
    /// Fit with the taste, −1 to 1.
    pub fit: f32,
    /// Bought together, 0 to 1.
    pub together: f32,
    /// Popularity, 0 to 1.
    pub popularity: f32,
    /// The strongest reason.
    pub reason: Option<Reason>,
}

/// Scores the candidates for a shopper and orders them so that no category crowds out the others.
/// What is owned, dismissed or not for sale is left out here, at reply time, whatever source brought it.
pub fn diversified(candidates: Vec<Candidate>, profile: Option<&Profile>) -> Vec<Recommendation> {
    let most = candidates.iter().map(|c| c.together).fold(f32::EPSILON, f32::max);
    // A shop whose feed has no prices at all still has something to show.
    let priced = candidates.iter().any(|c| c.product.for_sale());
    let mut scored: Vec<Recommendation> = candidates
        .into_iter()
        .filter(|c| if priced { c.product.for_sale() } else { c.product.in_stock() })
        .filter(|c| !profile.is_some_and(|p| p.owns(&c.product.id) || p.dismissed(&c.product.id)))
        .map(|candidate| blend(candidate, profile, most))
        .collect();
    scored
        .sort_by(|a, b| b.popularity.total_cmp(&a.popularity).then_with(|| a.product.id.cmp(&b.product.id)));
    for (i, item) in scored.iter_mut().enumerate() {
        item.rank_without_history = i + 1;
    }
    spread(scored)
}

fn blend(candidate: Candidate, profile: Option<&Profile>, most: f32) -> Recommendation {
    let (fit, taste) = profile.map_or((0.0, None), |profile| profile.score(&candidate.product));
    let together = candidate.together / most;
    let score = FIT * fit + TOGETHER * together + POPULAR * candidate.popularity;
    let reason = match (&taste, &candidate.together_reason) {
        (Some(_), Some(_)) if TOGETHER * together > FIT * fit => candidate.together_reason,
        (None, _) => candidate.together_reason,
        _ => taste,
    };
    Recommendation {
        score,
        rank_without_history: 0,
        fit,
        together,
        popularity: candidate.popularity,
        reason,
        product: candidate.product,
    }
}

/// Greedy: the best that remains after the penalty for its category.
fn spread(mut rest: Vec<Recommendation>) -> Vec<Recommendation> {
    let mut above: HashMap<String, f32> = HashMap::new();
    let mut chosen = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let penalised = |item: &Recommendation| {
            item.score - SAME_CATEGORY * above.get(item.product.category.leaf()).copied().unwrap_or(0.0)
        };
        let best = (0..rest.len())
            .max_by(|a, b| {
                penalised(&rest[*a])
                    .total_cmp(&penalised(&rest[*b]))
                    .then_with(|| id(&rest[*b]).cmp(id(&rest[*a])))
            })
            .unwrap_or(0);
        let item = rest.swap_remove(best);
        *above.entry(item.product.category.leaf().to_owned()).or_default() += 1.0;
        chosen.push(item);
    }
    chosen
}

fn id(item: &Recommendation) -> &ProductId {
    &item.product.id
}
