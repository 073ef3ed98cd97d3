//! The measure behind `shophand eval personalization`: what a shopper's history does to the order of a search.
//!
//! For each shopper who bought before and after a day, and each product that they first bought after it, the query is the
//! last word of the product's text; the candidates are the products with that word that the shopper had not bought
//! before. Both arms order the same candidates: one by popularity alone, the other as the shop's search does for this
//! shopper.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use crate::import::{ImportError, LeftOut, Mapping, Names, Purchases};
use crate::model::{Currency, Event, Product, ProductId, Trace};
use crate::personal::{Crowd, CrowdBuilder, Person, Plain, Profile, for_shopper};
use crate::text;

/// Why the history's effect cannot be measured. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum PersonalizationError {
    /// The file is no table of purchases.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// No row is a purchase.
    #[error("{}: {left_out}; name the columns with --map where they are not recognised", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Its rows.
        left_out: LeftOut,
    },
    /// Nobody bought on both sides of the day.
    #[error("{}: nobody bought something before {until} and something new after it; choose another --until", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// The day.
        until: Timestamp,
    },
}

/// How many products are looked at.
const SHOWN: usize = 20;
/// What popularity may add to a product that matches the words as well as another: a tenth, as in the shop's search.
const LIKED: f32 = 0.1;
/// How far history may move a product where `ranking.yaml` says nothing else.
const WEIGHT: f32 = 0.35;
/// How many events of a history count, as in the shop.
const HISTORY: usize = 300;

/// The groups of shoppers by how many invoices they had before the day.
pub const GROUPS: [(&str, usize, usize); 3] = [("1-2", 1, 2), ("3-9", 3, 9), ("10+", 10, usize::MAX)];

/// Both arms over some predictions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Arms {
    /// How many products were looked for.
    pub predictions: usize,
    /// MRR@20 of log-popularity.
    pub mrr_20_without_history: f64,
    /// MRR@20 of the personal order.
    pub mrr_20_personal: f64,
    /// The second ÷ the first.
    pub ratio: f64,
}

/// What the history does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Over all predictions.
    #[serde(flatten)]
    pub all: Arms,
    /// By how many invoices the shopper had before the day.
    pub by_earlier_invoices: BTreeMap<&'static str, Arms>,
    /// MRR@20 of popularity faded with a half-life of two weeks, for comparison: what the season alone would do.
    pub mrr_20_recent_popularity: f64,
    /// Shoppers without a history whose order differs between the arms; must be 0.
    pub newcomers_ranked_differently: usize,
    /// Returning shoppers.
    pub shoppers: usize,
    /// Products.
    pub products: usize,
}

/// Reads purchases and judges both arms on those after `until`.
///
/// # Errors
/// [`PersonalizationError`] when the file does not hold purchases on both sides of the day.
pub fn measure(
    file: &Path,
    mapping: &Mapping,
    until: Timestamp,
    told: &mut dyn FnMut(&str),
) -> Result<Figures, PersonalizationError> {
    told("reading the purchases");
    let purchases = Purchases::read(file, mapping, Names::Needed, Currency::USD, until)?;
    if purchases.customers.is_empty() {
        return Err(PersonalizationError::Unusable { path: file.to_owned(), left_out: purchases.left_out });
    }
    if purchases.left_out.rows > 0 {
        told(&purchases.left_out.to_string());
    }
    told("learning from those before the day");
    let shelf = Shelf::new(&purchases, until);
    told("ordering for each shopper");
    let mut tally = Tally::default();
    for (number, bought) in purchases.customers.values().enumerate() {
        if bought.first().is_none_or(|first| first.at >= until) {
            tally.newcomers_ranked_differently += shelf.newcomer(bought, &purchases);
            continue;
        }
        if number % 200 == 0 && number > 0 {
            told(&format!("ordering for each shopper: {number} of {}", purchases.customers.len()));
        }
        shelf.shopper(bought, until, &purchases, &mut tally);
    }
    if tally.all.is_empty() {
        return Err(PersonalizationError::Nothing { path: file.to_owned(), until });
    }
    Ok(tally.figures(purchases.products.len()))
}

