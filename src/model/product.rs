//! A product as the catalogue holds it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Money, ProductId, Quote};

/// The audience of what is for women and for men.
pub const UNISEX: &str = "unisex";

/// A category path from the department down: `Shoes > Running shoes > Trail`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryPath(pub Vec<String>);

impl CategoryPath {
    /// Splits at `>` and drops empty levels.
    pub fn parse(text: &str) -> Self {
        CategoryPath(text.split('>').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
    }

    /// The most specific level, or an empty text.
    pub fn leaf(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The department, or an empty text.
    pub fn root(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl fmt::Display for CategoryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" > "))
    }
}

/// One product. Everything but the id and the title may be unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The shop's id.
    pub id: ProductId,
    /// What a shopper reads first.
    pub title: String,
    /// Where it stands in the shop.
    #[serde(default)]
    pub category: CategoryPath,
    /// Who makes it, empty when unknown.
    #[serde(default)]
    pub brand: String,
    /// What it costs the one who asks: the list price, unless a `quote` says otherwise. `None` is "price on request": matched by no price filter and not for sale.
    #[serde(default)]
    pub price: Option<Money>,
    /// Colours, as the feed names them.
    #[serde(default)]
    pub colours: Vec<String>,
    /// Sizes on offer.
    #[serde(default)]
    pub sizes: Vec<String>,
    /// Pieces in stock; `None` when the feed does not say, which counts as available.
    #[serde(default)]
    pub stock: Option<u32>,
    /// Mean rating, 0 to 5.
    #[serde(default)]
    pub rating: Option<f32>,
    /// Number of ratings.
    #[serde(default)]
    pub reviews: u32,
    /// Some sentences.
    #[serde(default)]
    pub description: String,
    /// A URL, or a path under `index/`.
    #[serde(default)]
    pub image: Option<String>,
    /// Every further column of the feed, each with one or more values: `material: [leather, suede]`.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Why `price` is not the list price: what this shopper was promised. No feed and no index has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Box<Quote>>,
}

impl Product {
    /// Whether a shopper could have it today.
    pub fn in_stock(&self) -> bool {
        self.stock != Some(0)
    }

    /// What it costs everybody who has no offer.
    pub fn list_price(&self) -> Option<Money> {
        self.quote.as_ref().map(|quote| quote.list).or(self.price)
    }

    /// Whether it may be recommended and sold: in stock, with a price.
    pub fn for_sale(&self) -> bool {
        self.in_stock() && self.price.is_some()
    }
}
