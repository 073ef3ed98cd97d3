use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// A shop with these files under `intents/en/`.
fn load(files: &[(&str, &[u8])]) -> Result<IntentSet, String> {
    let shop = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(shop.path().join("intents")).expect("a folder");
    for (path, text) in files {
        let path = shop.path().join("intents").join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let variables = BTreeSet::from(["returns_days".to_owned(), "shop".to_owned()]);
    IntentSet::load(
        shop.path(),
        &Expected { replies: &["found"], variables: &variables, language: None, grammar: false },
    )
    .map_err(|problems| problems.to_string())
}

const REPLIES: (&str, &[u8]) = ("en/replies.yaml", b"found: I found {n}.\n");
const COLOURS: (&str, &[u8]) = (
    "en/entities/colour.yaml",
    b"entity: colour\nvalues:\n  black: {also: [jet], hex: '#1c1c1e'}\n  navy: [dark blue]\n  on: []\n",
);
const CHEAPER: (&str, &[u8]) = (
    "en/shopping/cheaper.yaml",
    b"intent: cheaper\ntitle: Cheaper\naction: refine\nwith: {change: cheaper}\nexamples:\n  - something cheaper\n  - a [jet](colour:black) one for [8.50](price)\n",
);

/// The problems of a sound shop with one more file.
fn with(path: &str, text: &str) -> String {
    load(&[REPLIES, COLOURS, CHEAPER, (path, text.as_bytes())]).expect_err("a problem")
}

#[test]
fn a_sound_shop_is_read_as_it_is_written() {
    let set = load(&[REPLIES, COLOURS, CHEAPER]).expect("sound");
    let english = set.language("en");
    assert_eq!(english.intents[0].examples, ["something cheaper", "a jet one for 8.50"]);
    assert_eq!(english.entities[0].values[2].value, "on", "YAML's truth values are words here");
    assert_eq!(english.replies.variants("found"), ["I found {n}."]);
    assert_eq!(set.version.len(), 12);
    assert_eq!(set.version, load(&[REPLIES, COLOURS, CHEAPER]).expect("sound").version);
}

#[test]
fn every_mistake_is_named_with_file_line_column_and_what_to_do() {
    for (path, text, expected) in [
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexmaples:\n  - a\npatterns: [x]\n",
            "intents/en/a.yaml:4:1: unknown key \"exmaples\"; did you mean \"examples\"?",
        ),
        ("en/a.yaml", "intent: a\n  title: [", "intents/en/a.yaml:2:"),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: serach\nexamples: [a]\n",
            "intents/en/a.yaml:3:9: unknown action \"serach\"; did you mean \"search\"?",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: refine\nwith: {change: cheeper}\nexamples: [a]\n",
            "intents/en/a.yaml:4:16: unknown change \"cheeper\"; did you mean \"cheaper\"?",
        ),
        ("en/a.yaml", "intent: a\ntitle: A\naction: answer\nexamples: [a]\n", "needs \"answers\""),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nslots:\n  - {entity: email, required: true}\nexamples: [a]\n",
            "intents/en/a.yaml:5:5: the required slot \"email\" needs \"ask\"",
        ),
        (
            "en/b.yaml",
            "intent: cheaper\ntitle: B\naction: help\nexamples: [b]\n",
            "already in intents/en/b.yaml:1",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: [a]\npatterns:\n  - '^(a'\n",
            "intents/en/a.yaml:6:5: the pattern \"^(a\" does not compile: unclosed group; close the bracket",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples:\n  - '[blue](colour'\n",
            "intents/en/a.yaml:5:5: broken mark at `[blue](colour`: the `(` is not closed",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: ['[x](color)']\n",
            "unknown entity \"color\"; did you mean \"colour\"?",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: ['[x](colour:blak)']\n",
            "unknown colour \"blak\"; did you mean \"black\"?",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: ['Something CHEAPER!']\n",
            "stands in two intents: \"a\" (intents/en/a.yaml:4) and \"cheaper\" (intents/en/shopping/cheaper.yaml:6); keep",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: answer\nexamples: [a]\nanswers: ['{return_days} days']\n",
            "intents/en/a.yaml:5:11: unknown variable {return_days}; did you mean {returns_days}?",
        ),
        (
            "en/entities/size.yaml",
            "entity: size\nvalues:\n  S: [small]\n  M: [Small]\n",
            "intents/en/entities/size.yaml:4:7: \"Small\" is a word for both \"S\" and \"M\"",
        ),
        (
            "en/entities/c.yaml",
            "entity: colour\nvalues:\n  red: {hex: '#f00'}\n",
            "\"#f00\" is not a colour like '#1c1c1e'",
        ),
        ("stray.yaml", "intent: a\n", "intents/stray.yaml: this file is in no language's folder"),
        (
            "en/a.yaml",
            "intent: Gift Wrap!\ntitle: A\naction: help\nexamples: [a]\n",
            "intents/en/a.yaml:1:9: \"Gift Wrap!\" is no intent's name: those are lower-case letters, digits and \
             underscores; did you mean \"gift_wrap\"?",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: answer\nexamples: [a]\nanswers: ['Hello }']\n",
            "intents/en/a.yaml:5:11: a `}` without its other half; a variable is written {name}",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: [\"a\\0b\"]\n",
            "intents/en/a.yaml:4:12: a control character stands in this text; take it out",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: [\"\\u200b\"]\n",
            "intents/en/a.yaml:4:12: this text is empty",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: [a]\nwith: {change: cheaper}\n",
            "intents/en/a.yaml:5:8: the action help knows no \"change\"; take it out, or write `action: refine`",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: ['[x](colour:vermilion)']\n",
            "unknown colour \"vermilion\"; add it to intents/en/entities/colour.yaml",
        ),
        (
            "en/a.yaml",
            "intent: a\ntitle: A\naction: help\nexamples: [a]\npatterns: ['*x']\n",
            "write a backslash before a `*`",
        ),
    ] {
        let problems = with(path, text);
        assert!(problems.contains(expected), "expected {expected}\nfound {problems}");
    }
}

