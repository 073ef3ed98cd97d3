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
    assert_eq!(later(2, 850), Some(680), "and when it has fallen below, what everybody else pays");
    assert_eq!(later(3, 1000), Some(800), "then the rule as it is now counts");
}

#[test]
fn what_was_promised_is_less_than_the_list_price_of_today() {
    let rules = sound("rules: [{id: a, percent: 10}]");
    let promised = quoted(&rules, &product("HOE", 1900, 50), |_| {}, Spent::default()).expect("a quote");
    let dearer = product("HOE", 4000, 50);
    let book = book(&rules, &dearer, |buyer| buyer.quotes = vec![promised.clone()], Spent::default());
    let quote = book.quote(&dearer).expect("a quote");
    assert_eq!((quote.price.minor, quote.list.minor), (1710, 4000));
    assert!(book.holds(&quote), "it is the promise of before, and not kept twice");
}

#[test]
fn no_offer_gives_a_product_away() {
    assert_eq!(price("rules: [{id: a, amount: 9999.00}]", |_| {}), None);
    assert_eq!(price("rules: [{id: a, amount: 9999.00, floor: 2.00}]", |_| {}), Some(200));
    assert_eq!(price("rules: [{id: a, amount: 9.99}]", |_| {}), Some(1));
    for free in ["price: 0", "price: 0.001", "percent: 99.999", "percent: 100", "percent: 0.001"] {
        let (_, problems) = read(&format!("rules: [{{id: a, {free}}}]"));
        assert_eq!(problems.len(), 1, "{free}: {problems:?}");
    }
}

/// What is refused of a rule once the products are known; what the file itself says is left out.
fn refused(proxies: &str, rule: &str, segments: &str, products: &[Product]) -> Vec<String> {
    let mut report = Report::new(Path::new(OFFERS));
    let segments = Segments::read(segments, &mut report);
    let text = format!("proxies: {proxies}\nrules: [{{id: a, percent: 10, {rule}}}]");
    let offers = Offers::read(&text, Currency::USD, &segments, &mut report);
    let mut grounds = Grounds::of(&offers);
    products.iter().for_each(|product| grounds.add(product));
    grounds.refuse(&offers, &segments).into_iter().map(|refused| refused.message).collect()
}

fn in_category(id: &str, category: &str, audience: &str) -> Product {
    let attributes = [("audience".to_owned(), vec![audience.to_owned()])].into();
    let category = crate::model::CategoryPath::parse(category);
    Product { category, attributes, ..product(id, 1000, 5) }
}

#[test]
fn everything_below_a_proxy_is_out_of_bounds_too() {
    let shelf =
        [in_category("BIB", "Baby > Baby clothing", "baby"), in_category("HAT", "Clothing > Hats", "unisex")];
    for rule in [
        "category: Baby",
        "category: Baby clothing",
        "category: Baby > Baby clothing",
        "products: [HAT, BIB]",
    ] {
        assert_eq!(refused("[category Baby]", rule, "", &shelf).len(), 1, "{rule}");
    }
    for rule in ["category: Hats", "category: Clothing", "products: [HAT]", "brand: Spade"] {
        assert_eq!(refused("[category Baby]", rule, "", &shelf), [""; 0], "{rule}");
    }
    let (_, problems) =
        read("{proxies: [category Baby], rules: [{id: a, percent: 10, category: Baby > Toys}]}");
    assert_eq!(problems.len(), 1, "without any products too: {problems:?}");
}

#[test]
fn protected_columns_are_known_by_their_english_and_german_names() {
    for column in [
        "gender",
        "Geschlecht",
        "Alter",
        "ageGroup",
        "birth-date",
        "postcode",
        "zip",
        "ZipCode",
        "PLZ",
        "Postleitzahl",
        "Herkunft",
        "nationality",
        "Staatsangehörigkeit",
        "Religion",
        "Familienstand",
    ] {
        let refused = refused("[]", &format!("attribute: {{{column}: x}}"), "", &[]);
        assert_eq!(refused.len(), 1, "{column}: {refused:?}");
    }
    assert_eq!(refused("[]", "attribute: {material: wool, season: winter}", "", &[]), [""; 0]);
}

#[test]
fn a_segment_of_those_who_buy_womens_clothes_is_gender_by_another_name() {
    let shelf = [
        in_category("A", "Clothing > Women > Dresses", "women"),
        in_category("B", "Clothing > Men > Tops", "men"),
        in_category("C", "Sport > Tops", "unisex"),
        in_category("D", "Books > Grown-ups", "grown-ups"),
    ];
    let segment = |category: &str| {
        let segments =
            format!("segments: [{{name: some, when: {{bought: {{category: {category}, at_least: 50%}}}}}}]");
        refused("[]", "segment: some", &segments, &shelf).len()
    };
    for category in
        ["Women", "Clothing > Women", "Dresses", "Clothing > Women > Dresses", "Damen", "Grown-ups"]
    {
        assert_eq!(segment(category), 1, "{category}");
    }
    for category in ["Clothing", "Tops", "Sport", "Books"] {
        assert_eq!(segment(category), 0, "{category}");
    }
    // A sale of women's coats is nobody's price but the coats'.
    assert_eq!(refused("[]", "category: Clothing > Women", "", &shelf), [""; 0]);
}

#[test]
fn a_rule_that_the_products_show_to_be_on_protected_ground_reduces_nothing() {
    let bib = in_category("BIB", "Baby > Baby clothing", "baby");
    let offers = sound("{proxies: [category Baby], rules: [{id: a, percent: 10, category: Baby clothing}]}");
    let (mut table, mut grounds) = (Table::default(), Grounds::of(&offers));
    table.add(&bib, &offers, &Market::default(), now());
    grounds.add(&bib);
    assert_eq!(table.of(&bib.id).len(), 1);
    table.refuse(grounds.refuse(&offers, &segments()));
    assert_eq!(table.of(&bib.id), []);
    assert!(table.refusal(0).is_some());
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
  - {id: n, percent: 10, stock: {at_least: 9, at_most: 3}, sales: {days: 7, at_least: 9, at_most: 3}}
  - {id: o, percent: 10, budget: {}}
  - {id: p, percent: 10, budget: {money: 5.005}}
  - {id: q, price: 0}
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
        prop_assert!(!worked.reduces() || worked.price > 0, "nothing is given away: {worked:?}");
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
