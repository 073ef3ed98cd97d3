//! Rules played over a log of purchases before they go live: who would have been offered what, and what it would have cost.
//!
//! A log knows what was bought, at what price and by whom; it knows neither views nor stock nor what else might have been
//! bought. What is assumed in their place is returned with the figures ([`Simulated::assumptions`]).

mod elasticity;
mod replay;
mod sums;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

pub use elasticity::{Elasticity, estimate};
pub use replay::{Log, simulate};

/// What a simulation came to. Money is in the shop's currency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulated {
    /// Shoppers in the log.
    pub shoppers: usize,
    /// Their orders.
    pub orders: usize,
    /// What they paid together.
    pub revenue: f64,
    /// By rule, in the order of the file.
    pub rules: Vec<OfRule>,
    /// By segment: how many shoppers were in it at one of their orders, and were offered anything.
    pub segments: BTreeMap<String, Reach>,
    /// Everything that was reduced.
    pub reduced: Reduced,
    /// What becomes of it if demand answers to the price by so much.
    pub sensitivity: Vec<Answer>,
    /// From which elasticity on the offers earn more than they cost; nothing when they never do down to −20.
    pub break_even: Option<f64>,
    /// How demand has answered to price changes in this log.
    pub elasticity: Option<Elasticity>,
    /// The same with pieces in the place of orders.
    pub elasticity_of_pieces: Option<Elasticity>,
    /// What is taken for granted.
    pub assumptions: Vec<String>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfRule {
    /// `welcome@3f2a9c1d`
    pub rule: String,
    /// Shoppers who were offered something.
    pub shoppers: usize,
    /// Shoppers who were kept from it as its control group.
    pub control: usize,
    /// Promises.
    pub quotes: u64,
    /// Different products.
    pub products: usize,
    /// What was reduced.
    pub reduced: Reduced,
    /// When nothing was left of its budget.
    pub spent_on: Option<String>,
}

/// Pieces that cost less than they did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Reduced {
    /// How many, as many as were bought.
    pub pieces: u64,
    /// What they cost in the log.
    pub list: f64,
    /// What is taken off, if no more are bought.
    pub spend: f64,
    /// List price less cost, as it was.
    pub margin_before: f64,
}

/// Shoppers of a segment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Reach {
    /// Who were in it.
    pub shoppers: usize,
    /// Of them who were offered something while they were in it.
    pub reached: usize,
    /// What was taken off for them.
    pub spend: f64,
}

/// The reduced pieces at one elasticity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Answer {
    /// How many percent more are bought for one percent less price, with a minus sign.
    pub elasticity: f64,
    /// How many pieces.
    pub pieces: f64,
    /// What they bring in.
    pub revenue: f64,
    /// Less their cost.
    pub margin: f64,
    /// Against the margin of the log.
    pub change: f64,
}