/// Both arms for groups of shoppers, such as segments, and for everybody under `""`. Of more than `most` shoppers every
/// second, third … is judged.
pub fn by_group(
    purchases: &Purchases,
    until: Timestamp,
    most: usize,
    groups_of: &dyn Fn(&str) -> Vec<String>,
) -> BTreeMap<String, Arms> {
    let shelf = Shelf::new(purchases, until);
    let back = |bought: &[Event]| {
        bought.iter().any(|event| event.at < until) && bought.iter().any(|e| e.at >= until)
    };
    let returning: Vec<(&String, &Vec<Event>)> =
        purchases.customers.iter().filter(|(_, bought)| back(bought)).collect();
    let mut groups: BTreeMap<String, Tally> = BTreeMap::new();
    for (customer, bought) in returning.iter().step_by(returning.len().div_ceil(most.max(1)).max(1)) {
        let mut own = Tally::default();
        shelf.shopper(bought, until, purchases, &mut own);
        for group in groups_of(customer).into_iter().chain([String::new()]) {
            groups.entry(group).or_default().all.extend(&own.all);
        }
    }
    groups.retain(|_, tally| !tally.all.is_empty());
    groups.iter().map(|(name, tally)| (name.clone(), tally.arms(0, usize::MAX))).collect()
}

/// The products by word, and how popular they were before the day.
struct Shelf {
    crowd: Crowd,
    by_word: HashMap<String, Vec<ProductId>>,
    /// ln(1 + shoppers), relative to the most popular product's.
    popularity: HashMap<ProductId, f32>,
    recent: HashMap<ProductId, f32>,
}

impl Shelf {
    fn new(purchases: &Purchases, until: Timestamp) -> Self {
        let mut builder = CrowdBuilder::new(until);
        let mut shoppers: HashMap<ProductId, f32> = HashMap::new();
        let mut recent: HashMap<ProductId, f32> = HashMap::new();
        for (customer, bought) in &purchases.customers {
            let mut seen = HashSet::new();
            for event in bought.iter().filter(|event| event.at < until) {
                builder.add(customer, event);
                let Some(id) = &event.product else { continue };
                if seen.insert(id) {
                    *shoppers.entry(id.clone()).or_default() += 1.0;
                }
                let days = (until.as_second() - event.at.as_second()) as f32 / 86_400.0;
                *recent.entry(id.clone()).or_default() += 0.5_f32.powf(days / 14.0);
            }
        }
        let most = shoppers.values().copied().fold(1.0, f32::max);
        let share = |count: f32| (1.0 + count).ln() / (1.0 + most).ln();
        let popularity = shoppers.into_iter().map(|(id, count)| (id, share(count))).collect();
        let mut by_word: HashMap<String, Vec<ProductId>> = HashMap::new();
        for (id, product) in &purchases.products {
            for word in words(product) {
                by_word.entry(word).or_default().push(id.clone());
            }
        }
        by_word.values_mut().for_each(|ids| ids.sort());
        Shelf { crowd: builder.build(&mut |_| {}), by_word, popularity, recent }
    }

