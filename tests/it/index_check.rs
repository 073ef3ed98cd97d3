//! What `shophand index check` says, as a merchandiser reads it.

use std::path::Path;
use std::process::Command;

use crate::support::files::ShopFiles;

/// A small sound shop with files besides.
struct Shop(ShopFiles);

const SHOES: &str = "id,title,category,brand,price,colour,stock,rating,description,image,material
S-1,Road shoe,Shoes > Running shoes,Strider,80.00,black,3,4.5,Light and fast.,pictures/shoe.svg,mesh
S-2,Trail shoe,Shoes > Running shoes,Strider,90.00,navy,0,4.1,Grips mud.,pictures/shoe.svg,mesh
S-3,Chelsea boot,Shoes > Boots,Ashby,149.00,black,2,,Goodyear welted.,pictures/shoe.svg,leather
";

const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path fill=\"{{colour}}\" d=\"M0 0h9v9z\"/></svg>\n";

impl Shop {
    fn with(files: &[(&str, &str)]) -> Shop {
        let sound = [
            (
                "index/shop.yaml",
                "name: Shoe Shop\ncurrency: USD\norder_number: '[A-Z]-\\d{4}'\nfacts:\n  returns_days: 30\n",
            ),
            ("index/products.csv", SHOES),
            ("index/pictures/shoe.svg", PICTURE),
            (
                "intents/en/returns.yaml",
                "intent: returns\ntitle: Returns\naction: answer\nexamples: [send back]\nanswers: ['Within {returns_days} days']\n",
            ),
            (
                "intents/en/entities/colour.yaml",
                "entity: colour\nvalues:\n  black: [jet]\n  navy: [dark blue]\n",
            ),
        ];
        Shop(ShopFiles::new(&sound, files))
    }

    /// The exit code and what is printed.
    fn check(&self, args: &[&str]) -> (i32, String) {
        self.0.check("index", args)
    }
}

#[test]
fn a_sound_shop_has_nothing_to_mend() {
    let (code, text) = Shop::with(&[]).check(&["--strict"]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 0);
}

#[test]
fn the_demo_shop_has_nothing_to_mend() {
    let demo = crate::support::shop::demo_folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    let output = command.args(["index", "check", "--strict", "--shop"]).arg(demo.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_row_that_can_be_no_product_is_shown_with_a_caret_under_its_cell() {
    let rows = SHOES.to_owned()
        + "S-4,Clog,Shoes > Clogs,Ashby,ninety,black,3,4.5,\"Two lines,\nof text.\",pictures/shoe.svg,wood\n"
        + "S-1,Another,Shoes > Boots,Ashby,10.00,black,3,9,Too good.,pictures/shoe.svg,wood\n"
        + "S-5,,Shoes > Boots,Ashby,10.00,black,3,4,No title.,pictures/shoe.svg,wood\n"
        + "S-1,Again,Shoes > Boots,Ashby,10.00,black,3,4,Same id.,pictures/shoe.svg,wood\n"
        + "S-6,Too, many,Shoes > Boots,Ashby,10.00,black,3,4,A comma.,pictures/shoe.svg,wood\n";
    let (code, text) = Shop::with(&[("index/products.csv", &rows)]).check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 1);
}

#[test]
fn what_is_surely_not_meant_in_the_products_is_a_warning() {
    let rows = SHOES.replace(",rating,", ",ratin,")
        + "S-4,Clog,shoes > Running Shoes,Striders,8000.00,blak,-3,4.5,<b>Good</b> &amp; cheap,pictures/sho.svg,mesh\n"
        + "S-5,Road Shoe,Shoes/Boots,Ashby,0.00,black,3,4.5,TODO,pictures/shoe.svg,wood\n"
        + &(6..10).map(|i| format!("S-{i},Shoe {i},Shoes > Running shoes,Strider,85.00,black,3,4,Fine.,pictures/shoe.svg,mesh\n")).collect::<String>();
    let rows = rows.replace("shoes > Running Shoes", "Shoes > Running Shoes").replace(
        "S-9,Shoe 9,Shoes > Running shoes,Strider,85.00",
        "S-9,Shoe 9,Shoes > Running shoes,Strider,8500",
    );
    let (code, text) = Shop::with(&[
        ("index/products.csv", &rows),
        ("index/pictures/clog.svg", &PICTURE.replace("colour", "color")),
    ])
    .check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 0, "the shop opens with all of it");
}

