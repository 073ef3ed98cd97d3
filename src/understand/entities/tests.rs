use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::intents::{AgeRange, EntityWords, Replies, WordValue};
use crate::model::CategoryPath;

fn language() -> Language {
    let value = |value: &str, also: &[&str]| WordValue {
        value: value.to_owned(),
        also: also.iter().map(|s| (*s).to_owned()).collect(),
        hex: None,
        ages: None,
        units: Vec::new(),
    };
    let words = |kind, values: Vec<WordValue>| EntityWords { kind, values, translated: false };
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/intents/en/grammar.yaml"));
    Language {
        code: "en".to_owned(),
        intents: Vec::new(),
        entities: vec![
            words(
                EntityKind::Colour,
                vec![
                    value("black", &["jet"]),
                    value("red", &[]),
                    value("brown", &[]),
                    value("navy", &["dark blue"]),
                ],
            ),
            words(
                EntityKind::Size,
                vec![value("S", &["small"]), value("M", &["medium"]), value("XL", &["extra large"])],
            ),
            words(EntityKind::Material, vec![value("leather", &[]), value("wool", &["woollen"])]),
            words(
                EntityKind::Audience,
                vec![
                    value("men", &["man", "him"]),
                    value("women", &["woman", "her", "niece"]),
                    WordValue {
                        ages: Some(AgeRange { from: 3, to: 14 }),
                        ..value("kids", &["kid", "daughter"])
                    },
                ],
            ),
            words(EntityKind::Feature, vec![value("waterproof", &["water-proof"]), value("laces", &[])]),
            words(EntityKind::Occasion, vec![value("running", &[]), value("wedding", &[])]),
        ],
        replies: Replies::default(),
        grammar: crate::intents::grammar_from(&text.expect("the demo's grammar")).expect("sound"),
        facts: Default::default(),
    }
}

pub(crate) fn reader() -> Reader {
    let categories = [
        "Shoes",
        "Shoes > Running shoes",
        "Shoes > Running shoes > Trail",
        "Shoes > Boots",
        "Clothing",
        "Clothing > Men",
        "Clothing > Men > Jackets & coats",
        "Clothing > Women > Jackets & coats",
        "Electronics > Headphones",
    ];
    let sizes: BTreeSet<String> =
        ["8", "8.5", "9", "10", "42", "M", "0-3M", "Queen"].map(str::to_owned).into();
    let vocabulary = Vocabulary {
        brands: BTreeSet::from(["Fellstride".to_owned(), "Salt & Sorrel".to_owned()]),
        categories: categories.map(CategoryPath::parse).into(),
        category_names: BTreeMap::from([(
            "runners".to_owned(),
            vec![CategoryPath::parse("Shoes > Running shoes")],
        )]),
        values: BTreeMap::from([
            (EntityKind::Size, sizes),
            (EntityKind::Audience, BTreeSet::from(["kids".to_owned(), "women".to_owned()])),
        ]),
        words: BTreeSet::new(),
        columns: attribute_tests::columns(),
    };
    let facts = ShopFacts {
        name: "Shop".to_owned(),
        language: None,
        currency: Currency::USD,
        timezone: jiff::tz::TimeZone::UTC,
        order_number: r"[A-Z]-\d{4,6}".to_owned(),
        variables: BTreeMap::new(),
    };
    Reader::new(&language(), &vocabulary, &facts).expect("readers")
}

/// A Wednesday.
fn context(expecting: Option<EntityKind>) -> Context {
    Context { expecting, at: "2026-03-18T12:00:00Z".parse().expect("a time") }
}

