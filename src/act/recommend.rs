//! Recommendations: from taste, from what others chose together, and from what is popular.

use std::collections::{BTreeMap, HashMap};

use crate::model::{Acted, CategoryPath, Outcome, Product, ProductId, ProductQuery, Reason, Scored, Trace};
use crate::personal::{Candidate, EXPLORATION, Pick, Recommendation, diversified, explored, floored};

use super::taste::Taste;
use super::{ActError, Rest, Stage, facts};

/// How many products the crowd's recommenders bring.
const SUGGESTED: usize = 80;
/// How many candidates each other source brings.
const PER_CATEGORY: usize = 25;
const FAVOURITES: usize = 6;
const POPULAR: usize = 60;

/// One page of recommendations.
pub(super) fn page(rest: Rest<'_>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let items = best(&taste, stage, rest.skipped(), stage.page, &|id| rest.has(id))?;
    facts(Outcome::Recommended { items, offset: rest.offset, cold_start: taste.is_cold() })
}

/// The best `count` behind `offset` to somebody of this taste, of those that `wanted` lets through.
pub(super) fn best(
    taste: &Taste,
    stage: &Stage<'_>,
    offset: usize,
    count: usize,
    wanted: &dyn Fn(&ProductId) -> bool,
) -> Result<Vec<Scored>, ActError> {
    let ranked = ranked(taste, stage)?;
    let page = ranked.into_iter().filter(|item| wanted(&item.product.id)).skip(offset).take(count);
    Ok(page.map(|item| scored(item, taste, stage)).collect())
}

/// All recommendations, best first.
fn ranked(taste: &Taste, stage: &Stage<'_>) -> Result<Vec<Recommendation>, ActError> {
    let suggested: HashMap<ProductId, Pick> = match taste.profile {
        Some(_) => stage.crowd.suggest(&taste.history, SUGGESTED, &|_| true),
        None => Vec::new(),
    }
    .into_iter()
    .map(|pick| (pick.id.clone(), pick))
    .collect();
    let products = candidates(taste, suggested.keys(), stage)?;
    let meanings = stage.catalog.meanings(&products.values().collect::<Vec<_>>());
    let candidates = products.into_values().zip(meanings).map(|(product, meaning)| {
        let pick = suggested.get(&product.id);
        Candidate {
            together: pick.map_or(0.0, |pick| pick.strength),
            source: pick.map(|pick| pick.source),
            popularity: stage.crowd.popularity(&product.id).max(prior(&product)),
            product,
            meaning,
        }
    });
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.sort_by(|a, b| a.product.id.cmp(&b.product.id));
    let ranked = diversified(candidates, taste.profile.as_ref());
    let settings = stage.catalog.settings().personal;
    let ranked = floored(ranked, settings.floor, |item| stage.crowd.is_rare(&item.product.id));
    Ok(explored(ranked, settings.exploration, seed(stage)))
}

/// Another draw for each shopper and each week.
fn seed(stage: &Stage<'_>) -> u64 {
    let week = stage.now.as_second().div_euclid(7 * 86_400);
    let letters = stage.identity.shopper.as_str().bytes();
    letters.fold(week.unsigned_abs(), |seed, byte| seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte))
}

/// The reason for a product that others chose together with one of this shopper's.
pub(super) fn chosen_together(id: &ProductId, taste: &Taste, stage: &Stage<'_>) -> Option<Reason> {
    taste.person(stage)?.because_of_others(id, 1.0)
}

/// The union of all sources, by id.
fn candidates<'s>(
    taste: &Taste,
    suggested: impl Iterator<Item = &'s ProductId>,
    stage: &Stage<'_>,
) -> Result<HashMap<ProductId, Product>, ActError> {
    let mut all: HashMap<ProductId, Product> = HashMap::new();
    let favourites = taste.profile.as_ref().map(|profile| profile.favourite_categories(FAVOURITES));
    for path in favourites.into_iter().flatten() {
        let query = ProductQuery { categories: vec![CategoryPath(path)], ..ProductQuery::default() };
        let hits = stage.catalog.search(&query, PER_CATEGORY)?;
        all.extend(hits.items.into_iter().map(|hit| (hit.product.id.clone(), hit.product)));
    }
    for id in suggested.cloned().chain(stage.crowd.most_popular(POPULAR)) {
        if !all.contains_key(&id)
            && let Some(product) = stage.catalog.get(&id)?
        {
            all.insert(id, product);
        }
    }
    all.extend(stage.catalog.popular(POPULAR)?.into_iter().map(|hit| (hit.product.id.clone(), hit.product)));
    Ok(all)
}

/// What ratings promise of a product that nobody has bought here yet: a quarter of the popularity scale at most,
/// shrunk towards nothing while there are few reviews.
fn prior(product: &Product) -> f32 {
    let reviews = product.reviews as f32;
    let rating = product.rating.unwrap_or(0.0) / 5.0;
    0.25 * rating * (reviews / (reviews + 50.0))
}

fn scored(item: Recommendation, taste: &Taste, stage: &Stage<'_>) -> Scored {
    let parts = BTreeMap::from([
        ("taste".to_owned(), item.fit),
        ("together".to_owned(), item.together),
        ("popularity".to_owned(), item.popularity),
    ]);
    // "Why this?" looks in the same order.
    let reason = match item.source {
        EXPLORATION => None,
        _ => item.reason.or_else(|| taste.person(stage)?.because_of_others(&item.product.id, item.together)),
    };
    Scored {
        score: item.score,
        rank_without_history: item.rank_without_history,
        reason,
        trace: Trace { parts, source: item.source.to_owned(), rules: Vec::new() },
        product: item.product,
    }
}
