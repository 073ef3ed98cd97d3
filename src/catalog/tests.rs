//! What a shopper finds, and what a merchandiser is told.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::{AttributeFilter, Dropped, EntityKind, Money, PriceRange};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn corner_shop() -> (tempfile::TempDir, Catalog) {
    let state = tempfile::tempdir().expect("a folder");
    let catalog = Catalog::open(&fixture("corner-shop"), state.path(), Currency::USD, &mut |_| ())
        .expect("the fixture opens");
    (state, catalog)
}

/// A copy of the fixture that a test may spoil.
pub(super) fn own_copy() -> tempfile::TempDir {
    let shop = tempfile::tempdir().expect("a folder");
    fs::create_dir(shop.path().join("index")).expect("a folder");
    for name in ["shop.yaml", "products.csv", "synonyms.yaml", "ranking.yaml"] {
        let from = fixture("corner-shop").join("index").join(name);
        fs::copy(from, shop.path().join("index").join(name)).expect("a copy");
    }
    shop
}

pub(super) fn open(shop: &Path) -> Result<Catalog, CatalogError> {
    Catalog::open(shop, &shop.join(".shophand"), Currency::USD, &mut |_| ())
}

pub(super) fn text(words: &str) -> ProductQuery {
    ProductQuery { text: words.to_owned(), ..ProductQuery::default() }
}

pub(super) fn category(path: &str) -> ProductQuery {
    ProductQuery { categories: vec![CategoryPath::parse(path)], ..ProductQuery::default() }
}

pub(super) trait Conditions {
    fn with(self, kind: EntityKind, value: &str) -> Self;
    fn without(self, kind: EntityKind, value: &str) -> Self;
    fn under(self, dollars: i64) -> Self;
    fn sorted(self, sort: Sort) -> Self;
}

impl Conditions for ProductQuery {
    fn with(mut self, kind: EntityKind, value: &str) -> Self {
        self.filters.push(AttributeFilter::new(kind, value));
        self
    }
    fn without(mut self, kind: EntityKind, value: &str) -> Self {
        self.filters.push(AttributeFilter::not(kind, value));
        self
    }
    fn under(mut self, dollars: i64) -> Self {
        self.price = PriceRange { min: None, max: Some(Money::from_minor(dollars * 100, Currency::USD)) };
        self
    }
    fn sorted(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }
}

