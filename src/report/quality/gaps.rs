//! What is missing: fields of events, for which rows are refused, and fields of products.

use super::{Finding, Log, Spot, some};
use crate::model::Product;
use crate::text::printable;

const EVENTS: &str = "These rows teach nothing. If a column is called otherwise, name it with --map.";
const PRODUCTS: &str =
    "Such products are found, filtered and compared worse than others. Fill the column in the catalogue.";

/// One finding for each reason that rows are refused, and one for each field that products lack.
pub fn find(log: &Log) -> Vec<Finding> {
    let rows = usize::try_from(log.rows).unwrap_or(usize::MAX);
    let refused = log.refused.iter().filter_map(|(why, refused)| {
        let says = |value: &str| if value.is_empty() { "empty".to_owned() } else { printable(value) };
        let spots = refused.iter().map(|row| Spot { at: row.at.to_string(), says: says(&row.flaw.value) });
        let spots: Vec<Spot> = spots.collect();
        Finding::new(
            "unusable",
            format!("{} cannot be used: {why}", some(spots.len(), ("row", "rows"))),
            (rows, "rows"),
            EVENTS,
            spots,
        )
    });
    refused.chain(products(log)).collect()
}

type Lacks = (&'static str, fn(&Product) -> bool);

/// What a catalogue's product should have.
const FIELDS: [Lacks; 5] = [
    ("price", |product| product.price.is_none()),
    ("category", |product| product.category.0.is_empty()),
    ("brand", |product| product.brand.is_empty()),
    ("description", |product| product.description.is_empty()),
    ("picture", |product| product.image.is_none()),
];

fn products(log: &Log) -> Vec<Finding> {
    // Lines of invoices describe products by a title and a price alone, and nobody expects more of them.
    if !log.is_catalog {
        return Vec::new();
    }
    let mut all: Vec<&Product> = log.products.values().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let lacking = FIELDS.iter().filter_map(|(field, lacks)| {
        let without = all.iter().filter(|product| lacks(product));
        let spots: Vec<Spot> =
            without.map(|product| Spot { at: product.id.to_string(), says: product.title.clone() }).collect();
        Finding::new(
            "missing",
            format!("{} no {field}", some(spots.len(), ("product has", "products have"))),
            (all.len(), "products"),
            PRODUCTS,
            spots,
        )
    });
    lacking.collect()
}
