use std::collections::BTreeSet;
use std::fs;

use super::*;
use crate::intents::{Expected, Files, IntentSet};

const NLU: &str = r#"version: "3.1"
nlu:
- intent: faq/Opening-Hours
  examples: |
    - when are you open
    - are you open on [sunday](day)
    - When are you open?
- intent: track_order
  examples: |
    - where is my order
    - where's [A-1042]{"entity": "order_number", "value": "A-1042"}
    - what colour is [jet](color:black) and [teal](color:teal)
- intent: out_of_scope
  examples: |
    - order me a pizza
- synonym: cotton
  examples: |
    - jersey
- lookup: material
  examples: |
    - cotton
    - wool
- regex: zipcode
  examples: |
    - \d{5}
"#;

const DOMAIN: &str = r#"version: "3.1"
responses:
  utter_faq/opening_hours:
  - text: "We are open {hours}: every day"
  - text: "Ask {slot_name}"
  utter_iamabot:
  - text: I am a bot
"#;

struct Shop(tempfile::TempDir);

impl Shop {
    fn new() -> Shop {
        let shop = Shop(tempfile::tempdir().expect("a folder"));
        shop.write("intents/en/replies.yaml", "found: Found.\n");
        shop.write("intents/en/entities/colour.yaml", "entity: colour\nvalues:\n  black: [jet]\n");
        shop.write(
            "intents/en/track.yaml",
            "intent: track_order\ntitle: Track\naction: order_status\n# as shoppers say it\nexamples:\n  - where is my order # the classic\n",
        );
        shop
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    fn import(&self, files: &[PathBuf]) -> Plan {
        let variables = BTreeSet::from(["hours".to_owned()]);
        let expected =
            Expected { replies: &["found"], variables: &variables, language: None, grammar: false };
        let drafts = Drafts::read(files).expect("files of either kind");
        let options =
            Options { shop: self.0.path(), language: "en", action: "handoff", variables: &variables };
        let plan = Plan::of(drafts, &Files::read(self.0.path(), &expected), &options).expect("a plan");
        plan.carry_out(self.0.path()).expect("written");
        IntentSet::load(self.0.path(), &expected).unwrap_or_else(|problems| panic!("{problems}"));
        plan
    }
}

#[test]
fn rasas_training_files_become_intents_with_their_answers_and_the_shop_still_opens() {
    let shop = Shop::new();
    let files = [shop.write("nlu.yml", NLU), shop.write("domain.yml", DOMAIN)];
    let plan = shop.import(&files);
    assert_eq!(
        shop.read("intents/en/imported/faq_opening_hours.yaml"),
        "intent: faq_opening_hours
title: Faq opening hours
action: answer
examples:
  - when are you open
  - are you open on sunday
answers:
  - 'We are open {hours}: every day'
"
    );
    assert_eq!(
        shop.read("intents/en/track.yaml"),
        "intent: track_order
title: Track
action: order_status
# as shoppers say it
examples:
  - where is my order # the classic
  - where's [A-1042](order_number)
  - what colour is [jet](colour:black) and [teal](colour)
",
        "merged, comments kept"
    );
    assert_eq!(
        shop.read("intents/en/entities/material.yaml"),
        "entity: material\nvalues:\n  cotton: ['jersey']\n  wool: []\n"
    );
    let left = plan.left.join("\n");
    for part in ["1 sentence of out_of_scope", "\"day\"", "slot_name", "zipcode", "iamabot: no sentence"] {
        assert!(left.contains(part), "{part:?} is not in {left}");
    }
}

#[test]
fn what_is_imported_twice_is_there_once() {
    let shop = Shop::new();
    let files = [shop.write("nlu.yml", NLU), shop.write("domain.yml", DOMAIN)];
    shop.import(&files);
    let again = shop.import(&files);
    assert_eq!(again.changes, [], "{:?}", again.left);
}

#[test]
fn a_table_becomes_intents_and_a_sentence_of_another_intent_is_left_out() {
    let shop = Shop::new();
    let table = "text;Intent\nyes;agree\nof course;agree\nWhere is my order?;agree\na [b] c;agree\nblah;out_of_scope\n";
    let plan = shop.import(&[shop.write("t.csv", table)]);
    let file = shop.read("intents/en/imported/agree.yaml");
    assert_eq!(
        file,
        "intent: agree\ntitle: Agree\naction: handoff\nexamples:\n  - 'yes'\n  - of course\n  - a b c\n"
    );
    let left = plan.left.join("\n");
    assert!(left.contains("it is an example of track_order already"), "{left}");
    assert!(left.contains("1 sentence labelled out_of_scope"), "{left}");
}

#[test]
fn a_file_of_another_kind_or_language_is_refused_and_nothing_is_written() {
    let shop = Shop::new();
    for (name, text) in [("a.csv", "x,y\n1,2\n"), ("a.yml", "stories: []\n"), ("b.yml", "nlu: [\n")] {
        assert!(Drafts::read(&[shop.write(name, text)]).is_err(), "{name}");
    }
    let none = BTreeSet::new();
    let expected = Expected { replies: &["found"], variables: &none, language: None, grammar: false };
    let options = Options { shop: shop.0.path(), language: "fr", action: "handoff", variables: &none };
    let plan = Plan::of(Drafts::default(), &Files::read(shop.0.path(), &expected), &options);
    assert!(matches!(plan, Err(ImportError::Language(code)) if code == "fr"));
}

#[test]
fn tables_come_as_spreadsheets_save_them_and_what_holds_nothing_is_said_to() {
    let shop = Shop::new();
    let table = "sentence;label\r\n\"wo ist \"\"mein\"\" Päckchen\";track_order\r\n";
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = encoding_rs::WINDOWS_1252.encode(table).0.into_owned();
    for bytes in [table.as_bytes().to_vec(), format!("\u{feff}{table}").into_bytes(), utf16, latin] {
        let file = shop.0.path().join("table.csv");
        fs::write(&file, &bytes).expect("a file");
        let drafts = Drafts::read(&[file]).expect("a table");
        let name = IntentName::parse("track_order").expect("a name");
        assert_eq!(drafts.intents[&name].examples, ["wo ist \"mein\" Päckchen"], "{bytes:?}");
    }
    for (name, text, why) in [
        ("empty.csv", " \n", "it is empty"),
        ("other.csv", "a,b\n1,2\n", "its columns are a, b"),
        ("nlu.yml", "nlu: 5\n", "its \"nlu\" is no list"),
        ("domain.yml", "responses: [a]\n", "its \"responses\" are no mapping"),
        ("anchor.yml", "nlu:\n- intent: &a x\n  examples: [*a]\n", "anchor.yml:2:"),
        ("stories.yml", "stories: []\n", "it has neither \"nlu\" nor \"responses\""),
    ] {
        let error = Drafts::read(&[shop.write(name, text)]).expect_err(name).to_string();
        assert!(error.contains(why) && error.contains(name), "{error}");
    }
}

#[test]
fn a_quote_that_is_not_closed_a_lost_letter_and_a_picture_are_refused_with_their_line() {
    let shop = Shop::new();
    let rows = "wrap it,gift_wrap\na gift,gift_wrap\na bow,gift_wrap\nfor her,gift_wrap\n";
    let marked = |text: &str| [b"\xef\xbb\xbf".as_slice(), text.as_bytes(), b"caf\xe9,x\n"].concat();
    for (bytes, why) in [
        (format!("sentence,label\nhi,greet\n\"unclosed,gift_wrap\n{rows}").into_bytes(), "a quote in line 3"),
        // One further down would close it, and hide what stands between.
        (format!("sentence,label\n\"unclosed,gift_wrap\n{rows}\"so\",x\n").into_bytes(), "a quote in line 2"),
        (marked("sentence,label\nhi,greet\n"), "line 3 is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec(), "it is no text file"),
    ] {
        let file = shop.0.path().join("t.csv");
        fs::write(&file, &bytes).expect("a file");
        let error = Drafts::read(&[file]).expect_err(why).to_string();
        assert!(error.contains(why) && error.contains("t.csv"), "{error}");
        assert!(!error.contains(char::is_control), "{error:?}");
    }
    let sound = "sentence,label\n\"wrap it, please\",wrap\n\"say \"\"hi\"\"\",wrap\n5\" tape,wrap\n\"two\nlines\",wrap";
    let drafts = Drafts::read(&[shop.write("sound.csv", sound)]).expect("a table");
    let name = IntentName::parse("wrap").expect("a name");
    assert_eq!(drafts.intents[&name].examples, ["wrap it, please", "say \"hi\"", "5\" tape", "two\nlines"]);
}

#[test]
fn one_sentence_that_is_left_out_is_one() {
    let shop = Shop::new();
    let plan = shop.import(&[shop.write("t.csv", "text,intent\npizza,out_of_scope\n")]);
    assert!(plan.left[0].starts_with("1 sentence labelled"), "{:?}", plan.left);
}
