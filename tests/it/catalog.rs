//! The product index, and the vectors of the products, when the process that makes them is killed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use shophand::catalog::{Catalog, Wanted};
use shophand::import::{Options, import_catalog};
use shophand::model::{Currency, ProductQuery, Vector};

const PRODUCTS: usize = 3000;

fn write_products(shop: &Path, round: usize) {
    write_rows(&shop.join("index/products.csv"), round);
}

/// As careful programs do: beside, and renamed.
fn write_rows(file: &Path, round: usize) {
    let rows: String =
        (0..PRODUCTS).map(|i| format!("P-{i},Lamp {i} of round {round},Lamps,{round}.00\n")).collect();
    let beside = file.with_extension("new");
    fs::write(&beside, format!("id,title,category,price\n{rows}")).expect("a file");
    fs::rename(&beside, file).expect("a file");
}

fn open(shop: &Path) -> Catalog {
    Catalog::open(shop, &shop.join(".shophand"), Currency::USD, &mut |_| ()).expect("there is a whole index")
}

/// Not a test of its own: what the process does that the test below kills. It builds because a file was saved, because
/// somebody wants it, and because a feed came in.
#[test]
#[ignore = "run by an_index_is_whole_whenever_its_builder_is_killed"]
fn builds_until_it_is_killed() {
    let Some(shop) = std::env::var_os("SHOPHAND_KILLED_SHOP") else { return };
    let shop = Path::new(&shop);
    let state = shop.join(".shophand");
    let mut catalog = open(shop);
    for round in 1.. {
        match std::env::var("SHOPHAND_KILLED_AT").as_deref() {
            Ok("rebuild") => {
                catalog = Catalog::rebuild(shop, &state, Currency::USD, &mut |_| ()).expect("it is built");
            }
            Ok("feed") => {
                let feed = shop.join("feed.csv");
                write_rows(&feed, round);
                let options = Options::new(&state, Currency::USD, Timestamp::UNIX_EPOCH);
                import_catalog(&feed, &options, &mut |_| ()).expect("a feed");
                catalog = catalog.restocked(&mut |_| ()).expect("it is built");
            }
            _ => {
                write_products(shop, round);
                catalog = catalog.restocked(&mut |_| ()).expect("it is built");
            }
        }
    }
}

#[test]
fn an_index_is_whole_whenever_its_builder_is_killed() {
    for kind in ["files", "rebuild", "feed"] {
        killed_again_and_again(kind);
    }
}

/// Another process, which does what one of the ignored tests does.
fn start(test: &str, shop: &Path, kind: &str) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args([test, "--exact", "--ignored"])
        .env("SHOPHAND_KILLED_SHOP", shop)
        .env("SHOPHAND_KILLED_AT", kind)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

fn killed_again_and_again(kind: &str) {
    let shop = tempfile::tempdir().expect("a folder");
    fs::create_dir(shop.path().join("index")).expect("a folder");
    write_products(shop.path(), 0);
    if kind == "feed" {
        // A feed alone: of an id in both, the shop's own file counts.
        let options = Options::new(&shop.path().join(".shophand"), Currency::USD, Timestamp::UNIX_EPOCH);
        import_catalog(&shop.path().join("index/products.csv"), &options, &mut |_| ()).expect("a feed");
        fs::remove_file(shop.path().join("index/products.csv")).expect("a file");
    }
    for kill in 0..6 {
        let mut builder = start("catalog::builds_until_it_is_killed", shop.path(), kind);
        std::thread::sleep(Duration::from_millis(150 + 97 * kill));
        builder.kill().expect("it is killed");
        builder.wait().expect("it is gone");
        let catalog = open(shop.path());
        let query = ProductQuery { text: "lamp".to_owned(), ..ProductQuery::default() };
        let hits = catalog.search(&query, PRODUCTS).expect("a search");
        assert_eq!((hits.total, catalog.len()), (PRODUCTS, PRODUCTS));
        let round = |title: &str| title.rsplit(' ').next().map(str::to_owned);
        let first = round(&hits.items[0].product.title);
        assert!(
            hits.items.iter().all(|hit| round(&hit.product.title) == first),
            "of one round only ({kind})"
        );
    }
}

/// What a shop that has vectors takes in.
const MORE: usize = 2000;

fn titles(from: usize, count: usize) -> Vec<String> {
    (from..from + count).map(|at| format!("Lamp {at}")).collect()
}

fn sell(shop: &Path, titles: &[String]) {
    let rows: String = titles.iter().enumerate().map(|(at, title)| format!("P-{at},{title}\n")).collect();
    fs::write(shop.join("index/products.csv"), format!("id,title\n{rows}")).expect("a file");
}

