//! The intent model: n-grams and embedding → the probability of each intent, and whether any fits.

mod bags;
mod features;
mod machine;
mod rehearsal;
mod scope;

use std::sync::{Mutex, PoisonError};

use tch::{Device, Kind, Tensor};

use bags::Bags;
use features::Vectoriser;
use machine::{Fit, Machine, Points};
pub use scope::{Scope, Trial};
pub use tch::TchError as TrainingError;

use super::encoder::Layers;

/// How much the words count in nearness, the rest being the embedding.
const LEXICAL: f64 = 0.3;

/// How many examples are learnt at most: they take n³/3 operations and 4n² bytes.
const MOST: usize = 16_000;

/// How many of the best classes a verdict names.
const NAMED: usize = 5;

/// Sentences to learn from: one text, class and perhaps embedding each.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// As [`super::wording::wording`] leaves them.
    pub texts: Vec<String>,
    /// Below `classes`; each class has at least one text.
    pub class: Vec<usize>,
    /// How many classes.
    pub classes: usize,
    /// Of every text, or none: then words alone decide.
    pub embeddings: Option<Vec<Layers>>,
    /// Whether the encoder has not learnt this language, so that words must carry more.
    pub foreign: bool,
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
    /// Output of the best class × nearness: what scope is decided by.
    pub score: f32,
}

/// The numbers that training finds, to be kept until the lesson changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Row-major `[examples][classes]`, the examples class by class.
    pub alpha: Vec<f32>,
    /// Threshold and slope of scope, and the temperature of probabilities.
    pub calibration: [f32; 3],
}

/// A trained model.
pub struct Classifier {
    vectoriser: Vectoriser,
    known: Mutex<Known>,
    /// Where the examples of each class begin, and where the last ones end.
    bounds: Vec<i64>,
    scope: Scope,
    temperature: f32,
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Classifier").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// libtorch's part. Its handles may move between threads but not be shared, so each message takes handles of its own.
struct Known {
    points: Points,
    machine: Machine,
}

impl Known {
    fn share(&self) -> Known {
        let dense = self.points.dense.as_ref().map(Tensor::shallow_clone);
        let points = Points { dense, sparse: self.points.sparse.share(), ..self.points };
        Known { points, machine: self.machine.share() }
    }
}

/// A lesson as the machine takes it: class by class, then the strangers.
struct Material {
    vectoriser: Vectoriser,
    points: Points,
    bounds: Vec<i64>,
    strangers: i64,
}

impl Material {
    fn of(lesson: &Lesson, strangers: &Lesson) -> Result<Material, TrainingError> {
        let mut order: Vec<usize> = (0..lesson.texts.len()).collect();
        order.sort_by_key(|&i| lesson.class[i]);
        thin(&mut order, &lesson.class);
        let mut bounds = vec![0_i64; lesson.classes + 1];
        order.iter().for_each(|&i| bounds[lesson.class[i] + 1] += 1);
        for class in 0..lesson.classes {
            bounds[class + 1] += bounds[class];
        }
        let texts: Vec<&str> =
            order.iter().map(|&i| &lesson.texts[i]).chain(&strangers.texts).map(String::as_str).collect();
        let (vectoriser, sparse) = Vectoriser::fit(&texts)?;
        let dense = lesson.embeddings.as_ref().map(|own| {
            let own = order.iter().map(|&i| &own[i]).chain(strangers.embeddings.iter().flatten());
            matrix(own, texts.len())
        });
        let points = Points { dense: dense.transpose()?, sparse, foreign: lesson.foreign };
        Ok(Material { vectoriser, points, bounds, strangers: strangers.texts.len() as i64 })
    }

    /// `[n, classes]`: one where a row is of a class; a stranger's row is all zero.
    fn one_hot(&self) -> Result<Tensor, TrainingError> {
        let (classes, end) = (self.bounds.len() as i64 - 1, self.bounds[self.bounds.len() - 1]);
        let one_hot = Tensor::f_zeros([end + self.strangers, classes], (Kind::Float, Device::Cpu))?;
        for (class, pair) in self.bounds.windows(2).enumerate() {
            let own = one_hot.f_narrow(0, pair[0], pair[1] - pair[0])?;
            let _ones = own.f_narrow(1, class as i64, 1)?.f_fill_(1.0)?;
        }
        Ok(one_hot)
    }

    fn with(self, machine: Machine, scope: Scope, temperature: f32) -> Classifier {
        Classifier {
            vectoriser: self.vectoriser,
            known: Mutex::new(Known { points: self.points, machine }),
            bounds: self.bounds,
            scope,
            temperature,
        }
    }
}

/// Of too many examples each class keeps an even share, its first one always.
fn thin(order: &mut Vec<usize>, class: &[usize]) {
    let (all, mut at, mut before) = (order.len(), 0, None);
    if all <= MOST {
        return;
    }
    order.retain(|&i| {
        let first = before != Some(class[i]);
        before = Some(class[i]);
        at += 1;
        first || at * MOST / all != (at - 1) * MOST / all
    });
}

fn matrix<'a>(rows: impl Iterator<Item = &'a Layers>, n: usize) -> Result<Tensor, TrainingError> {
    let mut all = Vec::new();
    rows.for_each(|row| all.extend_from_slice(row));
    Tensor::from_slice(&all).f_view([n as i64, -1])
}

