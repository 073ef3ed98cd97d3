//! How well intents are recognised: train on labelled sentences, measure on others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

pub use super::cost::Cost;
use super::cost::Stopwatch;
pub use super::figures::Quality;
pub use super::labelled::{read, write_predictions};
use crate::text::Words;
use crate::understand::classifier::{Classifier, Lesson, TrainingError};
use crate::understand::encoder::{Encoder, EncoderError, Layers};
use crate::understand::{Speller, wording};

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
        reason: String,
    },
    /// A row of such a file says nothing.
    #[error("{path}, line {line}: {reason}; write an intent's name, or {OUT_OF_SCOPE} for none")]
    Row {
        /// Which file.
        path: String,
        /// 1-based.
        line: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// The predictions cannot be written.
    #[error("{path} cannot be written: {reason}")]
    Unwritable {
        /// Which file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// One intent is nothing to choose from.
    #[error("the training sentences have {0} intents beside {OUT_OF_SCOPE}; give at least two")]
    TooFew(usize),
    /// The encoder gave up.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// Training failed.
    #[error("training failed: {0}")]
    Training(#[from] TrainingError),
}

/// A sentence and the intent that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// As a shopper would type it.
    pub sentence: String,
    /// The intent's name, or [`OUT_OF_SCOPE`].
    pub label: String,
}

/// A judged sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The sentence.
    pub sentence: String,
    /// What it means.
    pub label: String,
    /// The best intents with their probabilities among all intents, best first; at most five.
    pub top: Vec<(String, f32)>,
    /// Whether the best one was accepted.
    pub accepted: bool,
    /// The probability that it is in scope at all.
    pub confidence: f32,
    /// What that was decided by.
    pub score: f32,
}

impl Judged {
    /// The best intent, whether accepted or not.
    pub fn best(&self) -> &str {
        self.top.first().map_or(OUT_OF_SCOPE, |(label, _)| label)
    }

    /// Its probability among all intents.
    pub fn probability(&self) -> f32 {
        self.top.first().map_or(0.0, |(_, probability)| *probability)
    }

    /// What is answered: the best intent, or [`OUT_OF_SCOPE`].
    pub fn predicted(&self) -> &str {
        if self.accepted { self.best() } else { OUT_OF_SCOPE }
    }
}

/// The figures of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How good.
    #[serde(flatten)]
    pub quality: Quality,
    /// At what cost.
    #[serde(flatten)]
    pub cost: Cost,
}

/// How sentences are read before they are learnt or judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// Absent: words alone decide.
    pub encoder: Option<&'a Encoder>,
    /// Folded polite phrases that are taken off, longest first, as a language's grammar lists them.
    pub polite: &'a [String],
}

impl Reading<'_> {
    fn wordings(&self, rows: &[Labelled]) -> Vec<String> {
        rows.iter().map(|row| wording(&row.sentence, self.polite)).collect()
    }

    /// The words that the encoder knows.
    fn words(&self) -> Option<&Arc<Words>> {
        self.encoder.map(Encoder::words)
    }

    fn embed(&self, texts: &[String]) -> Result<Option<Vec<Layers>>, EncoderError> {
        self.encoder.map(|encoder| encoder.layers_of_all(texts)).transpose()
    }
}

/// A model, trained to be measured.
pub struct Trained<'a> {
    reading: Reading<'a>,
    model: Model,
    watch: Stopwatch,
}

impl<'a> Trained<'a> {
    /// Learns these rows.
    ///
    /// # Errors
    /// [`EvalError`] when there is too little to learn from, or the encoder or the training fails.
    pub fn on(rows: &[Labelled], reading: Reading<'a>) -> Result<Self, EvalError> {
        let mut watch = Stopwatch::default();
        let started = Instant::now();
        let texts = reading.wordings(rows);
        let vectors = reading.embed(&texts)?;
        watch.embedding = started.elapsed();
        let started = Instant::now();
        let all: Vec<usize> = (0..rows.len()).collect();
        let model = Model::learn(rows, &texts, vectors.as_deref(), &all, reading.words())?;
        watch.training = started.elapsed();
        Ok(Trained { reading, model, watch })
    }

