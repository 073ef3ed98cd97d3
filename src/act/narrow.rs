//! Attributes of what was found: which one makes a long list shorter, and what values there are.

use crate::catalog::FacetCounts;
use crate::model::{
    Acted, AmountRange, AttributeFilter, CategoryPath, EntityKind, Facet, Narrowing, Outcome, ProductQuery,
    ValueCount,
};
use crate::text::units;

use super::{ActError, Stage, facts};

/// From so many products on a list is long.
const LONG: usize = 10;
/// So many values are offered.
const OFFERED: usize = 4;
/// So many are told when somebody asks.
const TOLD: usize = 12;
/// An answer must leave less than this share on average to be worth a question.
const WORTH: f64 = 0.75;

/// The attribute whose commonest values leave the fewest products to look through, on average over what a shopper may
/// answer: `Σ pᵢ·nᵢ` over the offered values, and everything for an answer that is not among them.
pub(super) fn narrowing(
    query: &ProductQuery,
    total: usize,
    stage: &Stage<'_>,
) -> Result<Option<Narrowing>, ActError> {
    if total < LONG {
        return Ok(None);
    }
    let asked = |facet: &Facet| query.filters.iter().any(|f| f.kind == *facet && !f.negated);
    let counts = stage.catalog.facets(query)?;
    let open = counts.into_iter().filter(|counts| !asked(&counts.facet));
    let left = open.filter_map(|counts| Some((left(&counts, total)?, counts)));
    let best = left.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(left, _)| *left <= WORTH * total as f64);
    Ok(best.map(|(_, counts)| Narrowing { values: values(&counts, query, OFFERED), attribute: counts.facet }))
}

/// How many products are left on average; `None` when there is nothing to choose.
fn left(counts: &FacetCounts, total: usize) -> Option<f64> {
    if counts.values.len() < 2 {
        return None;
    }
    let named: usize = counts.values.iter().map(|(_, n)| n).sum();
    let all = named.max(total) as f64;
    let offered = counts.values.iter().take(OFFERED).map(|(_, n)| *n as f64);
    let (answered, left) = offered.fold((0.0, 0.0), |(p, left), n| (p + n / all, left + n * n / all));
    Some(left + (1.0 - answered) * total as f64)
}

fn values(counts: &FacetCounts, query: &ProductQuery, most: usize) -> Vec<ValueCount> {
    let value = |(value, count): &(String, usize)| ValueCount {
        value: value.clone(),
        count: *count,
        query: with(query, &counts.facet, value),
    };
    counts.values.iter().take(most).map(value).collect()
}

/// The search for one of the values.
fn with(query: &ProductQuery, facet: &Facet, value: &str) -> ProductQuery {
    let mut query = query.clone();
    if *facet == EntityKind::Category {
        query.categories = vec![CategoryPath::parse(value)];
        return query;
    }
    query.filters.push(match units::amount(value).filter(|_| facet.kind().is_none()) {
        Some((number, unit)) => {
            let thousandths = Some((number * 1000.0).round() as i64);
            let unit = unit.map_or_else(String::new, |unit| unit.name);
            AttributeFilter::within(facet.clone(), AmountRange { min: thousandths, max: thousandths, unit })
        }
        None => AttributeFilter::new(facet.clone(), value),
    });
    query
}

/// "What colours do you have?", of what was found or of the whole shop.
pub(super) fn of_attribute(
    query: &ProductQuery,
    attribute: &Facet,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    // Whoever looks at blue ones and asks for the colours wants to hear the others.
    let mut wider = query.clone();
    wider.filters.retain(|filter| filter.kind != *attribute || filter.negated);
    let counts = stage.catalog.facets(&wider)?.into_iter().find(|counts| counts.facet == *attribute);
    let values = counts.map(|counts| values(&counts, &wider, TOLD)).unwrap_or_default();
    facts(Outcome::Values { query: wider, attribute: attribute.clone(), values })
}