#[test]
fn a_missing_reply_a_foreign_encoding_and_an_empty_folder_are_problems_too() {
    let problems = load(&[("en/replies.yaml", b"other: x\n"), CHEAPER]).expect_err("a problem");
    assert!(problems.contains("the reply \"found\" is missing"), "{problems}");
    let problems = load(&[CHEAPER]).expect_err("a problem");
    assert!(problems.contains("intents/en/replies.yaml: this file is missing"), "{problems}");
    let problems = load(&[REPLIES, ("en/a.yaml", b"intent: a\ntitle: caf\xe9\n")]).expect_err("a problem");
    assert!(problems.contains("intents/en/a.yaml:2:11: not UTF-8"), "{problems}");
    assert!(load(&[]).expect_err("a problem").contains("intents: no intents here"));
}

#[test]
fn a_sentence_or_a_button_that_nobody_could_send_is_too_long() {
    let head = "intent: a\ntitle: A\naction: help\n";
    let endless = with("en/a.yaml", &format!("{head}examples:\n  - {}\n", "so long ".repeat(35_000)));
    assert!(
        endless.contains("en/a.yaml:5:5: this example has 279999 characters, and may have 4096"),
        "{endless}"
    );
    let wide = with("en/a.yaml", &format!("{head}examples: [a]\nbuttons: [{}]\n", "x".repeat(65)));
    assert!(wide.contains("this button has 65 characters, and may have 64; shorten it"), "{wide}");
}

#[test]
fn a_file_that_is_empty_or_holds_something_else_is_one_mistake() {
    for path in ["en/a.yaml", "en/replies.yaml", "en/grammar.yaml", "en/entities/size.yaml"] {
        for text in ["", "# nothing yet\n", "- a\n- b\n", "hello\n"] {
            let problems = with(path, text);
            assert_eq!(problems.lines().count(), 1, "{text:?} in {path}: {problems}");
            assert!(problems.contains(path) && problems.contains("expected a mapping"), "{problems}");
        }
    }
    let mapping = with("en/a.yaml", "intent: a\ntitle: A\naction: help\nexamples: {a: b}\n");
    assert_eq!(mapping.lines().count(), 1, "{mapping}");
    assert!(mapping.contains("a.yaml:4:11: expected a list"), "{mapping}");
}

