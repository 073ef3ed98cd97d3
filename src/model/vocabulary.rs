//! The words that the catalogue itself brings: shared by whoever reads messages and whoever builds the index.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{CategoryPath, EntityKind};

/// Brands, categories and attribute values of the products on offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// As the feed writes them.
    pub brands: BTreeSet<String>,
    /// Every path that holds a product, with every level above it.
    pub categories: BTreeSet<CategoryPath>,
    /// Other names of categories (lower case), from `index/synonyms.yaml` → the paths they mean.
    pub category_names: BTreeMap<String, Vec<CategoryPath>>,
    /// Values of the attribute columns that are entity kinds too, and colours and sizes.
    pub values: BTreeMap<EntityKind, BTreeSet<String>>,
    /// Every word of titles, brands, categories and values, and of the synonyms for them: whoever writes one has not misspelt another.
    pub words: BTreeSet<String>,
    /// The further columns of the feed that products can be told apart by.
    pub columns: BTreeMap<String, Column>,
}

/// The value of a condition on a column of yes and no.
pub const YES: &str = "yes";

/// The column that products' ratings are compared in, in stars.
pub const RATING: &str = "rating";

/// What a column of the feed holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// A few words, as the feed writes them: `vanilla`, `bluetooth 5`.
    Words(BTreeSet<String>),
    /// Yes or no; this is how the feed writes yes.
    Flag {
        /// Every spelling of it.
        yes: BTreeSet<String>,
    },
    /// Numbers, mostly with a unit.
    Amounts {
        /// The unit that most of them have; empty for bare numbers.
        unit: String,
        /// The different amounts, in thousandths of the smallest unit of that dimension; empty when they are many.
        known: BTreeSet<i64>,
    },
}

impl Vocabulary {
    /// The categories that a name means: the one of that path, else all whose last level is so called.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &CategoryPath> {
        let wanted = CategoryPath::parse(name).to_string().to_lowercase();
        let is_path = |path: &CategoryPath| path.to_string().to_lowercase() == wanted;
        let exact = self.categories.iter().any(is_path);
        self.categories.iter().filter(move |path| match exact {
            true => path.to_string().to_lowercase() == wanted,
            false => path.leaf().to_lowercase() == wanted,
        })
    }
}

/// The facts of `index/shop.yaml` that every room may need.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopFacts {
    /// The shop's name.
    pub name: String,
    /// ISO 639-1 code of the language of the products, spoken also to whoever speaks none of the shop's languages.
    pub language: Option<String>,
    /// Of all prices.
    pub currency: super::Currency,
    /// Whose clock the shop goes by.
    pub timezone: TimeZone,
    /// A regex that an order number matches as a whole token, without regard to case.
    pub order_number: String,
    /// Every variable that answers may use, the contact included: `email`, `phone`, `hours`, `shop`, `currency`, …
    pub variables: BTreeMap<String, String>,
}

impl ShopFacts {
    /// What the shop's clock shows at a moment.
    pub fn clock(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.timezone.clone()).datetime()
    }
}
