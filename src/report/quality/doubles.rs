//! The same event twice: an export that was joined wrongly, or a form that was sent twice.

use std::collections::HashSet;

use super::{Finding, Log, Spot, some};

/// Events of one shopper that agree in everything: kind, product, second, words, price, pieces, invoice. The first of
/// each is right, the others are found.
pub fn find(log: &Log) -> Option<Finding> {
    let mut rows = Vec::new();
    for (owner, entries) in &log.owners {
        let mut seen = HashSet::new();
        for entry in entries {
            let event = &entry.event;
            let price = event.price.map(|price| price.minor);
            let same =
                (event.at.as_second(), event.kind, &event.product, &event.query, price, event.quantity);
            if !seen.insert((same, &event.session)) {
                rows.push(Spot::of(owner, entry, ", once more"));
            }
        }
    }
    let what = some(
        rows.len(),
        (
            "event stands there more than once, alike in everything",
            "events stand there more than once, alike in everything",
        ),
    );
    let advice = "They count double in popularity, segments and what goes with what. Remove them where they come from; \
                  a second import of the same row changes nothing.";
    Finding::new("doubles", what, (log.len(), "events"), advice, rows)
}
