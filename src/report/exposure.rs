//! Who and what gets to be seen: how evenly recommendations are spread over the products, how well they hit for whom, and
//! what it would cost to give the long tail a floor.
//!
//! What shoppers bought last is held out, everything before it is learnt from, and everybody gets the list that they would
//! have got then. What was shown is counted by product.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;

use super::log::{Entry, Log};
use crate::model::{Event, EventKind, ProductId};
use crate::personal::{CrowdBuilder, HEAD, floored};

/// How many products a list shows.
const SHOWN: usize = 20;
/// From how many the floors choose.
const POOL: usize = 200;
/// A product is new for so many days after it was first seen.
const NEW_DAYS: i64 = 30;
/// At most so many shoppers get a list; more do not move the shares.
const SHOPPERS: usize = 3_000;
/// The floors that are tried.
const FLOORS: [f32; 5] = [0.0, 0.05, 0.1, 0.2, 0.3];

/// How evenly lists are spread, and how good they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Lists.
    pub lists: usize,
    /// The share of lists with a product that was bought next among 20.
    pub hit_rate_20: f64,
    /// Binary relevance, against the best order of what was bought next.
    pub ndcg_20: f64,
    /// Of exposure over all products: 0 is all alike, 1 is one product alone.
    pub gini: f64,
    /// The share of the products that anybody saw.
    pub coverage: f64,
    /// The share of places that long-tail products got.
    pub long_tail: f64,
    /// The share of places that new products got.
    pub new: f64,
    /// The share of places ÷ the share of the catalogue, of the long tail: below 1 it is shown less than its number.
    pub lift: f64,
}

/// A group of products: its shares of the catalogue, of sales and of what is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// `head`, `long tail`, `new`.
    pub name: &'static str,
    /// Of the products, 0 to 1.
    pub catalog: f64,
    /// Of the sales.
    pub sales: f64,
    /// Of the places of lists.
    pub shown: f64,
    /// `shown` ÷ `catalog`: above 1 it is shown more than its number.
    pub lift: f64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Exposure {
    /// All lists.
    pub all: Spread,
    /// The lists of each segment's shoppers.
    pub by_segment: BTreeMap<String, Spread>,
    /// Gini coefficient of sales over products: what lists may well repeat, but should not outdo.
    pub gini_of_sales: f64,
    /// By how well products sell.
    pub groups: Vec<Group>,
    /// The curve of Lorenz: for each tenth of the products, the least shown first, the share of places up to there.
    pub lorenz: Vec<f64>,
    /// What a floor for the long tail and for new products costs: the share of places, and what lists are then.
    pub floors: Vec<(f32, Spread)>,
}

/// How many products there are: of the catalogue, or else those that anybody touched.
pub(super) fn products(log: &Log) -> usize {
    if log.is_catalog {
        return log.products.len();
    }
    log.events().filter_map(|(_, entry)| entry.event.product.as_ref()).collect::<HashSet<_>>().len()
}

/// One shopper's part.
struct Case<'a> {
    owner: &'a str,
    before: Vec<Event>,
    next: HashSet<&'a ProductId>,
}

/// Judges the recommendations that a log teaches. Nothing when nobody came back.
pub fn judge(log: &Log, segments_of: &dyn Fn(&str) -> Vec<String>) -> Option<Exposure> {
    let cases = cases(log);
    let end = cases.iter().filter_map(|case| case.before.last()).map(|event| event.at).max()?;
    let mut builder = CrowdBuilder::new(end);
    let known: HashMap<&str, &Case<'_>> = cases.iter().map(|case| (case.owner, case)).collect();
    for (owner, entries) in &log.owners {
        match known.get(owner.as_str()) {
            Some(case) => case.before.iter().for_each(|event| builder.add(owner, event)),
            None => entries.iter().for_each(|entry| builder.add(owner, &entry.event)),
        }
    }
    let crowd = builder.build(&mut |_| {});
    let shelf = Shelf::of(log, end);
    let mut tallies: Vec<Tally> = FLOORS.map(|_| Tally::default()).into();
    let mut by_segment: BTreeMap<String, Tally> = BTreeMap::new();
    let step = cases.len().div_ceil(SHOPPERS).max(1);
    for case in cases.iter().step_by(step) {
        let owned: HashSet<&ProductId> =
            case.before.iter().filter_map(|event| event.product.as_ref()).collect();
        let pool = crowd.suggest(&case.before, POOL, &|id| !owned.contains(id));
        let pool: Vec<ProductId> = pool.into_iter().map(|pick| pick.id).collect();
        for (floor, tally) in FLOORS.iter().zip(&mut tallies) {
            let list = floored(pool.clone(), *floor, |id| shelf.rare(id));
            let list = &list[..list.len().min(SHOWN)];
            tally.add(list, &case.next);
            if *floor == 0.0 {
                for segment in segments_of(case.owner) {
                    by_segment.entry(segment).or_default().add(list, &case.next);
                }
            }
        }
    }
    Some(shelf.exposure(&tallies, by_segment))
}

