//! What is wrong with the data itself, row by row: everything that is learnt from it is only as good.

mod clocks;
mod doubles;
mod gaps;
mod orphans;
mod prices;
mod quantities;
mod robots;
mod usual;

use jiff::Timestamp;
use serde::Serialize;

use super::log::{Entry, Log};
use super::thousands;
use crate::text::printable;

/// One thing that is wrong with some rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The check's name.
    pub check: &'static str,
    /// What is the matter, in a sentence that begins with the number of rows.
    pub what: String,
    /// How many rows or products have it.
    pub count: usize,
    /// Of so many.
    pub of: usize,
    /// Of what: rows, events, products.
    pub of_what: &'static str,
    /// What it does to the shop, and what to do about it.
    pub advice: &'static str,
    /// All of them.
    #[serde(skip)]
    pub rows: Vec<Spot>,
    /// The first of them, as they are printed.
    pub examples: Vec<String>,
}

/// A row, an event or a product at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Row of the file, id of the event, or id of the product.
    pub at: String,
    /// What it says.
    pub says: String,
}

/// How many examples a finding shows.
const SHOWN: usize = 3;

/// "1 event is", "1,234 events are": how many rows, and what they do.
fn some(n: usize, (one, many): (&str, &str)) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

impl Finding {
    fn new(
        check: &'static str,
        what: String,
        (of, of_what): (usize, &'static str),
        advice: &'static str,
        rows: Vec<Spot>,
    ) -> Option<Finding> {
        let examples = rows.iter().take(SHOWN).map(|spot| format!("{}: {}", spot.at, spot.says)).collect();
        (!rows.is_empty()).then_some(Finding {
            check,
            what,
            count: rows.len(),
            of,
            of_what,
            advice,
            rows,
            examples,
        })
    }

    /// The share of all rows that has it, 0 to 1.
    pub fn share(&self) -> f64 {
        self.count as f64 / self.of.max(1) as f64
    }
}

impl Spot {
    fn of(owner: &str, entry: &Entry, why: &str) -> Spot {
        let event = &entry.event;
        let at = entry.place.map_or_else(|| event.id.to_string(), |place| place.to_string());
        let product = event.product.as_ref().map_or("", |id| id.as_str());
        let what = format!("{:?}", event.kind).to_lowercase();
        let what = if product.is_empty() { what } else { format!("{what} {product}") };
        let says = format!("{owner} {what} on {}{why}", event.at.strftime("%Y-%m-%d %H:%M:%S"));
        Spot { at, says: printable(&says) }
    }
}

/// Everything that is wrong, what touches most rows first. `now` is what clocks are held against.
pub fn judge(log: &Log, now: Timestamp) -> Vec<Finding> {
    let mut all = gaps::find(log);
    all.extend(doubles::find(log));
    all.extend(orphans::find(log));
    all.extend(robots::find(log));
    all.extend(clocks::find(log, now));
    all.extend(prices::find(log));
    all.extend(quantities::find(log));
    all.sort_by(|a, b| b.share().total_cmp(&a.share()).then(a.check.cmp(b.check)));
    all
}
