use std::path::Path;

use proptest::prelude::*;

use super::*;

fn formatted(text: &str) -> String {
    format(Path::new("a.yaml"), text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_file_in_any_order_becomes_the_one_that_the_readme_shows_and_keeps_its_comments() {
    let untidy = "# All about returns
examples:
    -   can i send it back   # the classic
    - \"where's my refund\"
    # typos too
    - can i sned it back
    - can i sned it back
# What a shopper reads
title:   'Returns'
intent: returns


action:  answer
answers: [ Sure,   'It''s easy' ]
";
    assert_eq!(
        formatted(untidy),
        "# All about returns
intent: returns

# What a shopper reads
title: 'Returns'
action: answer
examples:
  - can i send it back # the classic
  - \"where's my refund\"
  # typos too
  - can i sned it back
answers: [Sure, 'It''s easy']
"
    );
}

#[test]
fn examples_in_brackets_get_a_line_each_and_none_stands_there_twice() {
    let head = "intent: a\ntitle: A\naction: help\n";
    for (list, laid_out) in [
        ("examples: [a, b, a]\n", "examples:\n  - a\n  - b\n"),
        (
            "examples: ['it''s', \"x, y\", '[two](size)']\nanswers: [A, B]\n",
            "examples:\n  - 'it''s'\n  - 'x, y'\n  - '[two](size)'\nanswers: [A, B]\n",
        ),
        ("examples:\n  [a, b] # two\n", "examples: # two\n  - a\n  - b\n"),
    ] {
        let tidy = formatted(&format!("{head}{list}"));
        assert_eq!(tidy.replace(" # two", ""), format!("{head}{laid_out}").replace(" # two", ""));
        assert_eq!(tidy.contains("# two"), list.contains("# two"));
    }
}

#[test]
fn every_file_of_the_demo_shop_is_laid_out() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("intents")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                let text = std::fs::read_to_string(&path).expect("a file");
                let remedy = "`shophand intents fmt` lays it out";
                assert!(formatted(&text) == text, "{} is not laid out: {remedy}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 80);
}

fn added(text: &str, example: &str) -> String {
    with_example(Path::new("a.yaml"), text, example, "").expect("sound").unwrap_or_else(|| "known".to_owned())
}

#[test]
fn one_more_example_is_one_more_line_and_nothing_else() {
    let head = "intent: a\ntitle: A\naction: help\n";
    for (list, example, longer) in [
        ("examples:\n  - one\n", "two", "examples:\n  - one\n  - two\n"),
        ("examples:\n- one # first\n\n# end\n", "two", "examples:\n- one # first\n- two\n\n# end\n"),
        ("examples:\n  - one", "a: b", "examples:\n  - one\n  - 'a: b'"),
        ("examples: [one, 'two']\n", "it's three", "examples: [one, 'two', 'it''s three']\n"),
        ("patterns: [x]\n", "yes", "patterns: [x]\nexamples:\n  - 'yes'\n"),
        (
            "examples:\r\n  - one\r\ntitel: x\r\n",
            "[two](size)",
            "examples:\r\n  - one\r\n  - '[two](size)'\r\ntitel: x\r\n",
        ),
        ("examples:\n  - where's [A-1](order_number)\n", "Where's A-1?", "known"),
    ] {
        let expected = if longer == "known" { longer.to_owned() } else { format!("{head}{longer}") };
        assert_eq!(added(&format!("{head}{list}"), example), expected);
    }
}

/// LESSONS, complaint 6: corrections are added twice, or lost.
#[test]
fn a_correction_is_one_line_that_says_whose_it_is_and_none_of_many_at_once_is_lost_or_doubled() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.yaml");
    let before = "intent: a\ntitle: A # how people see it\naction: help\nexamples:\n  - one\nbuttons: [B]\n";
    std::fs::write(&file, before).expect("a file");
    assert_eq!(
        add_example(&file, "where's [A-1](order_number)", "Ana, turn 01J9").expect("added"),
        Added::New
    );
    let corrected = std::fs::read_to_string(&file).expect("a file");
    let line = "  - where's [A-1](order_number) # Ana, turn 01J9\n";
    assert_eq!(corrected, before.replace("  - one\n", &format!("  - one\n{line}")));
    assert_eq!(add_example(&file, "WHERE'S A-1?!", "Bo, turn 01JA").expect("known"), Added::Known);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), corrected);

    let teach = |who: usize| {
        let file = file.clone();
        std::thread::spawn(move || {
            for n in 0..10 {
                // Everybody finds one of the sentences of the next as well.
                for sentence in [who * 10 + n, (who + 1) * 10 + n] {
                    add_example(&file, &format!("sentence {sentence}"), "Ana").expect("added");
                }
            }
        })
    };
    (0..6).map(teach).collect::<Vec<_>>().into_iter().for_each(|one| one.join().expect("no panic"));
    let mut meaning = Meaning::of(&file, &std::fs::read_to_string(&file).expect("a file")).expect("sound");
    let Some(Meaning::List(examples)) = meaning.entry("examples") else { panic!("no examples") };
    assert_eq!(examples.len(), 2 + 70, "{examples:?}");
}