/// `kind=value@words` for each entity, `!` before those that are denied.
pub(super) fn read_expecting(text: &str, expecting: Option<EntityKind>) -> (Vec<String>, String) {
    let reading = reader().read(text, context(expecting));
    let shown = reading.entities.iter().map(|entity| {
        let value = match &entity.value {
            EntityValue::Word(word) => word.clone(),
            EntityValue::Categories(paths) => {
                paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
            }
            EntityValue::Price(range) => {
                let show =
                    |money: Option<crate::model::Money>| money.map(|m| m.decimal()).unwrap_or_default();
                format!("{}..{}", show(range.min), show(range.max))
            }
            EntityValue::Attribute(filter) => match &filter.range {
                Some(range) => {
                    format!("{} {:?}..{:?} {}", filter.kind.name(), range.min, range.max, range.unit)
                }
                None => format!("{} {}", filter.kind.name(), filter.value),
            },
            EntityValue::Number(n) => n.to_string(),
            EntityValue::Ordinal(crate::model::Ordinal::Nth(n)) => n.to_string(),
            EntityValue::Ordinal(crate::model::Ordinal::Last) => "last".to_owned(),
            EntityValue::Ordinal(crate::model::Ordinal::FromEnd(n)) => format!("-{n}"),
            EntityValue::Order(number) => number.to_string(),
            EntityValue::Email(address) | EntityValue::Phone(address) => address.clone(),
            EntityValue::Dates(range) if range.from == range.to => range.from.to_string(),
            EntityValue::Dates(range) => format!("{}..{}", range.from, range.to),
            EntityValue::Age(months) if months % 12 == 0 => (months / 12).to_string(),
            EntityValue::Age(months) => format!("{months}m"),
            EntityValue::Sort(sort) => format!("{sort:?}"),
        };
        format!("{}{}={value}", if entity.negated { "!" } else { "" }, entity.kind.name())
    });
    (shown.collect(), reading.search_text)
}

pub(super) fn read(text: &str) -> Vec<String> {
    read_expecting(text, None).0
}

#[test]
fn prices_are_read_in_words_and_signs() {
    for (text, expected) in [
        ("under $80", "..80.00"),
        ("less than 80 bucks", "..80.00"),
        ("max 60€", "..60.00"),
        ("80 dollars or less", "..80.00"),
        ("no more than fifty dollars", "..50.00"),
        ("$20-$40", "20.00..40.00"),
        ("20-40 dollars", "20.00..40.00"),
        ("between 20 and 40", "20.00..40.00"),
        ("between forty and twenty quid", "20.00..40.00"),
        ("from $1,200 to $1,500.50", "1200.00..1500.50"),
        ("at least 100", "100.00.."),
        ("$100 or more", "100.00.."),
        ("$100+", "100.00.."),
        ("around 50", "42.50..57.50"),
        ("a hundred and fifty dollars", "..150.00"),
        ("<$30", "..30.00"),
        ("between 20 and 40 quid", "20.00..40.00"),
        ("20-40€", "20.00..40.00"),
        ("20 – 40 €", "20.00..40.00"),
        ("$20-40", "20.00..40.00"),
        ("under fifty bucks", "..50.00"),
        ("around 25", "21.25..28.75"),
        ("max 1,299.99 $", "..1299.99"),
        ("$1k", "..1000.00"),
        ("under 1.5k dollars", "..1500.00"),
        ("not more than 30", "..30.00"),
        ("cheaper than 30", "..30.00"),
        ("50 or less", "..50.00"),
        ("a budget of 50-80", "50.00..80.00"),
        ("over 50 but under 100", "50.00..100.00"),
        ("starting at 19.99", "19.99.."),
    ] {
        let found = read(text);
        assert!(found == [format!("price={expected}")], "{text}: {found:?}");
    }
}

