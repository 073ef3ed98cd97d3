//! A product search, as the dialogue keeps and refines it.

use serde::{Deserialize, Serialize};

use super::{CategoryPath, EntityKind, Money};

/// Bounds on the price, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PriceRange {
    /// At least this.
    pub min: Option<Money>,
    /// At most this.
    pub max: Option<Money>,
}

impl PriceRange {
    /// Whether there is no bound at all.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// One condition on what a product is like. Conditions of one kind that are not negated are alternatives
/// ("black or brown"); different kinds, and negations, must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeFilter {
    /// Colour, size, brand, material …
    pub kind: EntityKind,
    /// The canonical value, as the entity file or the catalogue writes it.
    pub value: String,
    /// "not black".
    pub negated: bool,
}

/// The order of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By score, and by this shopper's taste.
    #[default]
    Relevance,
    /// Cheapest first.
    PriceUp,
    /// Dearest first.
    PriceDown,
    /// Best rated first; a rating weighs more the more people gave it.
    Rating,
    /// Latest first. Where the catalogue knows no dates, by score.
    Newest,
    /// What most people know and like first.
    Popular,
}

impl Sort {
    /// Those that a shopper can ask for, by their names in files.
    pub const NAMED: [(&str, Sort); 5] = [
        ("price_up", Sort::PriceUp),
        ("price_down", Sort::PriceDown),
        ("rating", Sort::Rating),
        ("newest", Sort::Newest),
        ("popular", Sort::Popular),
    ];
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProductQuery {
    /// The words that are no filter; may be empty when filters say it all.
    pub text: String,
    /// ISO 639-1 code of the language of `text`; empty for that of the catalogue.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// One of these category paths, or below one of them. Empty: anywhere.
    pub categories: Vec<CategoryPath>,
    /// The price.
    pub price: PriceRange,
    /// Everything else.
    pub filters: Vec<AttributeFilter>,
    /// The order.
    pub sort: Sort,
}

impl ProductQuery {
    /// Whether it asks for nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
            && self.categories.is_empty()
            && self.price.is_open()
            && self.filters.is_empty()
    }
}
