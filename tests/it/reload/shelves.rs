//! The same for the files under `index/`, and for feeds.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shophand::import::{Options, import_catalog};
use shophand::model::{Currency, EntityKind, TurnRecord};

use super::{Open, SOON};
use crate::restart::Conversation;
use crate::support::shop::{editable_folder, opening, spare_the_lessons};

const PRODUCTS: &str = "index/products.csv";
const RANKING: &str = "index/ranking.yaml";
const HEADER: &str = "id,title,category,brand,price,colour,size,stock,rating,reviews,description,image,material,audience,feature,occasion,season\n";

const LISTS: &str = "index/lists.yaml";

/// One product of a row, with a price and a stock.
fn row(id: &str, title: &str, category: &str, brand: &str) -> String {
    format!("{id},{title},{category},{brand},20.00,black,,9,4.5,10,,,,,,,\n")
}

impl Open {
    /// Asks until the products of the answer are so; says how long that took.
    async fn finds(&self, text: &str, what: impl Fn(&TurnRecord) -> bool) -> Duration {
        let saved = Instant::now();
        loop {
            let turn = self.hears("ann", None, text).await;
            if what(&turn) {
                return saved.elapsed();
            }
            let status = self.live.status();
            assert!(saved.elapsed() < SOON, "{text:?} still gets {}; {status:?}", turn.reply.text);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn add(&self, file: &str, more: &str) {
        self.save(file, &(self.read(file) + more));
    }
}

fn first_is(id: &'static str) -> impl Fn(&TurnRecord) -> bool {
    move |turn| turn.first.products.first().is_some_and(|shown| shown.product.as_str() == id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synonym_a_rule_and_a_name_of_a_category_are_live_at_once() {
    let shop = Open::shelves().await;
    let synonyms = shop.read("index/synonyms.yaml");
    shop.save(
        "index/synonyms.yaml",
        &synonyms.replace("synonyms:\n", "synonyms:\n  - {when: zoomies, also: [trail shoe]}\n"),
    );
    shop.finds("zoomies", |turn| !turn.first.products.is_empty()).await;

    shop.save(RANKING, "pins:\n  - {query: running shoes, products: [RUN-008]}\n");
    let took = shop.finds("running shoes", first_is("RUN-008")).await;
    eprintln!("from save to the pin: {took:?}; the program's own count: {:?}", shop.live.status().took);
    let turn = shop.hears("ann", None, "running shoes").await;
    assert!(turn.first.products[0].trace.rules[0].starts_with("pin ranking.yaml:"), "the trace says why");

    let named =
        shop.read("index/synonyms.yaml").replace("categories:\n", "categories:\n  Trail: [mud hoppers]\n");
    shop.save("index/synonyms.yaml", &named);
    let understood = |turn: &TurnRecord| turn.first.understanding.of_kind(EntityKind::Category).count() == 1;
    shop.finds("mud hoppers", understood).await;
    assert!(shop.live.status().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_for_the_long_tail_that_is_saved_changes_what_is_recommended() {
    let shop = Open::shelves().await;
    let usual = "personal: {exploration: 0}\n";
    shop.save(RANKING, usual);
    let first = |turn: &TurnRecord| turn.first.products.iter().map(|p| p.product.clone()).collect::<Vec<_>>();
    let before = shop.finds("what do you recommend?", |turn| !turn.first.products.is_empty()).await;
    eprintln!("from save to the usual list: {before:?}");
    let without = first(&shop.hears("ann", None, "what do you recommend?").await);
    shop.save(RANKING, "personal: {exploration: 0, floor: 0.5}\n");
    let saved = std::time::Instant::now();
    loop {
        let with = first(&shop.hears("ann", None, "what do you recommend?").await);
        if with != without {
            assert_eq!(with[0], without[0], "the best stays where it is");
            break;
        }
        assert!(saved.elapsed() < super::SOON, "{:?}", shop.live.status());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_open_once_it_is_saved_and_a_broken_one_leaves_the_others_open() {
    let shop = Open::shelves().await;
    shop.save(LISTS, "lists:\n  - {id: mud, title: Mud and rain, products: [RUN-015, RUN-014]}\n");
    shop.finds("show me the mud and rain list", first_is("RUN-015")).await;
    shop.save(LISTS, "lists:\n  - {id: mud, title: Mud and rain}\n");
    while shop.live.status().problems.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(shop.live.status().problems[0].starts_with("index/lists.yaml:2:5"), "{:?}", shop.live.status());
    let still = shop.hears("ann", None, "mud and rain").await;
    assert_eq!(still.first.products[0].product.as_str(), "RUN-015");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_is_reported_with_its_line_and_the_last_good_order_stays() {
    let shop = Open::shelves().await;
    shop.save(RANKING, "pins:\n  - {query: running shoes, products: [RUN-008]}\n");
    shop.finds("running shoes", first_is("RUN-008")).await;

    shop.save(RANKING, "pins:\n  - {query: running shoes, product: [RUN-009]}\n");
    let problems = shop.until_problems(|problems| !problems.is_empty()).await;
    let place = format!("{RANKING}:2:28:");
    assert!(problems.iter().any(|problem| problem.starts_with(&place)), "{place} is not in {problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("did you mean \"products\"?")), "{problems:?}");
    assert!(first_is("RUN-008")(&shop.hears("ann", None, "running shoes").await));

    shop.save(RANKING, "pins:\n  - {query: running shoes, products: [RUN-009]}\n");
    shop.finds("running shoes", first_is("RUN-009")).await;
    assert!(shop.live.status().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_added_is_found_with_its_brand_and_a_broken_row_takes_nothing_away() {
    let shop = Open::shelves().await;
    let good = shop.read(PRODUCTS);
    shop.save(PRODUCTS, &(good.clone() + &row("ZZZ-1", "Quarkson glow orb", "Home > Orbs", "Quarkson")));
    shop.finds("glow orb", first_is("ZZZ-1")).await;
    // What the shop understands follows: brand and category are words of the shop from now on.
    let turn = shop.hears("ann", None, "orbs by quarkson").await;
    let kinds: Vec<EntityKind> = turn.first.understanding.entities.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [EntityKind::Category, EntityKind::Brand]);
    let before = turn.versions.index;

    shop.add(PRODUCTS, "ZZZ-2,Second orb,Home > Orbs,Quarkson,cheap,,,,,,,,,,,,\n");
    let problems = shop.until_problems(|problems| !problems.is_empty()).await;
    assert!(problems[0].contains("products.csv") && problems[0].contains("\"cheap\""), "{problems:?}");
    let turn = shop.hears("ann", None, "glow orb").await;
    assert!(first_is("ZZZ-1")(&turn));
    assert_eq!(turn.versions.index, before);

    // Meanwhile what is no product goes live all the same.
    let facts = shop.read("index/shop.yaml").replace("shipping_cost: $4.90", "shipping_cost: $3.33");
    shop.save("index/shop.yaml", &facts);
    shop.soon(super::HOW_MUCH, "$3.33").await;

    shop.save(PRODUCTS, &good);
    shop.finds("glow orb", |turn| !first_is("ZZZ-1")(turn)).await;
    shop.until_problems(<[String]>::is_empty).await;
}

/// Every product of the shop says in its title in which round it was written.
fn round(number: usize) -> String {
    let lamps = (0..40).map(|i| row(&format!("L-{i}"), &format!("Lamp of round {number}"), "Lamps", "Lux"));
    let vases = (0..40).map(|i| row(&format!("V-{i}"), &format!("Vase of round {number}"), "Vases", "Lux"));
    HEADER.to_owned() + &lamps.chain(vases).collect::<String>()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_turn_answers_from_one_edition_while_products_are_written_again_and_again() {
    answers_from_one_edition(|shop, number| {
        // By turns as programs that save in place do, and those that put a new file in the place of the old one.
        if number % 2 == 1 {
            shop.save(PRODUCTS, &round(number));
        } else {
            std::fs::write(shop.path("index/products.new"), round(number)).unwrap();
            std::fs::rename(shop.path("index/products.new"), shop.path(PRODUCTS)).unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_turn_answers_from_one_edition_while_feed_after_feed_comes_in() {
    answers_from_one_edition(|shop, number| {
        if number == 0 {
            shop.save(PRODUCTS, &(HEADER.to_owned() + &row("R-1", "Rug", "Rugs", "Lux")));
        }
        shop.save("feed.csv", &round(number));
        let options = Options::new(&shop.path(".shophand"), Currency::USD, opening());
        tokio::task::block_in_place(|| import_catalog(&shop.path("feed.csv"), &options, &mut |_| ()))
            .unwrap();
    })
    .await;
}

/// Shoppers ask without a pause while one round of products after the other is brought.
async fn answers_from_one_edition(bring: impl Fn(&Open, usize)) {
    let shop = Arc::new(Open::shelves().await);
    bring(&shop, 0);
    shop.finds("lamps", first_round(0)).await;
    let over = Arc::new(AtomicBool::new(false));
    let asking = (0..16).map(|n| {
        let (shop, over) = (shop.clone(), over.clone());
        tokio::spawn(async move {
            let mut seen = Vec::new();
            while seen.is_empty() || !over.load(Ordering::Acquire) {
                // Two requests, and each of them searches more than once: nothing is that cheap.
                let asks = "show me lamps under $5 and do you have vases in purple?";
                seen.push(shop.hears(&format!("shopper-{n}"), None, asks).await);
            }
            seen
        })
    });
    let asking: Vec<_> = asking.collect();
    for number in 1..=4 {
        bring(&shop, number);
        shop.finds("lamps", first_round(number)).await;
    }
    over.store(true, Ordering::Release);
    let mut rounds: BTreeMap<String, String> = BTreeMap::new();
    let mut turns = 0;
    for shopper in asking {
        for turn in shopper.await.unwrap() {
            turns += 1;
            let shown: Vec<&str> =
                turn.reply.all_cards().filter_map(|card| card.title.rsplit(' ').next()).collect();
            let Some(first) = shown.first() else { continue };
            assert!(shown.iter().all(|round| round == first), "two editions in one turn: {shown:?}");
            let known = rounds.entry(turn.versions.index.clone()).or_insert_with(|| (*first).to_owned());
            assert_eq!(known, first, "the record names the edition that answered");
        }
    }
    eprintln!("{turns} turns from {} editions", rounds.len());
    assert!(rounds.len() >= 2, "{rounds:?}");
}

fn first_round(number: usize) -> impl Fn(&TurnRecord) -> bool {
    move |turn| {
        let mut cards = turn.reply.all_cards();
        cards.next().is_some_and(|card| card.title.ends_with(&format!("round {number}")))
    }
}

#[test]
fn a_feed_that_is_imported_while_the_shop_is_open_is_on_offer_at_once() {
    let dir = editable_folder();
    spare_the_lessons(&dir.path().join(".shophand"));
    let mut talk = Conversation::open(dir.path(), "ann");
    assert_ne!(talk.says("glow orb")["reply"]["products"][0]["id"], "ZZZ-1");
    let feed = dir.path().join("feed.csv");
    std::fs::write(&feed, HEADER.to_owned() + &row("ZZZ-1", "Quarkson glow orb", "Home > Orbs", "Quarkson"))
        .unwrap();
    let program = |args: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_shophand"))
            .args(args)
            .arg("--shop")
            .arg(dir.path())
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (run.status.success(), said.concat())
    };
    let (well, said) = program(&["import", "catalog", "--partial", &feed.to_string_lossy()]);
    assert!(well, "{said}");
    let found = talk.says("orbs by quarkson");
    assert_eq!(found["reply"]["products"][0]["id"], "ZZZ-1", "{found}");

    // A search from another terminal goes to the open shop, and sees the same.
    let (well, said) = program(&["search", "orbs by quarkson", "--json"]);
    assert!(well, "{said}");
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
    assert_eq!(answer["items"][0]["id"], "ZZZ-1");
    assert_eq!(answer["query"]["filters"][0]["value"], "Quarkson", "the brand was understood: {answer}");
    let (well, said) = program(&["status"]);
    assert!(well && said.contains("469 products"), "{said}");
    talk.ends();
}
