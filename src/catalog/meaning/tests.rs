//! What a shop's operator and its shoppers see of vectors.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::DIMENSIONS;
use crate::catalog::{Catalog, CatalogError, Embedded, Wanted};
use crate::model::{Currency, Money, PriceRange, ProductId, ProductQuery, Vector};

/// Points one way for chairs, another for lamps, and nearly there for whatever else begins with the same letter.
fn vector(text: &str) -> Arc<[f32]> {
    let mut vector = vec![0.01; DIMENSIONS];
    let first = text.bytes().next().unwrap_or_default();
    vector[usize::from(first)] = 1.0;
    vector[usize::from(text.bytes().last().unwrap_or_default())] += 0.2;
    Arc::from(vector)
}

/// Notes what it was asked to embed, and gives up after so many texts.
struct Model {
    asked: RefCell<Vec<String>>,
    patience: usize,
}

impl Model {
    fn patient(patience: usize) -> Self {
        Model { asked: RefCell::default(), patience }
    }

    fn embeds(&self, catalog: &Catalog) -> Result<Catalog, CatalogError> {
        let embed = |texts: &[String]| {
            if self.asked.borrow().len() >= self.patience {
                return Err("the power is out".to_owned());
            }
            self.asked.borrow_mut().extend_from_slice(texts);
            Ok(texts.iter().map(|text| vector(text)).collect())
        };
        let mut last = Embedded { done: 0, total: 0 };
        let done = catalog.embedded(&embed, &mut |embedded| last = embedded);
        assert!(done.is_err() || last.done == last.total, "{last:?}");
        done
    }

    /// How many texts, the probe that tells the model left out.
    fn count(&self) -> usize {
        self.asked.borrow().len() - 1
    }
}

fn shop(titles: &[String]) -> tempfile::TempDir {
    let shop = tempfile::tempdir().expect("a folder");
    fs::create_dir(shop.path().join("index")).expect("a folder");
    stock(shop.path(), titles);
    shop
}

fn stock(shop: &Path, titles: &[String]) {
    let rows: Vec<String> =
        titles.iter().enumerate().map(|(at, title)| format!("P-{at},{title}\n")).collect();
    fs::write(shop.join("index/products.csv"), format!("id,title\n{}", rows.concat())).expect("written");
}

fn open(shop: &Path) -> Catalog {
    Catalog::open(shop, &shop.join(".shophand"), Currency::USD, &mut |_| ()).expect("it opens")
}

fn lamps(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("lamp {at}")).collect()
}

#[test]
fn an_embedding_that_is_cut_off_goes_on_where_it_was() {
    let shop = shop(&lamps(700));
    let catalog = open(shop.path());
    let cut_off = Model::patient(300);
    let error = cut_off.embeds(&catalog).expect_err("the power is out").to_string();
    assert!(error.contains("found by their words meanwhile"), "{error}");
    let again = Model::patient(usize::MAX);
    let embedded = again.embeds(&open(shop.path())).expect("embedded");
    assert_eq!(cut_off.count() + again.count(), 700, "none twice");
    assert!(embedded.is_embedded());
}

#[test]
fn only_what_a_feed_has_changed_is_embedded() {
    let mut titles = lamps(20);
    let shop = shop(&titles);
    Model::patient(usize::MAX).embeds(&open(shop.path())).expect("embedded");
    titles.rotate_left(5);
    titles[0] = "chair".to_owned();
    titles.push("chair".to_owned());
    stock(shop.path(), &titles);
    let model = Model::patient(usize::MAX);
    let embedded = model.embeds(&open(shop.path())).expect("embedded");
    assert_eq!(model.count(), 1, "the chair, once: {:?}", model.asked);
    let query = ProductQuery {
        text: "seat".to_owned(),
        meaning: Some(Vector::of(&vector("comfortable"))),
        ..ProductQuery::default()
    };
    let found = embedded.rank(&Wanted { query: &query, limit: 2 }).expect("a search");
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["P-0", "P-20"], "both chairs, whose title has no word of the query");
}

#[test]
fn vectors_of_another_start_are_there_at_once_and_damaged_ones_are_made_anew() {
    let shop = shop(&lamps(3));
    Model::patient(usize::MAX).embeds(&open(shop.path())).expect("embedded");
    let embed = |texts: &[String]| Ok(texts.iter().map(|text| vector(text)).collect());
    assert!(open(shop.path()).recalled(&embed).expect("recalled").has_meaning());
    let folder = shop.path().join(".shophand/vectors");
    let files = fs::read_dir(&folder).expect("a folder").filter_map(Result::ok);
    let index = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|e| e == "usearch"));
    fs::write(index.expect("the vectors"), "no vectors").expect("spoilt");
    assert!(!open(shop.path()).recalled(&embed).expect("recalled").has_meaning());
    let model = Model::patient(usize::MAX);
    model.embeds(&open(shop.path())).expect("embedded");
    assert_eq!(model.count(), 3);
}

#[test]
fn what_is_near_in_meaning_meets_the_conditions_and_what_is_far_off_is_left_out() {
    let shop = shop(&[]);
    let rows = "C-1,chair,80.00,3\nC-2,chair de luxe,900.00,3\nC-3,chair,70.00,0\nL-1,lamp,20.00,3\n";
    fs::write(shop.path().join("index/products.csv"), format!("id,title,price,stock\n{rows}"))
        .expect("written");
    let embedded = Model::patient(usize::MAX).embeds(&open(shop.path())).expect("embedded");
    let query = |meaning: &str, max: Option<i64>| ProductQuery {
        text: "seat".to_owned(),
        meaning: Some(Vector::of(&vector(meaning))),
        price: PriceRange { min: None, max: max.map(|max| Money::from_minor(max, Currency::USD)) },
        ..ProductQuery::default()
    };
    let near = |query: ProductQuery| -> Vec<String> {
        let hits = embedded.near(&query, 10).expect("a search");
        assert!(hits.by_meaning || hits.items.is_empty());
        hits.items.iter().map(|hit| hit.product.id.as_str().to_owned()).collect()
    };
    assert_eq!(near(query("cozier", None)), ["C-1", "C-2", "C-3"], "what is sold out comes last");
    assert_eq!(near(query("cozier", Some(10_000))), ["C-1", "C-3"]);
    assert_eq!(near(query("xylophone", None)), [""; 0]);
    // Whoever said of the first chair that it is not for them sees the others, however they are found.
    let without =
        ProductQuery { except: vec![ProductId::parse("C-1").expect("an id")], ..query("cozier", None) };
    assert_eq!(near(without.clone()), ["C-2", "C-3"]);
    let ranked = embedded.rank(&Wanted { query: &without, limit: 10 }).expect("a ranking");
    let ranked: Vec<&str> = ranked.iter().map(|(id, _)| id.as_str()).collect();
    assert!(ranked.contains(&"C-2") && !ranked.contains(&"C-1"), "{ranked:?}");
}
