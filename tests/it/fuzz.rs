//! Generated input: whatever anybody types into a message or a file, no reader panics, misplaces a span or takes long.
//!
//! A few seconds each in the ordinary run; `SHOPHAND_FUZZ_SECONDS=600` gives each reader ten minutes and other input
//! every time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use shophand::catalog::check_text as check_shelf_text;
use shophand::intents::{check_text, yaml_files};
use shophand::model::EntityKind;
use shophand::problem::Problem;
use shophand::text::{fold, key};
use shophand::understand::entities::{Context, Reader};
use shophand::understand::wording;

use crate::support::shop::parts;

/// The longest message that a channel carries is read within this, even by an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Feeds generated values to a check until the time is over; tells the value that it was at when it panics.
fn feed<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, check: impl Fn(&T)) {
    let seconds = std::env::var("SHOPHAND_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let mut runner = if seconds.is_some() { TestRunner::default() } else { TestRunner::deterministic() };
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(2));
    let mut cases = 0;
    while Instant::now() < end {
        let value = strategy.new_tree(&mut runner).unwrap().current();
        let started = Instant::now();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&value)));
        assert!(outcome.is_ok(), "after {cases} cases, with {value:?}");
        assert!(started.elapsed() < PATIENCE, "{:?} for {value:?}", started.elapsed());
        cases += 1;
    }
    eprintln!("{cases} cases");
}

const PIECES: &[&str] = &[
    "under ",
    "between ",
    "20",
    " and ",
    "40 quid",
    "$1k",
    "1.299,99 €",
    "-",
    "–",
    "/",
    ".",
    ",",
    "not ",
    "without ",
    "black",
    "navy ",
    "running shoes",
    "size ",
    "8½",
    "8 1/2",
    "W32 L34",
    "90x200 cm",
    "500ml",
    "27\"",
    "yesterday",
    "last friday",
    "12.3.",
    "2026-03-12",
    "31.02.",
    "two weeks ago",
    "999999999999",
    "0",
    "00",
    "+49 30 1234567",
    "(555) 010-0199",
    "mara@example.com",
    "@",
    "A-1042",
    "order ",
    "#",
    "#2",
    "the last two",
    "compare 1, 2 & 3",
    "6 year old",
    "aged ",
    "cheapest first",
    "a hundred and fifty",
    "thousand ",
    "x",
    "XXL",
    "ﬁ",
    "ß",
    "İ",
    "e\u{301}",
    "👩‍👩‍👧",
    "\u{200b}",
    "\u{feff}",
    "\u{202e}",
    "\n",
    "\t",
    "\0",
    "٣",
    "①",
    "１２",
    "½",
    "⁄",
    " ",
    "  ",
    "ich suche ",
    "ohne ",
    "nicht ",
    "ab 30 ",
    "zwei Wochen ",
];

fn message() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(PIECES).prop_map(str::to_owned),
        2 => "\\PC{1,6}",
        1 => any::<String>(),
        1 => "[0-9 .,/x-]{1,20}",
    ];
    let several = vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    let long = (select(PIECES), 1..900_usize).prop_map(|(piece, times)| piece.repeat(times));
    prop_oneof![9 => several, 1 => long].prop_map(|text| text.chars().take(4096).collect())
}

fn readers() -> Vec<Reader> {
    let parts = parts();
    let vocabulary = parts.catalog.vocabulary();
    let languages = parts.intents.languages.iter();
    languages.map(|language| Reader::new(language, &vocabulary, &parts.facts).unwrap()).collect()
}