    /// Judges rows one by one, as messages come in a conversation.
    ///
    /// # Errors
    /// [`EvalError::Encoder`].
    pub fn judge(&self, rows: &[Labelled]) -> Result<(Figures, Vec<Judged>), EvalError> {
        let mut watch = Stopwatch { messages: Vec::with_capacity(rows.len()), ..self.watch };
        let mut judged = Vec::with_capacity(rows.len());
        for row in rows {
            let started = Instant::now();
            let text = self.model.speller.mend(&wording(&row.sentence, self.reading.polite));
            let read = started.elapsed();
            let vectors = self.reading.embed(std::slice::from_ref(&text))?;
            let embedding = started.elapsed() - read;
            let vector = vectors.as_ref().and_then(|all| all.first());
            judged.push(self.model.judge(row, &text, vector.map(|v| &**v)));
            watch.messages.push((Some(embedding), started.elapsed() - embedding));
        }
        Ok((Figures { quality: Quality::of(&judged), cost: watch.cost() }, judged))
    }
}

/// Splits the rows into `folds` parts alike in labels, and judges each part by what is learnt from the others. The
/// judgements are in the order of the rows; training seconds are the mean of the folds.
///
/// # Errors
/// [`EvalError`] as for [`Trained::on`].
pub fn cross_validate(
    rows: &[Labelled],
    folds: usize,
    reading: &Reading<'_>,
) -> Result<(Figures, Vec<Judged>), EvalError> {
    let mut watch = Stopwatch::default();
    let started = Instant::now();
    let texts = reading.wordings(rows);
    let vectors = reading.embed(&texts)?;
    watch.embedding = started.elapsed();
    let fold_of = fold_of(rows, folds.max(2));
    let mut judged: Vec<Option<Judged>> = vec![None; rows.len()];
    let mut training = Duration::ZERO;
    for fold in 0..folds.max(2) {
        let (own, others): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|i| fold_of[*i] == fold);
        let started = Instant::now();
        let model = Model::learn(rows, &texts, vectors.as_deref(), &others, reading.words())?;
        training += started.elapsed();
        for i in own {
            let started = Instant::now();
            let text = model.speller.mend(&texts[i]);
            let vector = match &vectors {
                Some(all) if text == texts[i] => Some(all[i].clone()),
                _ => reading.embed(std::slice::from_ref(&text))?.and_then(|all| all.into_iter().next()),
            };
            judged[i] = Some(model.judge(&rows[i], &text, vector.as_deref()));
            watch.messages.push((None, started.elapsed()));
        }
    }
    watch.training = training / folds.max(2) as u32;
    let judged: Vec<Judged> = judged.into_iter().flatten().collect();
    Ok((Figures { quality: Quality::of(&judged), cost: watch.cost() }, judged))
}

/// Every n-th sentence of each label.
fn fold_of(rows: &[Labelled], folds: usize) -> Vec<usize> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let nth = rows.iter().map(|row| {
        let place = seen.entry(&row.label).or_default();
        *place += 1;
        *place - 1
    });
    nth.map(|place| place % folds).collect()
}

/// A classifier with the names of its classes.
struct Model {
    names: Vec<String>,
    classifier: Classifier,
    speller: Speller,
}

impl Model {
    fn learn(
        rows: &[Labelled],
        texts: &[String],
        vectors: Option<&[Layers]>,
        of: &[usize],
        words: Option<&Arc<Words>>,
    ) -> Result<Model, EvalError> {
        let (outside, inside): (Vec<usize>, Vec<usize>) =
            of.iter().partition(|i| rows[**i].label == OUT_OF_SCOPE);
        let mut names: Vec<String> = inside.iter().map(|&i| rows[i].label.clone()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            return Err(EvalError::TooFew(names.len()));
        }
        let lesson = |of: &[usize]| Lesson {
            texts: of.iter().map(|&i| texts[i].clone()).collect(),
            embeddings: vectors.map(|all| of.iter().map(|&i| all[i].clone()).collect()),
            ..Lesson::default()
        };
        let class = inside.iter().map(|&i| names.binary_search(&rows[i].label).unwrap_or_default()).collect();
        let taught = lesson(&inside);
        let speller = Speller::new(&taught.texts, words);
        let foreign = vectors.is_some() && !speller.knows_the_language();
        let lesson_of = Lesson { class, classes: names.len(), foreign, ..taught };
        let classifier = Classifier::train(&lesson_of, &lesson(&outside))?;
        Ok(Model { names, classifier, speller })
    }

    fn judge(&self, row: &Labelled, text: &str, vector: Option<&[f32]>) -> Judged {
        let verdict = self.classifier.classify(text, vector);
        let top =
            verdict.classes.iter().map(|(class, probability)| (self.names[*class].clone(), *probability));
        Judged {
            sentence: row.sentence.clone(),
            label: row.label.clone(),
            top: top.collect(),
            accepted: verdict.in_scope,
            confidence: verdict.confidence,
            score: verdict.score,
        }
    }
}