impl Classifier {
    /// Learns. `strangers` are sentences known to be out of scope, if the shop has any.
    ///
    /// # Errors
    /// What libtorch says, in words.
    pub fn train(lesson: &Lesson, strangers: &Lesson) -> Result<Classifier, TrainingError> {
        let _no_gradients = tch::no_grad_guard();
        let material = Material::of(lesson, strangers)?;
        let fit = Fit::of(&material.points, &material.one_hot()?)?;
        let learnt = rehearsal::Learnt {
            points: &material.points,
            bounds: &material.bounds,
            strangers: material.strangers,
        };
        let (trials, temperature) = rehearsal::rehearse(&fit, &learnt)?;
        let machine = Machine::of(&material.points, fit.alpha)?;
        Ok(material.with(machine, Scope::fit(&trials), temperature))
    }

    /// What training found out, without what the lesson itself says.
    ///
    /// # Errors
    /// What libtorch says, in words.
    pub fn learnt(&self) -> Result<Learnt, TrainingError> {
        let alpha = self.share().machine.alpha().f_contiguous()?.f_view(-1)?;
        let [threshold, slope] = self.scope.numbers();
        Ok(Learnt { alpha: Vec::try_from(alpha)?, calibration: [threshold, slope, self.temperature] })
    }

    /// The model as it was trained on the same lesson, without strangers, before; `None` when it does not fit it.
    pub fn resume(lesson: &Lesson, learnt: &Learnt) -> Option<Classifier> {
        let _no_gradients = tch::no_grad_guard();
        let material = Material::of(lesson, &Lesson::default()).ok()?;
        let examples = material.bounds.last().copied().and_then(|n| usize::try_from(n).ok())?;
        if learnt.alpha.len() != examples * lesson.classes {
            return None;
        }
        let alpha = Tensor::from_slice(&learnt.alpha).f_view([-1, lesson.classes as i64]).ok()?;
        let machine = Machine::of(&material.points, alpha).ok()?;
        let [threshold, slope, temperature] = learnt.calibration;
        Some(material.with(machine, Scope::of([threshold, slope]), temperature))
    }

    /// What a message means. Give `dense` exactly when the model was trained with embeddings.
    pub fn classify(&self, text: &str, dense: Option<&[f32]>) -> Verdict {
        self.judge(text, dense).unwrap_or_else(|error| {
            tracing::error!(%error, "the intent model failed; nothing fits");
            Verdict { in_scope: false, confidence: 0.0, classes: Vec::new(), score: 0.0 }
        })
    }

    /// The scope that the training data gave.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    fn share(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).share()
    }

    fn judge(&self, text: &str, dense: Option<&[f32]>) -> Result<Verdict, TrainingError> {
        let _no_gradients = tch::no_grad_guard();
        let known = self.share();
        let message = Bags::row(&self.vectoriser.transform(text), known.points.sparse.width());
        let dense = dense.map(|dense| Tensor::from_slice(dense).f_unsqueeze(0)).transpose()?;
        let outputs = known.machine.outputs(dense.as_ref(), &message, &known.points.sparse)?;
        let outputs = Vec::<f32>::try_from(outputs.f_view(-1)?)?;
        let classes = best(&outputs, self.temperature);
        let score = match classes.first() {
            Some((class, _)) => {
                let near = self.nearness(*class, dense.as_ref(), &message, &known.points)?;
                score(outputs[*class], near)
            }
            None => 0.0,
        };
        Ok(Verdict {
            in_scope: score >= self.scope.threshold,
            confidence: self.scope.confidence(score),
            classes,
            score,
        })
    }

    /// To the nearest example of a class.
    fn nearness(
        &self,
        class: usize,
        dense: Option<&Tensor>,
        message: &Bags,
        points: &Points,
    ) -> Result<f32, TrainingError> {
        let (first, count) = (self.bounds[class], self.bounds[class + 1] - self.bounds[class]);
        let lexical = points.sparse.narrow(first, count)?.times(&message.dense_transposed()?)?;
        let near = match (dense, &points.dense) {
            (Some(dense), Some(all)) => {
                let cosine = sense(all)?.f_narrow(0, first, count)?.f_mm(&sense(dense)?.f_tr()?)?;
                cosine * (1.0 - LEXICAL) + lexical * LEXICAL
            }
            _ => lexical,
        };
        Ok(near.f_max()?.f_double_value(&[])? as f32)
    }
}

/// Of embeddings `[n, 2 d]` the sentences' own vectors `[n, d]`.
fn sense(dense: &Tensor) -> Result<Tensor, TrainingError> {
    dense.f_narrow(1, 0, dense.size()[1] / 2)
}

/// What scope is decided by: far from the examples both parts are near zero.
fn score(output: f32, near: f32) -> f32 {
    output.clamp(0.0, 1.0) * near.clamp(0.0, 1.0)
}

/// The best classes with their probabilities.
fn best(outputs: &[f32], temperature: f32) -> Vec<(usize, f32)> {
    let highest = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = outputs.iter().map(|output| ((output - highest) * temperature).exp());
    let mut classes: Vec<(usize, f32)> = powers.enumerate().collect();
    let sum: f32 = classes.iter().map(|(_, power)| power).sum();
    classes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    classes.truncate(NAMED);
    classes.iter_mut().for_each(|(_, power)| *power /= sum);
    classes
}
