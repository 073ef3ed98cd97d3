//! Recommendations: from taste, from what others chose together, and from what is popular.

use std::collections::{BTreeMap, HashMap};

use crate::model::{
    Acted, CategoryPath, Event, EventKind, Outcome, Product, ProductId, ProductQuery, Reason, ReasonFacet,
    Scored, Trace,
};
use crate::personal::{Candidate, Recommendation, diversified};

use super::taste::Taste;
use super::{ActError, Stage, facts};

/// How many of the newest bought or carted products are asked for their neighbours.
const SEEDS: usize = 20;
/// How many candidates each source brings.
const PER_CATEGORY: usize = 25;
const FAVOURITES: usize = 6;
const POPULAR: usize = 60;

/// What others chose together with what this shopper chose: the strength, and the event behind it.
type Together = HashMap<ProductId, (f32, Reason)>;

/// One page of recommendations.
pub(super) fn page(offset: usize, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let together = together(&taste.history, stage)?;
    let products = candidates(&taste, &together, stage)?;
    let candidates = products.into_values().map(|product| {
        let near = together.get(&product.id);
        Candidate {
            together: near.map_or(0.0, |(strength, _)| *strength),
            together_reason: near.map(|(_, reason)| reason.clone()),
            popularity: stage.crowd.popularity(&product.id).max(prior(&product)),
            product,
        }
    });
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.sort_by(|a, b| a.product.id.cmp(&b.product.id));
    let ranked = diversified(candidates, taste.profile.as_ref());
    let items = ranked.into_iter().skip(offset).take(stage.page).map(scored).collect();
    facts(Outcome::Recommended { items, offset, cold_start: taste.profile.is_none() })
}

/// The reason for a product that others chose together with one of this shopper's.
pub(super) fn chosen_together(
    id: &ProductId,
    taste: &Taste,
    stage: &Stage<'_>,
) -> Result<Option<Reason>, ActError> {
    Ok(together(&taste.history, stage)?.remove(id).map(|(_, reason)| reason))
}

fn together(history: &[Event], stage: &Stage<'_>) -> Result<Together, ActError> {
    let mut found: Together = HashMap::new();
    let chosen = history.iter().rev().filter(|e| matches!(e.kind, EventKind::Purchased | EventKind::Carted));
    for event in chosen.take(SEEDS) {
        let Some(seed) = &event.product else { continue };
        let near = stage.crowd.also(seed);
        if near.is_empty() {
            continue;
        }
        let Some(product) = stage.catalog.get(seed)? else { continue };
        for (id, cosine) in near {
            let reason = || Reason {
                event: event.id,
                kind: event.kind,
                title: product.title.clone(),
                facet: ReasonFacet::AlsoBought,
            };
            let entry = found.entry(id.clone()).or_insert_with(|| (0.0, reason()));
            entry.0 += cosine;
        }
    }
    Ok(found)
}

/// The union of all sources, by id.
fn candidates(
    taste: &Taste,
    together: &Together,
    stage: &Stage<'_>,
) -> Result<HashMap<ProductId, Product>, ActError> {
    let mut all: HashMap<ProductId, Product> = HashMap::new();
    let favourites = taste.profile.as_ref().map(|profile| profile.favourite_categories(FAVOURITES));
    for path in favourites.into_iter().flatten() {
        let query = ProductQuery { categories: vec![CategoryPath(path)], ..ProductQuery::default() };
        let hits = stage.catalog.search(&query, PER_CATEGORY)?;
        all.extend(hits.items.into_iter().map(|hit| (hit.product.id.clone(), hit.product)));
    }
    let named = together.keys().cloned().chain(stage.crowd.most_popular(POPULAR));
    for id in named {
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

fn scored(item: Recommendation) -> Scored {
    let parts = BTreeMap::from([
        ("taste".to_owned(), item.fit),
        ("together".to_owned(), item.together),
        ("popularity".to_owned(), item.popularity),
    ]);
    let source = match (&item.reason, item.fit > 0.0) {
        (Some(reason), _) if reason.facet == ReasonFacet::AlsoBought => "bought together",
        (_, true) => "taste",
        _ => "popular",
    };
    Scored {
        score: item.score,
        rank_without_history: item.rank_without_history,
        reason: item.reason,
        trace: Trace { parts, source: source.to_owned(), rules: Vec::new() },
        product: item.product,
    }
}
