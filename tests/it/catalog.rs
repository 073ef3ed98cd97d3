//! The product index when the process that builds it is killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use shophand::catalog::Catalog;
use shophand::model::{Currency, ProductQuery};

const PRODUCTS: usize = 3000;

fn write_products(shop: &Path, round: usize) {
    let rows: String =
        (0..PRODUCTS).map(|i| format!("P-{i},Lamp {i} of round {round},Lamps,{round}.00\n")).collect();
    let file = shop.join("index/products.csv");
    let beside = shop.join("index/products.csv.new");
    fs::write(&beside, format!("id,title,category,price\n{rows}")).expect("a file");
    fs::rename(&beside, &file).expect("a file");
}

fn open(shop: &Path) -> Catalog {
    Catalog::open(shop, &shop.join(".shophand"), Currency::USD, &mut |_| ()).expect("there is a whole index")
}

/// Not a test of its own: what the process does that the test below kills.
#[test]
#[ignore = "run by an_index_is_whole_whenever_its_builder_is_killed"]
fn builds_until_it_is_killed() {
    let Some(shop) = std::env::var_os("SHOPHAND_KILLED_SHOP") else { return };
    let shop = Path::new(&shop);
    for round in 0.. {
        write_products(shop, round);
        open(shop);
    }
}

#[test]
fn an_index_is_whole_whenever_its_builder_is_killed() {
    let shop = tempfile::tempdir().expect("a folder");
    fs::create_dir(shop.path().join("index")).expect("a folder");
    write_products(shop.path(), 0);
    for kill in 0..8 {
        let mut builder = Command::new(std::env::current_exe().expect("this program"))
            .args(["catalog::builds_until_it_is_killed", "--exact", "--ignored"])
            .env("SHOPHAND_KILLED_SHOP", shop.path())
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
        assert!(hits.items.iter().all(|hit| round(&hit.product.title) == first), "of one round only");
    }
}
