//! Product search: filters, the shopper's own order, one page of it.

use crate::catalog::{Hit, Hits};
use crate::model::{
    Acted, AttributeFilter, Change, Dropped, EntityKind, EventKind, Fit, Money, Outcome, PriceRange,
    ProductQuery, Relaxed, Respelled, Respelling, Scored, Sort, Suggestion,
};
use crate::personal::{Person, Plain, Ranked, for_shopper};

use super::taste::Taste;
use super::{ActError, Rest, Stage, facts, named, narrow, relax};

/// How many of the cheapest are shown to somebody who has seen them all and asks for cheaper ones.
const FEW: usize = 3;
/// Fewer products than these, with some of the words only, are followed by what means the same.
const HANDFUL: usize = 5;
/// How many of the best hits the shopper's history may re-order. Deeper pages keep the order of the text.
const POOL: usize = 100;

/// A new search: its words become an event of the history.
pub(super) fn first_page(
    query: &ProductQuery,
    read: Option<&Respelled>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let mut acted = with_corrections(page(query, Rest::default(), stage)?, read);
    acted.events = stage.event(EventKind::Searched, None, Some(words(query)));
    Ok(acted)
}

/// The same with what was corrected when the message was read.
fn with_corrections(mut acted: Acted, read: Option<&Respelled>) -> Acted {
    tell_corrections(&mut acted.outcome, read);
    acted
}

/// What was corrected when the message was read goes before what the search corrected.
pub(super) fn tell_corrections(outcome: &mut Outcome, read: Option<&Respelled>) {
    if let (Outcome::Found { respelled, .. }, Some(read)) = (outcome, read) {
        let searched = respelled.take().map(|searched| searched.words).unwrap_or_default();
        let words = read.words.iter().cloned().chain(searched).collect();
        *respelled = Some(Respelled { words, as_written: read.as_written.clone() });
    }
}

/// A refined search.
pub(super) fn refined(
    query: &ProductQuery,
    change: Option<Change>,
    than: Option<Money>,
    read: Option<&Respelled>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    Ok(with_corrections(beyond(query, change, than, stage)?, read))
}

