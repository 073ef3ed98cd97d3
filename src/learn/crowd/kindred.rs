//! What shoppers of like taste have been choosing lately: the evidence by which products that somebody else brings, such
//! as the hits of a search, are put in a personal order.

use std::sync::{Mutex, PoisonError};

use super::log::Log;

/// Only so many of a product's newest owners are asked, so that a request's time does not grow with the log.
const OWNERS: usize = 2000;
/// After this many days an owner's choice counts 1/e: what is liked goes with the season. Found on what a gift shop
/// sold from October on; 40 days did nearly as well.
const LATELY_DAYS: f32 = 20.0;
/// A product that few have says more of taste than one that all have; so many owners are added to each.
const DAMP: f32 = 5.0;
/// The evidence is believed by half when it comes from so many shoppers.
const HALF_TRUST: f32 = 20.0;

/// Who chose what, and how lately. 8 bytes a choice.
#[derive(Debug, Default)]
pub struct Kindred {
    from: Vec<u32>,
    /// Owners of each product with how lately they chose it (1: at the end of the log), the newest last.
    owners: Vec<(u32, f32)>,
    /// By owner, 1 ÷ √(how many products they chose): somebody who has everything is nobody's kin.
    focus: Vec<f32>,
    idle: Mutex<Vec<Kinship>>,
}

/// A weight by owner; empty between requests.
#[derive(Debug, Default)]
struct Kinship {
    weights: Vec<f32>,
    touched: Vec<u32>,
}

impl Kinship {
    fn add(&mut self, owner: u32, weight: f32) {
        let known = &mut self.weights[owner as usize];
        if *known == 0.0 {
            self.touched.push(owner);
        }
        *known += weight;
    }

    fn clear(&mut self) {
        for owner in self.touched.drain(..) {
            self.weights[owner as usize] = 0.0;
        }
    }
}

impl Kindred {
    /// Counts; time and memory grow with the steps. In a log without times every choice counts as of now.
    pub fn new(log: &Log) -> Self {
        let end = log.span().map_or(0, |(_, last)| last);
        let mut choices: Vec<Vec<(u32, f32)>> = vec![Vec::new(); log.products];
        let mut focus = Vec::with_capacity(log.len());
        for (owner, steps) in (0_u32..).zip(log.sequences()) {
            let mut chosen = 0_u32;
            for step in steps {
                let days = if step.at > 0 { (end - step.at) as f32 / 86_400.0 } else { 0.0 };
                let lately = (-days / LATELY_DAYS).exp();
                match choices[step.item as usize].last_mut() {
                    Some((last, known)) if *last == owner => *known = lately,
                    _ => {
                        choices[step.item as usize].push((owner, lately));
                        chosen += 1;
                    }
                }
            }
            focus.push(1.0 / (chosen.max(1) as f32).sqrt());
        }
        let mut kindred = Kindred { from: vec![0], focus, ..Kindred::default() };
        for owners in choices {
            kindred.owners.extend(&owners[owners.len().saturating_sub(OWNERS)..]);
            kindred.from.push(kindred.owners.len() as u32);
        }
        kindred
    }

    fn owners(&self, item: u32) -> &[(u32, f32)] {
        match (self.from.get(item as usize), self.from.get(item as usize + 1)) {
            (Some(from), Some(to)) => &self.owners[*from as usize..*to as usize],
            _ => &[],
        }
    }

    fn rarity(&self, item: u32) -> f32 {
        1.0 / (self.owners(item).len() as f32 + DAMP).sqrt()
    }

