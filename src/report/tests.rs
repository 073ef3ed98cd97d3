//! What a manager reads in the report card, held against logs whose faults are known.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use ulid::Ulid;

use super::exposure::gini;
use super::quality::{self, Finding};
use super::{Card, Entry, Log, Material, Want, Why, html, unmet};
use crate::import::Mapping;
use crate::model::{Currency, Event, EventId, EventKind, Money, Product, ProductId};
use crate::segments::Segments;

/// Noon of a day, `seconds` later.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_400 + seconds).unwrap()
}

fn event(number: u128, seconds: f64, kind: EventKind, product: &str) -> Event {
    let at = at(0).checked_add(SignedDuration::from_millis((seconds * 1000.0) as i64)).unwrap();
    Event {
        id: EventId(Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap(), number)),
        at,
        kind,
        product: Some(ProductId::parse(product).unwrap()),
        query: None,
        stars: None,
        price: None,
        quantity: None,
        session: None,
    }
}

fn add(log: &mut Log, owner: &str, event: Event) {
    log.rows += 1;
    log.add(owner, Entry { event, place: None });
}

/// Seconds between two steps of a person: log-normal around twenty, as reading times are.
fn pause(random: &mut StdRng) -> f64 {
    let normal = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    20.0 * (0.9 * normal).exp()
}

/// People who browse and buy, robots of three kinds, and doubled rows. Whose ids are robots', and which events were doubled.
fn planted(seed: u64) -> (Log, HashSet<String>, usize) {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut log, mut robots, mut number) = (Log::default(), HashSet::new(), 0);
    let mut next = || {
        number += 1;
        number
    };
    // Never the same twice in a row: that alone would be a doubled row.
    let mut shown = 0;
    let mut product = |random: &mut StdRng| {
        shown += random.random_range(1..40);
        format!("p{}", shown % 900)
    };
    for person in 0..400 {
        let owner = format!("person{person}");
        let mut time = random.random_range(0.0..2_000_000.0);
        for _ in 0..random.random_range(1..80) {
            time += pause(&mut random);
            let id = product(&mut random);
            add(&mut log, &owner, event(next(), time, EventKind::Viewed, &id));
        }
        if random.random_bool(0.4) {
            // An order of several lines, all within the same second.
            let first = random.random_range(0..900);
            for line in 0..random.random_range(1..30) {
                let id = format!("p{}", (first + line * 31) % 900);
                add(&mut log, &owner, event(next(), time + 90.0, EventKind::Purchased, &id));
            }
        }
    }
    for robot in 0..12 {
        let owner = format!("robot{robot}");
        robots.insert(owner.clone());
        let mut time = random.random_range(0.0..2_000_000.0);
        for step in 0..random.random_range(40..400) {
            time += match robot % 3 {
                0 => random.random_range(0.1..0.9),
                1 => 7.0 + random.random_range(-0.1..0.1),
                _ => pause(&mut random).min(300.0),
            };
            let id = if robot % 3 == 2 { format!("p{}", step * 7 % 900) } else { product(&mut random) };
            add(&mut log, &owner, event(next(), time, EventKind::Viewed, &id));
        }
    }
    let mut doubled = 0;
    let all: Vec<(String, Event)> =
        log.events().map(|(owner, entry)| (owner.to_owned(), entry.event.clone())).collect();
    for (owner, mut event) in all.into_iter().filter(|(owner, _)| owner.starts_with("person")) {
        if random.random_bool(0.01) {
            event.id = EventId(Ulid::from_parts(0, next()));
            add(&mut log, &owner, event);
            doubled += 1;
        }
    }
    log.sort();
    (log, robots, doubled)
}

fn found<'f>(findings: &'f [Finding], check: &str) -> &'f Finding {
    findings.iter().find(|finding| finding.check == check).unwrap_or_else(|| panic!("no {check}"))
}