/// Where nothing is cheaper, or dearer, the cheapest or dearest there are, and that this is so.
fn beyond(
    query: &ProductQuery,
    change: Option<Change>,
    than: Option<Money>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let Some(than) = than else {
        let query = by_brand_if_need_be(query, stage)?;
        return page(&with_fewer_others(query, change, stage)?, Rest::default(), stage);
    };
    let dearer = change == Some(Change::Dearer);
    let mut beyond = query.clone();
    match dearer {
        true => beyond.price.min = PriceRange::above(than).min,
        false => beyond.price.max = PriceRange::below(than).max,
    }
    if stage.catalog.search(&beyond, 1)?.total > 0 {
        return page(&beyond, Rest::default(), stage);
    }
    let sort = if dearer { Sort::PriceDown } else { Sort::PriceUp };
    let mut acted = page(&ProductQuery { sort, ..query.clone() }, Rest::default(), stage)?;
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

/// One page: what has the words, or what has them under fewer conditions, or else what means the same.
pub(super) fn page(query: &ProductQuery, rest: Rest<'_>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let pool = POOL.max(rest.depth(stage.page));
    let hits = stage.catalog.search(query, pool)?;
    if hits.total > 0 {
        let hits = with_the_like(query, hits, pool, stage)?;
        return found(query, hits, rest, None, stage);
    }
    if let Some((wider, hits)) = by_its_name(query, pool, stage)? {
        return found(&wider, hits, rest, None, stage);
    }
    let Hits { corrected, unknown, .. } = hits;
    let instead = |hits: Hits| Hits { corrected: corrected.clone(), unknown: unknown.clone(), ..hits };
    let relaxed = relax::relaxed(query, pool, stage)?;
    let without_words = |(_, _, relaxed): &(_, _, Relaxed)| relaxed.dropped.contains(&Dropped::Words);
    if by_words(query) && relaxed.as_ref().is_none_or(without_words) {
        let near = stage.catalog.near(query, pool)?;
        if near.total > 0 {
            return found(query, instead(near), rest, None, stage);
        }
    }
    match relaxed {
        Some((wider, hits, relaxed)) => found(&wider, instead(hits), rest, Some(relaxed), stage),
        None => {
            let suggestion = suggestion(query, &instead(Hits::default()), stage).map(Box::new);
            facts(Outcome::NothingFound { query: query.clone(), suggestion })
        }
    }
}

/// What is called the same in other categories: a rain jacket for children is among the outerwear for children.
fn by_its_name(
    query: &ProductQuery,
    pool: usize,
    stage: &Stage<'_>,
) -> Result<Option<(ProductQuery, Hits)>, ActError> {
    if query.categories.is_empty() || query.thing.is_empty() {
        return Ok(None);
    }
    let said: Vec<&str> = query.thing.split_whitespace().collect();
    let added = query.text.split_whitespace().filter(|word| !said.contains(word));
    let text = said.iter().copied().chain(added).collect::<Vec<_>>().join(" ");
    let wider = ProductQuery { text, categories: Vec::new(), thing: String::new(), ..query.clone() };
    let mut hits = stage.catalog.search(&wider, pool)?;
    if hits.partial {
        return Ok(None);
    }
    // What a description says of a jacket is no jacket yet.
    let mut so_called = Vec::new();
    for hit in hits.items {
        let called = format!("{} {}", hit.product.title, hit.product.category.leaf());
        if stage.catalog.speaks_of(&called, &query.thing, &query.language)? {
            so_called.push(hit);
        }
    }
    hits.total = so_called.len();
    hits.items = so_called;
    Ok((hits.total > 0).then_some((wider, hits)))
}

/// Whether words alone say what is looked for, in no particular order.
fn by_words(query: &ProductQuery) -> bool {
    query.categories.is_empty() && query.sort == Sort::Relevance && !query.text.is_empty()
}

/// Behind a few products that only have some of the words come those that mean what the words mean.
fn with_the_like(
    query: &ProductQuery,
    mut hits: Hits,
    pool: usize,
    stage: &Stage<'_>,
) -> Result<Hits, ActError> {
    if !hits.partial || hits.total >= HANDFUL || !by_words(query) || !query.filters.is_empty() {
        return Ok(hits);
    }
    for near in stage.catalog.near(query, pool)?.items {
        if hits.items.iter().all(|hit| hit.product.id != near.product.id) {
            hits.items.push(near);
            hits.total += 1;
        }
    }
    hits.items.truncate(pool);
    Ok(hits)
}

fn found(
    query: &ProductQuery,
    hits: Hits,
    rest: Rest<'_>,
    relaxed: Option<Relaxed>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let total = hits.total;
    let fit = fit(query, &hits, relaxed.is_some());
    let narrowing = match rest.offset == 0 && relaxed.is_none() && fit == Fit::All {
        true => narrow::narrowing(query, total, stage)?,
        false => None,
    };
    let said = relaxed.as_ref().map_or(query, |relaxed| &relaxed.asked);
    let suggestion = suggestion(said, &hits, stage).map(Box::new);
    let respelled = respelled(said, &hits);
    let corrected = hits.corrected;
    let taste = Taste::of(stage)?;
    // An order by price is the shopper's own wish; history has no say in it.
    let person = taste.orders(stage).filter(|_| query.sort == Sort::Relevance);
    let plain = hits.items.into_iter().map(plain).collect();
    let ranked = for_shopper(plain, person.as_ref(), stage.personal_weight);
    let items = page_of(ranked, rest, person.as_ref(), stage.personal_weight, stage.page);
    facts(Outcome::Found {
        query: spelled(query, &corrected),
        items,
        total,
        offset: rest.offset,
        relaxed: relaxed.map(Box::new),
        fit,
        respelled,
        suggestion,
        narrowing,
        limit: None,
    })
}

fn fit(query: &ProductQuery, hits: &Hits, relaxed: bool) -> Fit {
    // Where a category or a condition carries the search, words that fit nothing are mere manner of speaking.
    let by_words = query.categories.is_empty() && query.filters.is_empty();
    match hits.by_meaning {
        true => Fit::Meaning,
        false if hits.partial && !relaxed && by_words => Fit::Most,
        false => Fit::All,
    }
}

/// A hit as the personal order takes it.
pub(super) fn plain(hit: Hit) -> Plain {
    let Hit { product, score, pinned, trace } = hit;
    Plain { product, score, pinned, trace }
}

/// The search in the spelling that found something, which is what later messages go on from.
fn spelled(query: &ProductQuery, corrected: &[(String, String)]) -> ProductQuery {
    let meant = |word: &str| {
        let known = corrected.iter().find(|(written, _)| written.eq_ignore_ascii_case(word));
        known.map_or_else(|| word.to_owned(), |(_, meant)| meant.clone())
    };
    let text: Vec<String> = query.text.split_whitespace().map(meant).collect();
    ProductQuery { text: text.join(" "), ..query.clone() }
}

/// The words that were searched in another spelling, and the search for what was written.
fn respelled(query: &ProductQuery, hits: &Hits) -> Option<Respelled> {
    let words: Vec<Respelling> = hits
        .corrected
        .iter()
        .map(|(written, meant)| Respelling { written: written.clone(), meant: meant.clone() })
        .collect();
    let as_written = ProductQuery { as_written: true, ..query.clone() };
    (!words.is_empty()).then_some(Respelled { words, as_written })
}

/// What a word that is in no product may have meant.
pub(super) fn suggestion(query: &ProductQuery, hits: &Hits, stage: &Stage<'_>) -> Option<Suggestion> {
    let like = |written: &String| Some((written.clone(), stage.catalog.suggest(written)?));
    let (written, like) = hits.unknown.iter().find_map(like)?;
    let is_it = |word: &&str| word.eq_ignore_ascii_case(&written);
    let words = query.text.split_whitespace();
    let text: Vec<&str> = words.map(|word| if is_it(&word) { like.as_str() } else { word }).collect();
    let query = ProductQuery { text: text.join(" "), ..query.clone() };
    Some(Suggestion { written, like, query })
}

/// One page of what is ranked.
pub(super) fn page_of(
    ranked: Vec<Ranked>,
    rest: Rest<'_>,
    person: Option<&Person<'_>>,
    weight: f32,
    page: usize,
) -> Vec<Scored> {
    let items = ranked.into_iter().enumerate().skip(rest.skipped());
    let items = items.filter(|(_, ranked)| rest.has(&ranked.product.id)).take(page);
    items.map(|(before, ranked)| scored(ranked, before + 1, person, weight)).collect()
}

/// A reason is given only where history speaks for the product, and always where it moved the product far up.
fn scored(ranked: Ranked, place: usize, person: Option<&Person<'_>>, weight: f32) -> Scored {
    let mut trace = ranked.trace.clone();
    trace.parts.insert("text".to_owned(), ranked.plain);
    trace.parts.insert("personal".to_owned(), weight * ranked.fit);
    if ranked.lean > 0.0 {
        trace.parts.insert("others of like taste".to_owned(), weight * ranked.lean);
    }
    let by_others = || person.and_then(|person| person.because_of_others(&ranked.product.id, ranked.lean));
    let moved = || person.filter(|_| ranked.rank_without_history > place && ranked.fit > 0.0);
    let by_taste = |person: &Person<'_>| person.profile.lesser_reason(&ranked.product);
    let by_like_taste =
        |person: &Person<'_>| person.because_of_like_taste(&ranked.product.id).filter(|_| ranked.lean > 0.0);
    // What moved it more is said first.
    let lesser = || match moved()? {
        person if ranked.lean > ranked.fit - ranked.lean => {
            by_like_taste(person).or_else(|| by_taste(person))
        }
        person => by_taste(person).or_else(|| by_like_taste(person)),
    };
    let reason = ranked.reason.clone().filter(|_| ranked.fit > 0.0).or_else(by_others).or_else(lesser);
    Scored {
        score: ranked.score(weight),
        rank_without_history: ranked.rank_without_history,
        reason,
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

/// A few words that no intent fits: products that bear one of them in their title, if the catalogue has all of the
/// words, or a word that is hardly different. Anything else stays not understood.
pub(super) fn tentative(
    query: &ProductQuery,
    offer_person: bool,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let hits = stage.catalog.search(query, 1)?;
    let titled = hits.items.first().is_some_and(|hit| named::shares_a_word(&hit.product.title, &query.text));
    if hits.total > 0 && !hits.partial && hits.unknown.is_empty() && titled {
        return first_page(query, None, stage);
    }
    match suggestion(query, &hits, stage).filter(|_| hits.total == 0) {
        Some(suggestion) => {
            facts(Outcome::NothingFound { query: query.clone(), suggestion: Some(Box::new(suggestion)) })
        }
        None => facts(Outcome::NotUnderstood { offer_person }),
    }
}
