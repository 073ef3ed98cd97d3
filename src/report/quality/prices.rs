//! Prices far from what a product usually costs, and prices of nothing.

use std::collections::HashMap;

use super::usual::Usual;
use super::{Entry, Finding, Log, Spot, some};
use crate::model::{EventKind, ProductId};

/// With fewer purchases nobody knows what is usual.
const ENOUGH: usize = 5;
/// A price may be this many times the usual one, or its inverse, however steady the others are: sales are no mistakes.
const FACTOR: f64 = 3.0;

const ADVICE: &str = "They spoil price bands, the money in segments and simulations of offers. Look whether pieces and packs \
                      were mixed, or a manual correction was booked on the product.";

/// Both kinds.
pub fn find(log: &Log) -> Vec<Finding> {
    let mut of: HashMap<&ProductId, Vec<(f64, &str, &Entry)>> = HashMap::new();
    let (mut free, mut priced) = (Vec::new(), 0);
    for (owner, entry) in log.events().filter(|(_, entry)| entry.event.kind == EventKind::Purchased) {
        let (Some(price), Some(id)) = (entry.event.price, &entry.event.product) else { continue };
        priced += 1;
        match price.minor {
            0 => free.push(Spot::of(owner, entry, ", for nothing")),
            _ => of.entry(id).or_default().push((price.as_f64().ln(), owner, entry)),
        }
    }
    let mut far: Vec<(&ProductId, Spot)> = Vec::new();
    for (id, prices) in of.into_iter().filter(|(_, prices)| prices.len() >= ENOUGH) {
        far.extend(outliers(&prices).into_iter().map(|spot| (id, spot)));
    }
    far.sort_by(|a, b| a.0.cmp(b.0).then_with(|| a.1.at.cmp(&b.1.at)));
    let far: Vec<Spot> = far.into_iter().map(|(_, spot)| spot).collect();
    let costs = |n: usize| some(n, ("purchase costs", "purchases cost"));
    let what = format!("{} three times or a third of what the product usually costs", costs(far.len()));
    let nothing = format!("{} nothing", costs(free.len()));
    let found = [("prices", what, far), ("prices", nothing, free)];
    found
        .into_iter()
        .filter_map(|(check, what, rows)| {
            Finding::new(check, what, (priced, "purchases with a price"), ADVICE, rows)
        })
        .collect()
}

fn outliers(prices: &[(f64, &str, &Entry)]) -> Vec<Spot> {
    let usual = Usual::of(&prices.iter().map(|(price, ..)| *price).collect::<Vec<_>>(), FACTOR);
    let far = prices.iter().filter(|(price, ..)| usual.is_far(*price));
    let spot = |(price, owner, entry): &(f64, &str, &Entry)| {
        Spot::of(owner, entry, &format!(" for {:.2}, usually {:.2}", price.exp(), usual.amount()))
    };
    far.map(spot).collect()
}
