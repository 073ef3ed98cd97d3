//! Which intents are taken for which others, and how bad that is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::intents::{Judged, OUT_OF_SCOPE};
use crate::intents::{Binding, Language};
use crate::model::IntentName;

/// A message that should have been understood is not: the shopper is asked to say it in other words.
const REJECTED: f64 = 0.5;
/// Another intent that makes the house do the very same.
const SAME: f64 = 0.5;
/// Another answer than the one to the question.
const ANSWER: f64 = 1.0;
/// Something else is done than was asked for.
const OTHER: f64 = 2.0;
/// So, and orders, an account or personal data are concerned.
const PERSONAL: f64 = 5.0;

/// What it costs when a message that means an intent bound to `meant` is taken for one bound to `taken`, or for none.
/// Set by hand: a scale of how much worse one mistake is than another, not of money.
pub fn cost(meant: Binding, taken: Option<Binding>) -> f64 {
    match taken {
        None => REJECTED,
        Some(Binding::Answer) if meant == Binding::Answer => ANSWER,
        Some(taken) if taken == meant => SAME,
        Some(taken) if is_personal(meant) || is_personal(taken) => PERSONAL,
        Some(_) => OTHER,
    }
}

/// Whether somebody's orders, account or data are shown or changed.
fn is_personal(binding: Binding) -> bool {
    matches!(
        binding,
        Binding::OrderStatus
            | Binding::Orders
            | Binding::Link
            | Binding::Privacy
            | Binding::Export
            | Binding::Forget
            | Binding::Personalization { .. }
    )
}

/// How well one intent is recognised.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recognition {
    /// Its name.
    pub intent: String,
    /// How many sentences mean it.
    pub sentences: usize,
    /// The share of the messages taken for it that mean it; absent when none was.
    pub precision: Option<f64>,
    /// The share of its sentences that are recognised.
    pub recall: f64,
}

/// Sentences of one intent that were taken for one other, or for none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// What they mean.
    pub meant: String,
    /// What they were taken for; absent: rejected.
    pub taken: Option<String>,
    /// How bad, of all of them together.
    pub cost: f64,
    /// Which, as places in the list that was judged.
    pub rows: Vec<usize>,
}

/// Every intent, by name.
pub fn recognitions(judged: &[Judged]) -> Vec<Recognition> {
    #[derive(Default)]
    struct Counts {
        meant: usize,
        taken: usize,
        right: usize,
    }
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for j in judged {
        counts.entry(&j.label).or_default().meant += 1;
        counts.entry(j.predicted()).or_default().taken += 1;
        counts.entry(&j.label).or_default().right += usize::from(j.predicted() == j.label);
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    counts
        .into_iter()
        .filter(|(intent, counts)| *intent != OUT_OF_SCOPE && counts.meant > 0)
        .map(|(intent, counts)| Recognition {
            intent: intent.to_owned(),
            sentences: counts.meant,
            precision: (counts.taken > 0).then(|| share(counts.right, counts.taken)),
            recall: share(counts.right, counts.meant),
        })
        .collect()
}

/// Everything that was taken for something else, the most costly first.
pub fn confusions(judged: &[Judged], language: &Language) -> Vec<Confusion> {
    let binding = |name: &str| {
        let name = IntentName::parse(name).ok()?;
        Some(language.intent(&name)?.binding)
    };
    let mut found: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (row, j) in judged.iter().enumerate().filter(|(_, j)| j.predicted() != j.label) {
        found.entry((&j.label, j.predicted())).or_default().push(row);
    }
    let mut confusions: Vec<Confusion> = found
        .into_iter()
        .filter_map(|((meant, taken), rows)| {
            let cost = cost(binding(meant)?, binding(taken)) * rows.len() as f64;
            let taken = (taken != OUT_OF_SCOPE).then(|| taken.to_owned());
            Some(Confusion { meant: meant.to_owned(), taken, cost, rows })
        })
        .collect();
    confusions.sort_by(|a, b| b.cost.total_cmp(&a.cost).then_with(|| a.meant.cmp(&b.meant)));
    confusions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn showing_orders_or_erasing_by_mistake_is_worse_than_another_answer_and_that_worse_than_asking_again() {
        let another_answer = cost(Binding::Answer, Some(Binding::Answer));
        let another_action = cost(Binding::Search, Some(Binding::Help));
        let asking_again = cost(Binding::Forget, None);
        for personal in [Binding::Forget, Binding::OrderStatus, Binding::Export] {
            assert!(cost(Binding::Answer, Some(personal)) > another_action);
            assert!(cost(personal, Some(Binding::Answer)) > another_action);
        }
        assert!(another_action > another_answer && another_answer > asking_again);
        assert!(cost(Binding::Search, Some(Binding::Search)) < another_answer);
    }
}