#[test]
fn superlatives_say_in_which_order() {
    for (text, expected) in [
        ("the cheapest boots", vec!["sort=PriceUp", "category=Shoes > Boots"]),
        ("cheapest first please", vec!["sort=PriceUp"]),
        ("the most expensive one", vec!["sort=PriceDown"]),
        ("best rated boots", vec!["sort=Rating", "category=Shoes > Boots"]),
        ("sort by price, low to high", vec!["sort=PriceUp"]),
        ("what's your most popular backpack", vec!["sort=Popular"]),
        ("newest first", vec!["sort=Newest"]),
        ("the best boots", vec!["category=Shoes > Boots"]),
        ("something cheap", vec![]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(read_expecting("show me the cheapest boots please", None).1, "boots");
}

#[test]
fn numbers_that_are_no_money_are_no_price() {
    for text in [
        "in less than 3 days",
        "tent for 4 people",
        "over 20 cm",
        "50% off",
        "order within 24 hours",
        "a 2nd 5k",
        "cheap",
    ] {
        assert!(!read(text).iter().any(|e| e.starts_with("price")), "{text}: {:?}", read(text));
    }
}

#[test]
fn sizes_need_to_stand_like_sizes() {
    for (text, expected) in [
        ("black boots size 10", "size=10"),
        ("shoes in 8.5", "size=8.5"),
        ("do you have it in M", "size=M"),
        ("eu 42", "size=42"),
        ("boots women 8", "size=8"),
        ("jacket XL", "size=XL"),
        ("an extra large jacket", "size=XL"),
        ("a queen size one", "size=Queen"),
        ("size small please", "size=S"),
        ("UK 8", "size=8"),
        ("US 8.5", "size=8.5"),
        ("size 8 1/2", "size=8.5"),
        ("boots 8½", "size=8.5"),
        ("in M/L", "size=M"),
        ("shirt in XXL or XL", "size=XL"),
        ("jeans 42x32", "size=42"),
        ("W42 L34", "size=42"),
    ] {
        assert!(read(text).contains(&expected.to_owned()), "{text}: {:?}", read(text));
    }
    for text in ["a small jacket", "5 m long", "10 jackets", "in 10 days"] {
        assert!(!read(text).iter().any(|e| e.starts_with("size")), "{text}: {:?}", read(text));
    }
}

#[test]
fn measures_stay_words_of_the_search_as_products_spell_them() {
    for (text, expected) in [
        ("bottle 500ml", "bottle 500 ml"),
        ("a 1.5 litre bottle", "1.5 l bottle"),
        ("rug 90x200 cm", "rug 90 x 200 cm"),
        ("frame 30 x 40 cm", "frame 30 x 40 cm"),
        ("128gb stick", "128 gb stick"),
        ("27\" monitor", "27 inch monitor"),
        ("a 2-person tent", "2 person tent"),
        ("tent for 4 people", "tent 4 person"),
        ("1000 piece puzzle", "1000 piece puzzle"),
    ] {
        let (entities, words) = read_expecting(text, None);
        assert_eq!(words, expected, "{text}");
        assert!(entities.iter().all(|e| e.starts_with("category")), "{text}: {entities:?}");
    }
}

#[test]
fn days_are_counted_from_when_the_message_was_written() {
    for (text, expected) in [
        ("yesterday", "2026-03-17"),
        ("the day before yesterday", "2026-03-16"),
        ("my order from last week", "2026-03-09..2026-03-15"),
        ("last friday", "2026-03-13"),
        ("last wednesday", "2026-03-11"),
        ("on monday", "2026-03-16"),
        ("12 March", "2026-03-12"),
        ("the 12th of March", "2026-03-12"),
        ("December 24th", "2025-12-24"),
        ("March 3, 2025", "2025-03-03"),
        ("from 12.3.", "2026-03-12"),
        ("12.03.2026", "2026-03-12"),
        ("2026-03-12", "2026-03-12"),
        ("on 3/12", "2026-03-12"),
        ("3/12/26", "2026-03-12"),
        ("two weeks ago", "2026-03-01..2026-03-07"),
        ("3 days ago", "2026-03-15"),
        ("a month ago", "2026-02-03..2026-03-05"),
        ("the last two weeks", "2026-03-04..2026-03-18"),
        ("last month", "2026-02-01..2026-02-28"),
        ("in february", "2026-02-01..2026-02-28"),
        ("in july", "2025-07-01..2025-07-31"),
        ("this week", "2026-03-16..2026-03-22"),
    ] {
        assert_eq!(read(text), [format!("date={expected}")], "{text}");
    }
    for text in
        ["may i ask", "size 32/34", "boots in 8.5.", "30.2.2026", "in less than 3 days", "a second hand"]
    {
        assert!(!read(text).iter().any(|e| e.starts_with("date")), "{text}: {:?}", read(text));
    }
}

#[test]
fn an_age_says_for_whom() {
    for (text, expected) in [
        ("for my 6 year old niece", vec!["age=6", "audience=kids"]),
        ("a present for a six-year-old", vec!["age=6", "audience=kids"]),
        ("boots for an 18 months old", vec!["category=Shoes > Boots", "age=18m"]),
        ("my daughter, aged 9", vec!["age=9", "audience=kids"]),
        ("a gift for her, she's turning 30", vec!["audience=women", "age=30"]),
        ("for his 5th birthday", vec!["age=5", "audience=kids"]),
        ("our 10th anniversary", vec![]),
        ("for a man", vec!["audience=men"]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn categories_and_brands_are_found_by_their_longest_name_despite_typos() {
    for (text, expected) in [
        ("shoes", "category=Shoes"),
        ("a shoe", "category=Shoes"),
        ("running shoes", "category=Shoes > Running shoes"),
        ("runing shoes", "category=Shoes > Running shoes"),
        ("runners", "category=Shoes > Running shoes"),
        ("jackets", "category=Clothing > Men > Jackets & coats + Clothing > Women > Jackets & coats"),
        ("hedphones", "category=Electronics > Headphones"),
        ("felstride", "brand=Fellstride"),
        ("salt and sorrel", "brand=Salt & Sorrel"),
    ] {
        let found = read(text);
        assert!(found.contains(&expected.to_owned()) || text.contains(" and "), "{text}: {found:?}");
    }
    assert_eq!(read("jackets for men")[1], "audience=men", "the audience, not the department");
    assert!(read("books, while they last").iter().all(|e| !e.starts_with("category")), "no false friends");
}

#[test]
fn negation_reaches_as_far_as_it_should() {
    for (text, expected) in [
        ("running shoes not black", vec!["category=Shoes > Running shoes", "!colour=black"]),
        ("nothing in black or brown", vec!["!colour=black", "!colour=brown"]),
        ("anything but red", vec!["!colour=red"]),
        (
            "boots without laces, waterproof",
            vec!["category=Shoes > Boots", "!feature=laces", "feature=waterproof"],
        ),
        ("not leather but wool", vec!["!material=leather", "material=wool"]),
        ("not black, brown or red", vec!["!colour=black", "!colour=brown", "!colour=red"]),
        ("no black boots", vec!["!colour=black", "category=Shoes > Boots"]),
        ("no, the black ones", vec!["colour=black"]),
        (
            "boots, but no leather and no black",
            vec!["category=Shoes > Boots", "!material=leather", "!colour=black"],
        ),
        ("i don't want boots", vec!["!category=Shoes > Boots"]),
        ("not black under $80", vec!["!colour=black", "price=..80.00"]),
        ("i do not like the black ones", vec!["!colour=black"]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn ordinals_mean_what_was_shown() {
    for (text, expected) in [
        ("tell me more about the second one", vec!["ordinal=2"]),
        ("the first two", vec!["ordinal=1", "ordinal=2"]),
        ("compare the first and third", vec!["ordinal=1", "ordinal=3"]),
        ("the last", vec!["ordinal=last"]),
        ("2nd", vec!["ordinal=2"]),
        ("what about #3?", vec!["ordinal=3"]),
        ("option 2", vec!["ordinal=2"]),
        ("compare 1 and 3", vec!["ordinal=1", "ordinal=3"]),
        ("compare 1, 2 and 3", vec!["ordinal=1", "ordinal=2", "ordinal=3"]),
        ("number 2", vec!["ordinal=2"]),
        ("the last two", vec!["ordinal=-2", "ordinal=-1"]),
        ("the first three", vec!["ordinal=1", "ordinal=2", "ordinal=3"]),
        ("our tenth anniversary", vec![]),
        ("i ordered last week", vec!["date=2026-03-09..2026-03-15"]),
        ("it's my first time here", vec![]),
        ("i have a second question", vec![]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn order_numbers_and_addresses_are_read_as_people_type_them() {
    for (text, expected) in [
        ("where is A-1042?", "order_number=A-1042"),
        ("order #a-1042", "order_number=A-1042"),
        ("my order a1042", "order_number=A-1042"),
        ("order a 1042", "order_number=A-1042"),
        ("order 1042", "order_number=1042"),
        ("#1042", "order_number=1042"),
        ("order no. 1042", "order_number=1042"),
        ("my order A 1042", "order_number=A-1042"),
    ] {
        assert_eq!(read(text), [expected], "{text}");
    }
    assert!(read("a 1042 piece puzzle").is_empty());
    assert_eq!(read("it's Mara@Example.com."), ["email=mara@example.com"]);
    assert_eq!(read("A-1042 mara@example.com"), ["order_number=A-1042", "email=mara@example.com"]);
}

#[test]
fn phone_numbers_and_addresses_are_found_in_every_usual_shape() {
    for (text, number) in [
        ("call me on +49 30 1234567", "+49301234567"),
        ("+49 (0)171-1234567", "+4901711234567"),
        ("0049 171 1234567", "+491711234567"),
        ("(555) 010-0199", "5550100199"),
        ("my number is 555-010-0199, thanks", "5550100199"),
        ("1-555-010-0199", "15550100199"),
        ("555.010.0199", "5550100199"),
        ("5550100199", "5550100199"),
        ("020 7946 0958", "02079460958"),
        ("030/1234567", "0301234567"),
        ("06 12 34 56 78", "0612345678"),
        ("my phone: 555-0199", "5550199"),
    ] {
        assert_eq!(read(text), [format!("phone={number}")], "{text}");
    }
    assert_eq!(read("jürgen.größer+shop@bücher.example"), ["email=jürgen.größer+shop@bücher.example"]);
    assert_eq!(read("order A-1042, +1 555 010 0199"), ["order_number=A-1042", "phone=+15550100199"]);
    for text in [
        "between 1000 and 2000",
        "sizes 38 39 40 41 42",
        "2026-03-12",
        "01.02.2026",
        "$1000000000",
        "10000000 dollars",
        "order 5550100199",
        "90x200",
        "100-2000 dollars",
        "tracking number 123456789012",
        "500 600 700",
        "1.299,99 €",
    ] {
        assert!(!read(text).iter().any(|e| e.starts_with("phone")), "{text}: {:?}", read(text));
    }
    assert_eq!(
        read_expecting("boots, write to Mara@Example.com or call +1 555 010 0199", None).1,
        "boots write call"
    );
}

#[test]
fn a_bare_number_means_what_was_asked_for() {
    let asked = |kind| read_expecting("50", Some(kind)).0;
    assert_eq!(asked(EntityKind::Price), ["price=..50.00"]);
    assert_eq!(asked(EntityKind::Quantity), ["quantity=50"]);
    assert_eq!(asked(EntityKind::Size), ["size=50"]);
    assert!(read("50").is_empty());
    assert_eq!(read_expecting("1042", Some(EntityKind::OrderNumber)).0, ["order_number=1042"]);
    assert_eq!(read_expecting("2", Some(EntityKind::Ordinal)).0, ["ordinal=2"]);
    assert_eq!(read("two pairs of boots"), ["quantity=2", "category=Shoes > Boots"]);
}

#[test]
fn what_remains_is_what_a_text_search_needs() {
    for (text, expected) in [
        ("i'm looking for running shoes under $80 not black", "running shoes"),
        ("do you have any waterproof jackets for men?", "jackets"),
        ("Show me t-shirts with dinosaurs please", "t-shirts dinosaurs"),
        ("black", ""),
        ("boots in size 10 without laces", "boots"),
        ("something for a wedding", ""),
    ] {
        assert_eq!(read_expecting(text, None).1, expected, "{text}");
    }
}

#[test]
fn spans_mark_the_message_as_written() {
    let text = "😀 RED  Runnin’ shoes, ＳＩＺＥ 10";
    let reading = reader().read(text, context(None));
    for entity in &reading.entities {
        let marked: String = text.chars().skip(entity.start).take(entity.end - entity.start).collect();
        assert_eq!(marked, entity.text);
    }
    assert_eq!(reading.entities[0].text, "RED");
    assert_eq!(reading.entities.last().expect("a size").text, "ＳＩＺＥ 10");
}

proptest! {
    #[test]
    fn no_message_makes_a_reader_panic(
        text in "(\\PC|[$€#0-9 .,/-]|under |the |first |not |black |size |boots |a-1042 |between |and |two |hundred ){0,14}",
        expecting in proptest::option::of(proptest::sample::select(EntityKind::ALL.to_vec())),
    ) {
        thread_local!(static READER: Reader = reader());
        let reading = READER.with(|reader| reader.read(&text, context(expecting)));
        let count = text.chars().count();
        let mut last = 0;
        for entity in &reading.entities {
            prop_assert!(entity.start < entity.end && entity.end <= count, "{entity:?}");
            prop_assert!(entity.start >= last);
            prop_assert_eq!(&text.chars().skip(entity.start).take(entity.end - entity.start).collect::<String>(), &entity.text);
            last = entity.start;
        }
    }
}
