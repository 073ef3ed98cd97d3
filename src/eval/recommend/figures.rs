//! The measures of recommendation, over the first 20 products of each request.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use learn::crowd::{Blended, Log, Suggestion};
use serde::Serialize;

use crate::eval::cost::{peak_memory, quantile};

use super::place;

/// How well and how fast, over all predictions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// How many choices were predicted. Choices of products that the training log does not hold count as missed.
    pub predictions: usize,
    /// How many products the training log holds.
    pub products: usize,
    /// The share of predictions with the right product among 20.
    pub hit_rate_20: f64,
    /// The mean of 1 ÷ place of the right product; 0 behind the 20th.
    pub mrr_20: f64,
    /// The mean of 1 ÷ log₂(place + 1); 0 behind the 20th.
    pub ndcg_20: f64,
    /// The share of the products that were recommended to anybody.
    pub coverage: f64,
    /// How popular the recommended products are: the mean share of their touches in those of the most popular product.
    pub mean_popularity: f64,
    /// Half of the requests were answered within this.
    pub latency_p50_ms: f64,
    /// 90 of 100 were.
    pub latency_p90_ms: f64,
    /// 99 of 100 were.
    pub latency_p99_ms: f64,
    /// Learning from the log, without reading it.
    pub training_seconds: f64,
    /// The most memory that this process has held, in 10⁶ bytes. Absent where the system does not tell.
    pub peak_memory_mb: Option<f64>,
    /// Whether trees put the first products right.
    pub refined: bool,
    /// The shares of the recommended products by the source that spoke most for them.
    pub sources: BTreeMap<&'static str, f64>,
    /// What each feature weighs, and what it weighs when only one product is known.
    pub weights: Vec<(&'static str, f32, f32)>,
}

/// Sums.
pub(super) struct Tally {
    products: usize,
    popularity: Vec<f64>,
    training: Duration,
    predictions: usize,
    places: Vec<usize>,
    shown: HashSet<u32>,
    all_shown: usize,
    popular: f64,
    times: Vec<Duration>,
    sources: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub fn new(log: &Log, training: Duration) -> Self {
        let mut popularity = vec![0.0; log.products];
        for step in log.steps() {
            popularity[step.item as usize] += 1.0;
        }
        let most = popularity.iter().copied().fold(1.0, f64::max);
        popularity.iter_mut().for_each(|count| *count /= most);
        Tally {
            products: log.products,
            popularity,
            training,
            predictions: 0,
            places: Vec::new(),
            shown: HashSet::new(),
            all_shown: 0,
            popular: 0.0,
            times: Vec::new(),
            sources: BTreeMap::new(),
        }
    }

    /// Takes in one request: what was shown, what came next (each a prediction of its own), and how long it took.
    pub fn add(&mut self, shown: &[Suggestion], next: &[Option<u32>], took: Duration) {
        self.predictions += next.len();
        self.places.extend(next.iter().filter_map(|next| place(shown, *next)));
        self.all_shown += shown.len();
        for suggestion in shown {
            self.shown.insert(suggestion.item);
            self.popular += self.popularity[suggestion.item as usize];
            *self.sources.entry(suggestion.source).or_default() += 1;
        }
        self.times.push(took);
    }

    pub fn figures(self, blended: &Blended) -> Figures {
        let mean = |of: &dyn Fn(usize) -> f64| {
            // The sum of nothing is −0 to Rust.
            self.places.iter().fold(0.0, |sum, place| sum + of(*place)) / self.predictions.max(1) as f64
        };
        let latency = |share| quantile(&self.times, share).unwrap_or_default();
        let shown = self.all_shown.max(1) as f64;
        Figures {
            predictions: self.predictions,
            products: self.products,
            hit_rate_20: mean(&|_| 1.0),
            mrr_20: mean(&|place| 1.0 / place as f64),
            ndcg_20: mean(&|place| 1.0 / (place as f64 + 1.0).log2()),
            coverage: self.shown.len() as f64 / self.products.max(1) as f64,
            mean_popularity: self.popular / shown,
            latency_p50_ms: latency(0.5),
            latency_p90_ms: latency(0.9),
            latency_p99_ms: latency(0.99),
            training_seconds: self.training.as_secs_f64(),
            peak_memory_mb: peak_memory(),
            refined: blended.refines(),
            sources: self.sources.iter().map(|(name, count)| (*name, *count as f64 / shown)).collect(),
            weights: blended.weights(),
        }
    }
}
