//! What is in a list, and what a merchandiser is told of one that is wrong.

use std::path::Path;

use jiff::civil::date;

use super::*;
use crate::catalog::tests::{open, own_copy};
use crate::problem::Report;

fn problems(text: &str) -> Vec<String> {
    let mut report = Report::new(Path::new("index/lists.yaml"));
    CuratedList::read(text, &mut report);
    report.problems.iter().map(ToString::to_string).collect()
}

/// The corner shop with these lists.
fn listing(lists: &str) -> (tempfile::TempDir, Catalog) {
    let shop = own_copy();
    std::fs::write(shop.path().join("index/lists.yaml"), lists).expect("a file");
    let catalog = open(shop.path()).expect("it opens");
    (shop, catalog)
}

fn products(catalog: &Catalog, id: &str) -> Vec<String> {
    let listed = catalog.listed(&ListId::parse(id).expect("an id")).expect("a search");
    let hits = listed.map(|listed| listed.hits).unwrap_or_default();
    hits.iter().map(|hit| hit.product.id.as_str().to_owned()).collect()
}

#[test]
fn a_list_of_ids_keeps_the_merchandisers_order_without_what_is_gone() {
    let (_shop, catalog) =
        listing("lists:\n  - {id: mine, title: Mine, products: [SH-4, GONE-1, SH-1, SH-2], limit: 2}\n");
    assert_eq!(products(&catalog, "mine"), ["SH-4", "SH-1", "SH-2"]);
    let listed = catalog.listed(&ListId::parse("mine").expect("an id")).expect("a search").expect("a list");
    assert_eq!(listed.limit, Some(2));
    let scores: Vec<f32> = listed.hits.iter().map(|hit| hit.score).collect();
    assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
}

#[test]
fn a_list_by_conditions_is_what_fits_all_of_them_just_now() {
    let (_shop, catalog) = listing(
        "\
lists:
  - {id: running, title: Running, category: Running shoes}
  - {id: cheap, title: Cheap, category: Shoes, price: {up_to: 80.00}}
  - {id: words, title: Words, query: trail running shoe}
  - {id: nothing, title: Nothing, query: trail running kettle}
",
    );
    let running = products(&catalog, "running");
    assert!(running.contains(&"SH-1".to_owned()) && running.contains(&"SH-2".to_owned()), "{running:?}");
    assert_eq!(products(&catalog, "words")[0], "SH-2");
    assert!(products(&catalog, "nothing").is_empty(), "no product has all of the words");
    let listed = catalog.listed(&ListId::parse("cheap").expect("an id")).expect("a search").expect("a list");
    let prices: Vec<f64> =
        listed.hits.iter().filter_map(|hit| hit.product.price).map(|price| price.as_f64()).collect();
    assert!(!prices.is_empty() && prices.len() == listed.hits.len());
    assert!(prices.iter().all(|price| *price <= 80.0), "{prices:?}");
}

#[test]
fn a_list_with_dates_is_there_from_the_first_day_until_the_last_one_is_over() {
    let (_shop, catalog) = listing(
        "\
lists:
  - {id: always, title: {en: Always, de: Immer}, products: SH-1}
  - {id: may, title: May, products: SH-2, from: 2027-05-01, until: 2027-05-31}
",
    );
    let ids = |catalog: &Catalog| catalog.lists().iter().map(|list| list.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&catalog), ["always"]);
    for (day, open) in
        [(date(2027, 4, 30), 1), (date(2027, 5, 1), 2), (date(2027, 5, 31), 2), (date(2027, 6, 1), 1)]
    {
        let catalog = catalog.at(day.at(23, 0, 0, 0));
        assert_eq!(ids(&catalog).len(), open, "{day}");
        assert_eq!(products(&catalog, "may").len(), open - 1, "{day}");
    }
    let titles: Vec<String> =
        ["de", "en", "fr"].map(|code| catalog.lists()[0].title(code).to_owned()).to_vec();
    assert_eq!(titles, ["Immer", "Always", "Immer"]);
}

#[test]
fn what_is_wrong_with_a_list_is_said_with_its_place_and_what_to_do() {
    for (text, said) in [
        ("lists:\n  - {id: a, titel: A, products: S-1}\n", "unknown key \"titel\""),
        ("lists:\n  - {id: a, products: S-1}\n", "the key \"title\" is missing; add `title: Gift ideas`"),
        ("lists:\n  - {title: A, products: S-1}\n", "the key \"id\" is missing"),
        ("lists:\n  - {id: a, title: A}\n", "does not say what is in it; add `products"),
        (
            "lists:\n  - {id: a, title: A, products: S-1, brand: B}\n",
            "names products and says what they must",
        ),
        ("lists:\n  - {id: a, title: A, products: S-1}\n  - {id: a, title: B, products: S-1}\n", "line 2"),
        ("lists:\n  - {id: a, title: {deutsch: A}, products: S-1}\n", "\"deutsch\" is no language code"),
        (
            "lists:\n  - {id: a, title: A, products: S-1, limit: many}\n",
            "no number of places; write 1 to 1000",
        ),
        ("lists:\n  - {id: a, title: A, price: {up_to: $30}}\n", "no price; write it as a number"),
        (
            "lists:\n  - {id: a, title: A, products: S-1, from: 2027-05-02, until: 2027-05-01}\n",
            "this list ends before",
        ),
    ] {
        let found = problems(text);
        assert!(found.iter().any(|problem| problem.contains(said)), "{text}: {found:?}");
        assert!(found.iter().all(|problem| problem.starts_with("index/lists.yaml:")), "{found:?}");
    }
    assert!(problems("").is_empty() && problems("lists: []\n").is_empty());
}
