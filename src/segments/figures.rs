//! A shopper's history in figures.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Beside, Kind, Measure};
use crate::model::{Event, EventKind, Product, ProductId};

/// A purchase counts as reduced from this share of the usual price down.
const REDUCED: f64 = 0.95;
/// How far back looks count.
const LOOKS_DAYS: f64 = 30.0;

/// The figures of one shopper. What a history does not say has none: nobody has a last order before the first one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    values: BTreeMap<Measure, f64>,
    /// The products of the purchases, as far as they were looked up.
    bought: Vec<Product>,
}

impl Figures {
    /// Of a history in any order; what happened after `beside.now` does not count.
    pub fn of(history: &[Event], beside: &Beside<'_>) -> Self {
        let known: Vec<&Event> = history.iter().filter(|event| event.at <= beside.now).collect();
        let purchases: Vec<&Event> =
            known.iter().copied().filter(|event| event.kind == EventKind::Purchased).collect();
        let mut values = BTreeMap::from([(Measure::Orders, 0.0), (Measure::Spent, 0.0)]);
        values.insert(Measure::Looks30Days, looks(&known, beside.now));
        // Somebody without any history is seen for the first time just now.
        let (first, last) = ends(&known).unwrap_or((beside.now, beside.now));
        values.insert(Measure::DaysSinceSeen, days(last, beside.now));
        values.insert(Measure::DaysSinceFirstSeen, days(first, beside.now));
        of_purchases(&purchases, beside, &mut values);
        let bought = purchases.iter().filter_map(|event| (beside.product)(event.product.as_ref()?));
        Figures { values, bought: bought.collect() }
    }

    /// One of them.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        self.values.get(&measure).copied()
    }

    /// The share of the purchases that are of a kind, in percent; nothing while nothing was bought that is known.
    pub fn share(&self, kind: &Kind) -> Option<f64> {
        let of_kind = self.bought.iter().filter(|product| kind.is_of(product)).count();
        (!self.bought.is_empty()).then(|| 100.0 * of_kind as f64 / self.bought.len() as f64)
    }
}

/// The median of a measure over those who have a figure of it.
pub fn median(members: &[&Figures], measure: Measure) -> Option<f64> {
    let mut values: Vec<f64> = members.iter().filter_map(|figures| figures.get(measure)).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn of_purchases(purchases: &[&Event], beside: &Beside<'_>, values: &mut BTreeMap<Measure, f64>) {
    let Some((first, last)) = ends(purchases) else { return };
    let orders = orders(purchases) as f64;
    let spent: f64 = purchases.iter().map(|event| cost(event)).sum();
    let products: BTreeSet<&ProductId> =
        purchases.iter().filter_map(|event| event.product.as_ref()).collect();
    values.insert(Measure::Orders, orders);
    values.insert(Measure::Spent, spent);
    values.insert(Measure::AverageOrder, spent / orders);
    values.insert(Measure::Products, products.len() as f64);
    values.insert(Measure::DaysSinceOrder, days(last, beside.now));
    values.insert(Measure::DaysSinceFirstOrder, days(first, beside.now));
    if orders >= 2.0 {
        let between = days(first, last) / (orders - 1.0);
        values.insert(Measure::DaysBetweenOrders, between);
        // Two orders within a minute are no rhythm.
        if between >= 1.0 {
            values.insert(Measure::Overdue, days(last, beside.now) / between);
        }
    }
    let priced: Vec<bool> = purchases.iter().filter_map(|event| reduced(event, beside)).collect();
    if !priced.is_empty() {
        let share = priced.iter().filter(|reduced| **reduced).count() as f64 / priced.len() as f64;
        values.insert(Measure::ReducedShare, 100.0 * share);
    }
}

/// Invoices; purchases that name none count by the day.
fn orders(purchases: &[&Event]) -> usize {
    let order = |event: &&Event| match &event.session {
        Some(session) => session.clone(),
        None => event.at.as_second().div_euclid(86_400).to_string(),
    };
    purchases.iter().map(order).collect::<BTreeSet<String>>().len()
}

fn cost(event: &Event) -> f64 {
    event.price.map_or(0.0, |price| price.as_f64()) * f64::from(event.quantity.unwrap_or(1))
}

fn reduced(event: &Event, beside: &Beside<'_>) -> Option<bool> {
    let (paid, usual) = (event.price?, (beside.usual)(event.product.as_ref()?)?);
    Some((paid.minor as f64) <= REDUCED * usual.minor as f64)
}

fn looks(known: &[&Event], now: Timestamp) -> f64 {
    let looked = |event: &&&Event| {
        matches!(event.kind, EventKind::Viewed | EventKind::Clicked | EventKind::Carted)
            && days(event.at, now) <= LOOKS_DAYS
    };
    let products: BTreeSet<&ProductId> =
        known.iter().filter(looked).filter_map(|event| event.product.as_ref()).collect();
    products.len() as f64
}

fn ends(events: &[&Event]) -> Option<(Timestamp, Timestamp)> {
    let times = || events.iter().map(|event| event.at);
    Some((times().min()?, times().max()?))
}

fn days(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_second() - from.as_second()).max(0) as f64 / 86_400.0
}
