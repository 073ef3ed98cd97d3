//! Learning the weights and the trees from choices that the parts have not seen.

use super::super::log::{Choice, Kind};
use super::super::trail::Trail;
use super::REFINED;
use super::features::Asked;
use super::ideas::Ideas;
use super::weights::{Weights, tree_row};
use crate::logit;
use crate::trees::{Boosted, Lists, Settings, Softmax};

/// How many choices are held out: more change the third digit of the outcome, and cost their time.
pub(super) const CHOICES: usize = 8000;
/// With fewer than this, weights of larger logs are safer.
const ENOUGH: usize = 300;
/// Candidates per part while the weights are fitted.
const CANDIDATES: usize = 30;

/// Weights fitted to the choices, with trees if those help on choices that neither has seen.
pub(super) fn fit(ideas: &Ideas, kind: Kind, choices: &[Choice<'_>]) -> Weights {
    let mut asked = Asked::new(ideas);
    let Some(mut weights) = weigh(ideas, kind, choices, &mut asked) else {
        return Weights::of_larger_logs(ideas);
    };
    let tables = Refinement::gather(ideas, kind, choices, &weights, &mut asked);
    weights.trees = tables.grow();
    weights
}

/// Which products may be recommended to somebody with this trail: within a visit all but the one just looked at; in a
/// history only what is new to it.
fn wanted(kind: Kind, trail: &Trail) -> impl Fn(u32) -> bool + use<> {
    let known = if kind == Kind::Visits { 1 } else { trail.recent.len() };
    let known: Vec<u32> = trail.recent.iter().take(known).map(|recent| recent.item).collect();
    move |item| !known.contains(&item)
}

/// The conditional logit over all features; nothing when too few choices were within reach of any part.
fn weigh(ideas: &Ideas, kind: Kind, choices: &[Choice<'_>], asked: &mut Asked) -> Option<Weights> {
    let mut lists = Lists::new(asked.width());
    let (mut chosen, mut single) = (Vec::new(), Vec::new());
    for choice in choices {
        let trail = Trail::new(choice.trail);
        let wanted = wanted(kind, &trail);
        asked.ask(ideas, trail);
        let candidates = asked.candidates(CANDIDATES, &wanted);
        let Ok(place) = candidates.binary_search(&choice.next) else { continue };
        for item in &candidates {
            asked.row(ideas, *item, &mut lists.values);
        }
        lists.close();
        chosen.push(place);
        single.push(asked.single());
    }
    if chosen.len() < ENOUGH {
        return None;
    }
    let (usual, single) = logit::fit(&lists, &chosen, &single);
    Some(Weights { usual, single, trees: Boosted::default() })
}

/// The best candidates by weights of each choice.
struct Refinement {
    lists: Lists,
    /// By row, the score by weights, and whether it was chosen.
    before: Vec<f32>,
    chosen: Vec<f32>,
}

impl Refinement {
    fn gather(
        ideas: &Ideas,
        kind: Kind,
        choices: &[Choice<'_>],
        weights: &Weights,
        asked: &mut Asked,
    ) -> Refinement {
        let lists = Lists::new(asked.width() + 1);
        let mut all = Refinement { lists, before: Vec::new(), chosen: Vec::new() };
        for choice in choices {
            let trail = Trail::new(choice.trail);
            let wanted = wanted(kind, &trail);
            asked.ask(ideas, trail);
            let best = weights.best(ideas, asked, &asked.candidates(super::CANDIDATES, &wanted), REFINED);
            if !best.iter().any(|(item, _)| *item == choice.next) {
                continue;
            }
            for (item, score) in best {
                tree_row(ideas, asked, item, &mut all.lists.values);
                all.before.push(score);
                all.chosen.push(if item == choice.next { 1.0 } else { 0.0 });
            }
            all.lists.close();
        }
        all
    }

    /// Trees, unless they order choices that they have not seen worse than the weights alone do.
    fn grow(&self) -> Boosted {
        let grow = |part: &Refinement| {
            Boosted::fit(&part.lists, &part.before, &Softmax { chosen: &part.chosen }, Settings::default())
        };
        let (one, other) = self.halves();
        let with_trees = one.worth(&grow(&other)) + other.worth(&grow(&one));
        let without = one.worth(&Boosted::default()) + other.worth(&Boosted::default());
        if with_trees > without { grow(self) } else { Boosted::default() }
    }

    fn halves(&self) -> (Refinement, Refinement) {
        let empty =
            || Refinement { lists: Lists::new(self.lists.features), before: Vec::new(), chosen: Vec::new() };
        let (mut one, mut other) = (empty(), empty());
        for (number, rows) in self.lists.lists().enumerate() {
            let half = if number % 2 == 0 { &mut one } else { &mut other };
            let width = self.lists.features;
            half.lists.values.extend(&self.lists.values[rows.start * width..rows.end * width]);
            half.before.extend(&self.before[rows.clone()]);
            half.chosen.extend(&self.chosen[rows]);
            half.lists.close();
        }
        (one, other)
    }

    /// The sum of 1 ÷ log₂(place + 1) of what was chosen; of equals half stand above it.
    fn worth(&self, trees: &Boosted) -> f64 {
        let of_list = |rows: std::ops::Range<usize>| {
            let score = |row: usize| self.before[row] + trees.score(self.lists.row(row));
            let chosen = rows.clone().find(|row| self.chosen[*row] > 0.0).map_or(0.0, score);
            let above = rows.clone().filter(|row| score(*row) > chosen).count() as f64;
            let equal = rows.filter(|row| score(*row) == chosen).count() as f64 - 1.0;
            1.0 / (above + equal / 2.0 + 2.0).log2()
        };
        self.lists.lists().map(of_list).sum()
    }
}
