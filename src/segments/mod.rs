//! Who shoppers are to the shop: segments over recency, frequency, money and behaviour, as `index/segments.yaml` defines
//! them. Pure: figures out of a history, conditions held against them.

mod discover;
mod figures;
mod judge;
mod measure;
mod population;
mod read;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::model::{Money, Product, ProductId};
use crate::problem::Place;

pub use discover::{Cluster, Discovered, discover};
pub use figures::{Figures, median};
pub use judge::{Check, Judged};
pub use measure::{Measure, Unit};
pub use population::Population;
#[cfg(test)]
pub(crate) use read::{BOUGHT_KEYS, SEGMENT_KEYS, SEGMENTS_KEYS};

/// The file's name in a shop.
pub const SEGMENTS: &str = "index/segments.yaml";

/// What `index/segments.yaml` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segments {
    /// In the order of the file. A shopper may be in several of them, or in none.
    pub all: Vec<Segment>,
}

/// One segment: whoever meets all of its conditions is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// As offers name it.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// In the shop's words, for staff.
    pub about: String,
    /// All of which must hold.
    pub when: Vec<Condition>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Of what.
    pub of: Subject,
    /// At least.
    pub least: Option<Limit>,
    /// At most.
    pub most: Option<Limit>,
    /// Where it stands.
    pub place: Place,
}

/// What a condition is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A figure of the history.
    Measure(Measure),
    /// The share of purchases that are of this kind, in percent.
    Bought(Kind),
}

/// A kind of product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// In this category, by its path or one of its levels, or below it.
    Category(String),
    /// Of this brand.
    Brand(String),
    /// With this value in a column.
    Attribute {
        /// The column.
        column: String,
        /// One of its values.
        value: String,
    },
}

/// A bound of a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// In the unit of the figure.
    Absolute(f64),
    /// The least value of the highest share of shoppers (`top: 10%` is 0.1), or the greatest of the lowest.
    Share(f64),
}

/// What the figures need besides the history.
pub struct Beside<'a> {
    /// Until when the history goes.
    pub now: Timestamp,
    /// What most have paid for a product, where that is known.
    pub usual: &'a dyn Fn(&ProductId) -> Option<Money>,
    /// A product of the catalogue.
    pub product: &'a dyn Fn(&ProductId) -> Option<Product>,
}

impl Segments {
    /// Whether a condition asks what kinds of product were bought, for which products must be looked up.
    pub fn ask_for_products(&self) -> bool {
        let about_kinds = |condition: &Condition| matches!(condition.of, Subject::Bought(_));
        self.all.iter().flat_map(|segment| &segment.when).any(about_kinds)
    }

    /// The segment of a name.
    pub fn named(&self, name: &str) -> Option<&Segment> {
        self.all.iter().find(|segment| segment.name == name)
    }

    /// The names of the segments that a shopper with these figures is in.
    pub fn of(&self, figures: &Figures, population: &Population) -> Vec<String> {
        let inside = |segment: &&Segment| segment.when.iter().all(|c| c.check(figures, population).passed);
        self.all.iter().filter(inside).map(|segment| segment.name.clone()).collect()
    }
}

/// Whether a category is the one of a name, or below it: by its path from the top, or by one level.
pub fn is_within(levels: &[String], name: &str) -> bool {
    let same = |a: &str| a.to_lowercase() == name.to_lowercase();
    levels.iter().any(|level| same(level)) || (1..=levels.len()).any(|n| same(&levels[..n].join(" > ")))
}

impl Kind {
    /// Whether a product is of it.
    pub fn is_of(&self, product: &Product) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        match self {
            Kind::Category(name) => is_within(&product.category.0, name),
            Kind::Brand(name) => same(&product.brand, name),
            Kind::Attribute { column, value } => {
                let has = |values: &[String]| values.iter().any(|one| same(one, value));
                match column.as_str() {
                    "colour" => has(&product.colours),
                    "size" => has(&product.sizes),
                    _ => product.attributes.get(column).is_some_and(|values| has(values)),
                }
            }
        }
    }

    /// The column that it looks at.
    pub fn column(&self) -> &str {
        match self {
            Kind::Category(_) => "category",
            Kind::Brand(_) => "brand",
            Kind::Attribute { column, .. } => column,
        }
    }

    /// As staff read it: `category Kids`, `audience women`.
    pub fn label(&self) -> String {
        match self {
            Kind::Category(name) => format!("category {name}"),
            Kind::Brand(name) => format!("brand {name}"),
            Kind::Attribute { column, value } => format!("{column} {value}"),
        }
    }
}
