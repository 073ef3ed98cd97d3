//! How well intents are recognised: train on labelled sentences, measure on others.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::understand::classifier::{Classifier, Lesson, TrainingError};
use crate::understand::encoder::{Encoder, EncoderError};
use crate::understand::wording;

/// The label of sentences that mean none of the intents.
pub const OUT_OF_SCOPE: &str = "out_of_scope";

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// No CSV with the columns `sentence,label`.
    #[error("{path}: {reason}; expected a CSV file with the columns sentence,label")]
    File {
        /// Which file.
        path: String,
        /// What is wrong.
        reason: csv::Error,
    },
    /// The encoder gave up.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// Training failed.
    #[error("training failed: {0}")]
    Training(#[from] TrainingError),
}

/// A sentence and the intent that it means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Labelled {
    /// As a shopper would type it.
    pub sentence: String,
    /// The intent's name, or [`OUT_OF_SCOPE`].
    pub label: String,
}

/// Reads a CSV file with the columns `sentence,label`.
///
/// # Errors
/// [`EvalError::File`].
pub fn read(path: &Path) -> Result<Vec<Labelled>, EvalError> {
    let failed = |reason| EvalError::File { path: path.display().to_string(), reason };
    let mut reader = csv::Reader::from_path(path).map_err(failed)?;
    reader.deserialize().map(|row| row.map_err(failed)).collect()
}

/// A judged sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// The sentence.
    pub sentence: String,
    /// What it means.
    pub label: String,
    /// The best intent, whether accepted or not.
    pub best: String,
    /// Whether it was accepted as in scope.
    pub accepted: bool,
    /// The scope score.
    pub score: f32,
}

/// The figures of one run, all between 0 and 1 but for times.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// In-scope sentences that were accepted and right.
    pub in_scope_accuracy: f64,
    /// In-scope sentences whose best intent was right.
    pub always_answer: f64,
    /// Out-of-scope sentences that were rejected.
    pub out_of_scope_recall: f64,
    /// Rejected sentences that were out of scope.
    pub out_of_scope_precision: f64,
    /// The chance that an in-scope sentence scores higher than an out-of-scope one.
    pub auroc: f64,
    /// Matthews correlation over all labels, out of scope being one.
    pub mcc: f64,
    /// The threshold that training chose.
    pub threshold: f32,
    /// Fitting, without embedding.
    pub training: Duration,
    /// Of one sentence, without embedding, on average.
    pub per_sentence: Duration,
}

/// Trains on one list and judges the other. `encoder` absent: by words alone.
///
/// # Errors
/// [`EvalError`] when the encoder or the training fails.
pub fn evaluate(
    train: &[Labelled],
    test: &[Labelled],
    encoder: Option<&Encoder>,
) -> Result<(Figures, Vec<Judged>), EvalError> {
    let (inside, outside): (Vec<_>, Vec<_>) = train.iter().partition(|row| row.label != OUT_OF_SCOPE);
    let mut names: Vec<&str> = inside.iter().map(|row| row.label.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let lesson = lesson(&inside, &names, encoder)?;
    let strangers = lesson_of(&outside, encoder)?;
    let started = Instant::now();
    let model = Classifier::train(&lesson, &strangers)?;
    let training = started.elapsed();
    let texts: Vec<String> = test.iter().map(|row| wording(&row.sentence, &[])).collect();
    let vectors = encoder.map(|encoder| encoder.embed_all(&texts)).transpose()?;
    let started = Instant::now();
    let judged: Vec<Judged> = test
        .iter()
        .zip(&texts)
        .enumerate()
        .map(|(i, (row, text))| {
            let verdict = model.classify(text, vectors.as_ref().map(|v| &*v[i]));
            Judged {
                sentence: row.sentence.clone(),
                label: row.label.clone(),
                best: verdict.classes.first().map_or(OUT_OF_SCOPE, |(class, _)| names[*class]).to_owned(),
                accepted: verdict.in_scope,
                score: verdict.score,
            }
        })
        .collect();
    let per_sentence = started.elapsed() / test.len().max(1) as u32;
    Ok((figures(&judged, model.scope().threshold, training, per_sentence), judged))
}

fn lesson(rows: &[&Labelled], names: &[&str], encoder: Option<&Encoder>) -> Result<Lesson, EvalError> {
    let mut lesson = lesson_of(rows, encoder)?;
    lesson.class =
        rows.iter().map(|row| names.binary_search(&row.label.as_str()).unwrap_or_default()).collect();
    lesson.classes = names.len();
    Ok(lesson)
}

fn lesson_of(rows: &[&Labelled], encoder: Option<&Encoder>) -> Result<Lesson, EvalError> {
    let texts: Vec<String> = rows.iter().map(|row| wording(&row.sentence, &[])).collect();
    let embeddings = encoder.map(|encoder| encoder.embed_all(&texts)).transpose()?;
    Ok(Lesson { texts, embeddings, ..Lesson::default() })
}

fn figures(judged: &[Judged], threshold: f32, training: Duration, per_sentence: Duration) -> Figures {
    let (outside, inside): (Vec<&Judged>, Vec<&Judged>) =
        judged.iter().partition(|j| j.label == OUT_OF_SCOPE);
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let rejected = judged.iter().filter(|j| !j.accepted).count();
    let rightly = outside.iter().filter(|j| !j.accepted).count();
    Figures {
        in_scope_accuracy: share(
            inside.iter().filter(|j| j.accepted && j.best == j.label).count(),
            inside.len(),
        ),
        always_answer: share(inside.iter().filter(|j| j.best == j.label).count(), inside.len()),
        out_of_scope_recall: share(rightly, outside.len()),
        out_of_scope_precision: share(rightly, rejected),
        auroc: auroc(&inside, &outside),
        mcc: mcc(judged),
        threshold,
        training,
        per_sentence,
    }
}

/// By ranks; ties count half.
fn auroc(inside: &[&Judged], outside: &[&Judged]) -> f64 {
    let mut strangers: Vec<f32> = outside.iter().map(|j| j.score).collect();
    strangers.sort_by(f32::total_cmp);
    let pairs = (inside.len() * outside.len()) as f64;
    let above = |score: f32| {
        let below = strangers.partition_point(|s| *s < score);
        let equal = strangers.partition_point(|s| *s <= score) - below;
        below as f64 + equal as f64 / 2.0
    };
    if pairs == 0.0 { 0.0 } else { inside.iter().map(|j| above(j.score)).sum::<f64>() / pairs }
}

/// Gorodkin's R_K, the Matthews correlation of many classes.
fn mcc(judged: &[Judged]) -> f64 {
    let mut truth: BTreeMap<&str, f64> = BTreeMap::new();
    let mut said: BTreeMap<&str, f64> = BTreeMap::new();
    let mut right = 0.0;
    for j in judged {
        let answer = if j.accepted { j.best.as_str() } else { OUT_OF_SCOPE };
        *truth.entry(&j.label).or_default() += 1.0;
        *said.entry(answer).or_default() += 1.0;
        right += f64::from(u8::from(answer == j.label));
    }
    let n = judged.len() as f64;
    let both: f64 = truth.iter().map(|(label, t)| t * said.get(label).copied().unwrap_or_default()).sum();
    let squares = |counts: &BTreeMap<&str, f64>| counts.values().map(|c| c * c).sum::<f64>();
    let scale = ((n * n - squares(&said)) * (n * n - squares(&truth))).sqrt();
    if scale == 0.0 { 0.0 } else { (right * n - both) / scale }
}
