//! A search that finds nothing as it is: which one condition to let go of.

use crate::catalog::{Hits, Relaxation, relaxations};
use crate::model::{Dropped, Money, PriceRange, ProductQuery, Relaxed, Sort};

use super::{ActError, Stage};

/// How many other conditions are named.
const OTHERS: usize = 2;
/// What missing the price by however little, or by however much, costs at least and at most.
const PRICE: (f32, f32) = (0.05, 0.95);

/// What a search finds without what it can best do without, the search that does, and what was let go of. `None` when
/// nothing helps.
pub(super) fn relaxed(
    query: &ProductQuery,
    pool: usize,
    stage: &Stage<'_>,
) -> Result<Option<(ProductQuery, Hits, Relaxed)>, ActError> {
    let (singles, several): (Vec<Relaxation>, Vec<Relaxation>) =
        relaxations(query).into_iter().partition(|step| step.dropped.len() == 1);
    let mut helping: Vec<(f32, Relaxation, usize)> = Vec::new();
    for step in singles {
        let total = stage.catalog.search(&step.query, 1)?.total;
        if total > 0 {
            helping.push((loss(query, &step, stage)?, step, total));
        }
    }
    helping.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut helping = helping.into_iter().map(|(_, step, total)| (step, total));
    let best = match helping.next() {
        Some((step, _)) => Some(step),
        None => first_that_helps(several, stage)?,
    };
    let Some(Relaxation { dropped, query: wider, .. }) = best else { return Ok(None) };
    let hits = stage.catalog.search(&wider, pool)?;
    let instead = helping.take(OTHERS).flat_map(|(step, total)| {
        step.dropped.into_iter().next().map(|dropped| (dropped, step.query, total))
    });
    let relaxed = Relaxed { asked: query.clone(), dropped, instead: instead.collect() };
    Ok(Some((wider, hits, relaxed)))
}

fn first_that_helps(steps: Vec<Relaxation>, stage: &Stage<'_>) -> Result<Option<Relaxation>, ActError> {
    for step in steps {
        if stage.catalog.search(&step.query, 1)?.total > 0 {
            return Ok(Some(step));
        }
    }
    Ok(None)
}

/// A price that is missed by a tenth loses less than a colour, one that is missed by half as much again loses more.
fn loss(query: &ProductQuery, step: &Relaxation, stage: &Stage<'_>) -> Result<f32, ActError> {
    if !matches!(step.dropped.as_slice(), [Dropped::Price]) {
        return Ok(step.loss);
    }
    let nearest = |sort: Sort| -> Result<Option<Money>, ActError> {
        let query = ProductQuery { sort, ..step.query.clone() };
        let hits = stage.catalog.search(&query, 1)?;
        Ok(hits.items.first().and_then(|hit| hit.product.price))
    };
    let PriceRange { min, max } = query.price;
    let missed = match (max, min) {
        (Some(max), _) => nearest(Sort::PriceUp)?.map(|price| times(price, max)),
        (None, Some(min)) => nearest(Sort::PriceDown)?.map(|price| times(min, price)),
        (None, None) => None,
    };
    Ok(missed.map_or(step.loss, |times| times.log2().clamp(PRICE.0, PRICE.1)))
}

fn times(high: Money, low: Money) -> f32 {
    high.minor as f32 / low.minor.max(1) as f32
}
