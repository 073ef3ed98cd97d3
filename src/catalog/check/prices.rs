//! Prices that are far from those of their like: a dot in the wrong place, cents for dollars.

use std::collections::BTreeMap;

use crate::problem::Finding;

use super::super::text::folded;
use super::shelf::{Item, Shelf};

/// So many times the middle price of a category, or such a part of it, is rather a slip than a price.
const FAR: i64 = 20;
/// A category needs so many prices to have a middle.
const ENOUGH: usize = 6;

pub(super) fn check(shelf: &Shelf, found: &mut Vec<Finding>) {
    let mut by_category: BTreeMap<String, Vec<(i64, &Item)>> = BTreeMap::new();
    for item in &shelf.items {
        if let Some(price) = item.product.price {
            let category = folded(&item.product.category.to_string());
            by_category.entry(category).or_default().push((price.minor, item));
        }
    }
    for mut prices in by_category.into_values() {
        prices.sort_by_key(|(minor, _)| *minor);
        let middle = prices[prices.len() / 2].0;
        for (minor, item) in prices.iter().filter(|(_, item)| item.is_own()) {
            let Some(price) = item.product.price else { continue };
            if *minor == 0 {
                let message = format!("{} costs nothing", item.product.id);
                let help = "leave the price empty where it is told on request";
                found.push(Finding::warning("price", item.spot("price", None), message).help(help));
            } else if prices.len() >= ENOUGH && (*minor > FAR * middle || minor.saturating_mul(FAR) < middle)
            {
                let like = crate::model::Money { minor: middle, ..price };
                let message = format!(
                    "{price} is far from what others in {} cost, about {like}",
                    item.product.category
                );
                let help = "look whether the decimal point is where it should be";
                found.push(Finding::warning("price", item.spot("price", None), message).help(help));
            }
        }
    }
}
