//! What rules make of prices, and what a merchandiser is told of a file that is wrong.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ulid::Ulid;

use super::*;
use crate::model::{Currency, Event, EventId, EventKind, Money, Product, Quote, Spent};
use crate::problem::Report;
use crate::segments::{Check, Segments};

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().expect("a time")
}

fn segments() -> Segments {
    let text = "segments:
  - {name: new, when: {orders: {at_most: 0}}}
  - {name: parents, when: {bought: {category: Baby, at_least: 20%}}}
  - {name: women, when: {bought: {attribute: {audience: women}, at_least: 20%}}}
";
    let mut report = Report::new(Path::new("index/segments.yaml"));
    let segments = Segments::read(text, &mut report);
    assert_eq!(report.problems, []);
    segments
}

fn read(text: &str) -> (Offers, Vec<String>) {
    let mut report = Report::new(Path::new(OFFERS));
    let offers = Offers::read(text, Currency::USD, &segments(), &mut report);
    report.problems.sort();
    (offers, report.problems.iter().map(ToString::to_string).collect())
}

fn sound(text: &str) -> Offers {
    let (offers, problems) = read(text);
    assert_eq!(problems, [""; 0]);
    offers
}

fn product(id: &str, minor: i64, stock: u32) -> Product {
    let json = serde_json::json!({
        "id": id, "title": id, "category": ["Garden", "Tools"], "brand": "Spade",
        "price": Money::from_minor(minor, Currency::USD), "stock": stock,
    });
    serde_json::from_value(json).expect("a product")
}

/// What somebody in these segments is quoted for a product.
fn quoted(
    offers: &Offers,
    product: &Product,
    change: impl FnOnce(&mut Buyer),
    spent: Spent,
) -> Option<Quote> {
    book(offers, product, change, spent).quote(product)
}

fn book(offers: &Offers, product: &Product, change: impl FnOnce(&mut Buyer), spent: Spent) -> Book {
    let mut buyer = Buyer {
        owner: "ann".to_owned(),
        personal: true,
        segments: Vec::new(),
        quotes: Vec::new(),
        now: now(),
        timezone: TimeZone::UTC,
        promises: true,
    };
    change(&mut buyer);
    let mut table = Table::default();
    table.add(product, offers, &Market::default(), now());
    let terms = Terms { offers: offers.clone(), segments: segments(), version: String::new() };
    Book::new(Arc::new(terms), Arc::new(table), buyer, &|_| spent)
}

fn price(offers: &str, change: impl FnOnce(&mut Buyer)) -> Option<i64> {
    let hoe = product("HOE", 1000, 50);
    quoted(&sound(offers), &hoe, change, Spent::default()).map(|quote| quote.price.minor)
}

#[test]
fn the_lowest_price_counts_and_rules_never_add_up() {
    let rules = "rules: [{id: a, percent: 10}, {id: b, amount: 2.50}, {id: c, price: 9.50}]";
    assert_eq!(price(rules, |_| {}), Some(750));
    let hoe = product("HOE", 1000, 50);
    let both = sound("rules: [{id: first, percent: 10}, {id: second, price: 9.00}]");
    let quote = quoted(&both, &hoe, |_| {}, Spent::default()).expect("a quote");
    assert_eq!(quote.rule, "first", "of two with the same price, the first");
}

#[test]
fn caps_and_floors_hold() {
    assert_eq!(price("rules: [{id: a, percent: 50, cap: 2.00}]", |_| {}), Some(800));
    assert_eq!(price("rules: [{id: a, percent: 50, floor: 7.25}]", |_| {}), Some(725));
    assert_eq!(price("rules: [{id: a, percent: 50, floor: 70%}]", |_| {}), Some(700));
    assert_eq!(price("{cost: 55%, rules: [{id: a, percent: 50, floor: 110% of cost}]}", |_| {}), Some(605));
    assert_eq!(price("rules: [{id: a, price: 12.00}]", |_| {}), None, "never above the list price");
}

#[test]
fn a_segments_offer_is_for_whoever_is_in_it_in_private_and_lets_their_history_be_used() {
    let rules = "rules: [{id: a, percent: 10, segment: new}]";
    assert_eq!(price(rules, |_| {}), None);
    assert_eq!(price(rules, |buyer| buyer.segments = vec!["new".to_owned()]), Some(900));
    let in_a_group = |buyer: &mut Buyer| {
        buyer.segments = vec!["new".to_owned()];
        buyer.personal = false;
    };
    assert_eq!(price(rules, in_a_group), None);
    assert_eq!(price("rules: [{id: a, percent: 10}]", in_a_group), Some(900), "what is for everybody");
}

