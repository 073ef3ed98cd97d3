//! Who is in which segment, and what a merchandiser is told of a file that is wrong.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::*;
use crate::model::{CategoryPath, Currency, Event, EventId, EventKind};
use crate::problem::Report;

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().expect("a time")
}

fn bought(product: &str, days_ago: i64, minor: i64, invoice: &str) -> Event {
    let at = now() - SignedDuration::from_hours(24 * days_ago);
    Event {
        id: EventId(Ulid::nil()),
        at,
        kind: EventKind::Purchased,
        product: product.parse().ok(),
        query: None,
        stars: None,
        price: Some(Money::from_minor(minor, Currency::USD)),
        quantity: None,
        session: Some(invoice.to_owned()),
    }
}

fn product(id: &str) -> Product {
    let category = if id.starts_with('K') { "Kids > Toys" } else { "Shoes" };
    let json = serde_json::json!({"id": id, "title": id, "category": CategoryPath::parse(category)});
    serde_json::from_value(json).expect("a product")
}

fn figures(history: &[Event]) -> Figures {
    Figures::of(
        history,
        &Beside {
            now: now(),
            usual: &|_| Some(Money::from_minor(1000, Currency::USD)),
            product: &|id| Some(product(id.as_str())),
        },
    )
}

fn read(text: &str) -> (Segments, Vec<String>) {
    let mut report = Report::new(Path::new(SEGMENTS));
    let segments = Segments::read(text, &mut report);
    (segments, report.problems.iter().map(ToString::to_string).collect())
}

#[test]
fn a_history_in_figures() {
    let history = [bought("A", 100, 1000, "i1"), bought("B", 100, 900, "i1"), bought("A", 40, 1000, "i2")];
    let figures = figures(&history);
    for (measure, value) in [
        (Measure::Orders, 2.0),
        (Measure::Spent, 29.0),
        (Measure::AverageOrder, 14.5),
        (Measure::DaysSinceOrder, 40.0),
        (Measure::DaysSinceFirstOrder, 100.0),
        (Measure::DaysBetweenOrders, 60.0),
        (Measure::Overdue, 40.0 / 60.0),
        (Measure::ReducedShare, 100.0 / 3.0),
        (Measure::Products, 2.0),
        (Measure::Looks30Days, 0.0),
        (Measure::DaysSinceSeen, 40.0),
    ] {
        let known = figures.get(measure).unwrap_or(f64::NAN);
        assert!((known - value).abs() < 1e-9, "{}: {known}", measure.name());
    }
}

#[test]
fn what_happens_later_is_not_known_yet() {
    assert_eq!(figures(&[bought("A", -1, 1000, "i1")]).get(Measure::Orders), Some(0.0));
    assert_eq!(figures(&[]).get(Measure::DaysSinceOrder), None);
}

#[test]
fn a_shopper_is_in_each_segment_whose_conditions_all_hold_and_the_rest_say_why_not() {
    let (segments, problems) = read(
        "segments:
  - {name: returning, when: {orders: {at_least: 2}, days_since_order: {at_most: 60}}}
  - {name: lost, when: {days_since_order: {at_least: 365}}}
  - {name: big, when: {spent: {top: 50%}}}
  - {name: toys, when: {bought: {category: kids, at_least: 30%}}}
",
    );
    assert_eq!(problems, [""; 0]);
    let small = figures(&[bought("A", 10, 500, "i1")]);
    let large = figures(&[bought("K1", 100, 5000, "i1"), bought("B", 40, 5000, "i2")]);
    let population = Population::of([&small, &large].into_iter());
    assert_eq!(segments.of(&large, &population), ["returning", "big", "toys"]);
    assert_eq!(segments.of(&small, &population), [""; 0]);
    let judged = segments.judge(&small, &population);
    let said: Vec<(&str, Option<&str>, bool)> = judged
        .iter()
        .flat_map(|judged| &judged.checks)
        .map(|check| (check.asked.as_str(), check.figure.as_deref(), check.passed))
        .collect();
    insta::assert_debug_snapshot!(said);
}

