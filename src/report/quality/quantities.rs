//! Purchases of far more pieces than anybody buys: a price or an article number in the wrong column, a slip of a finger.

use std::collections::HashMap;

use super::usual::Usual;
use super::{Entry, Finding, Log, Spot, some};
use crate::model::{EventKind, ProductId};
use crate::report::thousands;

/// With fewer purchases of a product those of all products say what is usual; with fewer of these nobody knows.
const ENOUGH: usize = 5;
/// Wholesalers buy a hundred times what others do, and mean it.
const FACTOR: f64 = 100.0;

const ADVICE: &str = "A single such row may outweigh everything else in money, demand and simulations of offers. Look \
                      whether a price or an article number stands in the column of pieces, and take the row out.";

/// The purchases of so many pieces.
pub fn find(log: &Log) -> Option<Finding> {
    let mut of: HashMap<&ProductId, Vec<(f64, &str, &Entry)>> = HashMap::new();
    let mut all: Vec<f64> = Vec::new();
    for (owner, entry) in log.events().filter(|(_, entry)| entry.event.kind == EventKind::Purchased) {
        let (Some(pieces), Some(id)) = (entry.event.quantity, &entry.event.product) else { continue };
        let pieces = f64::from(pieces.max(1)).ln();
        all.push(pieces);
        of.entry(id).or_default().push((pieces, owner, entry));
    }
    if all.len() < ENOUGH {
        return None;
    }
    let everywhere = Usual::of(&all, FACTOR);
    let mut far: Vec<(f64, Spot)> = Vec::new();
    for bought in of.into_values() {
        let usual = match bought.len() < ENOUGH {
            true => everywhere,
            false => Usual::of(&bought.iter().map(|(pieces, ..)| *pieces).collect::<Vec<_>>(), FACTOR),
        };
        let spots = bought.iter().filter(|(pieces, ..)| usual.is_far_above(*pieces));
        far.extend(spots.map(|(pieces, owner, entry)| {
            let (bought, usually) = (pieces.exp().round() as usize, usual.amount().round());
            let why = format!(", {} pieces, usually {usually}", thousands(bought));
            (pieces - usual.amount().ln(), Spot::of(owner, entry, &why))
        }));
    }
    // The worst first: it may be the only one that is no wholesaler's.
    far.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.at.cmp(&b.1.at)));
    let rows: Vec<Spot> = far.into_iter().map(|(_, spot)| spot).collect();
    let bought = some(rows.len(), ("purchase is", "purchases are"));
    let what = format!("{bought} of a hundred times as many pieces as is usual, or more");
    Finding::new("quantities", what, (all.len(), "purchases with a number of pieces"), ADVICE, rows)
}
