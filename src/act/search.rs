//! Product search: filters, the shopper's own order, one page of it.

use crate::catalog::{Hit, Hits, relaxations};
use crate::model::{
    Acted, AttributeFilter, Change, EntityKind, EventKind, Money, Outcome, ProductQuery, Scored, Sort,
};
use crate::personal::{Plain, Ranked, for_shopper};

use super::taste::Taste;
use super::{ActError, Stage, facts};

/// How many of the cheapest are shown to somebody who has seen them all and asks for cheaper ones.
const FEW: usize = 3;
/// How many of the best hits the shopper's history may re-order. Deeper pages keep the order of the text.
const POOL: usize = 100;

/// A new search: its words become an event of the history.
pub(super) fn first_page(query: &ProductQuery, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let mut acted = page(query, 0, stage)?;
    acted.events = stage.event(EventKind::Searched, None, Some(words(query)));
    Ok(acted)
}

/// A refined search. Where nothing is cheaper, or dearer, it shows the cheapest or dearest there are, and says so.
pub(super) fn refined(
    query: &ProductQuery,
    change: Option<Change>,
    than: Option<Money>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let Some(than) = than else {
        let query = by_brand_if_need_be(query, stage)?;
        return page(&with_fewer_others(query, change, stage)?, 0, stage);
    };
    let dearer = change == Some(Change::Dearer);
    let mut beyond = query.clone();
    match dearer {
        true => beyond.price.min = Some(Money { minor: than.minor + 1, ..than }),
        false => beyond.price.max = Some(Money { minor: (than.minor - 1).max(0), ..than }),
    }
    if stage.catalog.search(&beyond, 1)?.total > 0 {
        return page(&beyond, 0, stage);
    }
    let sort = if dearer { Sort::PriceDown } else { Sort::PriceUp };
    let mut acted = page(&ProductQuery { sort, ..query.clone() }, 0, stage)?;
    if let Outcome::Found { limit, items, .. } = &mut acted.outcome {
        *limit = change;
        keep_the_extreme(items, dearer);
    }
    Ok(acted)
}

/// "Another colour" than those of all that was shown may leave nothing: then one after the other may come back, the
/// colours of the last ones first.
fn with_fewer_others(
    mut query: ProductQuery,
    change: Option<Change>,
    stage: &Stage<'_>,
) -> Result<ProductQuery, ActError> {
    let kind = match change {
        Some(Change::OtherColour) => EntityKind::Colour,
        Some(Change::OtherBrand) => EntityKind::Brand,
        _ => return Ok(query),
    };
    while stage.catalog.search(&query, 1)?.total == 0 {
        let Some(last) = query.filters.iter().rposition(|filter| filter.kind == kind && filter.negated)
        else {
            break;
        };
        query.filters.remove(last);
    }
    Ok(query)
}

/// "By Northlace" narrows the search under way where Northlace makes such things; otherwise it begins a new one.
fn by_brand_if_need_be(query: &ProductQuery, stage: &Stage<'_>) -> Result<ProductQuery, ActError> {
    let brand = |filter: &&AttributeFilter| filter.kind == EntityKind::Brand && !filter.negated;
    let brands: Vec<AttributeFilter> = query.filters.iter().filter(brand).cloned().collect();
    let named = !query.categories.is_empty() || !query.text.is_empty();
    if brands.is_empty() || !named || stage.catalog.search(query, 1)?.total > 0 {
        return Ok(query.clone());
    }
    let priced =
        ProductQuery { price: query.price, sort: query.sort, filters: brands, ..ProductQuery::default() };
    Ok(if stage.catalog.search(&priced, 1)?.total > 0 { priced } else { query.clone() })
}

/// Of what was seen already, only what is cheaper (or dearer) than the average answers the wish at all.
fn keep_the_extreme(items: &mut Vec<Scored>, dearer: bool) {
    let prices: Vec<i64> =
        items.iter().filter_map(|item| item.product.price).map(|price| price.minor).collect();
    let mean = prices.iter().sum::<i64>() / i64::try_from(prices.len()).unwrap_or(1).max(1);
    let beyond = |item: &Scored| {
        item.product.price.is_some_and(|price| if dearer { price.minor > mean } else { price.minor < mean })
    };
    if items.iter().any(beyond) {
        items.retain(beyond);
    }
    items.truncate(FEW);
}

/// One page from `offset` on, with fewer conditions when all of them together fit nothing.
pub(super) fn page(query: &ProductQuery, offset: usize, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let pool = POOL.max(offset + stage.page);
    let hits = stage.catalog.search(query, pool)?;
    if hits.total > 0 {
        return found(query, hits, offset, Vec::new(), stage);
    }
    for relaxation in relaxations(query) {
        let hits = stage.catalog.search(&relaxation.query, pool)?;
        if hits.total > 0 {
            return found(&relaxation.query, hits, offset, relaxation.dropped, stage);
        }
    }
    facts(Outcome::NothingFound { query: query.clone() })
}

fn found(
    query: &ProductQuery,
    hits: Hits,
    offset: usize,
    relaxed: Vec<String>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let total = hits.total;
    // Where a category or a condition carries the search, words that fit nothing are mere manner of speaking.
    let by_words = query.categories.is_empty() && query.filters.is_empty();
    let relaxed = match hits.partial && relaxed.is_empty() && by_words {
        true => vec!["words".to_owned()],
        false => relaxed,
    };
    let corrected: Vec<String> = hits.corrected.into_iter().map(|(_, to)| to).collect();
    let taste = Taste::of(stage)?;
    // An order by price is the shopper's own wish; history has no say in it.
    let profile = taste.profile.as_ref().filter(|_| query.sort == Sort::Relevance);
    let plain = hits.items.into_iter().map(plain).collect();
    let ranked = for_shopper(plain, profile, stage.personal_weight);
    let items = ranked.into_iter().skip(offset).take(stage.page);
    let items = items.map(|ranked| scored(ranked, stage.personal_weight)).collect();
    facts(Outcome::Found {
        query: query.clone(),
        items,
        total,
        offset,
        relaxed,
        corrected: corrected.join(" "),
        limit: None,
    })
}

/// A hit as the personal order takes it.
pub(super) fn plain(hit: Hit) -> Plain {
    let Hit { product, score, pinned, trace } = hit;
    Plain { product, score, pinned, trace }
}

/// A reason is given only where history speaks for the product.
pub(super) fn scored(ranked: Ranked, weight: f32) -> Scored {
    let mut trace = ranked.trace.clone();
    trace.parts.insert("text".to_owned(), ranked.plain);
    trace.parts.insert("personal".to_owned(), weight * ranked.fit);
    Scored {
        score: ranked.score(weight),
        rank_without_history: ranked.rank_without_history,
        reason: ranked.reason.filter(|_| ranked.fit > 0.0),
        trace,
        product: ranked.product,
    }
}

fn words(query: &ProductQuery) -> String {
    let filters = query.filters.iter().map(|filter| match filter.negated {
        true => format!("not {}", filter.value),
        false => filter.value.clone(),
    });
    let text = std::iter::once(query.text.clone()).chain(filters);
    text.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