#[test]
fn nobody_without_an_order_is_late_with_the_next_one() {
    let (segments, _) = read("segments: [{name: lost, when: {days_since_order: {at_least: 0}}}]");
    assert_eq!(segments.of(&figures(&[]), &Population::default()), [""; 0]);
}

#[test]
fn a_file_that_is_wrong_is_told_where_and_what_to_write() {
    let (_, problems) = read(
        "segments:
  - {name: a, when: {oders: {at_least: 2}}}
  - {name: a2, when: {orders: {at_least: many}}}
  - {name: a3, when: {spent: {top: 10}}}
  - {name: a4, when: {spent: {}}}
  - {name: a5}
  - {when: {orders: {at_least: 1}}}
  - {name: a6, when: {bought: {at_least: 3%}}}
  - {name: a7, when: {orders: {at_least: 3, at_most: 2}}}
  - {name: a7, when: {orders: {at_least: 3, top: 2%}}}
",
    );
    insta::assert_snapshot!(problems.join("\n"));
}

#[test]
fn groups_are_found_and_named_by_what_sets_them_apart() {
    let often = |n: usize| {
        let orders = (0..10).map(move |i| bought("A", 5 + i * 10, 1000 + n as i64, &format!("i{i}")));
        figures(&orders.collect::<Vec<_>>())
    };
    let rarely =
        |n: usize| figures(&[bought("A", 300, 20_000 + n as i64, "i1"), bought("B", 200, 20_000, "i2")]);
    let all: Vec<Figures> = (0..20).map(often).chain((0..10).map(rarely)).collect();
    let found = discover(&all, None).expect("groups");
    assert_eq!(found.clusters.iter().map(|c| c.size).collect::<Vec<_>>(), [20, 10]);
    assert!(found.clusters[1].name.contains("high"), "{found:?}");
    assert_eq!(discover(&all[..1], None), None);
}

/// Who of shoppers who have spent so much is in the highest share.
fn top(share: &str, spent: &[i64]) -> Vec<usize> {
    let (segments, problems) = read(&format!("segments: [{{name: big, when: {{spent: {{top: {share}}}}}}}]"));
    assert_eq!(problems, [""; 0]);
    let all: Vec<Figures> = spent.iter().map(|minor| figures(&[bought("A", 9, *minor, "i1")])).collect();
    let population = Population::of(all.iter());
    let inside = |(_, figures): &(usize, &Figures)| !segments.of(figures, &population).is_empty();
    all.iter().enumerate().filter(inside).map(|(i, _)| i).collect()
}

#[test]
fn nobody_is_a_big_spender_where_all_have_spent_the_same_or_nothing() {
    assert_eq!(top("10%", &[500; 40]), [0; 0]);
    assert_eq!(top("10%", &[0; 40]), [0; 0]);
    // One in twenty has spent anything at all.
    let few: Vec<i64> = (0..40).map(|n| if n < 2 { 500 } else { 0 }).collect();
    assert_eq!(top("10%", &few), [0, 1]);
    // A tenth is four; a fifth of all share the limit, and one is above it.
    let tied: Vec<i64> = (0..40)
        .map(|n| {
            if n == 0 {
                900
            } else if n < 9 {
                500
            } else {
                100
            }
        })
        .collect();
    assert_eq!(top("10%", &tied), [0]);
    // Five share the limit where four are asked for: that is near enough.
    let near: Vec<i64> = (0..40).map(|n| if n < 5 { 500 } else { 100 }).collect();
    assert_eq!(top("10%", &near), [0, 1, 2, 3, 4]);
}

#[test]
fn the_least_active_tenth_is_nobody_where_all_are_alike() {
    let (segments, _) = read("segments: [{name: rare, when: {orders: {bottom: 10%}}}]");
    let all: Vec<Figures> = (0..40).map(|_| figures(&[bought("A", 9, 500, "i1")])).collect();
    let population = Population::of(all.iter());
    assert!(all.iter().all(|figures| segments.of(figures, &population).is_empty()));
    let judged = segments.judge(&all[0], &population);
    assert_eq!(judged[0].checks[0].asked, "orders apart from that of too many others (bottom 10 % of 40)");
}