    /// How strongly the shoppers who share any of `history` lean towards each of the candidates lately: 0 to 1 of the
    /// strongest, and the less the fewer those shoppers are. Candidates of the history itself say nothing, and neither does
    /// what fewer than `least` of those shoppers chose.
    ///
    /// It is the mean kinship of those who have the product, which is what sets it apart from a product that everybody has
    /// (the *lift* of association rules), times the root of the kinship of those who chose it lately.
    pub fn lean(&self, history: &[u32], candidates: &[u32], least: usize) -> Vec<f32> {
        let mut kinship = self.room();
        for item in history {
            let rarity = self.rarity(*item);
            for (owner, _) in self.owners(*item) {
                kinship.add(*owner, rarity);
            }
        }
        let of = |item: &u32| {
            if history.contains(item) {
                return 0.0;
            }
            let owners = self.owners(*item);
            let (mut all, mut recent, mut chose) = (0.0, 0.0, 0);
            for (owner, lately) in owners {
                let kin = kinship.weights[*owner as usize] * self.focus[*owner as usize];
                all += kin;
                recent += kin * lately;
                chose += usize::from(kin > 0.0);
            }
            if chose < least {
                return 0.0;
            }
            all / (owners.len() as f32 + DAMP) * recent.sqrt()
        };
        let lean: Vec<f32> = candidates.iter().map(of).collect();
        let top = lean.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let kin = kinship.touched.len() as f32;
        self.leave(kinship);
        let trust = kin / (kin + HALF_TRUST);
        lean.into_iter().map(|lean| trust * lean / top).collect()
    }

    /// Which of `history` (by place) leads most of those shoppers to `item`, if any does.
    pub fn because(&self, history: &[u32], item: u32) -> Option<usize> {
        let mut kinship = self.room();
        for (owner, lately) in self.owners(item) {
            kinship.add(*owner, self.focus[*owner as usize] * lately);
        }
        let leads = |from: &u32| {
            let shared: f32 =
                self.owners(*from).iter().map(|(owner, _)| kinship.weights[*owner as usize]).sum();
            if *from == item { 0.0 } else { self.rarity(*from) * shared }
        };
        let leads: Vec<f32> = history.iter().map(leads).collect();
        self.leave(kinship);
        let best = (0..leads.len()).max_by(|a, b| leads[*a].total_cmp(&leads[*b]).then(a.cmp(b)))?;
        (leads[best] > 0.0).then_some(best)
    }

    fn room(&self) -> Kinship {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut kinship = idle.unwrap_or_default();
        kinship.weights.resize(self.focus.len(), 0.0);
        kinship
    }

    fn leave(&self, mut kinship: Kinship) {
        kinship.clear();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kinship);
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::{Kind, Step};
    use super::*;

    fn step(item: u32, day: u32) -> Step {
        Step { item, at: 1_000_000 + day * 86_400 }
    }

    /// Everybody has 0; those with 1 also choose 2, those with 3 also choose 4; 5 was chosen with 1 long ago.
    fn kindred() -> Kindred {
        let mut sequences: Vec<Vec<Step>> = Vec::new();
        for _ in 0..20 {
            sequences.push(vec![step(0, 1), step(1, 2), step(2, 200)]);
            sequences.push(vec![step(0, 1), step(3, 2), step(4, 200)]);
            sequences.push(vec![step(1, 1), step(5, 3)]);
        }
        Kindred::new(&Log::new(Kind::Histories, 6, sequences))
    }

    #[test]
    fn what_like_shoppers_chose_lately_leads() {
        let lean = kindred().lean(&[1], &[2, 4, 5], 3);
        assert!(lean[0] > 0.5 && lean[0] > 2.0 * lean[2], "{lean:?}");
        assert!(lean[1] < lean[0] / 2.0, "{lean:?}");
    }

    #[test]
    fn without_a_history_nothing_leans_anywhere() {
        assert_eq!(kindred().lean(&[], &[2, 4], 3), [0.0, 0.0]);
    }

    #[test]
    fn few_kindred_shoppers_are_believed_less() {
        let log = |pairs: usize| {
            let sequences = vec![vec![step(0, 1), step(1, 2)]; pairs];
            Kindred::new(&Log::new(Kind::Histories, 2, sequences))
        };
        assert!(log(2).lean(&[0], &[1], 1)[0] < 0.1);
        assert!(log(500).lean(&[0], &[1], 3)[0] > 0.95);
        assert_eq!(log(2).lean(&[0], &[1], 3), [0.0], "two are no crowd");
    }

    #[test]
    fn the_choice_that_leads_most_of_them_there_is_named() {
        assert_eq!(kindred().because(&[0, 3, 1], 2), Some(2));
        assert_eq!(kindred().because(&[3], 5), None);
    }
}