pub(super) fn found(catalog: &Catalog, query: &ProductQuery) -> Vec<String> {
    let hits = catalog.search(query, 20).expect("a search");
    hits.items.iter().map(|hit| hit.product.id.as_str().to_owned()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[test]
fn the_words_find_the_product_that_has_them_all_first() {
    let (_state, catalog) = corner_shop();
    for (words, first) in [
        ("trail running shoe", "SH-2"),
        ("oxford", "SH-4"),
        ("strider road shoes", "SH-1"),
        ("wool coat", "CL-2"),
        ("wooden trains", "TY-1"),
        ("cafe creme", "HM-2"),
        ("a kettle for the kitchen", "HM-1"),
    ] {
        assert_eq!(found(&catalog, &text(words)).first().map(String::as_str), Some(first), "{words}");
    }
    let hits = catalog.search(&text("leather shoes"), 20).expect("a search");
    assert!(!hits.partial);
    assert!(hits.items.iter().all(|h| h.product.attributes["material"] == ["leather"]));
    assert!(
        hits.items.iter().any(|h| h.product.id.as_str() == "SH-5" && h.score == 1.0),
        "best, but sold out"
    );
    assert_eq!(hits.total, hits.items.len());
}

#[test]
fn most_of_the_words_do_when_no_product_has_all_and_nonsense_finds_nothing() {
    let (_state, catalog) = corner_shop();
    let hits = catalog.search(&text("waterproof trail running sandal"), 20).expect("a search");
    assert!(hits.partial);
    assert_eq!(hits.items[0].product.id.as_str(), "SH-2");
    assert!(
        !found(&catalog, &text("soft shoe for rain and wool and leather")).is_empty(),
        "half of the words do"
    );
    assert_eq!(found(&catalog, &text("asdf qwer")), Vec::<String>::new());
    assert_eq!(catalog.search(&text(""), 3).expect("a search").total, 16);
}

#[test]
fn shoppers_words_for_things_work_in_the_directions_that_the_file_says() {
    let (_state, catalog) = corner_shop();
    assert_eq!(found(&catalog, &text("trainers")), ["SH-6"]);
    assert_eq!(found(&catalog, &text("gym shoes")), ["SH-6"]);
    assert_eq!(found(&catalog, &text("raincoat")), ["CL-1"]);
    assert_eq!(found(&catalog, &text("tee")), ["CL-3"]);
    assert_eq!(found(&catalog, &text("tshirt")), ["CL-3"]);
    assert_eq!(found(&catalog, &category("dress shoes")).len(), 2);
    let vocabulary = catalog.vocabulary();
    assert_eq!(
        vocabulary.category_names["jogging shoes"],
        [CategoryPath::parse("Shoes > Running shoes")],
        "the understanding knows the other names too"
    );
}

#[test]
fn a_misspelt_word_is_corrected_from_the_catalogues_own_words_and_said() {
    let (_state, catalog) = corner_shop();
    let hits = catalog.search(&text("runing shoe"), 20).expect("a search");
    assert_eq!(hits.corrected, [("runing".to_owned(), "running".to_owned())]);
    assert_eq!(hits.total, 3);
    for (typo, first) in [("waterprof jaket", "CL-1"), ("kettel", "HM-1"), ("loafre", "SH-5")] {
        assert_eq!(found(&catalog, &text(typo)).first().map(String::as_str), Some(first), "{typo}");
    }
    assert!(catalog.search(&text("shoes"), 5).expect("a search").corrected.is_empty());
}

#[test]
fn filters_hold_whatever_the_words_say() {
    let (_state, catalog) = corner_shop();
    use EntityKind::{Audience, Brand, Colour, Feature, Material, Season, Size};
    let shoes = || category("Shoes");
    for (what, query, ids) in [
        (
            "under 80, not black",
            category("Shoes > Running shoes").under(80).without(Colour, "black"),
            vec!["SH-3"],
        ),
        ("navy or green", shoes().with(Colour, "Navy").with(Colour, "green"), vec!["SH-2", "SH-6"]),
        ("black leather", shoes().with(Colour, "black").with(Material, "leather"), vec!["SH-4"]),
        ("size 43", shoes().with(Size, "43"), vec!["SH-2", "SH-3"]),
        ("for women counts unisex in", shoes().with(Audience, "women"), vec!["SH-1", "SH-3", "SH-6", "SH-7"]),
        (
            "not for women keeps unisex",
            shoes().without(Audience, "women"),
            vec!["SH-2", "SH-3", "SH-4", "SH-5", "SH-6"],
        ),
        ("brand", text("shoe").with(Brand, "strider"), vec!["SH-1", "SH-2"]),
        ("waterproof", text("").with(Feature, "waterproof"), vec!["CL-1", "SH-2", "SH-7"]),
        ("no such column: the texts tell", text("").with(Season, "race day"), vec!["SH-3"]),
        ("no colour given: the title tells", category("Home").with(Colour, "black"), vec!["HM-3"]),
        ("no price is in no range", category("Home > Table linen").under(500), vec![]),
        ("a category of that leaf", category("Trail"), vec!["SH-2"]),
        ("no such category", category("Garden"), vec![]),
    ] {
        assert_eq!(sorted(found(&catalog, &query)), ids, "{what}");
    }
}

#[test]
fn what_is_sold_out_comes_last_and_what_has_no_price_comes_last_by_price() {
    let (_state, catalog) = corner_shop();
    let shoes = found(&catalog, &category("Shoes"));
    assert_eq!(shoes.last().map(String::as_str), Some("SH-5"));
    assert_eq!(found(&catalog, &category("Home").sorted(Sort::PriceUp)), ["HM-2", "HM-3", "HM-1", "HM-4"]);
    assert_eq!(found(&catalog, &category("Home").sorted(Sort::PriceDown)), ["HM-1", "HM-3", "HM-2", "HM-4"]);
}

#[test]
fn something_similar_is_of_the_kind_and_never_the_product_itself() {
    let (_state, catalog) = corner_shop();
    let id = ProductId::parse("SH-1").expect("an id");
    let shoe = catalog.get(&id).expect("a search").expect("it is there");
    let alike = catalog.similar(&shoe, &ProductQuery::default(), 5).expect("a search");
    assert!(alike.items.iter().all(|hit| hit.product.id != id));
    assert_eq!(alike.items[0].product.category.0[1], "Running shoes");
    let cheap = catalog.similar(&shoe, &ProductQuery::default().under(60), 5).expect("a search");
    assert_eq!(cheap.items[0].product.id.as_str(), "SH-3");
    assert!(cheap.items.iter().all(|hit| hit.product.price.is_some_and(|p| p.minor <= 6000)));
}

#[test]
fn popular_things_are_in_stock_and_products_are_got_by_id() {
    let (_state, catalog) = corner_shop();
    let popular = catalog.popular(3).expect("a search");
    assert_eq!(popular[0].product.id.as_str(), "HM-2");
    assert!(popular.iter().all(|hit| hit.product.in_stock()));
    let ids = ["TY-1", "NO-1", "CL-4"].map(|id| ProductId::parse(id).expect("an id"));
    let got = catalog.get_many(&ids).expect("a search");
    assert_eq!(got.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["TY-1", "CL-4"]);
    assert_eq!(catalog.sample(4).expect("a search").len(), 4);
    assert_eq!(catalog.price_quantiles(&CategoryPath::parse("Shoes")).expect("prices")[2], 9900);
    assert_eq!(catalog.priced(), 15);
}

#[test]
fn the_best_rated_is_what_many_rate_highly_and_not_what_one_person_does() {
    let (shop, _) = corner_shop();
    let rows =
        "A-1,One fan lamp,5.0,1\nA-2,Well liked lamp,4.8,900\nA-3,Loved lamp,4.9,100\nA-4,New lamp,,\n";
    fs::write(shop.path().join("index/products.csv"), format!("id,title,rating,reviews\n{rows}"))
        .expect("a file");
    let catalog = open(shop.path()).expect("it opens");
    let best = ProductQuery { sort: crate::model::Sort::Rating, ..text("lamp") };
    assert_eq!(found(&catalog, &best), ["A-3", "A-2", "A-1", "A-4"]);
}

#[test]
fn conditions_are_let_go_of_from_the_least_important_on() {
    use EntityKind::{Colour, Size};
    let query = ProductQuery { text: "light".to_owned(), ..category("Shoes") }
        .with(Size, "46")
        .with(Colour, "pink")
        .without(Colour, "black")
        .under(20);
    let name = |dropped: &Dropped| match dropped {
        Dropped::Words => "words".to_owned(),
        Dropped::Price => "price".to_owned(),
        Dropped::Values(values) => values[0].value.clone(),
    };
    let steps = relaxations(&query);
    let dropped: Vec<String> =
        steps.iter().map(|step| step.dropped.iter().map(name).collect::<Vec<_>>().join(", ")).collect();
    assert_eq!(
        dropped,
        ["words", "pink", "46", "price", "words, pink", "words, pink, 46", "words, pink, 46, price"]
    );
    let last = &steps[steps.len() - 1].query;
    assert_eq!(last, &category("Shoes").without(Colour, "black"), "a refusal is kept");
    assert!(relaxations(&text("teapot")).is_empty(), "there is nothing to let go of");
}

#[test]
fn a_wrong_row_stops_the_shop_with_file_row_field_and_value() {
    let shop = own_copy();
    let file = shop.path().join("index/products.csv");
    let good = fs::read_to_string(&file).expect("a file");
    let says = |content: &str| {
        fs::write(&file, content).expect("a file");
        open(shop.path()).expect_err("a wrong file").to_string()
    };
    let error = says(&good.replace("99.00", "ninety"));
    assert!(error.contains("products.csv: row 3: price \"ninety\""), "{error}");
    let error = says(&good.replace("SH-3,", "SH-2,"));
    assert!(error.contains("row 4: id \"SH-2\": the id is already that of row 3"), "{error}");
    let error = says(&good.replace(",A light shoe", ",A, light shoe"));
    assert!(error.contains("row 2") && error.contains("cells"), "{error}");
    let error = says(&good.replacen("id,title", "id,label", 1));
    assert!(error.contains("no column is known to hold the title"), "{error}");
    fs::remove_file(&file).expect("a file");
    assert!(matches!(open(shop.path()), Err(CatalogError::NoProducts { .. })));
}

#[test]
fn a_wrong_key_is_named_with_line_and_the_key_that_was_meant() {
    let shop = own_copy();
    let write =
        |name: &str, text: &str| fs::write(shop.path().join("index").join(name), text).expect("a file");
    write("ranking.yaml", "fields:\n  titel: 3\n");
    let error = open(shop.path()).expect_err("a wrong file").to_string();
    assert!(error.contains("ranking.yaml:2:3: unknown key \"titel\"; did you mean \"title\"?"), "{error}");
    write("ranking.yaml", "fields: {title: -1}\n");
    assert!(
        open(shop.path()).expect_err("a wrong file").to_string().contains("\"-1\" is no boost; write 0 to")
    );
    write("ranking.yaml", "");
    write("synonyms.yaml", "synonyms:\n  - [a, b\n");
    let error = open(shop.path()).expect_err("a wrong file").to_string();
    assert!(error.contains("synonyms.yaml:"), "{error}");
    write("synonyms.yaml", "categories:\n  Sandals: [flip flops]\n");
    assert!(open(shop.path()).expect("it opens").warnings()[0].contains("Sandals"));
    write("shop.yaml", "name: X\ncurrency: dollars\norder_number: 'A'\n");
    let error = load_shop(shop.path()).expect_err("a wrong file").to_string();
    assert!(error.contains("shop.yaml:2:") && error.contains("dollars"), "{error}");
    write("shop.yaml", "name: X\ncurrency: USD\norder_number: '['\n");
    assert!(load_shop(shop.path()).expect_err("a wrong file").to_string().contains("shop.yaml:3:"));
}

#[test]
fn the_shops_facts_are_read_with_what_is_always_there() {
    let facts = load_shop(&fixture("corner-shop")).expect("it is sound");
    assert_eq!(facts.name, "Corner Shop");
    assert_eq!(facts.variables["returns_days"], "14");
    assert_eq!(facts.variables["shipping_cost"], "3.50");
    assert_eq!(facts.variables["shop"], "Corner Shop");
    assert_eq!(facts.variables["email"], "hello@corner.example");
}

#[test]
fn a_damaged_index_is_one_clear_error_and_rebuilding_mends_it() {
    let shop = own_copy();
    let built = open(shop.path()).expect("it opens").version();
    let index = shop.path().join(".shophand/index");
    let generation = index.join(fs::read_to_string(index.join("CURRENT")).expect("a file"));
    let store = fs::read_dir(&generation)
        .expect("a folder")
        .filter_map(|e| e.ok().map(|e| e.path()))
        .find(|p| p.extension().is_some_and(|e| e == "store"))
        .expect("the stored products");
    let mut bytes = fs::read(&store).expect("a file");
    bytes[10] ^= 0xff;
    let permissions = fs::metadata(&store).expect("a file").permissions();
    fs::remove_file(&store).expect("it goes");
    fs::write(&store, bytes).expect("a file");
    fs::set_permissions(&store, permissions).expect("it can be");
    let error = open(shop.path()).expect_err("it is damaged");
    assert!(matches!(error, CatalogError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("shophand index rebuild"), "{error}");
    fs::write(index.join("CURRENT"), "nowhere").expect("a file");
    assert!(matches!(open(shop.path()), Err(CatalogError::Corrupt { .. })));
    let state = shop.path().join(".shophand");
    let mended = Catalog::rebuild(shop.path(), &state, Currency::USD, &mut |_| ()).expect("it is mended");
    assert_eq!(mended.version(), built);
}

#[test]
fn an_interrupted_build_leaves_the_index_before_and_a_finished_one_removes_it() {
    let shop = own_copy();
    let before = open(shop.path()).expect("it opens");
    let index = shop.path().join(".shophand/index");
    let current = fs::read_to_string(index.join("CURRENT")).expect("a file");
    // What a killed build leaves behind: a half-written folder and a temporary pointer.
    fs::create_dir(index.join("0123456789ab-1")).expect("a folder");
    fs::write(index.join("0123456789ab-1/half.store"), "half").expect("a file");
    fs::write(index.join(".CURRENT.new"), "0123456789ab-1").expect("a file");
    let again = open(shop.path()).expect("it opens");
    assert_eq!(again.version(), before.version());
    assert_eq!(fs::read_to_string(index.join("CURRENT")).expect("a file"), current, "nothing was built");

    let file = shop.path().join("index/products.csv");
    let more =
        fs::read_to_string(&file).expect("a file") + "GD-1,Watering can,Garden,Tolly,19.00,green,,5,,,,,,,\n";
    fs::write(&file, more).expect("a file");
    let newer = again.restocked(&mut |_| ()).expect("it is built");
    assert_eq!(found(&newer, &text("watering can")), ["GD-1"]);
    assert_ne!(newer.version(), before.version());
    assert_eq!(
        fs::read_dir(&index)
            .expect("a folder")
            .filter(|e| e.as_ref().is_ok_and(|e| e.path().is_dir()))
            .count(),
        1
    );
    assert_eq!(found(&before, &text("oxford")), ["SH-4"], "who still holds the old one can go on");
}

#[test]
fn whoever_holds_an_edition_gets_the_same_answers_while_others_are_built_and_removed() {
    let shop = own_copy();
    let file = shop.path().join("index/products.csv");
    let write = |round: usize| {
        let rows: String = (0..40).map(|i| format!("P-{i},Round {round} lamp,Lamps,{round}.00\n")).collect();
        fs::write(&file, format!("id,title,category,price\n{rows}")).expect("a file");
    };
    write(1);
    let first = open(shop.path()).expect("it opens");
    std::thread::scope(|scope| {
        let (built, over) = std::sync::mpsc::channel::<()>();
        let (first, held) = (&first, first.clone());
        let searching = scope.spawn(move || {
            while over.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
                let hits = held.search(&text("lamp"), 40).expect("a search");
                assert!(hits.items.iter().all(|hit| hit.product.title == "Round 1 lamp"));
                assert_eq!((hits.total, hits.items.len()), (40, 40));
            }
        });
        let mut newest = first.clone();
        for round in 2..6 {
            write(round);
            newest = newest.restocked(&mut |_| ()).expect("it is built");
            assert_eq!(found(&newest, &text(&format!("round {round}"))).len(), 20, "round {round}");
        }
        drop(built);
        searching.join().expect("the searches held");
        assert_ne!(newest.version(), first.version());
    });
}

#[test]
fn a_disk_that_cannot_be_written_is_a_clear_error_and_the_index_before_stays() {
    let shop = own_copy();
    let before = open(shop.path()).expect("it opens");
    let index = shop.path().join(".shophand/index");
    let current = fs::read_to_string(index.join("CURRENT")).expect("a file");
    // Nothing can be renamed over a folder, whoever runs the tests.
    fs::create_dir(index.join(".CURRENT.new")).expect("a folder");
    let file = shop.path().join("index/products.csv");
    let more =
        fs::read_to_string(&file).expect("a file") + "GD-1,Watering can,Garden,Tolly,19.00,,,5,,,,,,,\n";
    fs::write(&file, more).expect("a file");
    let error = before.restocked(&mut |_| ()).expect_err("it cannot be switched");
    assert!(matches!(error, CatalogError::Write { .. }), "{error}");
    assert!(error.to_string().contains("the index before is still in use"), "{error}");
    assert_eq!(fs::read_to_string(index.join("CURRENT")).expect("a file"), current);
    assert_eq!(found(&before, &text("oxford")), ["SH-4"]);
}

/// `SHOPHAND_SMALL_DISK=/a/tiny/file/system cargo test --lib full_disk`; a file-size limit stands in for it in
/// `tests/it/broken_inputs.rs`.
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let Some(small) = std::env::var_os("SHOPHAND_SMALL_DISK") else {
        eprintln!("skipped: SHOPHAND_SMALL_DISK names no file system of about one megabyte");
        return;
    };
    let shop = own_copy();
    let rows: String =
        (0..20_000).map(|i| format!("P-{i},Thing number {i} of words{},{i}.00\n", i * 7)).collect();
    fs::write(shop.path().join("index/products.csv"), format!("id,title,price\n{rows}")).expect("a file");
    let state = Path::new(&small).join(".shophand");
    let error = Catalog::open(shop.path(), &state, Currency::USD, &mut |_| ()).expect_err("the disk is full");
    assert!(matches!(error, CatalogError::Write { .. }), "{error}");
    assert!(!state.join("index/CURRENT").exists());
    assert_eq!(fs::read_dir(state.join("index")).expect("a folder").count(), 0, "{error}");
}
