//! How demand answers to price changes, from a log: ln(quantity) on ln(price) within product and week.

use std::collections::HashMap;

use serde::Serialize;

/// Rounds of taking out the means of products and of weeks in turn; after these nothing moves any more.
const ROUNDS: usize = 50;
/// A product's prices count as changed when the highest is at least so much above the lowest.
const CHANGED: f64 = 1.02;

/// One week of one product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    /// Which product.
    pub product: usize,
    /// Which week.
    pub week: i64,
    /// Its median price.
    pub price: f64,
    /// How much was sold.
    pub sold: f64,
}

/// A log-log regression with an effect of each product and of each week taken out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Elasticity {
    /// Percent of quantity for a percent of price.
    pub value: f64,
    /// Its standard error, robust and clustered by product.
    pub standard_error: f64,
    /// Product-weeks.
    pub observations: usize,
    /// Products whose price has changed.
    pub products: usize,
}

/// Estimates it from the weeks of products whose price has changed; `None` where there are too few.
pub fn estimate(weeks: &[Week]) -> Option<Elasticity> {
    let changed = changed(weeks);
    let used: Vec<&Week> = weeks.iter().filter(|week| changed.contains_key(&week.product)).collect();
    let by_product: Vec<usize> = used.iter().map(|week| changed[&week.product]).collect();
    let mut numbers: HashMap<i64, usize> = HashMap::new();
    let mut by_week = Vec::with_capacity(used.len());
    for week in &used {
        let next = numbers.len();
        by_week.push(*numbers.entry(week.week).or_insert(next));
    }
    let groups = [(&by_product, changed.len()), (&by_week, numbers.len())];
    let x = within(used.iter().map(|week| week.price.ln()).collect(), groups);
    let y = within(used.iter().map(|week| week.sold.ln()).collect(), groups);
    let xx: f64 = x.iter().map(|x| x * x).sum();
    if used.len() < 30 || changed.len() < 2 || xx < 1e-9 {
        return None;
    }
    let value = x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>() / xx;
    // Liang and Zeger (1986): the scores of one product are added before they are squared.
    let mut scores = vec![0.0; changed.len()];
    for ((x, y), product) in x.iter().zip(&y).zip(&by_product) {
        scores[*product] += x * (y - value * x);
    }
    let clusters = changed.len() as f64;
    let meat: f64 = scores.iter().map(|score| score * score).sum::<f64>() * clusters / (clusters - 1.0);
    Some(Elasticity {
        value,
        standard_error: meat.sqrt() / xx,
        observations: used.len(),
        products: changed.len(),
    })
}

/// The products whose price has changed, numbered.
fn changed(weeks: &[Week]) -> HashMap<usize, usize> {
    let mut ranges: HashMap<usize, (f64, f64)> = HashMap::new();
    for week in weeks {
        let range = ranges.entry(week.product).or_insert((week.price, week.price));
        *range = (range.0.min(week.price), range.1.max(week.price));
    }
    let mut products: Vec<usize> = ranges
        .into_iter()
        .filter(|(_, (low, high))| *high >= low * CHANGED)
        .map(|(product, _)| product)
        .collect();
    products.sort_unstable();
    products.into_iter().enumerate().map(|(number, product)| (product, number)).collect()
}

/// What is left of values when the means of each grouping are taken out of them in turn, until nothing moves.
fn within(mut values: Vec<f64>, groups: [(&Vec<usize>, usize); 2]) -> Vec<f64> {
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        for (of, number) in groups {
            let (mut sums, mut sizes) = (vec![0.0; number], vec![0.0; number]);
            for (value, group) in values.iter().zip(of) {
                sums[*group] += value;
                sizes[*group] += 1.0;
            }
            for (value, group) in values.iter_mut().zip(of) {
                let mean = sums[*group] / f64::max(sizes[*group], 1.0);
                *value -= mean;
                moved = moved.max(mean.abs());
            }
        }
        if moved < 1e-9 {
            break;
        }
    }
    values
}
