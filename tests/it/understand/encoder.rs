use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use serde::Deserialize;
use shophand::understand::encoder::{
    DIMENSIONS, Embedding, Encoder, EncoderError, Precision, Reference as Pipeline, find_model,
};

use crate::support::data::data;

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

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt())
}

#[derive(Deserialize)]
struct Reference {
    sentences: Vec<String>,
    embeddings: Vec<Vec<f32>>,
}

/// The encoder in both precisions; int8 only where the machine can.
fn precisions() -> Vec<Encoder> {
    let fp32 = Encoder::with_precision(&find_model().expect("the model"), Precision::Fp32).expect("loads");
    match Precision::best() {
        Precision::Int8 => vec![encoder(), fp32],
        Precision::Fp32 => vec![fp32],
    }
}

/// How like the vectors of a precision are to fp32 at least: on average, and each of them.
fn least(precision: Precision) -> (f32, f32) {
    match precision {
        Precision::Int8 => (0.995, 0.96),
        Precision::Fp32 => (0.99999, 0.9999),
    }
}

fn hold(encoder: &Encoder, sentences: &[String], theirs: &[Embedding]) {
    let vectors = encoder.embed_all(sentences).expect("vectors");
    let (mean, each) = least(encoder.precision());
    let mut sum = 0.0;
    for ((sentence, ours), theirs) in sentences.iter().zip(&vectors).zip(theirs) {
        assert_eq!(ours.len(), DIMENSIONS);
        assert!((cosine(ours, ours) - 1.0).abs() < 1e-6);
        let likeness = cosine(ours, theirs);
        assert!(likeness >= each, "{} of {sentence:?}: {likeness}", encoder.precision());
        sum += likeness;
    }
    let likeness = sum / sentences.len() as f32;
    assert!(likeness >= mean, "{} on average: {likeness}", encoder.precision());
}

#[test]
fn vectors_equal_those_of_an_independent_runtime() {
    let Some(path) = data("reference/minilm_embeddings.json") else { return };
    let text = std::fs::read_to_string(path).expect("readable");
    let reference: Reference = serde_json::from_str(&text).expect("the reference");
    let theirs: Vec<Embedding> = reference.embeddings.into_iter().map(Embedding::from).collect();
    precisions().iter().for_each(|encoder| hold(encoder, &reference.sentences, &theirs));
}

#[test]
fn what_shoppers_write_has_the_vectors_of_rust_berts_own_pipeline() {
    let labelled = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labelled/en.csv");
    let mut reader = csv::Reader::from_path(labelled).expect("the labelled sentences");
    let rows = reader.records().map(|row| row.expect("a row")[0].to_owned());
    let sentences: Vec<String> = rows.step_by(4).collect();
    let pipeline = Pipeline::load(&find_model().expect("the model")).expect("rust-bert's pipeline");
    let alone = |sentence: &String| pipeline.embed(&[sentence]).expect("a vector").remove(0);
    let theirs: Vec<Embedding> = sentences.iter().map(alone).collect();
    precisions().iter().for_each(|encoder| hold(encoder, &sentences, &theirs));
}

#[test]
fn odd_text_has_a_vector_like_any_other() {
    let long = "boots ".repeat(5000);
    let odd = [
        "",
        " \t\n",
        "😡👢🏽‍♀️",
        "\u{0}\u{200b}\u{feff}",
        "e\u{301}\u{301}\u{301}",
        "[PAD] [CLS] boots [PAD] [SEP]",
        "靴はありますか",
        &long,
    ];
    let odd: Vec<String> = odd.iter().map(|text| (*text).to_owned()).collect();
    let pipeline = Pipeline::load(&find_model().expect("the model")).expect("rust-bert's pipeline");
    for encoder in precisions() {
        for (text, ours) in odd.iter().zip(encoder.embed_all(&odd).expect("vectors")) {
            let theirs = pipeline.embed(&[text]).expect("a vector").remove(0);
            let short: String = text.chars().take(30).collect();
            let likeness = cosine(&ours, &theirs);
            assert!(
                likeness >= least(encoder.precision()).1,
                "{} of {short:?}: {likeness}",
                encoder.precision()
            );
        }
    }
}

#[tokio::test]
async fn a_message_has_the_same_vector_alone_and_among_31_others() {
    let message = "do you have these in blue?".to_owned();
    let mut crowd: Vec<String> =
        (0..31).map(|i| format!("{} where is my order {i}", "well ".repeat(i))).collect();
    crowd.insert(17, message.clone());
    for encoder in precisions() {
        let alone = encoder.embed_all(std::slice::from_ref(&message)).expect("a vector");
        let listed = encoder.embed_all(&crowd).expect("vectors");
        let asked = crowd.iter().map(|text| encoder.embed(text));
        let asked = futures::future::join_all(asked).await;
        let asked = asked[17].as_ref().expect("a vector");
        assert_eq!(alone[0], listed[17], "in a list, {}", encoder.precision());
        assert_eq!(&alone[0], asked, "in a crowd, {}", encoder.precision());
    }
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

#[test]
fn a_damaged_file_is_an_error_that_says_how_to_mend_it() {
    let (from, dir) = (find_model().expect("the model"), tempfile::tempdir().expect("a folder"));
    std::fs::create_dir(dir.path().join("1_Pooling")).expect("a folder");
    for name in [
        "config.json",
        "vocab.txt",
        "tokenizer_config.json",
        "modules.json",
        "sentence_bert_config.json",
        "1_Pooling/config.json",
    ] {
        std::fs::copy(from.join(name), dir.path().join(name)).expect("a copy");
    }
    std::fs::write(dir.path().join("model.safetensors"), b"cut off").expect("written");
    let error = Encoder::start(dir.path()).expect_err("no weights").to_string();
    assert!(error.contains("does not load") && error.contains("cargo xtask setup"), "{error}");
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
