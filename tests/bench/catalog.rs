//! How fast catalogues are brought in, indexed and searched, and what that takes of disk and memory.
//!
//! Looks for the data in `SHOPHAND_DATA` (default `../shared/data`) and says so when it is not there. Prints figures.

#[path = "measure.rs"]
mod measure;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use shophand::catalog::Catalog;
use shophand::disk;
use shophand::import::{Options, import_catalog, import_events, import_orders};
use shophand::model::{Currency, Product, ProductQuery};
use shophand::store::SledStore;

use measure::resident;

/// Queries that are measured, each of them after one round to warm up.
const QUERIES: usize = 200;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let data =
        std::env::var_os("SHOPHAND_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    for feed in [
        "catalogs/bestbuy_products.csv.gz",
        "events/online_retail_train.csv.gz",
        "orders/retail_products.json",
    ] {
        let file = data.join(feed);
        if file.is_file() {
            catalogue(&file)?;
        } else {
            println!("{feed}: skipped, {} is not there (set SHOPHAND_DATA)", file.display());
        }
    }
    let invoices = data.join("events/online_retail_train.csv.gz");
    if invoices.is_file() {
        events(&invoices)?;
    }
    let sold = data.join("orders/retail_orders.json");
    if sold.is_file() { orders(&sold, &data.join("orders/retail_users.json")) } else { Ok(()) }
}

fn options(state: &Path) -> Options {
    Options::new(state, Currency::USD, Timestamp::now())
}

fn catalogue(file: &Path) -> Outcome<()> {
    let shop = tempfile::tempdir()?;
    let state = shop.path().join(".shophand");
    let before = resident();
    let started = Instant::now();
    let report = import_catalog(file, &options(&state), &mut |_| ())?;
    rate("import", report.rows, started.elapsed(), "rows");
    for line in report.lines() {
        println!("  {line}");
    }
    let started = Instant::now();
    let catalog = Catalog::open(shop.path(), &state, Currency::USD, &mut |_| ())?;
    rate("index", catalog.len() as u64, started.elapsed(), "products");
    println!("  index on disk: {:.1} MB", mb(disk::size(&state.join("index"))?));
    drop(catalog);
    let started = Instant::now();
    let catalog = Catalog::open(shop.path(), &state, Currency::USD, &mut |_| ())?;
    println!("  opened again in {:.0} ms", started.elapsed().as_secs_f64() * 1000.0);
    let queries = queries(&catalog.sample(QUERIES)?);
    for limit in [10, 50] {
        search(&catalog, &queries, limit)?;
    }
    similar(&catalog)?;
    if let (Some(before), Some(after)) = (before, resident()) {
        println!("  resident memory: {:.0} MB before, {:.0} MB after all of this", mb(before), mb(after));
    }
    Ok(())
}

/// One query for each product, in turn: two words of its title, one word, a misspelt word, its title, words apart.
fn queries(products: &[Product]) -> Vec<ProductQuery> {
    let texts = products.iter().enumerate().map(|(i, product)| {
        let words: Vec<&str> =
            product.title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).collect();
        let word = |n: usize| words.get(n).copied().unwrap_or("black");
        match i % 5 {
            0 => format!("{} {}", word(0), word(1)),
            1 => word(words.len() / 2).to_owned(),
            2 => misspelt(words.iter().find(|w| w.len() > 4).copied().unwrap_or("kettle")),
            3 => product.title.clone(),
            _ => format!("{} with {}", word(1), word(2)),
        }
    });
    texts.map(|text| ProductQuery { text, ..ProductQuery::default() }).collect()
}

/// With its second and third letters swapped.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(1, 2);
    letters.into_iter().collect()
}

fn search(catalog: &Catalog, queries: &[ProductQuery], limit: usize) -> Outcome<()> {
    let mut times = Vec::with_capacity(queries.len());
    let mut found = 0;
    for round in 0..2 {
        for query in queries {
            let started = Instant::now();
            let hits = catalog.search(query, limit)?;
            if round > 0 {
                times.push(started.elapsed());
                found += usize::from(hits.total > 0);
            }
        }
    }
    println!("  search, first {limit}: {}; {found} of {} found something", percentiles(times), queries.len());
    Ok(())
}

fn similar(catalog: &Catalog) -> Outcome<()> {
    let mut times = Vec::new();
    for product in catalog.sample(100)? {
        let started = Instant::now();
        catalog.similar(&product, &ProductQuery::default(), 10)?;
        times.push(started.elapsed());
    }
    println!("  similar, first 10: {}", percentiles(times));
    Ok(())
}

fn events(file: &Path) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = SledStore::open(&folder.path().join("store"))?;
    let started = Instant::now();
    let report = import_events(file, &store, &options(&folder.path().join("state")), &mut |_| ())?;
    rate("events", report.rows, started.elapsed(), "rows");
    for line in report.lines() {
        println!("  {line}");
    }
    Ok(())
}

fn orders(file: &Path, users: &Path) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = SledStore::open(&folder.path().join("store"))?;
    let options = Options { users: Some(users.to_owned()), ..options(&folder.path().join("state")) };
    let started = Instant::now();
    let report = import_orders(file, &store, &options, &mut |_| ())?;
    rate("orders", report.rows, started.elapsed(), "rows");
    for line in report.lines() {
        println!("  {line}");
    }
    Ok(())
}

fn rate(what: &str, count: u64, took: Duration, things: &str) {
    let seconds = took.as_secs_f64();
    println!("{what}: {count} {things} in {seconds:.2} s = {:.0} {things}/s", count as f64 / seconds);
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| {
        let i = times.len().saturating_sub(1) * percent / 100;
        times.get(i).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    format!("p50 {:.3} ms, p90 {:.3} ms, p99 {:.3} ms", at(50), at(90), at(99))
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
