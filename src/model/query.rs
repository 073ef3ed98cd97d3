//! A product search, as the dialogue keeps and refines it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CategoryPath, Facet, Money, ProductId, Vector, WORD};

/// Bounds on the price, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PriceRange {
    /// At least this.
    pub min: Option<Money>,
    /// At most this.
    pub max: Option<Money>,
}

impl PriceRange {
    /// Cheaper than this.
    pub fn below(than: Money) -> PriceRange {
        PriceRange { min: None, max: Some(Money { minor: (than.minor - 1).max(0), ..than }) }
    }

    /// Dearer than this.
    pub fn above(than: Money) -> PriceRange {
        PriceRange { min: Some(Money { minor: than.minor + 1, ..than }), max: None }
    }

    /// Whether there is no bound at all.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// Bounds on a measured attribute, both inclusive, in thousandths of `unit`; the same number twice means exactly that.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AmountRange {
    /// At least this.
    pub min: Option<i64>,
    /// At most this.
    pub max: Option<i64>,
    /// As shown: `kg`; empty for a bare number.
    pub unit: String,
}

/// One condition on what a product is like. Conditions of one kind that are not negated are alternatives
/// ("black or brown"); different kinds, and negations, must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeFilter {
    /// Colour, size, brand, material … or any column of the feed.
    pub kind: Facet,
    /// The canonical value, as the entity file or the catalogue writes it; empty where `range` says it.
    pub value: String,
    /// "not black".
    pub negated: bool,
    /// Of a column of amounts: which of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<AmountRange>,
}

impl AttributeFilter {
    /// Products of this value.
    pub fn new(kind: impl Into<Facet>, value: impl Into<String>) -> Self {
        AttributeFilter { kind: kind.into(), value: value.into(), negated: false, range: None }
    }

    /// Products without this value.
    pub fn not(kind: impl Into<Facet>, value: impl Into<String>) -> Self {
        AttributeFilter { negated: true, ..Self::new(kind, value) }
    }

    /// Products of which nothing says this word.
    pub fn without_word(word: impl Into<String>) -> Self {
        Self::not(WORD, word)
    }

    /// Products whose amount is within these bounds.
    pub fn within(kind: impl Into<Facet>, range: AmountRange) -> Self {
        AttributeFilter { range: Some(range), ..Self::new(kind, "") }
    }
}

impl fmt::Display for AttributeFilter {
    /// As operators read it: `colour black`, `weight up to 2 kg`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(AmountRange { min, max, unit }) = &self.range else {
            return write!(f, "{} {}", self.kind.name(), self.value);
        };
        let number = |thousandths: &i64| *thousandths as f64 / 1000.0;
        write!(f, "{}", self.kind.name())?;
        match (min, max) {
            (Some(min), Some(max)) if min == max => write!(f, " {}", number(min))?,
            (Some(min), Some(max)) => write!(f, " {} to {}", number(min), number(max))?,
            (Some(min), None) => write!(f, " from {}", number(min))?,
            (None, Some(max)) => write!(f, " up to {}", number(max))?,
            (None, None) => {}
        }
        write!(f, " {unit}")
    }
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
    /// ISO 639-1 code of the language of `text` and `thing`; empty for that of the catalogue.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// One of these category paths, or below one of them. Empty: anywhere.
    pub categories: Vec<CategoryPath>,
    /// The words of which `categories` are made, in `language`: what is so called is found in other categories too.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thing: String,
    /// The price.
    pub price: PriceRange,
    /// Everything else.
    pub filters: Vec<AttributeFilter>,
    /// What the shopper said is not for them while they looked at this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<ProductId>,
    /// The order.
    pub sort: Sort,
    /// The words are right as they are: no spelling is corrected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_written: bool,
    /// What the message meant that the words are from, where products can be compared with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Vector>,
}

impl ProductQuery {
    /// Whether it asks for nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
            && self.categories.is_empty()
            && self.price.is_open()
            && self.filters.is_empty()
    }

    /// Whether nothing at all is said in it, not even what it leaves out.
    pub fn is_default(&self) -> bool {
        *self == ProductQuery::default()
    }
}