#[test]
fn robots_and_doubled_rows_that_were_planted_are_found_and_people_are_left_in_peace() {
    let (mut right, mut flagged, mut told, mut there, mut all, mut doubles) = (0, 0, 0, 0, 0, [0, 0]);
    for seed in 0..5 {
        let (log, robots, doubled) = planted(seed);
        let findings = quality::judge(&log, at(10_000_000));
        let owners: HashSet<String> = found(&findings, "robots")
            .rows
            .iter()
            .map(|spot| spot.says.split(' ').next().unwrap().to_owned())
            .collect();
        // A crawler at a person's pace that leaves after fewer than 150 products cannot be told from a keen shopper.
        let telling: HashSet<String> = robots
            .iter()
            .filter(|owner| {
                !owner[5..].parse::<usize>().is_ok_and(|n| n % 3 == 2) || log.owners[*owner].len() >= 150
            })
            .cloned()
            .collect();
        right += owners.intersection(&robots).count();
        flagged += owners.len();
        told += owners.intersection(&telling).count();
        there += telling.len();
        all += robots.len();
        let pairs = found(&findings, "doubles").count;
        doubles = [doubles[0] + pairs, doubles[1] + doubled];
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let (precision, recall) = (share(right, flagged), share(told, there));
    eprintln!("robots: precision {precision:.3}, recall {recall:.3} of {there} in five logs");
    eprintln!("with those that nothing tells from a shopper: recall {:.3} of {all}", share(right, all));
    eprintln!("doubles: {} found, {} planted", doubles[0], doubles[1]);
    assert!(precision >= 0.97 && recall >= 0.97, "precision {precision}, recall {recall}");
    assert_eq!(doubles[0], doubles[1], "every doubled row once, and no other");
}

#[test]
fn clocks_prices_and_orphans_are_found_by_their_rows() {
    let mut log = Log::default();
    let paid = |number, minor| Event {
        price: Some(Money::from_minor(minor, Currency::USD)),
        quantity: Some(1),
        ..event(number, number as f64 * 1000.0, EventKind::Purchased, "mug")
    };
    for number in 0..20 {
        add(&mut log, "ann", paid(number, 495 + i64::try_from(number % 3).unwrap()));
    }
    add(&mut log, "bob", paid(30, 4_950));
    add(&mut log, "bob", paid(31, 0));
    add(&mut log, "cat", Event { at: Timestamp::UNIX_EPOCH, ..paid(40, 495) });
    add(&mut log, "cat", Event { at: at(90_000_000), ..paid(41, 495) });
    add(&mut log, "dan", event(50, 5.0, EventKind::Viewed, "ghost"));
    log.is_catalog = true;
    let mug = ProductId::parse("mug").unwrap();
    log.products.insert(mug.clone(), bare("mug", "A mug"));
    log.sort();
    let all = quality::judge(&log, at(10_000_000));
    let said: Vec<(&str, &str)> = all.iter().map(|finding| (finding.check, finding.what.as_str())).collect();
    for wanted in [
        ("prices", "1 purchase costs three times or a third of what the product usually costs"),
        ("prices", "1 purchase costs nothing"),
        ("clocks", "1 event is still to come"),
        ("clocks", "1 event is from before 1995"),
        ("orphans", "1 event is of a product that the catalogue does not have"),
        ("missing", "1 product has no price"),
    ] {
        assert!(said.contains(&wanted), "{wanted:?} in {said:#?}");
    }
    assert!(found(&all, "orphans").examples[0].contains("dan viewed ghost"), "{all:?}");
}

fn bare(id: &str, title: &str) -> Product {
    serde_json::from_value(serde_json::json!({"id": id, "title": title})).unwrap()
}

#[test]
fn rows_out_of_the_order_of_the_file_are_found_by_their_line_and_holidays_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log.csv");
    let mut text = "customer,product,at,event\n".to_owned();
    for n in 0..200 {
        // The shop is closed for ten days after the hundredth.
        let day = 1 + n / 20 + if n >= 100 { 10 } else { 0 };
        let at = if n == 60 {
            "2021-03-04 10:00:00".to_owned()
        } else {
            format!("2026-01-{day:02} 10:{:02}:{:02}", n % 20 * 3, n % 60)
        };
        text += &format!("c{},p{},{at},viewed\n", n % 9, n % 17);
    }
    std::fs::write(&file, text + ",p1,2026-01-25,viewed\nc1,p1,yesteryear,viewed\n").unwrap();
    let log = Log::read(&file, &Mapping::default(), Currency::USD, at(20_000_000)).unwrap();
    let all = quality::judge(&log, at(20_000_000));
    let clocks: Vec<&Finding> = all.iter().filter(|finding| finding.check == "clocks").collect();
    assert_eq!(clocks.len(), 1, "{clocks:#?}");
    assert_eq!(clocks[0].rows.len(), 1);
    assert!(clocks[0].rows[0].at.starts_with("row 62"), "{:?}", clocks[0].rows);
    let unusable: BTreeMap<&str, usize> =
        all.iter().filter(|f| f.check == "unusable").map(|f| (f.what.as_str(), f.count)).collect();
    assert_eq!(unusable.len(), 2, "{unusable:?}");
}