#[test]
fn whatever_is_written_the_entity_readers_mark_words_of_it() {
    let readers = readers();
    let expecting = proptest::option::of(select(EntityKind::ALL.to_vec()));
    let at = Timestamp::UNIX_EPOCH;
    feed((message(), expecting), |(text, expecting)| {
        let chars: Vec<char> = text.chars().collect();
        for reader in &readers {
            let reading = reader.read(text, Context { expecting: *expecting, at });
            let mut last = 0;
            for entity in &reading.entities {
                assert!(
                    last <= entity.start && entity.start < entity.end && entity.end <= chars.len(),
                    "{entity:?}"
                );
                assert_eq!(chars[entity.start..entity.end].iter().collect::<String>(), entity.text);
                let deniable = entity.is_condition() && entity.kind != EntityKind::Price;
                assert!(!entity.negated || deniable || entity.kind == EntityKind::Category, "{entity:?}");
                last = entity.start;
            }
        }
        let once = fold(text).text;
        assert_eq!(fold(&once).text, once);
        assert_eq!(key(&key(text)), key(text));
        let bare = wording(text, &parts().intents.languages[0].grammar.polite);
        assert_eq!(wording(&bare, &parts().intents.languages[0].grammar.polite), bare);
    });
}

const SCRAPS: &[&str] = &[
    ":",
    "- ",
    "\n",
    "\r\n",
    "\t",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "|",
    ">-",
    "#",
    "---\n",
    "...\n",
    "'",
    "\"",
    "? ",
    "<<: ",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
    "99999999999999999999999",
    "1e999",
    ".nan",
    "~",
    "null",
    "yes",
    "[[[[[[[[[[[[[[[[[[[[[[[[",
    "{a: {a: {a: {a: {a: {a: {a: {a: {a: {a: ",
    "[black](colour",
    "(price:",
    "%YAML 9.9\n",
    "ﬁ",
    "👩‍👩‍👧",
    "=",
];

/// A real file, or scraps from the start, with pieces taken out, doubled, put in and moved.
fn broken_file(files: Vec<(PathBuf, String)>) -> impl Strategy<Value = (PathBuf, String)> {
    let edit = (0..4_u8, any::<prop::sample::Index>(), 0..40_usize, select(SCRAPS));
    (select(files), vec(edit, 0..10), any::<bool>(), vec(select(SCRAPS), 0..60)).prop_map(
        |((path, text), edits, real, scraps)| {
            let mut chars: Vec<char> =
                if real { text.chars().collect() } else { scraps.concat().chars().collect() };
            for (what, at, length, scrap) in edits {
                let from = at.index(chars.len() + 1);
                let to = (from + length).min(chars.len());
                match what {
                    0 => drop(chars.drain(from..to)),
                    1 => {
                        let copy = chars[from..to].repeat(3);
                        drop(chars.splice(from..from, copy));
                    }
                    2 => drop(chars.splice(from..from, scrap.chars())),
                    _ => drop(chars.splice(from..to, scrap.chars())),
                }
            }
            (path, chars.into_iter().collect())
        },
    )
}

fn files(under: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known: Vec<PathBuf> = match under {
        "intents" => yaml_files(root).unwrap(),
        _ => [
            "shop.yaml",
            "synonyms.yaml",
            "synonyms.de.yaml",
            "ranking.yaml",
            "lists.yaml",
            "segments.yaml",
            "offers.yaml",
        ]
        .map(|name| Path::new("index").join(name))
        .to_vec(),
    };
    let text = |path: &PathBuf| std::fs::read_to_string(root.join(path)).unwrap();
    known.into_iter().map(|path| (path.clone(), text(&path))).collect()
}

#[test]
fn whatever_a_file_of_intents_holds_it_is_read_or_named_with_its_place() {
    feed(broken_file(files("intents")), |(path, text)| {
        if let Err(problems) = check_text(path, text) {
            assert!(!problems.to_string().is_empty());
        }
    });
}

#[test]
fn whatever_a_file_of_the_index_holds_it_is_read_or_named_with_its_place() {
    feed(broken_file(files("index")), |(path, text)| {
        // YAML also ends a line at a carriage return alone and at Unicode's own line ends.
        let ends = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
        let lines = text.matches(ends).count() as u64 + 1;
        if let Err(error) = shophand::yaml::parse::<serde_json::Value>(path, text) {
            assert!((1..=lines.max(1) + 1).contains(&error.line) && error.column >= 1, "{error}");
        }
        if let Err(problems) = check_shelf_text(path, text) {
            let placed = |problem: &Problem| problem.line as u64 <= lines + 1 && !problem.message.is_empty();
            assert!(problems.0.iter().all(placed), "{problems}");
        }
    });
}
