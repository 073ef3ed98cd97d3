//! What a shopper left behind, as a list of its own.

use serde::{Deserialize, Serialize};

use super::Money;

/// What of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Own {
    /// What lies in the basket.
    Basket,
    /// What they looked at and what costs less now, with what each of them cost then; nothing where an offer tells its own
    /// list price.
    Cheaper(Vec<Option<Money>>),
}

/// What products are that others are to go with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basket {
    /// In the basket.
    Carted,
    /// The basket is empty; this is what was bought last.
    Bought,
    /// The shopper has named it.
    Named,
    /// In the basket, and the shopper does not want it used.
    Unused,
    /// Nothing is known of a basket, or nothing may be.
    Unknown,
}