    /// The candidates of a query as everybody finds them: equally good by words, the popular ones first.
    fn plain(&self, query: &str, owned: &HashSet<&ProductId>, purchases: &Purchases) -> Vec<Plain> {
        let ids = self.by_word.get(query).into_iter().flatten().filter(|id| !owned.contains(id));
        let plain = |id: &ProductId| {
            let liked = self.popularity.get(id).copied().unwrap_or(0.0);
            let score = (1.0 + LIKED * liked) / (1.0 + LIKED);
            Some(Plain {
                product: purchases.products.get(id)?.clone(),
                score,
                pinned: false,
                trace: Trace::default(),
            })
        };
        let mut hits: Vec<Plain> = ids.filter_map(plain).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.product.id.cmp(&b.product.id)));
        hits
    }

    fn shopper(&self, bought: &[Event], until: Timestamp, purchases: &Purchases, tally: &mut Tally) {
        let (before, after): (Vec<Event>, Vec<Event>) =
            bought.iter().cloned().partition(|event| event.at < until);
        let owned: HashSet<&ProductId> = before.iter().filter_map(|event| event.product.as_ref()).collect();
        let invoices: HashSet<&Option<String>> = before.iter().map(|event| &event.session).collect();
        let history = &before[before.len().saturating_sub(HISTORY)..];
        let profile = Profile::new(history, &purchases.products, until);
        let person = Person { profile: &profile, history, products: &purchases.products, crowd: &self.crowd };
        let mut wanted: BTreeMap<String, BTreeSet<&ProductId>> = BTreeMap::new();
        for id in after.iter().filter_map(|event| event.product.as_ref()).filter(|id| !owned.contains(id)) {
            if let Some(query) = purchases.products.get(id).and_then(head) {
                wanted.entry(query).or_default().insert(id);
            }
        }
        tally.shoppers += 1;
        for (query, ids) in wanted {
            let hits = self.plain(&query, &owned, purchases);
            let without: Vec<ProductId> = hits.iter().map(|hit| hit.product.id.clone()).collect();
            let mut recent = without.clone();
            recent.sort_by(|a, b| self.lately(b).total_cmp(&self.lately(a)));
            let personal = for_shopper(hits, Some(&person), WEIGHT);
            let personal: Vec<ProductId> = personal.into_iter().map(|ranked| ranked.product.id).collect();
            for id in ids {
                let place = |order: &[ProductId]| order.iter().position(|known| known == id);
                tally.add(invoices.len(), [place(&without), place(&personal), place(&recent)]);
            }
        }
    }

    fn lately(&self, id: &ProductId) -> f32 {
        self.recent.get(id).copied().unwrap_or(0.0)
    }

    /// 1 when somebody without a history gets another order than everybody.
    fn newcomer(&self, bought: &[Event], purchases: &Purchases) -> usize {
        let first = bought.first().and_then(|event| purchases.products.get(event.product.as_ref()?));
        let Some(query) = first.and_then(head) else { return 0 };
        let profile = Profile::default();
        let person =
            Person { profile: &profile, history: &[], products: &purchases.products, crowd: &self.crowd };
        let hits = self.plain(&query, &HashSet::new(), purchases);
        let ids: Vec<ProductId> = hits.iter().map(|hit| hit.product.id.clone()).collect();
        let personal = for_shopper(hits, Some(&person), WEIGHT);
        usize::from(!personal.iter().map(|ranked| &ranked.product.id).eq(&ids))
    }
}

/// The head noun of an English product text: its last word.
fn head(product: &Product) -> Option<String> {
    words(product).pop()
}

fn words(product: &Product) -> Vec<String> {
    let folded = text::fold(&product.title);
    text::words(&folded.text).into_iter().map(|word| text::singular(word.text)).collect()
}

/// Reciprocal ranks of all arms, by group.
#[derive(Default)]
struct Tally {
    /// (earlier invoices, without history, personal, recent popularity)
    all: Vec<(usize, [f64; 3])>,
    shoppers: usize,
    newcomers_ranked_differently: usize,
}

impl Tally {
    fn add(&mut self, invoices: usize, places: [Option<usize>; 3]) {
        let reciprocal =
            |place: Option<usize>| place.filter(|at| *at < SHOWN).map_or(0.0, |at| 1.0 / (at + 1) as f64);
        self.all.push((invoices, places.map(reciprocal)));
    }

    fn arms(&self, least: usize, most: usize) -> Arms {
        let group: Vec<&[f64; 3]> =
            self.all.iter().filter(|(n, _)| (least..=most).contains(n)).map(|(_, arms)| arms).collect();
        // The sum of nothing is −0 to Rust.
        let sum = |arm: usize| group.iter().fold(0.0, |sum, arms| sum + arms[arm]);
        let mean = |arm: usize| sum(arm) / group.len().max(1) as f64;
        let (without, personal) = (mean(0), mean(1));
        let ratio = if without > 0.0 { personal / without } else { 1.0 };
        Arms { predictions: group.len(), mrr_20_without_history: without, mrr_20_personal: personal, ratio }
    }

    fn figures(self, products: usize) -> Figures {
        let recent = self.all.iter().fold(0.0, |sum, (_, arms)| sum + arms[2]) / self.all.len().max(1) as f64;
        Figures {
            all: self.arms(0, usize::MAX),
            by_earlier_invoices: GROUPS.map(|(name, least, most)| (name, self.arms(least, most))).into(),
            mrr_20_recent_popularity: recent,
            newcomers_ranked_differently: self.newcomers_ranked_differently,
            shoppers: self.shoppers,
            products,
        }
    }
}
