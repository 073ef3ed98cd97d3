//! What `shophand intents check` says, as a merchandiser reads it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::files::ShopFiles;

/// A small sound shop with files besides.
struct Shop(ShopFiles);

const SHOES: &str = "id,title,category,price,colour,material,stock
S-1,Road shoe,Shoes > Running shoes,80,black,mesh,3
S-2,Trail shoe,Shoes > Running shoes,90,navy,mesh,3
";

const FIND: &str = "intent: find_product
title: Find a product
action: search
examples:
  - i need running shoes
  - show me trail shoes
  - got any shoes in black
  - something for the road
  - navy trainers please
  - looking for sneakers
  - do you sell shoes
  - what shoes do you have
";

const TRACK: &str = "intent: track_order
title: Where is my order
action: order_status
examples:
  - where is my order
  - track my parcel
  - has it shipped yet
  - when does my delivery come
  - any news on my package
  - my stuff has not arrived
  - delivery status
  - is it on its way
";

impl Shop {
    fn with(files: &[(&str, &str)]) -> Shop {
        let replies =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("intents/en/replies.yaml"))
                .unwrap();
        let sound = [
            (
                "index/shop.yaml",
                "name: Shoe Shop\ncurrency: USD\norder_number: '[A-Z]-\\d{4}'\nfacts: {returns_days: 30}\n",
            ),
            ("index/products.csv", SHOES),
            ("intents/en/replies.yaml", replies.as_str()),
            ("intents/en/grammar.yaml", "{}\n"),
            (
                "intents/en/entities/colour.yaml",
                "entity: colour\nvalues:\n  black: [jet]\n  navy: [dark blue]\n",
            ),
            ("intents/en/entities/material.yaml", "entity: material\nvalues:\n  mesh: []\n"),
            ("intents/en/find.yaml", FIND),
            ("intents/en/track.yaml", TRACK),
        ];
        Shop(ShopFiles::new(&sound, files))
    }

    /// The exit code and what is printed.
    fn check(&self, args: &[&str]) -> (i32, String) {
        self.0.check("intents", args)
    }

    /// What is printed without the intent model.
    fn check_quickly(&self) -> String {
        self.check(&["--no-model"]).1
    }
}

/// The sound intent of shoes with one text in it changed.
fn find(from: &str, to: &str) -> String {
    assert!(FIND.contains(from), "{from}");
    FIND.replace(from, to)
}

#[test]
fn a_sound_shop_has_nothing_to_mend() {
    let (code, text) = Shop::with(&[]).check(&["--no-model", "--strict"]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 0);
}

#[test]
fn what_the_shop_does_not_open_with_is_shown_with_a_caret_and_what_was_meant() {
    let greet = "intent: hello\ntitle: Hello\naction: greeet\nexmaples: [hi]\npatterns: ['^(hi']\nanswers:\n  - Send it back within {return_days} days\n";
    let shop = Shop::with(&[
        ("intents/en/find.yaml", &find("in black", "in [jet](color)")),
        ("intents/en/hello.yaml", greet),
    ]);
    let (code, text) = shop.check(&["--no-model"]);
    insta::assert_snapshot!(text);
    assert_eq!(code, 1);
}

#[test]
fn the_caret_stands_under_the_words_behind_tabs_wide_characters_and_foreign_line_ends() {
    let windows =
        find("  - i need running shoes", "  - '鞋子 \t[スニーカー](categry)'").replace('\n', "\r\n");
    insta::assert_snapshot!(Shop::with(&[("intents/en/find.yaml", &windows)]).check_quickly());
}

#[test]
fn a_sentence_that_is_like_another_intents_is_named_with_both_places() {
    let shop = Shop::with(&[("intents/en/find.yaml", &find("do you sell shoes", "where is my other order"))]);
    insta::assert_snapshot!(shop.check_quickly());
}

