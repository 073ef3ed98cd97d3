//! Every golden conversation under tests/conversations goes as written.

use std::collections::BTreeSet;
use std::path::Path;

use futures::{StreamExt, TryStreamExt, stream};
use shophand::eval::coverage::Part;
use shophand::eval::golden::{Golden, files};
use shophand::eval::rehearsal::Rehearsal;
use shophand::intents::Binding;

use crate::support::shop::{folder_selling, parts, parts_with_other_names};
use shophand::app::{Parts, ShopDir};

/// Every conversation of the repository with the demo shop, with its name.
pub fn goldens() -> Vec<(String, Golden)> {
    let goldens = goldens_in("tests/conversations");
    assert!(goldens.len() >= 10, "only {} conversations were found", goldens.len());
    goldens
}

fn goldens_in(folder: &str) -> Vec<(String, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    files(&folder)
        .unwrap()
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&folder).unwrap().display().to_string();
            (name, Golden::load(&file).unwrap_or_else(|e| panic!("{e}")))
        })
        .collect()
}

/// Plays every conversation and tells what did not go as written.
async fn played(rehearsal: &Rehearsal, goldens: Vec<(String, Golden)>) -> String {
    let mut report = String::new();
    for (name, golden) in goldens {
        for wrong in rehearsal.play(&golden).await.unwrap().wrong {
            report += &format!("{name}, {wrong}\n");
        }
    }
    report
}

/// The demo shop.
async fn demo() -> Rehearsal {
    let prepare = || Rehearsal::prepare(parts().clone(), Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    tokio::task::spawn_blocking(prepare).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_conversations_go_as_written() {
    let report = played(&demo().await, goldens()).await;
    assert!(report.is_empty(), "\n{report}");
}

/// A shop is asked for products before it has worked out what they mean, and afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn they_go_the_same_when_it_is_known_what_the_products_mean() {
    let rehearsal = tokio::task::spawn_blocking(|| {
        let parts = parts().clone().with_meanings().unwrap();
        assert!(parts.catalog.is_embedded() && !self::parts().catalog.is_embedded());
        Rehearsal::prepare(parts, Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
    });
    // What meaning alone finds has conversations of its own.
    let goldens = [goldens(), goldens_in("tests/fixtures/meaning")].concat();
    let report = played(&rehearsal.await.unwrap(), goldens).await;
    assert!(report.is_empty(), "\n{report}");
}

/// Laptops, kettles and protein powder, with columns that the program has never heard of.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_columns_of_its_own_is_asked_for_what_stands_in_them() {
    let rehearsal = tokio::task::spawn_blocking(|| {
        let folder = folder_selling("market/products.csv");
        let parts = Parts::open(&ShopDir::open(folder.path()).unwrap(), &|_| {}).unwrap();
        Rehearsal::prepare(parts, folder.path()).unwrap()
    });
    let report = played(&rehearsal.await.unwrap(), goldens_in("tests/fixtures/market/conversations")).await;
    assert!(report.is_empty(), "\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_go_the_same_when_every_intent_bears_another_name() {
    let rehearsal = tokio::task::spawn_blocking(|| {
        let (parts, folder) = parts_with_other_names();
        Rehearsal::prepare(parts, folder.path()).unwrap()
    });
    let report = played(&rehearsal.await.unwrap(), goldens()).await;
    assert!(report.is_empty(), "\n{report}");
}

/// The lists of the grammar by which it is decided what a message asks for.
const RULES: [&str; 4] = ["joins", "corrections", "single", "polite"];

/// How many parts are taken away at the same time, each in a shop of its own.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_action_or_rule_is_taken_away_from_a_language_some_conversation_notices() {
    let rehearsal = demo().await;
    let goldens = goldens();
    let mut uses: Vec<(&Golden, BTreeSet<Part>)> = stream::iter(&goldens)
        .map(|(_, golden)| uses_of(&rehearsal, golden))
        .buffered(AT_ONCE)
        .try_collect()
        .await
        .unwrap();
    uses.sort_by_key(|(golden, _)| golden.turns.len());
    let mut parts = Part::all(rehearsal.intents());
    parts.retain(|part| !matches!(part, Part::Intent { .. }));
    for language in &rehearsal.intents().languages {
        let language = language.code.clone();
        parts.extend(Binding::ALL.map(|b| Part::Action { language: language.clone(), name: b.to_string() }));
        parts.extend(RULES.map(|key| Part::Words { language: language.clone(), key: key.to_owned() }));
    }
    let missed: Vec<Option<String>> =
        stream::iter(&parts).map(|part| missed(&rehearsal, part, &uses)).buffered(AT_ONCE).collect().await;
    let missed: Vec<String> = missed.into_iter().flatten().collect();
    assert!(missed.is_empty(), "{} of {}:\n  {}", missed.len(), parts.len(), missed.join("\n  "));
}

/// A conversation with the parts that it uses.
async fn uses_of<'g>(
    rehearsal: &Rehearsal,
    golden: &'g Golden,
) -> Result<(&'g Golden, BTreeSet<Part>), anyhow::Error> {
    let played = rehearsal.play(golden).await?;
    Ok((golden, played.turns.iter().flat_map(|turn| Part::used(turn, rehearsal.intents())).collect()))
}

/// Why nobody would notice if this part were gone; `None` when a conversation that uses it goes wrong without it.
async fn missed(rehearsal: &Rehearsal, part: &Part, uses: &[(&Golden, BTreeSet<Part>)]) -> Option<String> {
    let unseen = matches!(part, Part::Words { .. });
    let users = uses.iter().filter(|(_, used)| unseen || used.contains(part));
    let users: Vec<&Golden> = users.map(|(golden, _)| *golden).collect();
    if users.is_empty() {
        return Some(format!("{part}: no conversation uses it; write one under tests/conversations"));
    }
    let (whole, gone) = (rehearsal.clone(), part.clone());
    let rest = tokio::task::spawn_blocking(move || whole.without(&gone).unwrap()).await.unwrap();
    for golden in &users {
        if !rest.play(golden).await.unwrap().wrong.is_empty() {
            return None;
        }
    }
    let names: Vec<&str> = users.iter().map(|golden| golden.about.as_str()).take(3).collect();
    Some(format!("{part}: these go as written without it, so expect more of them: {}", names.join(" · ")))
}