/// Everybody who bought twice.
fn cases(log: &Log) -> Vec<Case<'_>> {
    log.owners.iter().filter_map(|(owner, entries)| Case::of(owner, entries)).collect()
}

impl<'a> Case<'a> {
    /// What was done before the last purchase, and what was new in that.
    fn of(owner: &'a str, entries: &'a [Entry]) -> Option<Case<'a>> {
        let bought = |entry: &&Entry| entry.event.kind == EventKind::Purchased;
        let last = entries.iter().rev().find(bought)?;
        let same = |entry: &&Entry| match (&last.event.session, &entry.event.session) {
            (Some(one), Some(other)) => one == other,
            _ => entry.event.at == last.event.at,
        };
        let at = entries.iter().position(|entry| bought(&entry) && same(&entry))?;
        let (before, order) = entries.split_at(at);
        let owned: HashSet<&ProductId> = before.iter().filter_map(|e| e.event.product.as_ref()).collect();
        let next = order.iter().filter(bought).filter_map(|entry| entry.event.product.as_ref());
        let next: HashSet<&ProductId> = next.filter(|id| !owned.contains(id)).collect();
        let before: Vec<Event> = before.iter().map(|entry| entry.event.clone()).collect();
        (!before.is_empty() && !next.is_empty()).then_some(Case { owner, before, next })
    }
}

/// The products: how often each was bought, which are the head, and which are new.
struct Shelf<'a> {
    sold: BTreeMap<&'a ProductId, usize>,
    head: HashSet<&'a ProductId>,
    new: HashSet<&'a ProductId>,
}

impl<'a> Shelf<'a> {
    fn of(log: &'a Log, end: Timestamp) -> Self {
        let mut sold: BTreeMap<&ProductId, usize> = BTreeMap::new();
        let mut first: HashMap<&ProductId, Timestamp> = HashMap::new();
        if log.is_catalog {
            sold.extend(log.products.keys().map(|id| (id, 0)));
        }
        for (_, entry) in log.events() {
            let Some(id) = &entry.event.product else { continue };
            *sold.entry(id).or_default() += usize::from(entry.event.kind == EventKind::Purchased);
            let at = first.entry(id).or_insert(entry.event.at);
            *at = (*at).min(entry.event.at);
        }
        let mut order: Vec<(&ProductId, usize)> = sold.iter().map(|(id, times)| (*id, *times)).collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let (all, mut so_far) = (order.iter().map(|(_, times)| *times).sum::<usize>() as f64, 0.0);
        let mut head = HashSet::new();
        for (id, times) in order {
            if so_far >= f64::from(HEAD) * all {
                break;
            }
            so_far += times as f64;
            head.insert(id);
        }
        let since = end.as_second() - NEW_DAYS * 86_400;
        // What a log begins with was there before.
        let begins = first.values().min().map_or(i64::MIN, |at| at.as_second() + NEW_DAYS * 86_400);
        let is_new = |at: &Timestamp| at.as_second() >= since && at.as_second() >= begins;
        let new = first.iter().filter(|(_, at)| is_new(at)).map(|(id, _)| *id).collect();
        Shelf { sold, head, new }
    }

    /// In the long tail, or new.
    fn rare(&self, id: &ProductId) -> bool {
        !self.head.contains(id) || self.new.contains(id)
    }

