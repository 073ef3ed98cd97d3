//! What a simulation says of logs that can be worked out by hand.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::super::simulate;
use super::elasticity::{Week, estimate};
use super::*;
use crate::model::{Currency, Event, EventId, EventKind, Money, Product, ProductId};
use crate::offers::{Offers, Terms};
use crate::problem::Report;
use crate::segments::Segments;

fn terms(rules: &str) -> Terms {
    let mut report = Report::new(Path::new("a file"));
    let segments = "segments: [{name: new, when: {orders: {at_most: 0}}}]";
    let segments = Segments::read(segments, &mut report);
    let offers = Offers::read(rules, Currency::USD, &segments, &mut report);
    assert_eq!(report.problems, []);
    Terms { segments, offers, version: String::new() }
}

fn bought(product: &str, day: i64, minor: i64, pieces: u32, invoice: &str) -> Event {
    let start: Timestamp = "2026-01-01T10:00:00Z".parse().expect("a time");
    Event {
        id: EventId(Ulid::nil()),
        at: start + SignedDuration::from_hours(24 * day),
        kind: EventKind::Purchased,
        product: product.parse().ok(),
        query: None,
        stars: None,
        price: Some(Money::from_minor(minor, Currency::USD)),
        quantity: Some(pieces),
        session: Some(invoice.to_owned()),
    }
}

fn simulated(rules: &str, shoppers: &[(&str, Vec<Event>)]) -> Simulated {
    let shoppers: BTreeMap<String, Vec<Event>> =
        shoppers.iter().map(|(name, bought)| ((*name).to_owned(), bought.clone())).collect();
    let ids = shoppers.values().flatten().filter_map(|event| event.product.clone());
    let product = |id: &ProductId| -> Product {
        serde_json::from_value(serde_json::json!({"id": id, "title": id})).expect("a product")
    };
    let products: HashMap<ProductId, Product> = ids.map(|id| (id.clone(), product(&id))).collect();
    let log = simulate::Log { shoppers: &shoppers, products: &products };
    simulate::simulate(&log, &terms(rules), &mut |_| {})
}

#[test]
fn the_first_order_is_reduced_and_the_second_is_not_and_margins_are_as_by_hand() {
    let ann = vec![bought("A", 0, 1000, 5, "i1"), bought("A", 40, 1000, 5, "i2")];
    let bob = vec![bought("B", 1, 2000, 1, "i3")];
    let rules = "{cost: 50%, rules: [{id: hello, segment: new, percent: 10, pieces: 3}]}";
    let found = simulated(rules, &[("ann", ann), ("bob", bob)]);
    let rule = &found.rules[0];
    assert_eq!((rule.shoppers, rule.quotes, rule.products), (2, 2, 2));
    // Three of A at 10 and one of B at 20: 30 + 20, a tenth off; they cost half.
    let whole = Reduced { pieces: 4, list: 50.0, spend: 5.0, margin_before: 25.0 };
    assert_eq!(rule.reduced, whole);
    assert_eq!(found.segments["new"], Reach { shoppers: 2, reached: 2, spend: 5.0 });
    let at =
        |elasticity: f64| found.sensitivity.iter().find(|a| a.elasticity == elasticity).expect("an answer");
    assert!((at(0.0).change + 5.0).abs() < 1e-9, "nobody buys more: the reduction is lost");
    // 1 ÷ 0.9 times as many at 0.9 − 0.5 of the price, against 0.5.
    assert!((at(-1.0).margin - 50.0 / 0.9 * 0.4).abs() < 1e-9);
    // 0.9^ε × 0.4 = 0.5.
    let least = (0.5_f64 / 0.4).ln() / 0.9_f64.ln();
    assert!((found.break_even.expect("it pays") - least).abs() < 1e-6, "{:?}, {least}", found.break_even);
}

#[test]
fn a_budget_ends_and_a_control_group_is_counted_apart() {
    let shoppers: Vec<(String, Vec<Event>)> =
        (0..200).map(|n| (format!("s{n:03}"), vec![bought("A", n, 1000, 1, &format!("i{n}"))])).collect();
    let shoppers: Vec<(&str, Vec<Event>)> =
        shoppers.iter().map(|(name, all)| (name.as_str(), all.clone())).collect();
    let found = simulated("rules: [{id: a, percent: 10, budget: {money: 30.50}}]", &shoppers);
    assert_eq!((found.rules[0].quotes, found.rules[0].reduced.spend), (30, 30.0));
    assert!(found.rules[0].spent_on.is_some());
    let found = simulated("rules: [{id: a, percent: 10, control: 25%}]", &shoppers);
    assert_eq!(found.rules[0].shoppers + found.rules[0].control, 200);
    assert!((30..70).contains(&found.rules[0].control), "{}", found.rules[0].control);
}

#[test]
fn a_promise_holds_its_price_until_it_ends() {
    let ann =
        vec![bought("A", 0, 1000, 1, "i1"), bought("A", 2, 1200, 1, "i2"), bought("A", 9, 1200, 1, "i3")];
    let found = simulated("rules: [{id: a, percent: 10, pieces: 9, hold_days: 5}]", &[("ann", ann)]);
    assert_eq!(found.rules[0].quotes, 2);
    // 1.00 off 10, 3.00 off 12 by the same promise, 1.20 off 12 by the next.
    assert!((found.reduced.spend - 5.2).abs() < 1e-9, "{:?}", found.reduced);
}

#[test]
fn an_elasticity_that_was_put_in_is_found_and_one_of_constant_prices_is_not() {
    let price =
        |product: usize, week: i64| 5.0 + product as f64 + ((product as i64 * 7 + week * 3) % 5) as f64;
    let season = |week: i64| 1.0 + 0.5 * (week as f64 / 5.0).sin();
    let weeks: Vec<Week> = (0..20)
        .flat_map(|product| (0..30).map(move |week| (product, week)))
        .map(|(product, week)| {
            let price = price(product, week);
            Week { product, week, price, sold: 100.0 * season(week) * price.powf(-1.7) }
        })
        .collect();
    let found = estimate(&weeks).expect("an estimate");
    assert!((found.value + 1.7).abs() < 1e-6 && found.standard_error < 1e-6, "{found:?}");
    assert_eq!((found.observations, found.products), (600, 20));
    let flat: Vec<Week> = weeks.iter().map(|week| Week { price: 5.0, ..*week }).collect();
    assert_eq!(estimate(&flat), None);
}
