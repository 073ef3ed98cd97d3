//! How many shoppers each segment has, what they spend, and where they came from.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::log::Log;
use crate::model::{Event, Money, ProductId};
use crate::offers::Demand;
use crate::segments::{Beside, Figures, Measure, Population, Segments};

/// How far back moves are looked at.
const BACK_DAYS: i64 = 90;
/// What a shopper is called who is in no segment, and who was not there yet.
const NONE: &str = "in no segment";
const ABSENT: &str = "not there yet";

/// What is said where no purchase has a price.
pub const NO_PRICES: &str =
    "No purchase has a price: who spends how much is not known, and nobody is a big spender.";

/// One segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Size {
    /// As the file names it.
    pub name: String,
    /// What the file says of it.
    pub about: String,
    /// Shoppers in it.
    pub now: usize,
    /// Shoppers in it 90 days before.
    pub before: usize,
    /// Who are in it now and were not.
    pub joined: usize,
    /// Who were in it and are not any more.
    pub left: usize,
    /// The share of all money ever spent that its shoppers spent, 0 to 1.
    pub spent: f64,
}

/// Shoppers who went from one segment to another; of several segments the first one of the file counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// 90 days before.
    pub from: String,
    /// Now.
    pub to: String,
    /// How many.
    pub shoppers: usize,
}

/// All segments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sizes {
    /// In the order of the file.
    pub segments: Vec<Size>,
    /// Who is in none.
    pub in_none: usize,
    /// The largest first.
    pub moves: Vec<Move>,
    /// Whether any purchase has a price: otherwise nobody has spent anything, so far as is known.
    pub priced: bool,
    /// Of each shopper.
    #[serde(skip)]
    of: HashMap<String, Vec<String>>,
}

impl Sizes {
    /// Sorts everybody, as of `until` and of 90 days before.
    pub fn of(log: &Log, segments: &Segments, until: Timestamp) -> Sizes {
        let mut demand = Demand::default();
        log.events().for_each(|(_, entry)| demand.add(&entry.event));
        let usual = demand.usual();
        let then = until.checked_sub(SignedDuration::from_hours(24 * BACK_DAYS)).unwrap_or(until);
        let now = Sorted::of(log, segments, until, &usual);
        let before = Sorted::of(log, segments, then, &usual);
        let all: f64 = now.spent.values().sum();
        let size = |segment: &crate::segments::Segment| {
            let (here, there) = (now.members(&segment.name), before.members(&segment.name));
            let spent: f64 = here.iter().filter_map(|owner| now.spent.get(*owner)).sum();
            Size {
                name: segment.name.clone(),
                about: segment.about.clone(),
                now: here.len(),
                before: there.len(),
                joined: here.iter().filter(|owner| !there.contains(*owner)).count(),
                left: there.iter().filter(|owner| !here.contains(*owner)).count(),
                // A sum of nothing is −0.
                spent: if spent > 0.0 { spent / all } else { 0.0 },
            }
        };
        Sizes {
            segments: segments.all.iter().map(size).collect(),
            in_none: now.of.values().filter(|names| names.is_empty()).count(),
            moves: moves(&before, &now),
            priced: all > 0.0,
            of: now.of.into_iter().map(|(owner, names)| (owner.to_owned(), names)).collect(),
        }
    }

    /// The segments of a shopper.
    pub fn of_shopper(&self, owner: &str) -> Vec<String> {
        self.of.get(owner).cloned().unwrap_or_default()
    }
}

/// Everybody's segments at one time.
struct Sorted<'a> {
    of: BTreeMap<&'a str, Vec<String>>,
    spent: HashMap<&'a str, f64>,
}

impl<'a> Sorted<'a> {
    fn of(log: &'a Log, segments: &Segments, at: Timestamp, usual: &HashMap<ProductId, Money>) -> Self {
        let beside = Beside {
            now: at,
            usual: &|id| usual.get(id).copied(),
            product: &|id| segments.ask_for_products().then(|| log.products.get(id).cloned()).flatten(),
        };
        let figures = |(owner, entries): (&'a String, &Vec<super::Entry>)| {
            let history: Vec<Event> =
                entries.iter().map(|entry| &entry.event).filter(|event| event.at <= at).cloned().collect();
            (!history.is_empty()).then(|| (owner.as_str(), Figures::of(&history, &beside)))
        };
        let all: BTreeMap<&str, Figures> = log.owners.iter().filter_map(figures).collect();
        let population = Population::of(all.values());
        Sorted {
            of: all.iter().map(|(owner, figures)| (*owner, segments.of(figures, &population))).collect(),
            spent: all.iter().map(|(owner, f)| (*owner, f.get(Measure::Spent).unwrap_or(0.0))).collect(),
        }
    }

    fn members(&self, segment: &str) -> std::collections::HashSet<&'a str> {
        self.of
            .iter()
            .filter(|(_, names)| names.iter().any(|name| name == segment))
            .map(|(o, _)| *o)
            .collect()
    }

    fn first(&self, owner: &str) -> &str {
        match self.of.get(owner) {
            Some(names) => names.first().map_or(NONE, String::as_str),
            None => ABSENT,
        }
    }
}

fn moves(before: &Sorted<'_>, now: &Sorted<'_>) -> Vec<Move> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for owner in now.of.keys() {
        let (from, to) = (before.first(owner), now.first(owner));
        if from != to {
            *counts.entry((from, to)).or_default() += 1;
        }
    }
    let of = |((from, to), shoppers): ((&str, &str), usize)| Move {
        from: from.to_owned(),
        to: to.to_owned(),
        shoppers,
    };
    let mut all: Vec<Move> = counts.into_iter().map(of).collect();
    all.sort_by(|a, b| b.shoppers.cmp(&a.shoppers).then_with(|| a.from.cmp(&b.from)));
    all
}
