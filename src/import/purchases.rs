//! Purchases with their products' texts, as invoice tables hold them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::Timestamp;

use super::{ImportError, Lines, Mapping};
use crate::model::{Currency, Event, EventKind, Product, ProductId};

/// Everybody's purchases in the order of time, and the products.
pub struct Purchases {
    /// Customer → purchases.
    pub customers: BTreeMap<String, Vec<Event>>,
    /// With the text that most invoices have for it.
    pub products: HashMap<ProductId, Product>,
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
        lines.each(EventKind::Purchased, now, &mut |mut line| {
            let Ok((customer, event)) = line.said.clone() else { return };
            let Some(id) = event.product.clone().filter(|_| event.kind == EventKind::Purchased) else {
                return;
            };
            let product = if titled { line.product(&id) } else { line.product_by_id(&id) };
            if let Some(product) = product {
                texts.note(product);
                customers.entry(customer.as_str().to_owned()).or_default().push(event);
            }
        })?;
        customers.values_mut().for_each(|bought| bought.sort_by_key(|event| event.at));
        Ok(Purchases { customers, products: texts.most_frequent() })
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
