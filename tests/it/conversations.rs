//! Every golden conversation under tests/conversations goes as written.

use std::path::PathBuf;

use shophand::eval::golden::{Golden, play};
use shophand::model::ChatId;

use crate::support::shop::{Shop, opening};

fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Plays every conversation and tells what did not go as written.
async fn played(shop: &Shop) -> String {
    let files = files();
    assert!(files.len() >= 10, "only {} conversations were found", files.len());
    let mut report = String::new();
    for (i, file) in files.iter().enumerate() {
        let golden = Golden::load(file).unwrap_or_else(|e| panic!("{e}"));
        let chat = ChatId::parse(&format!("golden-{i}")).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy();
        for wrong in play(&shop.assistant, &golden, &chat, opening()).await.unwrap() {
            report += &format!("{name}, turn {}, “{}”: {}\n", wrong.turn, wrong.said, wrong.what);
        }
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_conversations_go_as_written() {
    let report = played(&Shop::start().await).await;
    assert!(report.is_empty(), "\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_go_the_same_when_every_intent_bears_another_name() {
    let shop = tokio::task::spawn_blocking(Shop::with_other_names).await.unwrap();
    let report = played(&shop).await;
    assert!(report.is_empty(), "\n{report}");
}
