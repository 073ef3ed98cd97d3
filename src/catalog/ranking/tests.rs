//! What merchandisers put first, higher and lower, and what they are told.

use std::path::Path;

use jiff::civil::{DateTime, date};

use super::RankingSettings;
use crate::catalog::tests::{Conditions, category, found, open, own_copy, text};
use crate::catalog::{Catalog, CatalogError, Hits};
use crate::model::{EntityKind, ProductQuery, Sort};
use crate::problem::Report;

/// The corner shop with this `ranking.yaml`.
fn ranked(ranking: &str) -> (tempfile::TempDir, Catalog) {
    let shop = own_copy();
    std::fs::write(shop.path().join("index/ranking.yaml"), ranking).expect("a file");
    let catalog = open(shop.path()).expect("it opens");
    (shop, catalog)
}

fn first(ranking: &str, query: &ProductQuery) -> String {
    found(&ranked(ranking).1, query).first().cloned().unwrap_or_default()
}

fn hits(catalog: &Catalog, query: &ProductQuery) -> Hits {
    catalog.search(query, 20).expect("a search")
}

fn problems(ranking: &str) -> Vec<String> {
    let mut report = Report::new(Path::new("index/ranking.yaml"));
    RankingSettings::read(ranking, Path::new("index"), &mut report);
    report.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_pin_puts_products_first_for_the_words_however_they_were_understood() {
    let pin = "pins:\n  - {query: running shoes, products: [SH-3, SH-6]}\n";
    let (_shop, catalog) = ranked(pin);
    // As words, as a category, and by another name of the category with a condition.
    let running = category("Shoes > Running shoes");
    for query in [text("Running Shoe"), text("the runing shoes"), running.clone()] {
        let found = found(&catalog, &query);
        assert_eq!(found[..2], ["SH-3", "SH-6"], "{query:?}");
    }
    let hits = hits(&catalog, &text("running shoes"));
    assert!(hits.items[0].pinned && hits.items[0].trace.rules == ["pin ranking.yaml:2"]);
    assert_eq!(hits.total, hits.items.len(), "what was pinned from elsewhere is counted");

    assert_eq!(found(&catalog, &text("trail running shoes"))[0], "SH-2", "other words are another search");
    let dark = running.clone().with(EntityKind::Colour, "navy");
    assert_eq!(found(&catalog, &dark)[0], "SH-6", "what is pinned still has to meet the conditions");
    assert!(!found(&catalog, &running.sorted(Sort::PriceUp)).contains(&"SH-6".to_owned()));
}

#[test]
fn a_pin_for_a_category_is_first_for_whoever_looks_into_it_or_below() {
    let pin = "pins:\n  - {category: Shoes, products: SH-5}\n";
    let (_shop, catalog) = ranked(pin);
    assert_eq!(found(&catalog, &category("Shoes"))[0], "SH-5", "even sold out, when somebody pins it");
    assert_eq!(found(&catalog, &category("Shoes > Formal shoes"))[0], "SH-5");
    let oxford = ProductQuery { text: "oxford".to_owned(), ..category("Shoes") };
    assert_eq!(found(&catalog, &oxford)[0], "SH-4", "further words come before the pin");
    assert_ne!(found(&catalog, &category("Home"))[0], "SH-5");
}

#[test]
fn words_that_no_product_has_can_be_given_products() {
    let pin = "pins:\n  - {query: [secret santa, wichteln], products: [HM-2, TY-1]}\n";
    let (_shop, catalog) = ranked(pin);
    assert_eq!(found(&catalog, &text("secret santa")), ["HM-2", "TY-1"]);
    assert_eq!(found(&catalog, &text("Wichteln")), ["HM-2", "TY-1"]);
    assert!(found(&catalog, &text("secret")).is_empty());
}

#[test]
fn boosts_and_buries_move_products_by_id_brand_category_attribute_and_tag() {
    let plain = first("", &category("Shoes"));
    assert_ne!(plain, "SH-7");
    for rule in [
        "boosts: [{products: SH-7, factor: 3}]",
        "boosts: [{brand: Ashby, category: Boots, factor: 3}]",
        "boosts: [{attribute: {size: 42}, brand: ashby, category: Shoes > Boots, factor: 3}]",
        "boosts: [{brand: Halden, factor: 1.0001}]\nburies: [{category: [Sneakers, Running shoes, Formal shoes], factor: 0.1}]",
    ] {
        assert_eq!(first(rule, &category("Shoes")), "SH-7", "{rule}");
    }
    assert_ne!(first("boosts: [{tag: sale, factor: 3}]", &category("Shoes")), "SH-7", "no product has it");
}

#[test]
fn a_trace_names_the_rule_and_what_is_out_of_stock_stays_last() {
    let (_shop, catalog) = ranked(
        "boosts:\n  - {products: SH-5, factor: 100}\n  - query: shoe\n    brand: Strider\n    factor: 2\n",
    );
    let hits = hits(&catalog, &text("shoes"));
    let by_id = |id: &str| hits.items.iter().find(|hit| hit.product.id.as_str() == id).expect("a hit");
    assert_eq!(by_id("SH-1").trace.rules, ["boost ×2 ranking.yaml:3"]);
    assert!((by_id("SH-1").trace.parts["rules"] - 2.0).abs() < 1e-6);
    assert!(by_id("SH-4").trace.rules.is_empty());
    assert_eq!(hits.items.last().expect("a hit").product.id.as_str(), "SH-5");
    assert!(found(&catalog, &text("leather shoes")).len() > 1);
}

#[test]
fn a_rule_with_dates_holds_from_the_first_day_to_the_end_of_the_last_by_the_shops_clock() {
    let pin = "pins:\n  - {query: mug, products: HM-1, from: 2026-11-20, until: 2026-11-30}\n";
    let (_shop, catalog) = ranked(pin);
    let first_at = |at: Option<DateTime>| {
        let catalog = at.map_or(catalog.clone(), |at| catalog.at(at));
        found(&catalog, &text("mug"))[0].clone()
    };
    let day = |day: i8, hour: i8| Some(date(2026, 11, day).at(hour, 0, 0, 0));
    assert_eq!(first_at(day(19, 23)), "HM-2");
    assert_eq!(first_at(day(20, 0)), "HM-1");
    assert_eq!(first_at(day(30, 23)), "HM-1");
    assert_eq!(first_at(Some(date(2026, 12, 1).at(0, 0, 0, 0))), "HM-2");
    assert_eq!(first_at(None), "HM-2", "where nobody says what time it is");
}

#[test]
fn every_mistake_in_the_file_is_named_with_its_place_and_what_to_do() {
    let wrong = "\
fields: {titel: 3, brand: -1}
personal: {weight: 2}
pins:
  - {products: [SH-1]}
  - {query: mug}
  - {query: mug, products: HM-1, form: 2026-01-01, until: tomorrow}
  - {query: mug, products: HM-1, from: 2026-12-01, until: 2026-11-01}
boosts:
  - {brand: Ashby}
  - {brand: Ashby, factor: 0.5}
  - {factor: 2}
buries:
  - {brand: Ashby, factor: two}
";
    insta::assert_snapshot!(problems(wrong).join("\n"), @r#"
    index/ranking.yaml:1:10: unknown key "titel"; did you mean "title"?
    index/ranking.yaml:1:27: "-1" is no boost; write 0 to 1000
    index/ranking.yaml:2:20: "2" is no weight; write 0 to 1
    index/ranking.yaml:4:5: this pin does not say for what; add `query: the words of a search`, or `category: a category path`
    index/ranking.yaml:5:5: this pin does not say what; add `products: [ID, …]`, the first one first
    index/ranking.yaml:6:34: unknown key "form"; did you mean "from"?
    index/ranking.yaml:6:59: "tomorrow" is no day; write it as 2026-11-20, or with the time: 2026-11-20 18:00
    index/ranking.yaml:7:59: this rule ends before it begins, so it never holds
    index/ranking.yaml:9:5: the key "factor" is missing: what to multiply the score by
    index/ranking.yaml:10:28: "0.5" is no such factor; a boost multiplies the score by more than 1, such as 1.5; to lower products, use `buries`
    index/ranking.yaml:11:5: this rule does not say which products; add `products`, `brand`, `category`, `attribute` or `tag`; several must all hold
    index/ranking.yaml:13:28: "two" is no such factor; a bury multiplies the score by less than 1, such as 0.5; to lift products, use `boosts`
    "#);
}

#[test]
fn the_file_that_was_called_search_yaml_is_not_passed_over_in_silence() {
    let shop = own_copy();
    std::fs::write(shop.path().join("index/search.yaml"), "fields: {title: 3}\n").expect("a file");
    let error = open(shop.path()).expect_err("it is read no more");
    assert!(matches!(error, CatalogError::Files(_)));
    assert!(error.to_string().contains("move what it says to index/ranking.yaml"), "{error}");
}
