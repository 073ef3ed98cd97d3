//! Events of products that the catalogue does not have.

use super::{Finding, Log, Spot, some};

/// Only where there is a catalogue to hold them against.
pub fn find(log: &Log) -> Option<Finding> {
    if !log.is_catalog {
        return None;
    }
    let orphans = log
        .events()
        .filter(|(_, entry)| entry.event.product.as_ref().is_some_and(|id| !log.products.contains_key(id)));
    let rows: Vec<Spot> = orphans.map(|(owner, entry)| Spot::of(owner, entry, "")).collect();
    let what = some(
        rows.len(),
        (
            "event is of a product that the catalogue does not have",
            "events are of products that the catalogue does not have",
        ),
    );
    let advice = "Delisted products still say what their buyers like, if the catalogue keeps them; else check whether the \
                  ids of both exports are the same.";
    Finding::new("orphans", what, (log.len(), "events"), advice, rows)
}
