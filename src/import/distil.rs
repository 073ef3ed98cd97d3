//! One product of the many rows that name it.

use std::collections::HashMap;

use crate::model::{Money, Product, ProductId};

/// Different titles and prices of one product that are counted; invoices hold few, and notes by hand beyond that.
const COUNTED: usize = 64;

/// Which ids occur where, and for invoices with which titles and prices.
pub(super) struct Occurrences {
    invoices: bool,
    of: HashMap<ProductId, Occurrence>,
}

#[derive(Default)]
struct Occurrence {
    last: u64,
    times: u32,
    titles: Vec<(Box<str>, u32)>,
    prices: Vec<(Money, u32)>,
}

impl Occurrences {
    pub fn new(invoices: bool) -> Self {
        Occurrences { invoices, of: HashMap::new() }
    }

    /// Notes the product of row `i`.
    pub fn note(&mut self, i: u64, product: &Product) {
        let seen = match self.of.get_mut(&product.id) {
            Some(seen) => seen,
            None => self.of.entry(product.id.clone()).or_default(),
        };
        seen.last = i;
        seen.times += 1;
        if self.invoices {
            count(&mut seen.titles, |title| **title == *product.title, || product.title.as_str().into());
            if let Some(price) = product.price.filter(|price| price.minor > 0) {
                count(&mut seen.prices, |other| *other == price, || price);
            }
        }
    }

    /// How many products there are.
    pub fn products(&self) -> usize {
        self.of.len()
    }

    /// How many occur more than once.
    pub fn repeated(&self) -> usize {
        self.of.values().filter(|seen| seen.times > 1).count()
    }

    /// Whether the feed holds this id.
    pub fn holds(&self, id: &ProductId) -> bool {
        self.of.contains_key(id)
    }

    /// The product as it is kept, if `i` is its last row.
    pub fn settled(&self, i: u64, mut product: Product) -> Option<Product> {
        let seen = self.of.get(&product.id).filter(|seen| seen.last == i)?;
        if self.invoices {
            // Of equally frequent titles the first one counts.
            let title = seen.titles.iter().rev().max_by_key(|(_, times)| *times);
            if let Some((title, _)) = title {
                product.title = title.to_string();
            }
            product.price = median(&seen.prices).or(product.price.filter(|price| price.minor > 0));
        }
        Some(product)
    }
}

fn count<T>(counted: &mut Vec<(T, u32)>, same: impl Fn(&T) -> bool, value: impl Fn() -> T) {
    match counted.iter().position(|(other, _)| same(other)) {
        Some(i) => counted[i].1 += 1,
        None if counted.len() < COUNTED => counted.push((value(), 1)),
        None => {}
    }
}

fn median(prices: &[(Money, u32)]) -> Option<Money> {
    let mut prices = prices.to_vec();
    prices.sort_by_key(|(price, _)| price.minor);
    let all: u32 = prices.iter().map(|(_, times)| times).sum();
    let mut below = 0;
    prices.into_iter().find_map(|(price, times)| {
        below += times;
        (below * 2 >= all).then_some(price)
    })
}