#[test]
fn a_promise_is_kept_after_the_rule_has_changed_and_until_it_ends() {
    let hoe = product("HOE", 1000, 50);
    let promised =
        quoted(&sound("rules: [{id: a, percent: 10, hold_days: 3}]"), &hoe, |_| {}, Spent::default());
    let promised = promised.expect("a quote");
    assert_eq!(promised.until, now() + SignedDuration::from_hours(72));
    let later = |days: i64, list: i64| {
        let changed = sound("rules: [{id: a, percent: 20}]");
        let at = now() + SignedDuration::from_hours(24 * days);
        let quotes = vec![promised.clone()];
        let change = |buyer: &mut Buyer| (buyer.quotes, buyer.now) = (quotes, at);
        quoted(&changed, &product("HOE", list, 50), change, Spent::default()).map(|quote| quote.price.minor)
    };
    assert_eq!(later(2, 1000), Some(900));
    assert_eq!(later(2, 1500), Some(900), "also when the list price has gone up");
    assert_eq!(later(2, 850), None, "and nobody pays more than the list price");
    assert_eq!(later(3, 1000), Some(800), "then the rule as it is now counts");
}

#[test]
fn a_spent_budget_promises_nothing_new() {
    let offers = sound("rules: [{id: a, percent: 10, budget: {money: 5.00, quotes: 9}}]");
    let hoe = product("HOE", 1000, 50);
    let left = |money, quotes| quoted(&offers, &hoe, |_| {}, Spent { money, quotes, bought: 0 }).is_some();
    assert!(left(400, 8) && !left(401, 8) && !left(0, 9));
}

#[test]
fn a_control_group_is_drawn_once_and_for_all_and_of_the_size_asked_for() {
    let offers = sound("rules: [{id: a, percent: 10, control: 20%}]");
    let hoe = product("HOE", 1000, 50);
    let gets = |n: usize| {
        let owner = format!("shopper-{n}");
        quoted(&offers, &hoe, |buyer| buyer.owner = owner, Spent::default()).is_some()
    };
    let control = (0..5000).filter(|n| !gets(*n)).count();
    assert!((900..1100).contains(&control), "{control} of 5000");
    assert!((0..100).all(|n| gets(n) == gets(n)));
}

fn event(kind: EventKind, days_ago: i64) -> Event {
    let at = now() - SignedDuration::from_hours(24 * days_ago);
    Event {
        id: EventId(Ulid::nil()),
        at,
        kind,
        product: "HOE".parse().ok(),
        query: None,
        stars: None,
        price: None,
        quantity: Some(2),
        session: None,
    }
}

#[test]
fn demand_stock_and_age_decide_where_a_rule_asks_for_them() {
    let offers = sound(
        "rules:
  - {id: a, percent: 10, views: {days: 30, at_least: 2}, sales: {days: 7, at_most: 3}, stock: {at_least: 40}, age_days: {at_least: 20}}
",
    );
    let mut market = Market::default();
    for (kind, days) in
        [(EventKind::Viewed, 29), (EventKind::Viewed, 1), (EventKind::Viewed, 31), (EventKind::Purchased, 9)]
    {
        market.demand.add(&event(kind, days));
    }
    market.first_seen.insert("HOE".parse().expect("an id"), now() - SignedDuration::from_hours(24 * 21));
    let applies = |market: &Market, stock: u32| {
        let mut table = Table::default();
        table.add(&product("HOE", 1000, stock), &offers, market, now());
        !table.of(&"HOE".parse().expect("an id")).is_empty()
    };
    assert!(applies(&market, 50));
    assert!(!applies(&market, 30), "too few in stock");
    market.demand.add(&event(EventKind::Purchased, 2));
    market.demand.add(&event(EventKind::Purchased, 2));
    assert!(!applies(&market, 50), "four were sold in a week");
    assert!(!applies(&Market::default(), 50), "what is not known passes no condition");
}

