//! Purchases with their products' texts, as invoice tables hold them.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::import::feed::Feed;
use crate::import::{self, ImportError, Kind, Mapping, Numbers, Reader};
use crate::model::{Currency, Event, EventKind, Product, ProductId};

/// Why the history's effect cannot be measured. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum PersonalizationError {
    /// The file is no table of purchases.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Nobody bought on both sides of the day.
    #[error("{}: nobody bought something before {until} and something new after it; choose another --until", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// The day.
        until: Timestamp,
    },
}

/// Everybody's purchases in the order of time, and the products.
pub(super) struct Purchases {
    pub customers: BTreeMap<String, Vec<Event>>,
    pub products: HashMap<ProductId, Product>,
}

/// Reads purchases; rows without a customer, of cancelled invoices or without a text are left out.
///
/// # Errors
/// [`PersonalizationError::Import`] when the file or a column is missing.
pub(super) fn read(file: &Path, now: Timestamp) -> Result<Purchases, PersonalizationError> {
    let feed = Feed::open(file)?;
    let mapping = Mapping::default();
    let mut events = Reader::new(Kind::Events, &mapping, &feed)?;
    events.require(&feed, &["customer", "at", "product"])?;
    let mut products = Reader::new(Kind::Catalog, &mapping, &feed)?;
    products.require(&feed, &["id", "title"])?;
    let comma = import::decimal_comma(&feed, &mut events)?;
    let numbers = Numbers { currency: Currency::USD, decimal_comma: comma };
    let mut customers: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    let mut texts = Texts::default();
    feed.each(&mut |record| {
        let Ok(record) = record else { return Ok(ControlFlow::Continue(())) };
        let bought = import::event(&events.row(&record), &record, numbers, EventKind::Purchased, now);
        let product = import::product(&products.row(&record), &record, numbers);
        if let (Ok((customer, event)), Ok(product)) = (bought, product) {
            texts.note(product);
            customers.entry(customer.as_str().to_owned()).or_default().push(event);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    customers.values_mut().for_each(|bought| bought.sort_by_key(|event| event.at));
    Ok(Purchases { customers, products: texts.most_frequent() })
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
