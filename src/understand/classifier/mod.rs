//! The intent model: n-grams and embedding → the probability of each intent, and whether any fits.

mod features;
mod logistic;
mod scope;

use std::collections::HashSet;

use features::{Sparse, Vectoriser, WEIGHT};
use logistic::{Linear, Samples, softmax};
pub use scope::{Scope, Trial};
pub use tch::TchError as TrainingError;

use super::encoder::Embedding;

/// Steps of the final fit, and of each fit with intents withheld, where a rougher one shows as much.
const STEPS: usize = 40;
const TRIAL_STEPS: usize = 15;

/// How many times intents are withheld.
const FOLDS: usize = 4;

/// How much the words count in nearness, the rest being the embedding.
const LEXICAL: f32 = 0.3;

/// How many of the best classes a verdict names.
const NAMED: usize = 5;

/// Sentences to learn from: one text, class and perhaps embedding each.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// As [`super::wording::wording`] leaves them.
    pub texts: Vec<String>,
    /// Below `classes`.
    pub class: Vec<usize>,
    /// How many classes.
    pub classes: usize,
    /// Of every text, or none: then words alone decide.
    pub embeddings: Option<Vec<Embedding>>,
}

impl Lesson {
    /// Whether the same sentences stand for the same classes.
    pub fn asks_the_same(&self, other: &Lesson) -> bool {
        self.classes == other.classes && self.class == other.class && self.texts == other.texts
    }
}

/// What the model says of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether any class fits.
    pub in_scope: bool,
    /// How likely that is.
    pub confidence: f32,
    /// Best first, with probabilities that add up to one over all classes; at most five.
    pub classes: Vec<(usize, f32)>,
    /// Class probability × nearness: what scope is decided by.
    pub score: f32,
}

/// The numbers that training finds, to be kept until the lesson changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Row-major `[dimensions + 1][classes]`.
    pub dense: Vec<f32>,
    /// Row-major `[n-grams][classes]`.
    pub sparse: Vec<f32>,
    /// Threshold and slope.
    pub scope: [f32; 2],
}

/// A trained model.
#[derive(Debug, Clone)]
pub struct Classifier {
    vectoriser: Vectoriser,
    linear: Linear,
    /// For each class its examples.
    examples: Vec<Vec<Example>>,
    scope: Scope,
}

#[derive(Debug, Clone)]
struct Example {
    dense: Option<Embedding>,
    sparse: Sparse,
}

impl Classifier {
    /// Learns. `strangers` are sentences known to be out of scope, if the shop has any.
    ///
    /// # Errors
    /// What libtorch says, in words.
    pub fn train(lesson: &Lesson, strangers: &Lesson) -> Result<Classifier, tch::TchError> {
        let vectoriser = Vectoriser::fit(&lesson.texts);
        let sparse: Vec<Sparse> = lesson.texts.iter().map(|text| vectoriser.transform(text)).collect();
        let all: Vec<usize> = (0..lesson.texts.len()).collect();
        let mut model = Classifier::on(lesson, &vectoriser, &sparse, &all, STEPS)?;
        let mut trials = trials(lesson, &vectoriser, &sparse)?;
        for (i, text) in strangers.texts.iter().enumerate() {
            let dense = strangers.embeddings.as_ref().map(|rows| &*rows[i]);
            let score = model.classify(text, dense).score;
            trials.push(Trial { score, in_scope: false, right: false });
        }
        model.scope = Scope::fit(&trials);
        Ok(model)
    }

    /// What training found out, without what the lesson itself says.
    pub fn learnt(&self) -> Learnt {
        let (dense, sparse) = self.linear.weights();
        Learnt { dense: dense.to_vec(), sparse: sparse.to_vec(), scope: self.scope.numbers() }
    }

    /// The model as it was trained on the same lesson before; `None` when it does not fit it.
    pub fn resume(lesson: &Lesson, learnt: Learnt) -> Option<Classifier> {
        let vectoriser = Vectoriser::fit(&lesson.texts);
        let linear = Linear::of(lesson.classes, vectoriser.size(), learnt.dense, learnt.sparse)?;
        let mut examples: Vec<Vec<Example>> = vec![Vec::new(); lesson.classes];
        for (i, text) in lesson.texts.iter().enumerate() {
            let dense = lesson.embeddings.as_ref().map(|all| all[i].clone());
            examples[lesson.class[i]].push(Example { dense, sparse: vectoriser.transform(text) });
        }
        Some(Classifier { vectoriser, linear, examples, scope: Scope::of(learnt.scope) })
    }

