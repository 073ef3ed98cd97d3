//! What everybody does, as far as prices and segments look at it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Gauge, Level};
use crate::model::{Event, EventKind, Money, Product, ProductId};
use crate::segments::{Check, Population};

/// How often products were looked at and sold, day by day, and what most paid for them.
#[derive(Debug, Default)]
pub struct Demand {
    days: HashMap<ProductId, Vec<Day>>,
    paid: HashMap<ProductId, Vec<Money>>,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    /// Since 1970.
    number: i64,
    views: u32,
    sold: u32,
}

/// One state of the market, counted at a moment.
#[derive(Debug, Default)]
pub struct Market {
    /// What is looked at and sold.
    pub demand: Demand,
    /// What most have paid for one piece of each product.
    pub usual: HashMap<ProductId, Money>,
    /// Since when products are known.
    pub first_seen: HashMap<ProductId, Timestamp>,
    /// The figures of all shoppers.
    pub population: Population,
    /// When it was counted, in milliseconds since 1970.
    pub generation: i64,
}

impl Demand {
    /// Counts one event of anybody.
    pub fn add(&mut self, event: &Event) {
        let Some(id) = &event.product else { return };
        let pieces = event.quantity.unwrap_or(1);
        let (views, sold) = match event.kind {
            EventKind::Viewed | EventKind::Clicked => (1, 0),
            EventKind::Purchased => (0, pieces),
            _ => return,
        };
        let number = event.at.as_second().div_euclid(86_400);
        let days = self.days.entry(id.clone()).or_default();
        match days.iter_mut().rev().find(|day| day.number == number) {
            Some(day) => {
                day.views += views;
                day.sold = day.sold.saturating_add(sold);
            }
            None => days.push(Day { number, views, sold }),
        }
        if let (EventKind::Purchased, Some(price)) = (event.kind, event.price) {
            self.paid.entry(id.clone()).or_default().push(price);
        }
    }

    /// The median of what was paid for one piece of each product.
    pub fn usual(&self) -> HashMap<ProductId, Money> {
        let median = |prices: &Vec<Money>| {
            let mut prices = prices.clone();
            prices.sort_by_key(|price| price.minor);
            prices.get(prices.len() / 2).copied()
        };
        self.paid.iter().filter_map(|(id, prices)| Some((id.clone(), median(prices)?))).collect()
    }

    /// Views and pieces sold in the last `days` days.
    pub fn lately(&self, id: &ProductId, days: u32, now: Timestamp) -> (i64, i64) {
        let today = now.as_second().div_euclid(86_400);
        let known = self.days.get(id).into_iter().flatten();
        known
            .filter(|day| (today - i64::from(days) + 1..=today).contains(&day.number))
            .fold((0, 0), |(views, sold), day| (views + i64::from(day.views), sold + i64::from(day.sold)))
    }
}

impl Level {
    /// Holds it against a product. What is not known of a product passes no condition.
    pub fn check(&self, product: &Product, market: &Market, now: Timestamp) -> Check {
        let id = &product.id;
        let (name, figure) = match self.of {
            Gauge::Views(days) => {
                (format!("views in {days} days"), Some(market.demand.lately(id, days, now).0))
            }
            Gauge::Sales(days) => {
                (format!("sold in {days} days"), Some(market.demand.lately(id, days, now).1))
            }
            Gauge::Stock => ("stock".to_owned(), product.stock.map(i64::from)),
            Gauge::AgeDays => ("days on offer".to_owned(), age(product, market, now)),
        };
        let limits = [("at least", self.least), ("at most", self.most)];
        let limits: Vec<String> =
            limits.iter().filter_map(|(word, limit)| limit.map(|limit| format!("{word} {limit}"))).collect();
        Check {
            asked: format!("{name} {}", limits.join(" and ")),
            figure: figure.map(|figure| figure.to_string()),
            passed: figure.is_some_and(|figure| {
                self.least.is_none_or(|least| figure >= least) && self.most.is_none_or(|most| figure <= most)
            }),
        }
    }
}

/// By the feed's column `first_seen`, or else since the shop first had it.
fn age(product: &Product, market: &Market, now: Timestamp) -> Option<i64> {
    let said = product.attributes.get("first_seen").and_then(|values| values.first());
    let said = said.and_then(|text| crate::import::when(text, now).ok()).map(|when| when.at);
    let since = said.or_else(|| market.first_seen.get(&product.id).copied())?;
    Some((now.as_second() - since.as_second()).max(0) / 86_400)
}
