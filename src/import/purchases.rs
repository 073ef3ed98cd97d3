//! Purchases with their products' texts, as invoice tables hold them.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use jiff::Timestamp;

use super::feed::{Flaw, Place};
use super::report::reason_alone;
use super::{ImportError, Lines, Mapping, Refused};
use crate::model::{Currency, Event, EventKind, Product, ProductId};

/// Everybody's purchases in the order of time, and the products.
pub struct Purchases {
    /// Customer → purchases.
    pub customers: BTreeMap<String, Vec<Event>>,
    /// With the text that most invoices have for it.
    pub products: HashMap<ProductId, Product>,
    /// The rows that are in neither.
    pub left_out: LeftOut,
}

/// Rows that could not be used, and why. Shown as one sentence without a full stop.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeftOut {
    /// How many rows there were, these among them.
    pub of: u64,
    /// How many these are.
    pub rows: u64,
    /// Reason → how many rows, and the first.
    reasons: BTreeMap<String, (u64, Refused)>,
}

impl LeftOut {
    fn note(&mut self, at: Place, flaw: Flaw) {
        self.rows += 1;
        self.reasons.entry(reason_alone(&flaw)).or_insert((0, Refused { at, flaw })).0 += 1;
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 0 {
            return f.write_str("there is no row below the header");
        }
        write!(f, "{} of {} rows cannot be used", self.rows, self.of)?;
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, (rows, _))| std::cmp::Reverse(*rows));
        for (n, (reason, (rows, first))) in reasons.into_iter().enumerate() {
            let sign = if n == 0 { ": " } else { "; " };
            write!(f, "{sign}{rows} × {reason} (first {}, {:?})", first.at, first.flaw.value)?;
        }
        Ok(())
    }
}

/// What purchases are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Products must have names: searches are made of them.
    Needed,
    /// An id is name enough where the table has no others.
    Ids,
}

impl Purchases {
    /// Reads purchases; rows without a customer, of cancelled invoices, of other events, or without a text where others
    /// have one, are left out.
    ///
    /// # Errors
    /// When the file or a column is missing.
    pub fn read(
        file: &Path,
        mapping: &Mapping,
        names: Names,
        currency: Currency,
        now: Timestamp,
    ) -> Result<Purchases, ImportError> {
        let mut lines = Lines::open(file, mapping, currency)?;
        lines.require_products()?;
        if names == Names::Needed {
            lines.require_titles()?;
        }
        let titled = lines.has_titles();
        let mut customers: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        let mut texts = Texts::default();
        let mut left_out = LeftOut::default();
        lines.each(EventKind::Purchased, now, &mut |mut line| {
            left_out.of += 1;
            let (customer, event) = match line.said.clone() {
                Ok(said) => said,
                Err(flaw) => return left_out.note(line.at, flaw),
            };
            let Some(id) = event.product.clone().filter(|_| event.kind == EventKind::Purchased) else {
                return left_out.note(line.at, Flaw::new("kind", "", "this is no purchase of a product"));
            };
            let product = if titled { line.product(&id) } else { line.product_by_id(&id) };
            match product {
                Some(product) => {
                    texts.note(product);
                    customers.entry(customer.as_str().to_owned()).or_default().push(event);
                }
                None => {
                    let flaw = Flaw::new("title", id.as_str(), "this product has no name here");
                    left_out.note(line.at, flaw);
                }
            }
        })?;
        customers.values_mut().for_each(|bought| bought.sort_by_key(|event| event.at));
        Ok(Purchases { customers, products: texts.most_frequent(), left_out })
    }
}

/// The texts of each product, since invoices word them differently.
#[derive(Default)]
struct Texts {
    of: HashMap<ProductId, BTreeMap<String, (u32, Product)>>,
}

impl Texts {
    fn note(&mut self, product: Product) {
        let texts = self.of.entry(product.id.clone()).or_default();
        texts.entry(product.title.clone()).or_insert((0, product)).0 += 1;
    }

    fn most_frequent(self) -> HashMap<ProductId, Product> {
        let most =
            |texts: BTreeMap<String, (u32, Product)>| texts.into_values().max_by_key(|(times, _)| *times);
        self.of.into_iter().filter_map(|(id, texts)| Some((id, most(texts)?.1))).collect()
    }
}
