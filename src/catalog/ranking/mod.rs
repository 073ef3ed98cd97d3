//! `index/ranking.yaml`: how products are ordered. How much each field counts, how far a shopper's history may lift a
//! product, and which products merchandisers put first, higher or lower.

mod dates;
pub(super) mod read;
mod rules;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use dates::Dates;
#[cfg(test)]
pub(super) use read::{BOOST_FIELDS, RANKING_KEYS, RULE_KEYS};
pub(crate) use read::{dates as dates_of, one_or_more, whole_target};
pub(super) use rules::{Active, Rules};

use crate::problem::Place;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RankingSettings {
    /// Boosts of the searched fields.
    pub fields: FieldBoosts,
    /// What a shopper's history may do.
    pub personal: Personal,
    /// A trained ranker, as the file names it: a path below `index/`.
    pub model: Option<Said>,
    /// Pins, boosts and buries, in the order of the file.
    pub rules: Vec<Rule>,
}

/// Boost of each field, 0 or more. 0 takes the field out of the search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldBoosts {
    /// What a shopper reads first.
    pub title: f32,
    /// Who makes it.
    pub brand: f32,
    /// Every level of the path.
    pub category: f32,
    /// Colours.
    pub colour: f32,
    /// Every further column.
    pub attributes: f32,
    /// The sentences.
    pub description: f32,
}

/// What a shopper's history may do to the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Personal {
    /// How far it may lift a product, 0 to 1 of the best text score.
    pub weight: f32,
    /// The share of recommendations that are given to products nobody would expect, 0 to 0.5.
    pub exploration: f32,
    /// The share of recommendations that the long tail and new products get at least, 0 to 0.5.
    pub floor: f32,
}

impl Default for FieldBoosts {
    fn default() -> Self {
        FieldBoosts { title: 3.0, brand: 2.0, category: 2.0, colour: 1.0, attributes: 1.0, description: 0.4 }
    }
}

impl Default for Personal {
    fn default() -> Self {
        Personal { weight: 0.35, exploration: 0.1, floor: 0.0 }
    }
}

/// Words of a file, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// They.
    pub text: String,
    /// In the file.
    pub place: Place,
}

/// One pin, boost or bury.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Where it begins.
    pub place: Place,
    /// What it does.
    pub effect: Effect,
    /// In which searches; empty for all.
    pub queries: Vec<Said>,
    /// Of a pin: for whoever looks into one of these categories.
    pub categories: Vec<Said>,
    /// When.
    pub dates: Dates,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// These go first, in this order.
    Pin(Vec<Said>),
    /// The score of these is multiplied.
    Factor {
        /// Above 1 for a boost, below for a bury.
        factor: f32,
        /// Of which products.
        of: Target,
    },
}

/// Which products a boost or bury is about: those that fit every kind of condition that is there, each in one of its values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Target {
    /// Ids.
    pub products: Vec<Said>,
    /// Brands.
    pub brands: Vec<Said>,
    /// Category paths, or their last levels.
    pub categories: Vec<Said>,
    /// Values of the columns `tag` or `tags`.
    pub tags: Vec<Said>,
    /// Column → its values.
    pub attributes: Vec<(Said, Vec<Said>)>,
}

impl Target {
    /// Whether it is about no product in particular.
    pub fn is_empty(&self) -> bool {
        let Target { products, brands, categories, tags, attributes } = self;
        [products, brands, categories, tags].iter().all(|said| said.is_empty()) && attributes.is_empty()
    }
}

impl Rule {
    /// As a trace names it: `pin ranking.yaml:12`, `boost ×1.5 ranking.yaml:20`.
    pub fn label(&self) -> String {
        let what = match self.effect {
            Effect::Pin(_) => "pin".to_owned(),
            Effect::Factor { factor, .. } if factor > 1.0 => format!("boost ×{factor}"),
            Effect::Factor { factor, .. } => format!("bury ×{factor}"),
        };
        format!("{what} ranking.yaml:{}", self.place.line)
    }
}

impl RankingSettings {
    /// The file of the trained ranker below `index/`, if there is to be one.
    pub fn model_file(&self, index: &std::path::Path) -> Option<PathBuf> {
        self.model.as_ref().map(|model| index.join(&model.text))
    }
}
