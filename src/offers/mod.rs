//! Offers and prices that depend on demand, stock and who asks, by the rules of `index/offers.yaml`. Pure: rules,
//! conditions and arithmetic; the store keeps what was promised, and `act` asks.
//!
//! Rules never add up: of those that hold for a product and a shopper, the one with the lowest price counts; of two with
//! the same price, the first in the file.

mod book;
mod demand;
mod pricing;
mod protected;
mod read;
pub mod simulate;
mod stall;
mod table;
mod terms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::catalog::{Dates, Said, Target};
use crate::model::{Currency, Limits};
use crate::problem::Place;

pub use book::{Book, Buyer, Explained};
pub use demand::{Demand, Market};
pub use pricing::Worked;
pub use protected::Grounds;
#[cfg(test)]
pub(crate) use read::{BUDGET_KEYS, LEVEL_KEYS, OFFERS_KEYS, RULE_KEYS, VELOCITY_KEYS};
pub use stall::{Stall, everybody};
pub use table::Table;
pub use terms::Terms;

/// The file's name in a shop.
pub const OFFERS: &str = "index/offers.yaml";

/// What `index/offers.yaml` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offers {
    /// In which its amounts are; unknown of a file that was not read.
    pub currency: Option<Currency>,
    /// What a product is taken to cost the shop, as a share of its list price in ten-thousandths; for floors and simulations.
    pub cost: Option<i64>,
    /// Columns, and values of them, by which no price may differ, besides those that none may by law.
    pub proxies: Vec<Said>,
    /// In the order of the file.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name: in traces, records and budgets. A budget goes on under it when the rule is changed.
    pub id: String,
    /// Where it begins.
    pub place: Place,
    /// The first 8 hex digits of a digest of all that it says.
    pub version: String,
    /// What shoppers are told that it is, by language.
    pub title: BTreeMap<String, String>,
    /// For whoever is in one of these segments; empty for everybody.
    pub segments: Vec<Said>,
    /// Of which products; an empty one is of all.
    pub of: Target,
    /// How much the product is looked at, sold and stocked.
    pub levels: Vec<Level>,
    /// What it does to the price.
    pub effect: Effect,
    /// Below this no price goes.
    pub floor: Option<Floor>,
    /// No more than this is taken off, in minor units.
    pub cap: Option<i64>,
    /// What all promises may come to.
    pub limits: Limits,
    /// For how many pieces a promise is.
    pub pieces: u32,
    /// How long a promise holds.
    pub hold_days: Option<u32>,
    /// The share of shoppers, in ten-thousandths, who are kept from it to be compared with.
    pub control: Option<i64>,
    /// When.
    pub dates: Dates,
}

/// What a rule does to the list price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Takes this share off, in ten-thousandths.
    Percent(i64),
    /// Takes this off, in minor units.
    Amount(i64),
    /// Sets it to this, in minor units.
    Price(i64),
}

/// Below what no price goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// In minor units.
    Amount(i64),
    /// A share of the list price, in ten-thousandths.
    OfList(i64),
    /// A share of what the product costs the shop, in ten-thousandths.
    OfCost(i64),
}

/// A condition on a product's demand, stock or age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Of what.
    pub of: Gauge,
    /// At least.
    pub least: Option<i64>,
    /// At most.
    pub most: Option<i64>,
}

/// What can be read off a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gauge {
    /// How often it was looked at in so many days.
    Views(u32),
    /// How many pieces were sold in so many days.
    Sales(u32),
    /// Pieces in stock.
    Stock,
    /// Days since it was first on offer.
    AgeDays,
}

impl Rule {
    /// Whether it looks at who somebody is: at what they did, or at which group they were drawn into.
    pub fn is_personal(&self) -> bool {
        !self.segments.is_empty() || self.control.is_some()
    }

    /// As a trace names it.
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
}