    fn spread(&self, tally: &Tally) -> Spread {
        let lists = tally.lists.max(1) as f64;
        let places = tally.shown.values().sum::<usize>().max(1) as f64;
        let share = |of: &dyn Fn(&ProductId) -> bool| {
            tally.shown.iter().filter(|(id, _)| of(id)).map(|(_, n)| *n).sum::<usize>() as f64 / places
        };
        let long_tail = share(&|id| !self.head.contains(id));
        let of_catalog = (self.sold.len() - self.head.len()) as f64 / self.sold.len().max(1) as f64;
        Spread {
            lists: tally.lists,
            hit_rate_20: tally.hits as f64 / lists,
            ndcg_20: tally.ndcg / lists,
            gini: gini(&self.counts(tally)),
            coverage: tally.shown.len() as f64 / self.sold.len().max(1) as f64,
            long_tail,
            lift: if of_catalog > 0.0 { long_tail / of_catalog } else { 0.0 },
            new: share(&|id| self.new.contains(id)),
        }
    }

    /// How often each product was shown, lowest first.
    fn counts(&self, tally: &Tally) -> Vec<usize> {
        let mut counts: Vec<usize> =
            self.sold.keys().map(|id| tally.shown.get(*id).copied().unwrap_or(0)).collect();
        counts.sort_unstable();
        counts
    }

    fn exposure(&self, tallies: &[Tally], by_segment: BTreeMap<String, Tally>) -> Exposure {
        let plain = &tallies[0];
        let all = self.sold.len().max(1) as f64;
        let places = plain.shown.values().sum::<usize>().max(1) as f64;
        let sales = self.sold.values().sum::<usize>().max(1) as f64;
        let group = |name: &'static str, of: &dyn Fn(&ProductId) -> bool| {
            let catalog = self.sold.keys().filter(|id| of(id)).count() as f64 / all;
            let sold: usize = self.sold.iter().filter(|(id, _)| of(id)).map(|(_, n)| *n).sum();
            let shown: usize = plain.shown.iter().filter(|(id, _)| of(id)).map(|(_, n)| *n).sum();
            let shown = shown as f64 / places;
            let lift = if catalog > 0.0 { shown / catalog } else { 0.0 };
            Group { name, catalog, sales: sold as f64 / sales, shown, lift }
        };
        let mut sold: Vec<usize> = self.sold.values().copied().collect();
        sold.sort_unstable();
        Exposure {
            all: self.spread(plain),
            by_segment: by_segment.iter().map(|(name, tally)| (name.clone(), self.spread(tally))).collect(),
            gini_of_sales: gini(&sold),
            groups: vec![
                group("head", &|id| self.head.contains(id)),
                group("long tail", &|id| !self.head.contains(id)),
                group("new", &|id| self.new.contains(id)),
            ],
            lorenz: lorenz(&self.counts(plain)),
            floors: FLOORS.iter().zip(tallies).map(|(floor, tally)| (*floor, self.spread(tally))).collect(),
        }
    }
}

/// Sums over lists.
#[derive(Default)]
struct Tally {
    lists: usize,
    hits: usize,
    ndcg: f64,
    shown: HashMap<ProductId, usize>,
}

impl Tally {
    fn add(&mut self, list: &[ProductId], next: &HashSet<&ProductId>) {
        self.lists += 1;
        let right: Vec<usize> =
            list.iter().enumerate().filter(|(_, id)| next.contains(id)).map(|(place, _)| place).collect();
        self.hits += usize::from(!right.is_empty());
        let gain = |place: &usize| 1.0 / (*place as f64 + 2.0).log2();
        let best: f64 = (0..next.len().min(SHOWN)).map(|place| gain(&place)).sum();
        self.ndcg += right.iter().map(gain).sum::<f64>() / best.max(f64::MIN_POSITIVE);
        for id in list {
            *self.shown.entry(id.clone()).or_default() += 1;
        }
    }
}

/// The coefficient of Gini of counts, lowest first: G = 2 Σ i·xᵢ ÷ (n Σ xᵢ) − (n + 1) ÷ n, with i from 1.
pub(super) fn gini(sorted: &[usize]) -> f64 {
    let (n, sum) = (sorted.len() as f64, sorted.iter().sum::<usize>() as f64);
    if sum == 0.0 {
        return 0.0;
    }
    let weighted: f64 = sorted.iter().zip(1..).map(|(x, i)| f64::from(i) * *x as f64).sum();
    2.0 * weighted / (n * sum) - (n + 1.0) / n
}

/// Eleven points, from 0 to 1.
fn lorenz(sorted: &[usize]) -> Vec<f64> {
    let sum = sorted.iter().sum::<usize>().max(1) as f64;
    let up_to = |tenth: usize| sorted[..sorted.len() * tenth / 10].iter().sum::<usize>() as f64 / sum;
    (0..=10).map(up_to).collect()
}
