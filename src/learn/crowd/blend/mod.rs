//! One order from all parts: each part's scores on a common scale, weighed, and the best put right by trees.

mod features;
mod fit;
mod ideas;
mod weights;

use std::sync::{Mutex, PoisonError};

use super::log::{Log, Step};
use super::parts::Content;
use super::scores::keep_best;
use super::trail::Trail;
use features::Asked;
use ideas::Ideas;
use weights::Weights;

/// How many of each part's best products become candidates.
const CANDIDATES: usize = 100;
/// How many of the best by weights the trees put right.
const REFINED: usize = 50;

/// What training is doing: a name for the progress line, and which stage of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// What is being done.
    pub name: &'static str,
    /// Which stage, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

/// A recommended product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    /// Its number.
    pub item: u32,
    /// How strongly: the logarithm of a likelihood, up to a constant of the request.
    pub score: f32,
    /// Where it came from: `neighbours`, `next`, `together`, `popular`, `content` or `seen before`, whichever says most for it.
    pub source: &'static str,
}

/// All parts and how they are weighed. Answers any number of requests at the same time.
#[derive(Debug)]
pub struct Blended {
    ideas: Ideas,
    weights: Weights,
    /// Rooms of requests that are over.
    idle: Mutex<Vec<Asked>>,
}

impl Blended {
    /// Learns from a log. Part of it is held out first, to learn how far to trust each part on choices that the parts
    /// have not seen; then all parts learn all of it. With a log too small for that the weights are those of
    /// larger logs.
    pub fn train(log: &Log, content: Option<Content>, progress: &mut dyn FnMut(Stage)) -> Blended {
        let mut stage = |name, number| progress(Stage { name, number, of: 4 });
        let (before, choices) = log.hold_out(fit::CHOICES);
        stage("counting what came before the end of the log", 1);
        let ideas = Ideas::new(&before, content.clone());
        stage("weighing the parts on its end", 2);
        let weights = fit::fit(&ideas, log.kind, &choices);
        drop(ideas);
        drop(before);
        stage("counting the whole log", 3);
        let ideas = Ideas::new(log, content);
        stage("trained", 4);
        Blended { ideas, weights, idle: Mutex::default() }
    }

    /// How many products there are.
    pub fn products(&self) -> usize {
        self.ideas.products
    }

    /// The best `limit` products that `wanted` lets through, best first, for somebody who took these steps.
    /// Products behind the first 50 are in the order of the weights alone.
    pub fn recommend(&self, steps: &[Step], limit: usize, wanted: &dyn Fn(u32) -> bool) -> Vec<Suggestion> {
        let trail = Trail::new(steps);
        let mut asked = self.room();
        asked.ask(&self.ideas, trail);
        let candidates = asked.candidates(CANDIDATES, wanted);
        let mut best = self.weights.best(&self.ideas, &asked, &candidates, limit.max(REFINED));
        let behind = best.split_off(best.len().min(REFINED));
        self.weights.refine(&self.ideas, &asked, &mut best);
        keep_best(&mut best, limit);
        best.extend(behind);
        best.truncate(limit);
        let suggestion = |(item, score)| Suggestion {
            item,
            score,
            source: self.weights.source(&self.ideas, &asked, item),
        };
        let suggestions = best.into_iter().map(suggestion).collect();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        suggestions
    }

    /// What the blend says of products that somebody else brings, to somebody who took these steps: the share of all
    /// weight that speaks for each, 0 to 1.
    pub fn score(&self, steps: &[Step], items: &[u32]) -> Vec<f32> {
        let mut asked = self.room();
        asked.ask(&self.ideas, Trail::new(steps));
        let scores = items.iter().map(|item| self.weights.share(&self.ideas, &asked, *item)).collect();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        scores
    }

    /// Which of the steps (by place) speaks most for a product, and how strongly, if any does.
    pub fn because(&self, steps: &[Step], item: u32) -> Option<(usize, f32)> {
        let recent = Trail::new(steps);
        let best = recent.recent.iter().enumerate().map(|(rank, recent)| {
            (recent.item, 0.9_f32.powi(rank as i32) * self.ideas.link(recent.item, item))
        });
        let (because, strength) =
            best.filter(|(_, strength)| *strength > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((steps.iter().rposition(|step| step.item == because)?, strength))
    }

    /// What those who touched a product also touched, strongest first, on a scale of its own.
    pub fn together(&self, item: u32) -> &[(u32, f32)] {
        self.ideas.together.row(item)
    }

    /// A product's share of the touches of the most popular one, 0 to 1; lately, or ever.
    pub fn popularity(&self, item: u32, lately: bool) -> f32 {
        self.ideas.popularity(item, lately)
    }

    /// What each feature weighs, and what it weighs where only one product is known of the shopper.
    pub fn weights(&self) -> Vec<(&'static str, f32, f32)> {
        self.weights.named(&self.ideas)
    }

    /// Whether trees put the first products right: they do where that helped on choices that they had not seen.
    pub fn refines(&self) -> bool {
        !self.weights.trees.is_empty()
    }

    fn room(&self) -> Asked {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Asked::new(&self.ideas))
    }
}