#[test]
fn too_few_examples_and_the_same_ones_twice_are_named() {
    let thin = "intent: thanks\ntitle: Thanks\naction: answer\nexamples: [thank you so very much indeed, Thank you so very much indeed!, thank you so very much indeeed]\nanswers: [Gladly]\n";
    insta::assert_snapshot!(Shop::with(&[("intents/en/thanks.yaml", thin)]).check_quickly());
}

#[test]
fn two_emoji_are_two_examples_and_what_nobody_sees_is_none() {
    let head = "intent: thanks\ntitle: Thanks\naction: answer\nanswers: [Gladly]\nexamples:\n";
    let signs = format!("{head}  - 👍\n  - 🙏\n  - 👍\n");
    let text = Shop::with(&[("intents/en/thanks.yaml", &signs)]).check_quickly();
    assert_eq!(text.matches("is there already").count(), 1, "the third is the first: {text}");
    assert!(text.contains("intents/en/thanks.yaml:8:5"), "{text}");

    let unseen = format!("{head}  - thanks\n  - \"\\u200B\"\n");
    let text = Shop::with(&[("intents/en/thanks.yaml", &unseen)]).check_quickly();
    assert!(text.contains("error[broken]: this text is empty") && text.contains("thanks.yaml:7:5"), "{text}");
}

#[test]
fn words_that_nothing_uses_and_words_of_products_that_no_file_knows_are_named() {
    let shop = Shop::with(&[
        ("intents/en/entities/material.yaml", "entity: material\nvalues:\n  suede: [nubuck]\n"),
        ("intents/en/entities/season.yaml", "entity: season\nvalues:\n  winter: []\n"),
    ]);
    insta::assert_snapshot!(shop.check_quickly());
}

#[test]
fn patterns_that_take_what_belongs_to_others_are_named() {
    let all = "patterns:\n  - 'order'\n";
    let never = "patterns:\n  - '^where is my order$'\n";
    let shop = Shop::with(&[
        ("intents/en/find.yaml", &format!("{FIND}{all}")),
        ("intents/en/track.yaml", &format!("{TRACK}{never}")),
    ]);
    insta::assert_snapshot!(shop.check_quickly());
}

#[test]
fn what_one_language_has_and_another_lacks_is_named() {
    let replies = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("intents/en/replies.yaml"));
    let german = TRACK.replace("where is my order", "wo ist meine bestellung");
    let shop = Shop::with(&[
        ("intents/de/replies.yaml", &replies.unwrap()),
        ("intents/de/grammar.yaml", "{}\n"),
        ("intents/de/track.yaml", &german),
    ]);
    insta::assert_snapshot!(shop.check_quickly());
}