#[test]
fn a_purchase_of_a_thousand_million_pieces_is_named_with_its_row_and_a_wholesalers_is_not() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("sales.csv");
    let mut text = "invoice,product,quantity,date,price,customer\n".to_owned();
    for n in 0..30 {
        let pieces = 1 + n % 6;
        text += &format!("i{n},P{},{pieces},2026-01-{:02},2.50,c{}\n", n % 3, 1 + n % 28, n % 7);
    }
    text += "i90,P1,240,2026-02-01,2.50,wholesaler\ni91,P1,1000000000.0,2026-02-02,2.50,c1\n";
    // Nobody else has bought it: what is usual is what others buy of other things.
    text += "i92,P9,4006381333931,2026-02-03,2.50,c2\ni93,P9,900000,2026-02-03,2.50,c2\n";
    std::fs::write(&file, text).unwrap();
    let log = Log::read(&file, &Mapping::default(), Currency::USD, at(20_000_000)).unwrap();
    let all = quality::judge(&log, at(20_000_000));
    let found = all.iter().find(|finding| finding.check == "quantities").unwrap();
    let rows: Vec<&str> = found.rows.iter().map(|spot| spot.at.as_str()).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].starts_with("row 33") && rows[1].starts_with("row 35"), "{rows:?}");
    assert!(found.rows[0].says.contains("1,000,000,000 pieces"), "{:?}", found.rows);
}

#[test]
fn gini_is_zero_when_all_are_alike_and_near_one_when_one_has_all() {
    assert!(gini(&[5, 5, 5, 5]).abs() < 1e-12);
    let one: Vec<usize> = std::iter::repeat_n(0, 99).chain([7]).collect();
    assert!((gini(&one) - 0.99).abs() < 1e-12);
    // 1, 2, 3, 4: 2·30 ÷ (4·10) − 5 ÷ 4
    assert!((gini(&[1, 2, 3, 4]) - 0.25).abs() < 1e-12);
}

/// Everybody buys twice; nobody but one buys the rare things.
fn bought() -> Log {
    let (mut log, mut number) = (Log::default(), 0);
    for owner in 0..40_u32 {
        for order in 0..3_u32 {
            for line in 0..4_u32 {
                number += 1;
                let product = if (owner + order + line) % 7 == 0 {
                    format!("rare{owner}")
                } else {
                    format!("p{}", (owner * 3 + order * 5 + line) % 20)
                };
                let mut event =
                    event(number, f64::from(order * 90_000 + owner), EventKind::Purchased, &product);
                event.session = Some(format!("{owner}-{order}"));
                add(&mut log, &format!("c{owner}"), event);
            }
        }
    }
    log.sort();
    log
}

