//! What everybody touches.

use super::super::log::Log;
use super::super::scores::{Scores, keep_best};
use super::super::trail::Trail;
use super::{Recommender, Room};

/// How many products the part brings in by itself.
const BROUGHT: usize = 100;
/// "Of late": after this share of the log's span a touch has faded to 1/e. Of a log of five days that is most of a day.
const LATE: f64 = 0.15;
/// In a log without times, what is left of a touch with each later one of its sequence.
const LATER: f64 = 0.4;

/// Popularity, the same for everybody.
#[derive(Debug, Clone)]
pub struct Popular {
    name: &'static str,
    share: Vec<f32>,
    best: Vec<(u32, f32)>,
}

impl Popular {
    /// Each touch counts the same.
    pub fn ever(log: &Log) -> Self {
        let mut counts = vec![0.0; log.products];
        for step in log.steps() {
            counts[step.item as usize] += 1.0;
        }
        Self::of(&counts, "popular")
    }

    /// Newer touches count more; in a log without times, those close to the end of their sequence.
    pub fn lately(log: &Log) -> Self {
        let mut counts = vec![0.0; log.products];
        match log.span() {
            Some((from, to)) => {
                let scale = (f64::from(to - from) * LATE).max(1.0);
                for step in log.steps() {
                    counts[step.item as usize] += (-f64::from(to - step.at) / scale).exp();
                }
            }
            None => {
                for (later, step) in log.sequences().flat_map(|steps| steps.iter().rev().enumerate()) {
                    counts[step.item as usize] += LATER.powi(i32::try_from(later).unwrap_or(i32::MAX));
                }
            }
        }
        Self::of(&counts, "popular of late")
    }

    fn of(counts: &[f64], name: &'static str) -> Self {
        let top = counts.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let share: Vec<f32> = counts.iter().map(|count| (count / top) as f32).collect();
        let mut best: Vec<(u32, f32)> = (0..).zip(share.iter().copied()).collect();
        keep_best(&mut best, BROUGHT);
        Popular { name, share, best }
    }

    /// A product's touches relative to the most popular one's, 0 to 1.
    pub fn share(&self, item: u32) -> f32 {
        self.share.get(item as usize).copied().unwrap_or(0.0)
    }
}

impl Recommender for Popular {
    fn name(&self) -> &'static str {
        self.name
    }

    fn recommend(&self, _trail: &Trail, _room: &mut Room, out: &mut Scores) {
        for (item, share) in &self.best {
            out.add(*item, *share);
        }
    }

    fn of_everybody(&self, item: u32) -> Option<f32> {
        Some(self.share(item))
    }
}
