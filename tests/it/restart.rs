//! A conversation that is killed goes on where it was.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jiff::Timestamp;
use serde_json::Value;
use shophand::app::{ShopDir, open_store};
use shophand::ids::Ids;
use shophand::socket::Request;
use shophand::turn::Passage;

use crate::support::shop::{demo_folder, parts, spare_the_lessons};

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

/// Everything that was said in a shop, as its staff read it.
fn transcript(shop: &Path, shopper: &str) -> String {
    let shown = Command::new(env!("CARGO_BIN_EXE_shophand"))
        .args(["transcripts", "show", shopper, "--shop"])
        .arg(shop)
        .output()
        .unwrap();
    String::from_utf8_lossy(&shown.stdout).into_owned()
}

#[test]
fn when_the_process_that_has_the_shop_open_is_killed_the_next_message_of_another_opens_it() {
    let shop = demo_folder();
    spare_the_lessons(&shop.path().join(".shophand"));
    let mut first = Conversation::open(shop.path(), "mara");
    assert_eq!(first.says("shoes")["user"], "mara");
    let mut second = Conversation::open(shop.path(), "daniel");
    let mut third = Conversation::open(shop.path(), "priya");
    let shoes = second.says("shoes");
    assert_eq!(third.says("lamps")["user"], "priya");
    first.killed();

    let detail = second.says("tell me more about the first one");
    assert_eq!(detail["reply"]["products"][0]["id"], shoes["reply"]["products"][0]["id"]);
    assert_eq!(third.says("only black ones")["user"], "priya", "through the second now");
    second.ends();
    assert_eq!(third.says("where is my order?")["user"], "priya", "by itself: the second has ended");

    for (shopper, messages) in [
        ("daniel", &["› shoes", "› tell me more about the first one"][..]),
        ("priya", &["› lamps", "› only black ones", "› where is my order?"]),
    ] {
        let shown = transcript(shop.path(), shopper);
        for message in messages {
            assert_eq!(shown.matches(message).count(), 1, "{message:?} of {shopper} once: {shown}");
        }
    }
    third.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_recorded_before_its_answer_was_cut_off_is_not_recorded_again() {
    let folder = demo_folder();
    spare_the_lessons(&folder.path().join(".shophand"));
    let shop = ShopDir::open(folder.path()).unwrap();
    let store = open_store(&shop, Timestamp::now()).unwrap();
    let assistant = parts().assistant(store, Ids::random(), Timestamp::now()).unwrap();
    let listener = UnixListener::bind(shop.socket()).unwrap();

    let root = shop.root.clone();
    let client = tokio::task::spawn_blocking(move || {
        let mut talk = Conversation::open(&root, "daniel");
        let answer = talk.says("shoes");
        talk.ends();
        answer
    });
    let (stream, mut line) = tokio::task::spawn_blocking(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        (stream, line)
    })
    .await
    .unwrap();
    line.truncate(line.trim_end().len());
    let Ok(Request::Turn(incoming)) = serde_json::from_str(&line) else { panic!("{line}") };
    let record = assistant.turn(*incoming, Passage::default()).await.unwrap();
    // The owner dies here, its answer unsent.
    drop(assistant);
    drop(stream);

    let answer = client.await.unwrap();
    assert_eq!(answer["reply"]["text"], record.reply.text.as_str());
    let shown = transcript(folder.path(), "daniel");
    assert_eq!(shown.matches("› shoes").count(), 1, "{shown}");
}

#[test]
fn a_log_that_goes_into_a_file_has_no_colours() {
    let shop = demo_folder();
    spare_the_lessons(&shop.path().join(".shophand"));
    let ended = Command::new(env!("CARGO_BIN_EXE_shophand"))
        .env("RUST_LOG", "shophand=info")
        .args(["chat", "--shop"])
        .arg(shop.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(log.contains("INFO"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}
