//! What is broken is named, with file and line, and the command ends with an error.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::shop::spare_the_lessons;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of the demo shop that may be broken.
fn shop() -> TempDir {
    let dir = TempDir::new().unwrap();
    for part in ["index", "intents"] {
        copy(&repository().join(part), &dir.path().join(part));
    }
    spare_the_lessons(&dir.path().join(".shophand"));
    dir
}

fn edit(shop: &TempDir, file: &str, change: impl FnOnce(String) -> String) {
    let path = shop.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(text)).unwrap();
}

fn chat(shop: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shophand"));
    command.args(["chat", "--json", "--shop"]).arg(shop);
    command
}

fn says_hello(mut command: Command) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that has already failed does not read.
    let _ = child.stdin.take().unwrap().write_all(b"hello\n");
    child.wait_with_output().unwrap()
}

/// The command fails, and its message has all of these parts.
fn fails_naming(command: Command, parts: &[&str]) {
    let output = says_hello(command);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it went on: {message}");
    assert!(output.stdout.is_empty(), "it answered: {}", String::from_utf8_lossy(&output.stdout));
    assert!(!message.contains("panicked"), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
}

const CHEAPER: &str = "intents/en/shopping/cheaper.yaml";

#[test]
fn an_intent_file_that_is_no_yaml_is_named_with_its_line() {
    let shop = shop();
    edit(&shop, CHEAPER, |text| text.replace("examples:", "examples: [unclosed"));
    fails_naming(chat(shop.path()), &[CHEAPER, ":"]);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_a_suggestion() {
    let shop = shop();
    edit(&shop, CHEAPER, |text| text.replace("examples:", "exmaples:"));
    fails_naming(chat(shop.path()), &[CHEAPER, "exmaples", "examples"]);
}

#[test]
fn an_intent_that_exists_twice_is_named_with_both_files() {
    let shop = shop();
    fs::copy(shop.path().join(CHEAPER), shop.path().join("intents/en/shopping/cheaper2.yaml")).unwrap();
    fails_naming(chat(shop.path()), &["cheaper.yaml", "cheaper2.yaml"]);
}

#[test]
fn a_pattern_that_does_not_compile_is_named_with_its_file() {
    let shop = shop();
    edit(&shop, CHEAPER, |text| text.replace("patterns:\n", "patterns:\n  - '(unclosed'\n"));
    fails_naming(chat(shop.path()), &[CHEAPER, "(unclosed"]);
}

#[test]
fn a_price_that_is_none_is_named_with_file_row_and_value() {
    let shop = shop();
    edit(&shop, "index/products.csv", |text| text.replacen(",128.00,", ",a lot,", 1));
    fails_naming(chat(shop.path()), &["products.csv", "2", "price", "a lot"]);
}

#[test]
fn a_missing_model_file_is_named_with_the_remedy() {
    let (shop, empty) = (shop(), TempDir::new().unwrap());
    let mut command = chat(shop.path());
    command.env("SHOPHAND_MODEL_DIR", empty.path());
    fails_naming(command, &[&empty.path().display().to_string(), "cargo xtask setup"]);
}

#[test]
fn a_setting_that_does_not_exist_is_named_with_its_line() {
    let shop = shop();
    fs::write(shop.path().join("shophand.toml"), "[links]\natempts = 3\n").unwrap();
    fails_naming(chat(shop.path()), &["shophand.toml", "atempts", "attempts"]);
}

#[test]
fn a_precision_that_does_not_exist_is_answered_with_those_that_do() {
    let shop = shop();
    fs::write(shop.path().join("shophand.toml"), "[model]\nprecision = \"fp16\"\n").unwrap();
    fails_naming(chat(shop.path()), &["shophand.toml", "fp16", "int8", "fp32"]);
}

#[test]
fn a_sound_shop_opens_without_a_warning_from_the_libraries_below() {
    let shop = shop();
    let output = says_hello(chat(shop.path()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.to_lowercase().contains("warning"), "{said}");
}

#[test]
fn of_a_line_as_long_as_a_book_the_beginning_is_answered() {
    let shop = shop();
    let mut book = chat(shop.path());
    let mut child = book.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = format!("{}\nhello\n", "x ".repeat(50_000));
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (said, noted) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(noted.contains("the first 4096 characters of it are read"), "{noted}");
}

#[test]
fn a_folder_that_is_no_shop_is_said_to_be_none() {
    let empty = TempDir::new().unwrap();
    fails_naming(chat(empty.path()), &[&empty.path().display().to_string(), "shophand new"]);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_damaged_index_is_named_with_the_remedy_which_works() {
    let shop = shop();
    assert!(says_hello(chat(shop.path())).status.success());
    for file in files_below(&shop.path().join(".shophand/index")) {
        let name = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if ["store", "term", "idx", "fast"].contains(&name) {
            fs::write(&file, b"no longer what it was").unwrap();
        }
    }
    fails_naming(chat(shop.path()), &[".shophand/index", "shophand index rebuild"]);
    let mut mend = Command::new(env!("CARGO_BIN_EXE_shophand"));
    mend.args(["index", "rebuild", "--shop"]).arg(shop.path());
    assert!(mend.output().unwrap().status.success());
    assert!(says_hello(chat(shop.path())).status.success());
}

/// A limit on the size of files stands in for the end of the disk: writing fails in the same places.
#[test]
fn a_full_disk_is_said_to_be_one_and_the_shop_opens_once_there_is_room() {
    let shop = shop();
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" chat --json --shop \"$1\""])
        .arg(env!("CARGO_BIN_EXE_shophand"))
        .arg(shop.path());
    fails_naming(full, &[".shophand", "disk"]);
    assert!(says_hello(chat(shop.path())).status.success());
}
