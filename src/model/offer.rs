//! A price that one shopper was promised, by which rule, and until when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Money, ProductId};

/// A promise: kept until it ends whatever becomes of the rule, and the proof of why this shopper saw this price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Of what.
    pub product: ProductId,
    /// The rule of `index/offers.yaml` that it comes from.
    pub rule: String,
    /// The first 8 hex digits of a digest of all that the rule said.
    pub version: String,
    /// What one piece costs this shopper.
    pub price: Money,
    /// What it cost everybody else at that time.
    pub list: Money,
    /// For how many pieces; more are at the list price.
    #[serde(default = "one")]
    pub pieces: u32,
    /// Since when it is promised.
    pub at: Timestamp,
    /// Until before this moment.
    pub until: Timestamp,
    /// Whether the rule looks at who somebody is: then it holds only where nobody else reads, and only while the shopper
    /// lets the shop use their history.
    pub personal: bool,
    /// What shoppers are told that it is, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: BTreeMap<String, String>,
    /// What all promises by the rule may come to together.
    #[serde(default)]
    pub limits: Limits,
}

/// What all promises by one rule may come to. Nothing is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// All reductions together, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<i64>,
    /// How many promises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<u64>,
}

/// What the promises by one rule have come to: those that still hold, and those that were bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// All reductions together, in minor units.
    pub money: i64,
    /// How many promises.
    pub quotes: u64,
    /// How many of them were bought.
    #[serde(default)]
    pub bought: u64,
}

impl Quote {
    /// Whether it holds at a moment.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.at <= now && now < self.until
    }

    /// Whether it is less than a list price.
    pub fn reduces(&self, list: Money) -> bool {
        self.price.currency == list.currency && self.price.minor < list.minor
    }

    /// How much less all of its pieces cost, in minor units.
    pub fn reduction(&self) -> i64 {
        (self.list.minor - self.price.minor).max(0).saturating_mul(i64::from(self.pieces))
    }

    /// As a trace names the rule: `welcome@3f2a9c1d`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.rule, self.version)
    }
}

/// A promise is for one piece where nothing else is said.
fn one() -> u32 {
    1
}

impl Limits {
    /// Whether one more promise of this reduction fits beside what was spent.
    pub fn allow(&self, reduction: i64, spent: &Spent) -> bool {
        self.money.is_none_or(|most| spent.money.saturating_add(reduction) <= most)
            && self.quotes.is_none_or(|most| spent.quotes < most)
    }

    /// Whether there is any limit.
    pub fn is_open(&self) -> bool {
        self.money.is_none() && self.quotes.is_none()
    }
}

impl Spent {
    /// One more promise.
    pub fn add(&mut self, reduction: i64) {
        self.money = self.money.saturating_add(reduction);
        self.quotes += 1;
    }

    /// One that ended without a purchase.
    pub fn give_back(&mut self, reduction: i64) {
        self.money = (self.money - reduction).max(0);
        self.quotes = self.quotes.saturating_sub(1);
    }
}
