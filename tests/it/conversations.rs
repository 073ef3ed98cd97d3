//! Every golden conversation under tests/conversations goes as written.

use std::path::Path;

use shophand::eval::golden::{Golden, files};
use shophand::eval::rehearsal::Rehearsal;

use crate::support::shop::{parts, parts_with_other_names};

/// Every conversation of the repository, with its name.
pub fn goldens() -> Vec<(String, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let goldens: Vec<(String, Golden)> = files(&folder)
        .unwrap()
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&folder).unwrap().display().to_string();
            (name, Golden::load(&file).unwrap_or_else(|e| panic!("{e}")))
        })
        .collect();
    assert!(goldens.len() >= 10, "only {} conversations were found", goldens.len());
    goldens
}

/// Plays every conversation and tells what did not go as written.
async fn played(rehearsal: &Rehearsal) -> String {
    let mut report = String::new();
    for (name, golden) in goldens() {
        for wrong in rehearsal.play(&golden).await.unwrap().wrong {
            report += &format!("{name}, {wrong}\n");
        }
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_conversations_go_as_written() {
    let rehearsal = tokio::task::spawn_blocking(|| {
        Rehearsal::prepare(parts().clone(), Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    });
    let report = played(&rehearsal.await.unwrap()).await;
    assert!(report.is_empty(), "\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_go_the_same_when_every_intent_bears_another_name() {
    let rehearsal = tokio::task::spawn_blocking(|| {
        let (parts, folder) = parts_with_other_names();
        Rehearsal::prepare(parts, folder.path()).unwrap()
    });
    let report = played(&rehearsal.await.unwrap()).await;
    assert!(report.is_empty(), "\n{report}");
}