#[test]
fn warnings_fail_only_a_strict_check_and_scripts_get_json() {
    let shop = Shop::with(&[("intents/en/find.yaml", &find("do you sell shoes", "Show me TRAIL shoes!"))]);
    assert_eq!(shop.check(&["--no-model"]).0, 0);
    assert_eq!(shop.check(&["--no-model", "--strict"]).0, 1);
    let (_, text) = shop.check(&["--no-model", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["warnings"], 1);
    assert_eq!(found["findings"][0]["check"], "duplicate");
    assert_eq!(found["findings"][0]["at"]["line"], 11);
    assert_eq!(found["findings"][0]["related"][0]["line"], 6);
}

/// LESSONS, complaint 3: one edit breaks other intents, and nobody knows.
#[test]
fn an_edit_that_takes_sentences_from_another_intent_is_named_with_both_phrases_and_their_lines() {
    let edit =
        FIND.replace("  - do you sell shoes\n", "  - where is my parcel\n  - is my delivery on its way\n");
    let shop = Shop::with(&[("intents/en/find.yaml", &edit)]);
    let (code, text) = shop.check(&[]);
    assert_eq!(code, 0, "the shop opens all the same: {text}");
    // Which of the two takes the other's sentences is the model's to say.
    let collision = text.split("warning").find(|part| part.contains(" collides with "));
    let collision = collision.unwrap_or_else(|| panic!("no collision in {text}"));
    for part in ["intents/en/find.yaml:", "intents/en/track.yaml:", "taken for ", "% sure", "the nearest"] {
        assert!(collision.contains(part), "{part:?} is not in {collision}");
    }
    assert!(collision.contains("is my delivery on its way") || collision.contains("where is my parcel"));
}

#[test]
fn a_button_that_the_shop_itself_does_not_understand_is_named() {
    let buttons = "buttons:\n  - Where is my order\n  - Zebra quantum banana\n";
    let shop = Shop::with(&[("intents/en/track.yaml", &format!("{TRACK}{buttons}"))]);
    let (_, text) = shop.check(&[]);
    assert!(text.contains("warning[button]: the button \"Zebra quantum banana\""), "{text}");
    assert!(text.contains("intents/en/track.yaml:15:5"), "{text}");
    assert!(!text.contains("the button \"Where is my order\""), "{text}");
}

#[test]
fn without_a_language_model_it_checks_what_it_can_and_says_so() {
    let shop = Shop::with(&[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.args(["intents", "check", "--shop"]).arg(shop.0.path()).env("SHOPHAND_MODEL_DIR", shop.0.path());
    let output = command.output().unwrap();
    let remarks = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{remarks}");
    assert!(remarks.contains("compared by their letters alone"), "{remarks}");
    assert!(remarks.contains("cargo xtask setup"), "{remarks}");
}

fn git(shop: &Shop, args: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(shop.0.path()).args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]);
    let done = command.args(args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn of_two_files_with_one_sentence_the_one_that_was_changed_is_pointed_at() {
    let shop = Shop::with(&[]);
    git(&shop, &["init", "-q"]);
    git(&shop, &["add", "-A"]);
    git(&shop, &["commit", "-qm", "sound"]);
    shop.0.write("intents/en/find.yaml", &find("do you sell shoes", "where is my order"));
    let (code, text) = shop.check(&["--no-model"]);
    assert_eq!(code, 1);
    assert!(text.contains("stands in two intents: \"find_product\" (intents/en/find.yaml:11)"), "{text}");
    let (mine, other) = (text.find("intents/en/find.yaml:11:5"), text.find("intents/en/track.yaml:5:5"));
    assert!(mine.is_some() && mine < other, "{text}");
}

#[test]
fn what_was_changed_comes_first_and_of_many_warnings_the_rest_is_counted() {
    let thin = |i: u32| {
        let sentence = format!("{:x}", (i + 1).wrapping_mul(2_654_435_761));
        format!("intent: topic_{i}\ntitle: T\naction: handoff\nexamples:\n  - 'say {sentence}'\n")
    };
    let shop = Shop::with(&[]);
    for i in 0..30 {
        shop.0.write(&format!("intents/en/a/topic_{i}.yaml"), &thin(i));
    }
    git(&shop, &["init", "-q"]);
    git(&shop, &["add", "-A"]);
    git(&shop, &["commit", "-qm", "thirty thin ones"]);
    shop.0.write("intents/en/z/mine.yaml", &thin(99));
    let (_, text) = shop.check(&["--no-model"]);
    let first = text.find("warning[").unwrap();
    assert!(text[first..].starts_with("warning[thin]: topic_99 has only 1 example"), "{text}");
    assert_eq!(text.matches("warning[thin]").count(), 21, "{text}");
    assert!(text.contains("10 more warnings not shown; --all shows everything"), "{text}");
    let (_, text) = shop.check(&["--no-model", "--all"]);
    assert_eq!(text.matches("warning[thin]").count(), 31, "{text}");
    let (code, text) = shop.check(&["--no-model", "--since", "no-such-revision"]);
    assert!(code == 1 && text.contains("no-such-revision"), "{text}");
}
