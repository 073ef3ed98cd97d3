//! Purchases with their products' texts, as invoice tables hold them.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;

use super::feed::Feed;
use super::mapping::{Kind, Mapping, Reader};
use super::product::Numbers;
use super::{ImportError, decimal_comma, event, product};
use crate::model::{Currency, Event, EventKind, Product, ProductId};

/// Everybody's purchases in the order of time, and the products.
pub struct Purchases {
    /// Customer → purchases.
    pub customers: BTreeMap<String, Vec<Event>>,
    /// With the text that most invoices have for it.
    pub products: HashMap<ProductId, Product>,
}

impl Purchases {
    /// Reads purchases; rows without a customer, of cancelled invoices or without a text are left out.
    ///
    /// # Errors
    /// When the file or a column is missing.
    pub fn read(file: &Path, currency: Currency, now: Timestamp) -> Result<Purchases, ImportError> {
        let feed = Feed::open(file)?;
        let mapping = Mapping::default();
        let mut events = Reader::new(Kind::Events, &mapping, &feed)?;
        events.require(&feed, &["customer", "at", "product"])?;
        let mut products = Reader::new(Kind::Catalog, &mapping, &feed)?;
        products.require(&feed, &["id", "title"])?;
        let numbers = Numbers { currency, decimal_comma: decimal_comma(&feed, &mut events)? };
        let mut customers: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        let mut texts = Texts::default();
        feed.each(&mut |record| {
            let Ok(record) = record else { return Ok(ControlFlow::Continue(())) };
            let bought = event(&events.row(&record), &record, numbers, EventKind::Purchased, now);
            let product = product(&products.row(&record), &record, numbers);
            if let (Ok((customer, event)), Ok(product)) = (bought, product) {
                texts.note(product);
                customers.entry(customer.as_str().to_owned()).or_default().push(event);
            }
            Ok(ControlFlow::Continue(()))
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
