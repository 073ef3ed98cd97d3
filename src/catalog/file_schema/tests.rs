use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::lists::{LIST_KEYS, LISTS_KEYS, PRICE_KEYS};
use super::super::ranking::{BOOST_FIELDS, RANKING_KEYS, RULE_KEYS};
use super::super::shop::{CONTACT_KEYS, SHOP_KEYS};
use super::super::synonym_file::{ONE_WAY_KEYS, SYNONYM_KEYS};
use super::schemas;
use crate::intents::schema::tests::{keys, wrong};
use crate::offers::{self, BUDGET_KEYS, LEVEL_KEYS, OFFERS_KEYS, VELOCITY_KEYS};
use crate::segments::{BOUGHT_KEYS, SEGMENT_KEYS, SEGMENTS_KEYS};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_editor_knows_exactly_the_keys_that_the_shop_reads() {
    let [(_, shop), (_, synonyms), (_, ranking), (_, lists), (_, segments), (_, offers)] = schemas();
    let set = |keys: &[&'static str]| keys.iter().copied().collect::<BTreeSet<&str>>();
    assert_eq!(keys(&shop), set(&SHOP_KEYS));
    assert_eq!(keys(&shop["$defs"]["Contact"]), set(&CONTACT_KEYS));
    assert_eq!(keys(&synonyms), set(&SYNONYM_KEYS));
    assert_eq!(keys(&synonyms["$defs"]["OneWay"]), set(&ONE_WAY_KEYS));
    assert_eq!(keys(&ranking), set(&RANKING_KEYS));
    assert_eq!(keys(&ranking["$defs"]["Fields"]), set(&BOOST_FIELDS));
    assert_eq!(keys(&ranking["$defs"]["Pin"]), set(RULE_KEYS[0]));
    assert_eq!(keys(&lists), set(&LISTS_KEYS));
    assert_eq!(keys(&lists["$defs"]["List"]), set(&LIST_KEYS));
    assert_eq!(keys(&lists["$defs"]["Bounds"]), set(&PRICE_KEYS));
    for rule in ["Boost", "Bury"] {
        assert_eq!(keys(&ranking["$defs"][rule]), set(RULE_KEYS[1]), "{rule}");
    }
    assert_eq!(keys(&segments), set(&SEGMENTS_KEYS));
    assert_eq!(keys(&segments["$defs"]["Segment"]), set(&SEGMENT_KEYS));
    assert_eq!(keys(&segments["$defs"]["Bought"]), set(&BOUGHT_KEYS));
    assert_eq!(keys(&offers), set(&OFFERS_KEYS));
    assert_eq!(keys(&offers["$defs"]["OfferRule"]), set(&offers::RULE_KEYS));
    assert_eq!(keys(&offers["$defs"]["Velocity"]), set(&VELOCITY_KEYS));
    assert_eq!(keys(&offers["$defs"]["OfferLevel"]), set(&LEVEL_KEYS));
    assert_eq!(keys(&offers["$defs"]["Budget"]), set(&BUDGET_KEYS));
}

/// Writes what is out of date, so that the second run passes; what it wrote is to be committed.
#[test]
fn the_schemas_that_a_new_shop_gets_are_the_ones_of_this_program() {
    let mut renewed = Vec::new();
    for (name, schema) in schemas() {
        let file = root().join("index/.schema").join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        if fs::read_to_string(&file).unwrap_or_default() != text {
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, text).expect("written");
            renewed.push(name);
        }
    }
    assert!(renewed.is_empty(), "index/.schema was out of date and is renewed now, commit it: {renewed:?}");
}

#[test]
fn every_file_of_the_demo_shop_is_right_for_an_editor_too_and_what_the_shop_refuses_is_underlined() {
    let schemas = schemas();
    let schema =
        |name: &str| &schemas.iter().find(|(file, _)| *file == format!("{name}.json")).expect("one").1;
    let files = [
        "shop.yaml",
        "synonyms.yaml",
        "synonyms.de.yaml",
        "ranking.yaml",
        "lists.yaml",
        "segments.yaml",
        "offers.yaml",
    ];
    for file in files {
        let text = fs::read_to_string(root().join("index").join(file)).expect("a file");
        let value: Value = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
        let schema = schema(file.split('.').next().expect("a name"));
        assert_eq!(wrong(&value, schema, schema), None, "{file}");
    }
    for (name, text) in [
        ("shop", "{name: A, curency: USD, order_number: a}"),
        ("shop", "{name: A, currency: dollars, order_number: a}"),
        ("synonyms", "{synonyms: [[sofa]]}"),
        ("synonyms", "{synonyms: [{when: a, also: [b], or: c}]}"),
        ("synonyms", "{families: {color: {blue: [navy]}}}"),
        ("ranking", "{fields: {titel: 3}}"),
        ("ranking", "{pins: [{products: [A-1]}]}"),
        ("ranking", "{boosts: [{brand: A, factor: 0.5}]}"),
        ("ranking", "{buries: [{factor: 0.5}]}"),
        ("ranking", "{boosts: [{brand: A, factor: 2, from: tomorrow}]}"),
        ("lists", "{lists: [{id: a, products: [A-1]}]}"),
        ("lists", "{lists: [{id: a, title: A}]}"),
        ("lists", "{lists: [{id: a b, title: A, products: A-1}]}"),
        ("lists", "{lists: [{id: a, title: A, price: {under: 30}}]}"),
        ("segments", "{segments: [{name: a, when: {oders: {at_least: 2}}}]}"),
        ("segments", "{segments: [{name: a, when: {spent: {top: 10}}}]}"),
        ("segments", "{segments: [{name: a}]}"),
        ("offers", "{rules: [{id: a, percent: 110}]}"),
        ("offers", "{rules: [{id: a}]}"),
        ("offers", "{rules: [{id: a, percent: 10, price: 4}]}"),
        ("offers", "{rules: [{id: a, percent: 10, sales: {at_most: 3}}]}"),
    ] {
        let value: Value = serde_saphyr::from_str(text).expect("YAML");
        assert!(wrong(&value, schema(name), schema(name)).is_some(), "{text}");
    }
}