#[test]
fn a_language_without_its_small_words_or_without_intents_is_not_opened() {
    let shop = |files: &[(&str, &str)]| {
        let shop = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = shop.path().join("intents").join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let variables = BTreeSet::new();
        let expected =
            Expected { replies: &["found"], variables: &variables, language: Some("en"), grammar: true };
        IntentSet::load(shop.path(), &expected).map(drop).map_err(|problems| problems.to_string())
    };
    let intent = "intent: hi\ntitle: Hi\naction: greet\nexamples: [hi]\n";
    let words = "found: Found.\n";
    let sound =
        [("en/hi.yaml", intent), ("en/replies.yaml", words), ("en/grammar.yaml", "polite: [please]\n")];
    shop(&sound).expect("sound");
    let wordless = shop(&sound[..2]).expect_err("a problem");
    assert!(wordless.contains("intents/en/grammar.yaml: this file is missing"), "{wordless}");
    let german =
        [("de/hi.yaml", intent), ("de/replies.yaml", words), ("de/grammar.yaml", "polite: [bitte]\n")];
    let silent = shop(&german).expect_err("a problem");
    let expected = "intents/en: there are no intents here, and index/shop.yaml says `language: en`; put its files \
                    back, or write de there";
    assert_eq!(silent, expected);
    let bare = shop(&[&german[..], &sound[1..]].concat()).expect_err("a problem");
    assert_eq!(bare, expected, "replies alone are no language");
}

#[test]
fn all_problems_are_listed_at_once() {
    let problems = with("en/a.yaml", "intent: a\ntitel: A\naction: serach\nexamples: ['[x]']\n");
    assert_eq!(problems.lines().count(), 4, "{problems}");
}

#[test]
fn editors_of_every_system_write_files_that_can_be_read() {
    let plain = String::from_utf8(CHEAPER.1.to_vec()).expect("text");
    let of = |text: &str| {
        let set = load(&[REPLIES, COLOURS, (CHEAPER.0, text.as_bytes())])?;
        Ok::<_, String>(set.languages[0].intents[0].examples.clone())
    };
    let expected = of(&plain).expect("sound");
    for odd in [
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        format!("---\n{plain}...\n"),
        plain.trim_end().to_owned(),
        format!("# über alles 😀\n{plain}"),
    ] {
        assert_eq!(of(&odd).unwrap_or_else(|e| panic!("{e}\nfor {odd:?}")), expected, "{odd:?}");
    }
}

#[test]
fn what_yaml_allows_and_nobody_means_is_named_with_its_place() {
    let bomb = "intent: a\ntitle: &x [l, l, l]\naction: *x\nexamples: [*x, *x]\n";
    let deep = format!("intent: a\ntitle: A\naction: help\nexamples: {}\n", "[".repeat(100_000));
    for (text, expected) in [
        (bomb, ":2:11: not valid YAML: anchors (&name) and aliases (*name) are not read"),
        (&deep, "lie too deep in each other"),
        ("intent: a\nintent: b\n", ":2:1: the key \"intent\" stands here twice"),
        ("intent: a\n\ttitle: A\n", "found a tab"),
        ("intent: a\n\ttitle: A\n", "; indent with blanks"),
        ("intent: a\ntitle: Where: here: there\n", "not allowed in this context; put a text with a colon"),
        ("intent: a\nexamples: [a\ntitle: A\n", "; close the bracket"),
        ("intent: a\ntitle: 'A\n", "; close the quote"),
        (
            "intent: a\ntitle: A\naction: help\nexamples: [a]\n---\nintent: b\n",
            "a second document begins here",
        ),
        (
            "intent: a\ntitle: A\naction: help\nexamples: [a]\npatterns: ['(a{1000}){1000}']\n",
            "does not compile",
        ),
        ("<<: {a: b}\nintent: a\n", ":1:"),
        ("intent: a\0b\ntitle: A\naction: help\nexamples: [a]\n", ":1"),
        ("", "intents/en/a.yaml"),
        ("[]", ":1:1: expected a mapping"),
    ] {
        let problems = with("en/a.yaml", text);
        assert!(problems.contains(expected), "expected {expected}\nfound {problems}");
        assert!(problems.len() < 2_000, "{} letters: {:.200}", problems.len(), problems);
    }
}