#[test]
fn synonyms_that_find_nothing_or_contradict_each_other_are_named_with_both_places() {
    let synonyms = "\
synonyms:
  - [shoe, shoes]
  - {when: wellies, also: [rain boot]}
  - {when: trainer, also: [road shoe]}
  - {when: road shoe, also: [trainer]}
  - [boot, trail shoe]
  - {when: boots, also: [chelsea]}
categories:
  Runing shoes: [runners]
  Boots: [running shoes]
families:
  colour:
    black: [navy, anthracite]
    navy: [black]
";
    let (code, text) = Shop::with(&[("index/synonyms.yaml", synonyms)]).check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 0);
}

#[test]
fn rules_that_move_nothing_are_named_and_those_that_are_wrong_are_errors() {
    let ranking = "\
fields: {titel: 3}
model: ranker.json
pins:
  - {query: shoe, products: [S-11, S-2, S-3, S-3]}
  - {category: Runing shoes, products: S-1, until: 2020-01-01}
boosts:
  - {brand: Stridr, factor: 2}
  - {attribute: {materal: mesh}, factor: 2}
  - {attribute: {material: mash}, tag: sale, factor: 2}
  - {brand: Ashby, factor: 0.5}
";
    let (code, text) = Shop::with(&[("index/ranking.yaml", ranking)]).check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 1);
}

#[test]
fn lists_that_show_nothing_are_named_and_those_that_are_wrong_are_errors() {
    let lists = "\
lists:
  - {id: good, title: Staff picks, products: [S-1, S-3]}
  - {id: gone, title: Boots, products: [S-11, S-2, S-3, S-3], until: 2020-01-01}
  - {id: empty, title: {en: Staff picks}, brand: Ashby, price: {up_to: 20}}
  - {id: unknown, title: Light ones, attribute: {material: mash}, query: hovering}
  - {id: good, title: Again, products: S-1}
  - {id: both, title: Both, products: S-1, brand: Ashby}
  - {id: none, title: {english: None}, limit: 0}
  - {id: a list, titel: A, products: S-1, price: {under: 3}, from: soon}
";
    let (code, text) = Shop::with(&[("index/lists.yaml", lists)]).check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 1);
}

#[test]
fn facts_that_nobody_says_and_files_that_nobody_reads_are_named() {
    let shop = "name: Shoe Shop\ncurrency: USD\ntimezone: America/New_Yorck\norder_number: '['\ncontakt: {email: a@b.example}\nfacts:\n  returns_days: 30\n  phone: 1\n";
    let broken = Shop::with(&[("index/shop.yaml", shop)]).check(&[]);
    let unused = shop
        .replace("New_Yorck", "New_York")
        .replace("'['", "'[A-Z]'")
        .replace("contakt", "contact")
        .replace("phone: 1", "warranty: 2 years");
    let stray =
        Shop::with(&[("index/shop.yaml", &unused), ("index/rankings.yaml", ""), ("index/search.yaml", "")])
            .check(&[]);
    insta::assert_snapshot!(format!("{}\n----\n{}", broken.1, stray.1));
    assert_eq!((broken.0, stray.0), (1, 1));
}

#[test]
fn the_demos_past_is_held_against_its_shoppers_and_products() {
    let shop = Shop::with(&[
        ("index/demo/shoppers.csv", "id,name,email\nann,Ann,ann@example.com\nann,Ann,ann@example.com\n"),
        (
            "index/demo/events.csv",
            "shopper,event,product,at,value,quantity,session\nann,viewed,S-1,2 days ago,,,\nbob,viewed,S-1,2 days ago,,,\nann,viewed,S-9,2 days ago,,,\nann,carted,S-9,1 day ago,,,\nann,eaten,S-1,2 days ago,,,\nann,viewed,S-1,the other day,,,\n",
        ),
        (
            "index/demo/orders.jsonl",
            "{\"number\": \"A-1001\", \"shopper\": \"ann\", \"status\": \"delivered\", \"items\": [{\"product\": \"S-1\", \"title\": \"Road shoe\", \"quantity\": 1, \"price\": \"80.00\"}], \"shipping\": \"5.00\", \"total\": \"90.00\"}\n",
        ),
    ]);
    let (code, text) = shop.check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 0);
}