/// A direction of its own for every text, but the same for a chair and for what is comfortable.
fn direction(text: &str) -> Arc<[f32]> {
    let text = if text == "comfortable" { "Chair" } else { text };
    let mut seed =
        text.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let numbers: Vec<f32> = (0..384)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from((seed >> 16) as u16) / 32768.0 - 1.0
        })
        .collect();
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    numbers.iter().map(|number| number / length).collect()
}

/// The product that is near "comfortable", a word that no product has.
fn found_by_meaning(catalog: &Catalog) -> Option<String> {
    let query = ProductQuery {
        text: "comfortable".to_owned(),
        meaning: Some(Vector::of(&direction("comfortable"))),
        ..ProductQuery::default()
    };
    let found = catalog.rank(&Wanted { query: &query, limit: 1 }).expect("a search");
    found.first().map(|(id, _)| id.as_str().to_owned())
}

/// Not a test of its own: what the process does that the test below kills. Before each portion it notes the one before,
/// which must then be safe on the disk.
#[test]
#[ignore = "run by an_embedding_that_is_killed_goes_on_where_it_was"]
fn embeds_until_it_is_killed() {
    let Some(shop) = std::env::var_os("SHOPHAND_KILLED_SHOP") else { return };
    let shop = Path::new(&shop);
    let kept = fs::OpenOptions::new().create(true).append(true).open(shop.join("kept")).expect("a file");
    let last: RefCell<Vec<String>> = RefCell::default();
    let slowly = |texts: &[String]| {
        let before = last.replace(texts.to_vec());
        (&kept)
            .write_all(before.iter().map(|text| format!("{text}\n")).collect::<String>().as_bytes())
            .expect("noted");
        std::thread::sleep(Duration::from_millis(20));
        Ok(texts.iter().map(|text| direction(text)).collect())
    };
    open(shop).embedded(&slowly, &mut |_| ()).expect("embedded");
}

#[test]
fn an_embedding_that_is_killed_goes_on_where_it_was() {
    let shop = tempfile::tempdir().expect("a folder");
    fs::create_dir(shop.path().join("index")).expect("a folder");
    let mut selling = [vec!["Chair".to_owned()], titles(0, 100)].concat();
    sell(shop.path(), &selling);
    let asked: RefCell<BTreeSet<String>> = RefCell::default();
    let embed = |texts: &[String]| {
        asked.borrow_mut().extend(texts.iter().filter(|text| text.starts_with("Lamp")).cloned());
        Ok(texts.iter().map(|text| direction(text)).collect())
    };
    open(shop.path()).embedded(&embed, &mut |_| ()).expect("embedded");
    assert_eq!(asked.take().len(), 100);

    selling.extend(titles(100, MORE));
    sell(shop.path(), &selling);
    let kept = || -> BTreeSet<String> {
        let noted = fs::read_to_string(shop.path().join("kept")).unwrap_or_default();
        noted.lines().filter(|line| line.starts_with("Lamp")).map(str::to_owned).collect()
    };
    for enough in [1, 600, 1200] {
        let mut embedder = start("catalog::embeds_until_it_is_killed", shop.path(), "");
        let started = Instant::now();
        while kept().len() < enough {
            assert!(started.elapsed() < Duration::from_secs(60), "it embeds");
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(embedder.try_wait().expect("a process"), None, "it is in the midst of it");
        embedder.kill().expect("it is killed");
        embedder.wait().expect("it is gone");
        let catalog = open(shop.path()).recalled(&embed).expect("it opens");
        let lamps = ProductQuery { text: "lamp".to_owned(), ..ProductQuery::default() };
        assert_eq!(
            catalog.search(&lamps, 1).expect("a search").total,
            MORE + 100,
            "by words everything is found"
        );
        assert!(!catalog.is_embedded());
        assert_eq!(found_by_meaning(&catalog).as_deref(), Some("P-0"), "by meaning what was there before");
    }
    let (kept, before) = (kept(), asked.take());
    assert_eq!(before, BTreeSet::new(), "opening embeds nothing");
    let catalog = open(shop.path()).embedded(&embed, &mut |_| ()).expect("embedded");
    let asked = asked.take();
    assert!(asked.is_disjoint(&kept), "nothing that was safe is embedded again");
    assert!(asked.is_subset(&titles(100, MORE).into_iter().collect()), "nor what was there before");
    assert!(kept.len() >= 1200 && asked.len() <= MORE - kept.len(), "{} + {}", kept.len(), asked.len());
    assert!(catalog.is_embedded());
    assert_eq!(found_by_meaning(&catalog).as_deref(), Some("P-0"));
}
