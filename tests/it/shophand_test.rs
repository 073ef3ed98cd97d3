//! `shophand test`: a merchandiser writes conversations and sees which do not go as written.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::shop::spare_the_lessons;

/// A shop as `shophand new` makes it.
fn new_shop() -> TempDir {
    let shop = TempDir::new().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_shophand")).arg("new").arg(shop.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    spare_the_lessons(&shop.path().join(".shophand"));
    shop
}

fn test(shop: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.args(["test", "--shop"]).arg(shop).args(more).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Adds a conversation to the shop and gives its path.
fn write(shop: &TempDir, name: &str, text: &str) -> String {
    let file = shop.path().join("tests/conversations").join(name);
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn a_new_shop_has_a_conversation_that_goes_as_written() {
    let shop = new_shop();
    let output = test(shop.path(), &[]);
    assert!(output.status.success(), "{}{}", printed(&output), String::from_utf8_lossy(&output.stderr));
    assert!(printed(&output).contains("1 conversation, 5 turns: all as written"), "{}", printed(&output));
    assert!(!shop.path().join(".shophand/store").exists(), "the shop's own memory is not touched");
}

#[test]
fn a_new_shop_keeps_its_state_out_of_git_and_a_folder_keeps_the_rules_that_it_has() {
    let shop = new_shop();
    let ignored = fs::read_to_string(shop.path().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == ".shophand/"), "{ignored}");

    let own = TempDir::new().unwrap();
    fs::write(own.path().join(".gitignore"), "/mine\n").unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_shophand")).arg("new").arg(own.path()).output().unwrap();
    let kept = fs::read_to_string(own.path().join(".gitignore")).unwrap();
    assert!(kept.starts_with("/mine\n") && kept.contains("\n.shophand/\n"), "{kept}");
    assert!(made.status.success());
}

#[test]
fn a_new_shop_has_nothing_to_mend_on_its_shelves() {
    let shop = new_shop();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    let output = command.args(["index", "check", "--shop"]).arg(shop.path()).output().unwrap();
    assert!(printed(&output).contains("0 errors, 0 warnings"), "{}", printed(&output));
    let synonyms = fs::read_to_string(shop.path().join("index/synonyms.yaml")).unwrap();
    assert!(synonyms.contains("sneakers, trainers") && synonyms.contains("navy"), "{synonyms}");
}

/// A merchandiser's own mistake must not drown in what the shop came with.
#[test]
fn a_new_shop_has_nothing_to_mend_in_its_intents_and_a_sentence_that_collides_stands_out() {
    let shop = new_shop();
    let check = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
        printed(&command.args(["intents", "check", "--shop"]).arg(shop.path()).args(more).output().unwrap())
    };
    let text = check(&[]);
    assert!(text.contains("0 errors, 0 warnings"), "{text}");
    assert!(text.contains("hints not shown; --all shows everything"), "{text}");
    assert!(check(&["--no-model", "--all"]).contains("note["), "hints can be read");

    let wrap = "intent: wrap_it\ntitle: Wrap it\naction: handoff\nexamples:\n  - where is my parcel now\n  - has my order been sent\n";
    fs::write(shop.path().join("intents/en/wrap_it.yaml"), wrap).unwrap();
    let text = check(&[]);
    assert!(text.contains("wrap_it has only 2 examples"), "{text}");
    assert!(text.contains("wrap_it collides with track_order"), "{text}");
}

#[test]
fn what_goes_otherwise_is_told_with_turn_words_expectation_and_finding() {
    let shop = new_shop();
    let wrong =
        "about: Greeted with prices\nturns:\n  - says: hello\n    action: search\n    has: [bargain]\n";
    let file = write(&shop, "wrong.yml", wrong);
    let output = test(shop.path(), &[&file]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in ["✗ wrong.yml", "turn 1  › hello", "the action search", "greet (understood", "“bargain”"]
    {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    let output = test(shop.path(), &["--json", &file]);
    let object: serde_json::Value = serde_json::from_str(printed(&output).trim()).unwrap();
    assert_eq!(object["passed"], false);
    assert_eq!(object["mismatches"][0]["expected"], "the action search");
}

#[test]
fn a_file_that_is_no_conversation_is_named_with_the_line_and_what_was_meant() {
    let shop = new_shop();
    let typo = write(&shop, "typo.yml", "about: A typo\nturns:\n  - say: hello\n");
    let broken = write(&shop, "broken.yml", "about: [never closed\n");
    let prose = write(&shop, "notes.txt", "hello\n");
    for (file, parts) in [
        (&typo, ["typo.yml:3", "\"say\"; did you mean \"says\"?"]),
        (&broken, ["broken.yml:1", "golden conversation"]),
        (&prose, ["notes.txt", "YAML files whose names end in .yml"]),
    ] {
        let output = test(shop.path(), &[file]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
}

#[test]
fn a_conversation_without_turns_or_of_somebody_unknown_does_not_pass() {
    let shop = new_shop();
    let empty = write(&shop, "empty.yml", "about: Nothing\nturns: []\n");
    let output = test(shop.path(), &[&empty]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("empty.yml has no turns"), "{message}");

    let stranger = write(&shop, "stranger.yml", "about: Who?\nas: nobody\nturns:\n  - says: hello\n");
    let output = test(shop.path(), &[&stranger]);
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    assert!(text.contains("as: nobody") && text.contains("nobody of that name"), "{text}");
}

#[test]
fn what_no_conversation_uses_is_listed() {
    let shop = new_shop();
    let text = printed(&test(shop.path(), &["--uncovered"]));
    assert!(text.contains("Used by no conversation"), "{text}");
    assert!(text.contains("action handoff (en)\n") && !text.contains("action greet (en)\n"), "{text}");
}
