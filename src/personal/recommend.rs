//! Blending candidates from several sources into one list that is not all of a kind.

use sha2::{Digest, Sha256};

use crate::model::{Product, Reason, Vector};

use super::Profile;
use super::diversity::{Meant, spread};

/// How the parts of a candidate's score are weighed; they add up to 1.
const FIT: f32 = 0.5;
const TOGETHER: f32 = 0.3;
const POPULAR: f32 = 0.2;
/// An explored product comes from at least so far below the place it is shown at.
const FAR_BELOW: usize = 10;
/// The source of explored products.
pub const EXPLORATION: &str = "exploration";

/// A product that might be recommended, before it is scored.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// It.
    pub product: Product,
    /// How strongly the crowd's recommenders suggest it to somebody with this history, 0 to 1.
    pub together: f32,
    /// Which of them does.
    pub source: Option<&'static str>,
    /// Popularity, 0 to 1.
    pub popularity: f32,
    /// What it means, where that is known.
    pub meaning: Option<Vector>,
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
    /// Suggested by what others do, 0 to 1.
    pub together: f32,
    /// Popularity, 0 to 1.
    pub popularity: f32,
    /// Where it came from: `taste`, `popular`, `exploration`, or the recommender that suggested it.
    pub source: &'static str,
    /// The strongest reason by taste.
    pub reason: Option<Reason>,
}

/// Scores the candidates for a shopper and orders them so that no kind of thing crowds out the others ([`spread`]).
/// What is owned, dismissed or not for sale is left out here, at reply time, whatever source brought it.
pub fn diversified(candidates: Vec<Candidate>, profile: Option<&Profile>) -> Vec<Recommendation> {
    // A shop whose feed has no prices at all still has something to show.
    let priced = candidates.iter().any(|c| c.product.for_sale());
    let mut scored: Vec<Meant> = candidates
        .into_iter()
        .filter(|c| if priced { c.product.for_sale() } else { c.product.in_stock() })
        .filter(|c| !profile.is_some_and(|p| p.owns(&c.product.id) || p.dismissed(&c.product.id)))
        .map(|mut candidate| {
            let meaning = candidate.meaning.take();
            Meant { item: blend(candidate, profile), meaning }
        })
        .collect();
    let by = |key: fn(&Recommendation) -> f32| {
        move |a: &Meant, b: &Meant| {
            let order = key(&b.item).total_cmp(&key(&a.item));
            order.then_with(|| a.item.product.id.cmp(&b.item.product.id))
        }
    };
    scored.sort_by(by(|item| item.popularity));
    for (i, meant) in scored.iter_mut().enumerate() {
        meant.item.rank_without_history = i + 1;
    }
    scored.sort_by(by(|item| item.score));
    spread(scored)
}

fn blend(candidate: Candidate, profile: Option<&Profile>) -> Recommendation {
    let (fit, reason) = profile.map_or((0.0, None), |profile| profile.score(&candidate.product));
    let Candidate { product, together, source, popularity, .. } = candidate;
    let (taste, others, popular) = (FIT * fit, TOGETHER * together, POPULAR * popularity);
    let source = match source {
        Some(source) if others > taste && others > popular => source,
        _ if taste > 0.0 && reason.is_some() => "taste",
        _ => "popular",
    };
    Recommendation {
        product,
        score: taste + others + popular,
        rank_without_history: 0,
        fit,
        together,
        popularity,
        source,
        reason,
    }
}

/// Gives a share of the places to products that stand far below, so that the shop learns of them too: which ones is drawn by
/// `seed`, and stays the same for the same seed. Places count from the top; the first ones are never given away.
pub fn explored(mut list: Vec<Recommendation>, share: f32, seed: u64) -> Vec<Recommendation> {
    if share <= 0.0 {
        return list;
    }
    let every = (1.0 / share).round().max(2.0) as usize;
    let draw = |item: &Recommendation| {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(item.product.id.as_str());
        hasher.finalize()
    };
    for place in (every - 1..list.len()).step_by(every) {
        let below = place + FAR_BELOW..list.len();
        let Some(drawn) = below.max_by(|a, b| draw(&list[*a]).cmp(&draw(&list[*b]))) else { break };
        let mut item = list.remove(drawn);
        item.source = EXPLORATION;
        item.reason = None;
        list.insert(place, item);
    }
    list
}