#[test]
fn offers_on_protected_ground_are_errors_and_those_that_give_things_away_or_nothing_are_named() {
    let shop = Shop::with(&[
        (
            "index/segments.yaml",
            "segments:\n  - {name: loyal, when: {orders: {at_least: 4}}}\n  - {name: ladies, when: {bought: {category: Shoes > Women, at_least: 50%}}}\n",
        ),
        (
            "index/offers.yaml",
            "proxies: [category Boots]
rules:
  - {id: a, percent: 10, segment: ladies}
  - {id: b, percent: 10, products: [S-1, S-3]}
  - {id: c, percent: 10, attribute: {postleitzahl: '8'}}
  - {id: d, amount: 85.00, category: Running shoes}
  - {id: e, percent: 10, brand: Strider, budget: {money: 0}}
  - {id: f, percent: 10, brand: Strider, budget: {money: 2.00}}
  - {id: g, percent: 10, segment: loyal}
",
        ),
    ]);
    let (code, text) = shop.check(&[]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 1);
}

#[test]
fn warnings_fail_only_a_strict_check_and_scripts_get_json() {
    let shop = Shop::with(&[("index/synonyms.yaml", "synonyms:\n  - {when: wellies, also: [rain boot]}\n")]);
    assert_eq!(shop.check(&[]).0, 0);
    assert_eq!(shop.check(&["--strict"]).0, 1);
    let (_, text) = shop.check(&["--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["warnings"], 1);
    assert_eq!(found["products"], 3);
    assert_eq!(found["findings"][0]["check"], "finds_nothing");
    assert_eq!(found["findings"][0]["at"]["line"], 2);
    assert_eq!(found["findings"][0]["at"]["file"], "index/synonyms.yaml");
}

/// What the check calls an error keeps the shop from opening, and nothing else does.
#[test]
fn an_error_is_what_the_shop_does_not_open_with() {
    for (file, text, opens) in [
        ("index/synonyms.yaml", "synonyms:\n  - {when: wellies, also: [rain boot]}\n", true),
        ("index/synonyms.yaml", "synonyms:\n  - [wellies]\n", false),
        ("index/ranking.yaml", "pins:\n  - {query: shoe, products: S-99}\n", true),
        ("index/ranking.yaml", "boosts:\n  - {brand: Ashby, factor: 1}\n", false),
        ("index/lists.yaml", "lists:\n  - {id: a, title: A, products: S-99}\n", true),
        ("index/lists.yaml", "lists:\n  - {id: a, title: A}\n", false),
        ("index/search.yaml", "fields: {title: 3}\n", false),
    ] {
        let shop = Shop::with(&[(file, text)]);
        let catalog = shophand::catalog::Catalog::open(
            shop.0.path(),
            &shop.0.path().join(".shophand"),
            shophand::model::Currency::USD,
            &mut |_| {},
        );
        assert_eq!(catalog.is_ok(), opens, "{text}");
        assert_eq!(shop.check(&[]).0, i32::from(!opens), "{text}");
        assert!(Path::new(file).starts_with("index"));
    }
}

#[test]
fn a_list_that_is_called_what_the_assistant_answers_otherwise_is_named() {
    let lists = "lists:\n  - {id: back, title: Send back, products: [S-1]}\n  - {id: good, title: Staff picks, products: [S-1]}\n";
    let (_, text) = Shop::with(&[("index/lists.yaml", lists)]).check(&[]);
    assert!(text.contains("\"Send back\" is an example of the intent returns too"), "{text}");
    assert!(!text.contains("\"Staff picks\""), "{text}");
}

#[test]
fn a_file_that_an_editor_saved_as_utf_16_is_said_to_be_one() {
    let shop = crate::support::shop::editable_folder();
    let file = shop.path().join("index/lists.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let bytes: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    let output = command.args(["index", "check", "--shop"]).arg(shop.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("it is not UTF-8 (it looks like UTF-16): save it as UTF-8"), "{said}");
}
