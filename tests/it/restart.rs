//! A conversation that is killed goes on where it was.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::support::shop::{demo_folder, spare_the_lessons};

/// A program that talks with one shopper through a pipe.
pub struct Conversation {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Conversation {
    pub fn open(shop: &Path, shopper: &str) -> Conversation {
        let mut child = Command::new(env!("CARGO_BIN_EXE_shophand"))
            .args(["chat", "--json", "--as", shopper, "--shop"])
            .arg(shop)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Conversation { child, to, from }
    }

    pub fn says(&mut self, text: &str) -> Value {
        writeln!(self.to, "{text}").unwrap();
        self.to.flush().unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"))
    }

    /// kill -9, the moment after an answer was seen.
    fn killed(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn ends(mut self) {
        drop(self.to);
        assert!(self.child.wait().unwrap().success());
    }
}

#[test]
fn after_kill_9_the_dialogue_and_the_history_are_still_there() {
    let shop = demo_folder();
    spare_the_lessons(&shop.path().join(".shophand"));
    let mut talk = Conversation::open(shop.path(), "noor");
    let found = talk.says("running shoes");
    let second = found["reply"]["products"][1]["id"].clone();
    assert!(second.is_string(), "{found}");
    talk.killed();

    let mut talk = Conversation::open(shop.path(), "noor");
    let detail = talk.says("tell me more about the second one");
    assert_eq!(detail["action"], "detail");
    assert_eq!(detail["reply"]["products"][0]["id"], second, "the list is remembered");
    talk.killed();

    let mut talk = Conversation::open(shop.path(), "noor");
    let kept = talk.says("/privacy");
    let text = kept["reply"]["text"].as_str().unwrap();
    assert!(
        text.contains("history events: 2"),
        "the search and the look, of somebody who had no past: {text}"
    );
    talk.ends();

    let transcripts = Command::new(env!("CARGO_BIN_EXE_shophand"))
        .args(["transcripts", "show", "noor", "--shop"])
        .arg(shop.path())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&transcripts.stdout).into_owned();
    for said in ["running shoes", "tell me more about the second one", "/privacy"] {
        assert!(shown.contains(said), "{said:?} is not in: {shown}");
    }
}

#[test]
fn a_second_conversation_reaches_the_shop_through_the_first() {
    let shop = demo_folder();
    spare_the_lessons(&shop.path().join(".shophand"));
    let mut first = Conversation::open(shop.path(), "mara");
    assert_eq!(first.says("shoes")["user"], "mara");
    let mut second = Conversation::open(shop.path(), "daniel");
    let shoes = second.says("shoes");
    assert_eq!(shoes["user"], "daniel");
    assert_eq!(first.says("tell me more about the first one")["action"], "detail");
    let first_shown = shoes["reply"]["products"][0]["id"].clone();
    let detail = second.says("tell me more about the first one");
    assert_eq!(detail["reply"]["products"][0]["id"], first_shown, "each has a dialogue of their own");
    let list = Command::new(env!("CARGO_BIN_EXE_shophand"))
        .args(["transcripts", "list", "--shop"])
        .arg(shop.path())
        .output()
        .unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains("mara") && list.contains("daniel"), "{list}");
    second.ends();
    first.ends();
}