    fn on(
        lesson: &Lesson,
        vectoriser: &Vectoriser,
        sparse: &[Sparse],
        rows: &[usize],
        steps: usize,
    ) -> Result<Classifier, tch::TchError> {
        let class: Vec<usize> = rows.iter().map(|&i| lesson.class[i]).collect();
        let dense = lesson.embeddings.as_ref();
        let samples = Samples {
            dense: dense.map(|all| rows.iter().map(|&i| &*all[i]).collect()),
            sparse: rows.iter().map(|&i| &sparse[i]).collect(),
            weight: weights(&class, lesson.classes),
            class,
            classes: lesson.classes,
            features: vectoriser.size(),
        };
        let mut examples: Vec<Vec<Example>> = vec![Vec::new(); lesson.classes];
        for &i in rows {
            let dense = dense.map(|all| all[i].clone());
            examples[lesson.class[i]].push(Example { dense, sparse: sparse[i].clone() });
        }
        let linear = Linear::fit(&samples, steps)?;
        Ok(Classifier { vectoriser: vectoriser.clone(), linear, examples, scope: Scope::default() })
    }

    /// What a message means. Give `dense` exactly when the model was trained with embeddings.
    pub fn classify(&self, text: &str, dense: Option<&[f32]>) -> Verdict {
        self.judge(dense, &self.vectoriser.transform(text))
    }

    /// The scope that the training data gave.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// To the nearest example of a class.
    fn nearness(&self, class: usize, dense: Option<&[f32]>, sparse: &Sparse) -> f32 {
        let mut scattered = vec![0.0; self.vectoriser.size()];
        for &(at, value) in sparse {
            scattered[at as usize] = value;
        }
        self.examples[class].iter().map(|example| nearness(example, dense, &scattered)).fold(0.0, f32::max)
    }

    fn judge(&self, dense: Option<&[f32]>, sparse: &Sparse) -> Verdict {
        let probabilities = softmax(&self.linear.logits(dense, sparse));
        let mut classes: Vec<(usize, f32)> = probabilities.into_iter().enumerate().collect();
        classes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // A class without examples was withheld.
        classes.retain(|(class, _)| !self.examples[*class].is_empty());
        classes.truncate(NAMED);
        let near = classes.first().map_or(0.0, |(class, _)| self.nearness(*class, dense, sparse));
        let score = classes.first().map_or(0.0, |(_, p)| p * near);
        Verdict {
            in_scope: score >= self.scope.threshold,
            confidence: self.scope.confidence(score),
            classes,
            score,
        }
    }
}

/// 0 to 1: how near a message is to an example.
fn nearness(example: &Example, dense: Option<&[f32]>, scattered: &[f32]) -> f32 {
    // Plain loops: they are the inner ones, and must be quick in an unoptimised build too.
    let mut lexical = 0.0;
    for &(at, value) in &example.sparse {
        lexical += value * scattered[at as usize];
    }
    // Both blocks of n-grams have the length WEIGHT.
    lexical /= 2.0 * WEIGHT * WEIGHT;
    match (&example.dense, dense) {
        (Some(own), Some(other)) => {
            let mut cosine = 0.0;
            for (a, b) in own.iter().zip(other) {
                cosine += a * b;
            }
            ((1.0 - LEXICAL) * cosine + LEXICAL * lexical).clamp(0.0, 1.0)
        }
        _ => lexical.clamp(0.0, 1.0),
    }
}

/// An intent with many examples should not swallow its neighbours: each class counts with the root of its size.
fn weights(class: &[usize], classes: usize) -> Vec<f32> {
    let mut sizes = vec![0_usize; classes];
    class.iter().for_each(|c| sizes[*c] += 1);
    let present = sizes.iter().filter(|size| **size > 0).count().max(1);
    let mean = class.len() as f32 / present as f32;
    class.iter().map(|c| (mean / sizes[*c] as f32).sqrt()).collect()
}

/// Withholds every `FOLDS`-th intent and every `FOLDS`-th example of the others, in turn.
fn trials(lesson: &Lesson, vectoriser: &Vectoriser, sparse: &[Sparse]) -> Result<Vec<Trial>, tch::TchError> {
    let mut place = vec![0_usize; lesson.classes];
    let nth: Vec<usize> = lesson
        .class
        .iter()
        .map(|class| {
            place[*class] += 1;
            place[*class] - 1
        })
        .collect();
    let mut trials = Vec::new();
    for fold in 0..FOLDS {
        let withheld = |i: usize| lesson.class[i] % FOLDS == fold;
        let held_out = |i: usize| nth[i] % FOLDS == fold;
        let (known, tested): (Vec<usize>, Vec<usize>) =
            (0..lesson.class.len()).partition(|&i| !withheld(i) && !held_out(i));
        let seen: HashSet<usize> = known.iter().map(|&i| lesson.class[i]).collect();
        if seen.len() < 2 {
            continue;
        }
        let model = Classifier::on(lesson, vectoriser, sparse, &known, TRIAL_STEPS)?;
        for i in tested {
            let dense = lesson.embeddings.as_ref().map(|all| &*all[i]);
            let verdict = model.judge(dense, &sparse[i]);
            let in_scope = seen.contains(&lesson.class[i]);
            let right = verdict.classes.first().is_some_and(|(class, _)| *class == lesson.class[i]);
            trials.push(Trial { score: verdict.score, in_scope, right });
        }
    }
    Ok(trials)
}
