//! Tables of events or invoice lines, row by row, each with the product that it describes: one reader for everything that
//! judges somebody's log.

use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;

use super::feed::{Feed, Flaw, Place, Record};
use super::mapping::{Kind, Mapping, Reader, Row};
use super::product::Numbers;
use super::{ImportError, decimal_comma, event, product};
use crate::model::{Currency, CustomerId, Event, EventKind, Product, ProductId};

/// A table that is open.
#[derive(Debug)]
pub struct Lines {
    feed: Feed,
    events: Reader,
    products: Reader,
    numbers: Numbers,
}

/// One row.
pub struct Line<'a> {
    /// Where it stands.
    pub at: Place,
    /// What it says, or why that is nothing.
    pub said: Result<(CustomerId, Event), Flaw>,
    record: Option<&'a Record>,
    products: &'a mut Reader,
    numbers: Numbers,
}

impl Lines {
    /// Settles which column is which.
    ///
    /// # Errors
    /// [`ImportError`] when the file cannot be read, or has no columns for whom and when.
    pub fn open(file: &Path, mapping: &Mapping, currency: Currency) -> Result<Self, ImportError> {
        let feed = Feed::open(file)?;
        let of_products = |field: &str| Reader::PRODUCT_FIELDS.contains(&field) && field != "id";
        let part = |keep: &dyn Fn(&str) -> bool| Mapping {
            columns: mapping.columns.clone().into_iter().filter(|(field, _)| keep(field)).collect(),
            ..mapping.clone()
        };
        let mut events =
            Reader::new(Kind::Events, &part(&|field| !of_products(field) || field == "price"), &feed)?;
        let products = Reader::new(Kind::Catalog, &part(&of_products), &feed)?;
        events.require(&feed, &["customer", "at"])?;
        let numbers = Numbers { currency, decimal_comma: decimal_comma(&feed, &mut events)? };
        Ok(Lines { feed, events, products, numbers })
    }

    /// Makes sure that each row can name a product.
    ///
    /// # Errors
    /// [`ImportError::NoColumn`] where no column does.
    pub fn require_products(&self) -> Result<(), ImportError> {
        self.events.require(&self.feed, &["product"])
    }

    /// Makes sure that products have names besides their ids.
    ///
    /// # Errors
    /// [`ImportError::NoColumn`] where no column holds them.
    pub fn require_titles(&self) -> Result<(), ImportError> {
        self.products.require(&self.feed, &["title"])
    }

    /// Whether they have.
    pub fn has_titles(&self) -> bool {
        self.products.has("title")
    }

    /// The kind of event that rows are which say none.
    pub fn usual(&self) -> EventKind {
        let bought = self.events.has("price") || self.events.has("quantity") || self.products.is_invoices();
        if bought { EventKind::Purchased } else { EventKind::Viewed }
    }

    /// Visits every row in order. `usual` is the kind of those that say none.
    ///
    /// # Errors
    /// [`ImportError`] when the file breaks off.
    pub fn each(
        &mut self,
        usual: EventKind,
        now: Timestamp,
        visit: &mut dyn FnMut(Line<'_>),
    ) -> Result<(), ImportError> {
        let Lines { feed, events, products, numbers } = self;
        feed.each(&mut |read| {
            let (at, said, record) = match &read {
                Err((at, flaw)) => (*at, Err(flaw.clone()), None),
                Ok(record) => {
                    (record.at, event(&events.row(record), record, *numbers, usual, now), Some(record))
                }
            };
            visit(Line { at, said, record, products, numbers: *numbers });
            Ok(ControlFlow::Continue(()))
        })
    }
}

impl Line<'_> {
    /// The product of an event, as its row describes it; nothing where the row has no name for it.
    pub fn product(&mut self, id: &ProductId) -> Option<Product> {
        let record = self.record?;
        let mut row = self.products.row(record);
        row.fields.insert("id".to_owned(), id.to_string());
        product(&row, record, self.numbers).ok()
    }

    /// The same where the table has no names: it is called by its id.
    pub fn product_by_id(&self, id: &ProductId) -> Option<Product> {
        let named = ["id", "title"].map(|field| (field.to_owned(), id.to_string()));
        product(&Row { fields: named.into(), ..Row::default() }, self.record?, self.numbers).ok()
    }
}
