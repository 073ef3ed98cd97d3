//! The product index when the process that builds it is killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use shophand::catalog::Catalog;
use shophand::import::{Options, import_catalog};
use shophand::model::{Currency, ProductQuery};

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
        let mut builder = Command::new(std::env::current_exe().expect("this program"))
            .args(["catalog::builds_until_it_is_killed", "--exact", "--ignored"])
            .env("SHOPHAND_KILLED_SHOP", shop.path())
            .env("SHOPHAND_KILLED_AT", kind)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
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