#[test]
fn a_floor_shows_more_of_the_long_tail_and_what_that_costs_is_said() {
    let seen = super::exposure::judge(&bought(), &|_| vec!["all".to_owned()]).expect("shoppers came back");
    let (none, most) = (&seen.floors[0].1, &seen.floors.last().unwrap().1);
    assert_eq!(none, &seen.all);
    assert!(most.long_tail >= none.long_tail && most.long_tail >= 0.25, "{seen:#?}");
    assert_eq!(seen.by_segment["all"].lists, seen.all.lists);
    assert!(seen.lorenz.is_sorted() && seen.lorenz[10] == 1.0);
    let shares: f64 = seen.groups[..2].iter().map(|group| group.shown).sum();
    assert!((shares - 1.0).abs() < 1e-9, "head and tail are everything");
}

#[test]
fn wishes_that_mean_the_same_are_one_topic_with_a_draft() {
    let want = |text: &str, why, shopper: &str| Want {
        text: text.to_owned(),
        language: "en".to_owned(),
        why,
        shopper: shopper.to_owned(),
        at: at(0),
    };
    let wants = [
        want("a hammock", Why::NothingFound, "ann"),
        want("A Hammock", Why::NothingFound, "bob"),
        want("hammocks", Why::NothingFound, "cat"),
        want("do you buy old shoes?", Why::NotUnderstood, "ann"),
    ];
    // Meaning without a model: by the letters that a text has.
    let embed = |texts: &[String]| {
        let vector = |text: &String| {
            let mut counts = [0.0_f32; 26];
            text.bytes().filter(u8::is_ascii_lowercase).for_each(|b| counts[usize::from(b - b'a')] += 1.0);
            let length = counts.iter().map(|n| n * n).sum::<f32>().sqrt();
            counts.iter().map(|n| n / length).collect()
        };
        Some(texts.iter().map(vector).collect())
    };
    let topics = unmet::topics(&wants, &["hammer stock".to_owned()], &embed);
    assert_eq!(topics.len(), 2, "{topics:#?}");
    assert_eq!((topics[0].times, topics[0].shoppers), (3, 3));
    assert_eq!(topics[0].draft, "- {when: a hammock, also: [hammer stock]}");
    assert!(topics[1].draft.contains("intent: do_you_buy_old"), "{}", topics[1].draft);
    assert!(topics[1].draft.contains("- 'do you buy old shoes?'"), "{}", topics[1].draft);
}

#[test]
fn the_page_holds_every_part_and_nothing_of_a_shopper_can_break_it() {
    let mut log = bought();
    add(&mut log, "<script>alert(1)</script>", event(9_999, 1.0, EventKind::Purchased, "p1"));
    add(&mut log, "<script>alert(1)</script>", event(9_998, 1.0, EventKind::Purchased, "p1"));
    log.sort();
    let wants = [Want {
        text: "</pre><b>bold".to_owned(),
        language: "en".to_owned(),
        why: Why::NotUnderstood,
        shopper: "x".to_owned(),
        at: at(0),
    }];
    let material = Material {
        source: "a & b".to_owned(),
        log: &log,
        segments: &Segments::default(),
        wants: Some(&wants),
        embed: &|_| None,
        now: at(10_000_000),
    };
    let page = html(&Card::of(&material, &mut |_| {}));
    for part in [
        "Report card",
        "Who the shoppers are",
        "What gets to be seen",
        "wrong with the data",
        "in vain",
        "a &amp; b",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script>") && !page.contains("<b>bold"), "texts are texts");
    let opened: HashMap<&str, usize> = ["svg", "table", "div", "figure"]
        .into_iter()
        .map(|tag| (tag, page.matches(&format!("<{tag}")).count()))
        .collect();
    for (tag, times) in opened {
        assert_eq!(times, page.matches(&format!("</{tag}>")).count(), "{tag} is closed");
    }
}
