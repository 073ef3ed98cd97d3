//! What is known of a built index besides the index itself: `meta.json` in the generation's folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::{CategoryPath, Column, EntityKind, Facet, Product, RATING, Vocabulary};

use super::columns::{self, Gathered};
use super::pairs::PairCounter;
use super::schema;
use super::text::Words;
use super::tokens::Sort;

/// Raise this with every change of schema, analyzer or of this file: older indexes are built anew.
pub(super) const FORMAT: u32 = 6;

/// A category can stand for a query's words only where at least this share of the products has one; elsewhere it would hide
/// the others.
const CATEGORISED: f64 = 0.8;

/// Words that occur in products, for spelling; rarer than this many letters are never corrected to.
const SHORTEST_WORD: usize = 3;

/// Prices of a category at 10, 25, 50, 75 and 90 percent, in minor units.
pub type Quantiles = [i64; 5];

/// The contents of `meta.json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    pub format: u32,
    /// Digest of the product files and of the format.
    pub digest: String,
    pub products: usize,
    pub priced: usize,
    /// How many stand in a category.
    pub categorised: usize,
    pub max_prior: f64,
    /// Mean number of terms of a title.
    pub title_terms: f32,
    pub brands: BTreeSet<String>,
    pub categories: BTreeSet<CategoryPath>,
    /// Kind (column) → values as the feed writes them. Only of kinds that are entity kinds too.
    pub values: BTreeMap<EntityKind, BTreeSet<String>>,
    /// The further columns that products can be told apart by.
    pub columns: BTreeMap<String, Column>,
    /// Category path as text → price quantiles.
    pub prices: BTreeMap<String, Quantiles>,
    /// Word → in how many products.
    pub words: BTreeMap<String, u32>,
}

impl Meta {
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            brands: self.brands.clone(),
            categories: if self.is_categorised() { self.categories.clone() } else { BTreeSet::new() },
            category_names: BTreeMap::new(),
            values: self.values.clone(),
            columns: self.columns.clone(),
            words: self.words.keys().cloned().collect(),
        }
    }

    fn is_categorised(&self) -> bool {
        self.categorised as f64 >= CATEGORISED * self.products as f64
    }

    /// Whether any product has a value of this kind.
    pub fn has(&self, facet: &Facet) -> bool {
        match facet {
            Facet::Kind(EntityKind::Brand) => !self.brands.is_empty(),
            Facet::Kind(kind) => self.values.contains_key(kind),
            Facet::Column(name) => self.columns.contains_key(name),
        }
    }
}

/// Gathers a [`Meta`] from products as they go by.
pub(super) struct Gatherer {
    meta: Meta,
    prices: HashMap<String, Vec<i64>>,
    words: HashMap<String, u32>,
    pairs: PairCounter,
    columns: BTreeMap<String, Gathered>,
    splitter: Words,
}

impl Gatherer {
    pub fn new() -> Self {
        Gatherer {
            meta: Meta { format: FORMAT, ..Meta::default() },
            prices: HashMap::new(),
            words: HashMap::new(),
            pairs: PairCounter::default(),
            columns: BTreeMap::new(),
            splitter: Words::new(),
        }
    }

    pub fn add(&mut self, product: &Product) {
        let meta = &mut self.meta;
        meta.products += 1;
        meta.max_prior = meta.max_prior.max(schema::prior(product));
        if !product.brand.is_empty() && !meta.brands.contains(&product.brand) {
            meta.brands.insert(product.brand.clone());
        }
        for n in 1..=product.category.0.len() {
            let path = CategoryPath(product.category.0[..n].to_vec());
            if let Some(price) = product.price {
                self.prices.entry(path.to_string()).or_default().push(price.minor);
            }
            meta.categories.insert(path);
        }
        meta.priced += usize::from(product.price.is_some());
        meta.categorised += usize::from(!product.category.0.is_empty());
        insert(meta, EntityKind::Colour, &product.colours);
        insert(meta, EntityKind::Size, &product.sizes);
        for (name, values) in &product.attributes {
            if columns::is_column(name) {
                let column = self.columns.entry(name.clone()).or_default();
                values.iter().for_each(|value| column.add(name, value));
            } else if let Some(kind) = EntityKind::from_name(name) {
                insert(meta, kind, values);
            }
        }
        if let Some(stars) = columns::stars(product) {
            self.columns.entry(RATING.to_owned()).or_default().add(RATING, &stars);
        }
        self.add_words(product);
    }

    fn add_words(&mut self, product: &Product) {
        let title = self.splitter.of_query(&product.title);
        let of_title = title.iter().map(|word| (word.sort == Sort::Word).then_some(word.plain.as_str()));
        self.pairs.add(&of_title.collect::<Vec<_>>());
        let mut texts = vec![product.brand.as_str()];
        texts.extend(product.category.0.iter().map(String::as_str));
        texts.extend(product.colours.iter().map(String::as_str));
        texts.extend(product.attributes.values().flatten().map(String::as_str));
        let mut words = self.splitter.plain(&texts.join(" "));
        words.extend(title.into_iter().map(|word| word.plain));
        words.retain(|w| w.chars().count() >= SHORTEST_WORD && w.chars().all(char::is_alphabetic));
        words.sort_unstable();
        words.dedup();
        for word in words {
            *self.words.entry(word).or_insert(0) += 1;
        }
    }

    /// What was gathered, and which words follow each other.
    pub fn finish(mut self, digest: &str) -> (Meta, PairCounter) {
        self.meta.digest = digest.to_owned();
        self.meta.prices = self.prices.into_iter().map(|(path, prices)| (path, quantiles(prices))).collect();
        self.meta.words = self.words.into_iter().collect();
        let columns = self.columns.into_iter();
        self.meta.columns = columns.filter_map(|(name, gathered)| Some((name, gathered.finish()?))).collect();
        (self.meta, self.pairs)
    }
}

fn insert(meta: &mut Meta, kind: EntityKind, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let known = meta.values.entry(kind).or_default();
    for value in values {
        if !known.contains(value) {
            known.insert(value.clone());
        }
    }
}

fn quantiles(mut prices: Vec<i64>) -> Quantiles {
    prices.sort_unstable();
    let at =
        |percent: usize| prices.get((prices.len().saturating_sub(1)) * percent / 100).copied().unwrap_or(0);
    [at(10), at(25), at(50), at(75), at(90)]
}
