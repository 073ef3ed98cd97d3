use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

use serde::Deserialize;
use shophand::understand::encoder::{DIMENSIONS, Encoder, EncoderError, find_model};

/// One encoder for all tests: loading takes longer than any of them.
pub fn encoder() -> Encoder {
    static SHARED: OnceLock<Encoder> = OnceLock::new();
    SHARED
        .get_or_init(|| {
            let dir = find_model().expect("the model, from `cargo xtask setup`");
            Encoder::start(&dir).expect("the model loads")
        })
        .clone()
}

/// A file of the public data, or `None`, said aloud, where this machine has none.
pub fn data(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SHOPHAND_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; point SHOPHAND_DATA at the data", path.display());
    None
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt())
}

#[derive(Deserialize)]
struct Reference {
    sentences: Vec<String>,
    embeddings: Vec<Vec<f32>>,
}

#[test]
fn vectors_equal_those_of_an_independent_runtime() {
    let Some(path) = data("reference/minilm_embeddings.json") else { return };
    let text = std::fs::read_to_string(path).expect("readable");
    let reference: Reference = serde_json::from_str(&text).expect("the reference");
    let vectors = encoder().embed_all(&reference.sentences).expect("vectors");
    for ((sentence, ours), theirs) in reference.sentences.iter().zip(&vectors).zip(&reference.embeddings) {
        assert_eq!(ours.len(), DIMENSIONS);
        assert!((cosine(ours, ours) - 1.0).abs() < 1e-6);
        assert!(cosine(ours, theirs) >= 0.9999, "{sentence}: {}", cosine(ours, theirs));
    }
}

#[test]
fn a_vector_does_not_depend_on_what_it_was_computed_with() {
    let message = "do you have these in blue?".to_owned();
    let mut crowd: Vec<String> =
        (0..31).map(|i| format!("{} where is my order {i}", "well ".repeat(i))).collect();
    crowd.insert(17, message.clone());
    let encoder = encoder();
    let alone = encoder.embed_all(&[message]).expect("a vector");
    let among = encoder.embed_all(&crowd).expect("vectors");
    let furthest = alone[0].iter().zip(among[17].iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(furthest < 1e-5, "differs by {furthest}");
}

#[tokio::test]
async fn a_crowd_is_answered_and_the_one_too_many_is_told_so() {
    let encoder = encoder();
    let ask = |i: usize| {
        let encoder = encoder.clone();
        tokio::spawn(async move { encoder.embed(&format!("a message of its own, number {i}")).await })
    };
    let answers = futures::future::join_all((0..400).map(ask)).await;
    let answers: Vec<_> = answers.into_iter().map(|a| a.expect("no panic")).collect();
    assert!(answers.iter().filter(|a| a.is_ok()).count() >= 128, "what had room was answered");
    assert!(answers.iter().all(|a| matches!(a, Ok(_) | Err(EncoderError::Busy))));
    let again = Instant::now();
    encoder.embed("a message of its own, number 0").await.expect("remembered");
    assert!(again.elapsed().as_millis() < 5, "a repeated text is remembered");
}

#[test]
fn a_missing_file_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let error = Encoder::start(dir.path()).expect_err("no model there").to_string();
    assert!(error.contains("model.safetensors") && error.contains("cargo xtask setup"), "{error}");
}

#[tokio::test]
async fn after_the_thread_is_gone_callers_are_told_at_once() {
    let own = Encoder::start(&find_model().expect("the model")).expect("loads");
    own.stop();
    assert_eq!(own.embed("hello").await.expect_err("stopped"), EncoderError::Stopped);
}

#[tokio::test]
async fn thousands_of_sentences_can_be_embedded_from_within_a_runtime() {
    let sentences: Vec<String> = (0..16 * 140).map(|i| format!("no {i}")).collect();
    assert_eq!(encoder().embed_all(&sentences).expect("vectors").len(), sentences.len());
}