#[test]
fn many_examples_are_added_at_once_each_that_is_new_once() {
    let text = "intent: a\nexamples:\n  - one # first\n  - two\n";
    let several = ["two!", "three", "Three", "a: b"];
    let (longer, added) = with_examples(Path::new("a.yaml"), text, &several, "").expect("sound");
    assert_eq!((longer, added), (format!("{text}  - three\n  - 'a: b'\n"), 2));
    let bracketed =
        with_examples(Path::new("a.yaml"), "examples: [one]", &["two", "three"], "Ana").expect("sound");
    assert_eq!(bracketed, ("examples: [one, 'two', 'three']".to_owned(), 2));
}

#[test]
fn a_file_that_cannot_be_changed_safely_is_left_alone() {
    for text in ["intent: [", "- a\n", "examples: one\n", "examples:\n", "just words"] {
        let result = with_example(Path::new("a.yaml"), text, "two", "");
        assert!(result.is_err(), "{text}: {result:?}");
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "  - [a-z ]{1,12}",
        "  - '[a-z:\\[\\]() ]{0,12}'",
        "  - \"[a-z' ]{0,12}\"",
        "    - [a-z]{1,4}",
        " *# [a-z ]{0,8}",
        "",
        "(title|intent|action|answers|buttons): *[a-z]{0,6}",
        "(examples|patterns|slots):",
        "with: \\{change:  [a-z]{1,5}\\}",
        "  - [a-z]{1,3}  # [a-z]{1,4}",
    ]
}

proptest! {
    #[test]
    fn formatting_changes_no_meaning_loses_no_comment_and_is_done_at_once(lines in prop::collection::vec(line(), 0..14)) {
        let text = lines.join("\n");
        // What the guard refuses is left alone; what it lets pass is held to the promise once more.
        if let Ok(once) = format(Path::new("a.yaml"), &text) {
            prop_assert_eq!(&formatted(&once), &once);
            let count = |text: &str| text.matches('#').count();
            prop_assert_eq!(count(&once), count(&text));
        }
    }

    #[test]
    fn whatever_a_shopper_says_can_be_added_and_comes_back(example in "\\PC{1,30}") {
        let example = example.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assume!(!example.is_empty());
        for list in ["examples:\n  - one\n", "examples: [one]\n"] {
            let text = format!("intent: a\n{list}");
            if let Some(longer) = with_example(Path::new("a.yaml"), &text, &example, "").expect("it fits") {
                let mut meaning = Meaning::of(Path::new("a.yaml"), &longer).expect("sound");
                let last = match meaning.entry("examples") { Some(Meaning::List(items)) => items.pop(), _ => None };
                prop_assert_eq!(last, Some(Meaning::Text(example.clone())));
            }
        }
    }

    #[test]
    fn no_text_makes_the_formatter_panic(text in "([a-z: \\-\\[\\]{}'\"&*!|>#\n\t,.?%@]|intent: |examples:\n|  - |\\PC){0,80}") {
        let _ = format(Path::new("a.yaml"), &text);
        let _ = with_example(Path::new("a.yaml"), &text, "one more", "Ana");
    }
}
