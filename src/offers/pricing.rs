//! From a list price to the price of a rule, in whole minor units.

use super::{Effect, Floor, Rule};

/// One whole in ten-thousandths.
pub(super) const WHOLE: i64 = 10_000;

/// How a price came about, in minor units: each step as it left the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Worked {
    /// What everybody pays.
    pub list: i64,
    /// What the effect makes of it.
    pub effect: i64,
    /// What is left when no more than the cap is taken off.
    pub capped: i64,
    /// Below this no price goes; 0 where there is no floor.
    pub floor: i64,
    /// The price.
    pub price: i64,
}

impl Worked {
    /// Whether there is anything off at all, and something left to pay: no offer gives a product away.
    pub fn reduces(&self) -> bool {
        self.price < self.list && self.price > 0
    }

    /// Whether nothing would be left to pay.
    pub fn is_free(&self) -> bool {
        self.price <= 0 && self.list > 0
    }
}

/// What a rule makes of a list price; `cost` is what the product costs the shop, in minor units. Never above the list
/// price, never below the floor, never below zero; shares of a minor unit are the shop's.
pub(super) fn work_out(rule: &Rule, list: i64, cost: Option<i64>) -> Worked {
    let effect = match rule.effect {
        Effect::Percent(share) => list - part(list, share),
        Effect::Amount(off) => list.saturating_sub(off),
        Effect::Price(price) => price,
    };
    let effect = effect.clamp(0, list.max(0));
    let capped = rule.cap.map_or(effect, |cap| effect.max(list.saturating_sub(cap)));
    let floor = match rule.floor {
        None => 0,
        Some(Floor::Amount(floor)) => floor,
        Some(Floor::OfList(share)) => part_up(list, share),
        // Nothing is known of the cost: then nothing is given away.
        Some(Floor::OfCost(share)) => cost.map_or(list, |cost| part_up(cost, share)),
    };
    Worked { list, effect, capped, floor, price: capped.max(floor).min(list) }
}

/// A share of an amount, rounded down.
pub(super) fn part(amount: i64, share: i64) -> i64 {
    i64::try_from(i128::from(amount) * i128::from(share) / i128::from(WHOLE)).unwrap_or(amount)
}

/// A share of an amount, rounded up.
fn part_up(amount: i64, share: i64) -> i64 {
    let whole = i128::from(WHOLE);
    i64::try_from((i128::from(amount) * i128::from(share) + whole - 1) / whole).unwrap_or(i64::MAX)
}