/// A sound shop in a folder that odd things are put into.
#[cfg(unix)]
fn with_oddity(put: impl Fn(&Path)) -> Result<IntentSet, String> {
    let shop = tempfile::tempdir().expect("a folder");
    for (path, text) in [REPLIES, COLOURS, CHEAPER] {
        let path = shop.path().join("intents").join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    put(&shop.path().join("intents/en"));
    IntentSet::load(
        shop.path(),
        &Expected { replies: &["found"], variables: &BTreeSet::new(), language: None, grammar: false },
    )
    .map_err(|problems| problems.to_string())
}

#[cfg(unix)]
#[test]
fn folders_links_and_pipes_among_the_files_are_read_or_named_and_never_waited_for() {
    use std::os::unix::fs::symlink;
    let looped = with_oddity(|en| {
        symlink("..", en.join("shopping/up")).expect("a link");
        symlink(".", en.join("here")).expect("a link");
    });
    let looped = looped.expect_err("a problem");
    assert!(looped.contains("intents/en/here: this cannot be read: this link leads back to"), "{looped}");
    assert!(looped.contains("intents/en/shopping/up:") && looped.lines().count() == 2, "{looped}");

    let lost = with_oddity(|en| symlink("/nowhere/a.yaml", en.join("a.yaml")).expect("a link"));
    assert!(lost.expect_err("a problem").contains("intents/en/a.yaml: this cannot be read"));

    let pipe = with_oddity(|en| {
        let made = std::process::Command::new("mkfifo").arg(en.join("a.yaml")).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo makes pipes on every Unix");
    });
    assert!(
        pipe.expect_err("a problem")
            .contains("intents/en/a.yaml: this file cannot be read: it is no regular")
    );

    let vast = with_oddity(|en| {
        std::fs::File::create(en.join("a.yaml")).and_then(|f| f.set_len(1 << 33)).expect("a sparse file");
    });
    assert!(vast.expect_err("a problem").contains("may have more than 8388608"));

    let sound = with_oddity(|en| {
        std::fs::create_dir(en.join("topic.yaml")).expect("a folder");
        std::fs::rename(en.join("shopping/cheaper.yaml"), en.join("topic.yaml/cheaper.yml")).expect("a file");
        symlink("/nowhere", en.join(".#cheaper.yaml")).expect("an editor's lock");
        symlink("topic.yaml/cheaper.yml", en.join("note.txt")).expect("a link");
    });
    assert_eq!(sound.expect("sound").language("en").intents.len(), 1);
}

proptest! {
    #[test]
    fn marks_come_out_whatever_the_text(text in "[\\[\\]():a-z é😀]{0,40}") {
        if let Ok(marked) = marks(&text) {
            prop_assert!(!marked.plain.contains(['[', ']']));
            prop_assert!(marked.marks.iter().all(|mark| marked.plain.contains(&mark.text)));
        }
    }

    #[test]
    fn no_file_makes_the_reader_panic(
        text in "([a-z: \\-\\[\\]{}'\"&*!|>#\n\t,.?%@]|intent: |examples:\n|  - |values:\n|[0-9]|\\PC){0,80}",
        path in prop_oneof!["a.yaml", "replies.yaml", "grammar.yaml", "entities/colour.yaml"],
    ) {
        let _ = check_text(Path::new(&path), &text);
    }
}