#[test]
fn an_explanation_names_every_rule_with_what_it_asked_and_what_there_was() {
    let offers = sound(
        "cost: 55%
rules:
  - {id: sale, category: Garden, percent: 20, floor: 85%}
  - {id: hello, segment: new, stock: {at_least: 60}, amount: 1.00, cap: 0.50}
",
    );
    let hoe = product("HOE", 1000, 50);
    let book = book(&offers, &hoe, |buyer| buyer.segments = vec!["new".to_owned()], Spent::default());
    let explained = book.explain(&hoe, &Market::default());
    let said: Vec<_> = explained
        .iter()
        .map(|rule| {
            let failed: Vec<&Check> = rule.checks.iter().filter(|check| !check.passed).collect();
            (rule.line, rule.applies, rule.worked.map(|worked| worked.price), failed)
        })
        .collect();
    insta::assert_debug_snapshot!(said);
}

#[test]
fn a_rules_version_changes_with_what_it_says_and_not_with_where_it_stands() {
    let version = |text: &str| sound(text).rules.last().expect("a rule").version.clone();
    let one = version("rules: [{id: a, percent: 10}]");
    assert_eq!(version("rules: [{id: b, percent: 5}, {id: a, percent: 10}]"), one);
    assert_ne!(version("rules: [{id: a, percent: 11}]"), one);
    assert_ne!(version("rules: [{id: a, percent: 10, hold_days: 3}]"), one);
}

#[test]
fn a_file_that_is_wrong_is_told_where_and_what_to_write() {
    let (_, problems) = read(
        "proxies: [category Baby, size]
rules:
  - {id: a, percent: 110}
  - {id: a b, percent: 10}
  - {percent: 10}
  - {id: c, percent: 10, amount: 3}
  - {id: d}
  - {id: e, percent: 10, floor: 110% of cost}
  - {id: f, percent: 10, segment: newcomers}
  - {id: g, percent: 10, segment: parents}
  - {id: h, percent: 10, segment: women}
  - {id: i, percent: 10, attribute: {audience: men, size: XL}}
  - {id: j, percent: 10, category: Baby}
  - {id: k, percent: 10, sales: {at_most: 3}}
  - {id: l, percent: 10, stock: {}}
  - {id: m, percent: 10, floor: cheap, cap: many, hold_days: 0, control: 20}
  - {id: m, percent: 10, until: 2026-11-20, from: 2026-11-21}
  - {id: m, percent: 10}
",
    );
    insta::assert_snapshot!(problems.join("\n"));
}

fn effects() -> impl Strategy<Value = Effect> {
    prop_oneof![
        (1_i64..10_000).prop_map(Effect::Percent),
        (0_i64..2_000_000).prop_map(Effect::Amount),
        (0_i64..2_000_000).prop_map(Effect::Price),
    ]
}

fn floors() -> impl Strategy<Value = Option<Floor>> {
    prop_oneof![
        Just(None),
        (0_i64..2_000_000).prop_map(|floor| Some(Floor::Amount(floor))),
        (1_i64..=10_000).prop_map(|share| Some(Floor::OfList(share))),
        (1_i64..=30_000).prop_map(|share| Some(Floor::OfCost(share))),
    ]
}

proptest! {
    #[test]
    fn no_price_is_above_the_list_price_below_its_floor_or_reduced_by_more_than_its_cap(
        list in 0_i64..1_000_000,
        effect in effects(),
        floor in floors(),
        cap in proptest::option::of(0_i64..1_000_000),
        cost in proptest::option::of(1_i64..20_000),
    ) {
        let mut offers = sound("rules: [{id: a, percent: 10}]");
        offers.cost = cost;
        let rule = Rule { effect, floor, cap, ..offers.rules[0].clone() };
        let worked = offers.work_out(&rule, list);
        prop_assert!(worked.price <= list && worked.price >= 0, "{worked:?}");
        // A floor above the list price leaves the list price.
        prop_assert!(worked.price >= worked.floor.min(list), "{worked:?}");
        prop_assert!(cap.is_none_or(|cap| list - worked.price <= cap), "{worked:?}");
        let least = match floor {
            None => 0.0,
            Some(Floor::Amount(floor)) => floor as f64,
            Some(Floor::OfList(share)) => list as f64 * share as f64 / 1e4,
            Some(Floor::OfCost(share)) => match cost {
                Some(cost) => (list as f64 * cost as f64 / 1e4).floor() * share as f64 / 1e4,
                None => list as f64,
            },
        };
        prop_assert!(worked.price as f64 >= least.min(list as f64) - 1e-6, "{worked:?}, {least}");
    }
}
