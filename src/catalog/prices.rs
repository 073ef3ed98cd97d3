//! What products cost the one who asks, where that is not the list price.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use tantivy::index::SegmentId;
use tantivy::query::{BooleanQuery, Occur, RangeQuery, TermSetQuery};
use tantivy::{DocAddress, DocId, Term};

use crate::model::{Money, PriceRange, Product, ProductId, Quote};

use super::CatalogError;
use super::edition::Edition;
use super::plan::BoxQuery;

/// The prices of one shopper.
pub trait Prices: Send + Sync {
    /// What is promised for a product; nothing where it costs what it costs everybody.
    fn quote(&self, product: &Product) -> Option<Quote>;
    /// Every product for which something is promised, with its price in minor units; `find` looks a product up.
    fn reduced(&self, find: &dyn Fn(&ProductId) -> Option<Product>) -> Vec<(ProductId, i64)>;
}

/// The prices of one shopper, held against an edition.
pub(super) struct Shown {
    prices: Arc<dyn Prices>,
    reduced: OnceLock<Vec<(ProductId, i64)>>,
    by_doc: OnceLock<ByDoc>,
}

/// Where a product is → its reduced price in minor units.
pub(super) type ByDoc = Arc<HashMap<(SegmentId, DocId), i64>>;

impl Shown {
    pub fn new(prices: Arc<dyn Prices>) -> Self {
        Shown { prices, reduced: OnceLock::new(), by_doc: OnceLock::new() }
    }
}

impl Edition {
    /// Puts the price of the one who asks on a product.
    pub fn put_price(&self, product: &mut Product) {
        if let Some(quote) = self.shown.as_ref().and_then(|shown| shown.prices.quote(product)) {
            product.price = Some(quote.price);
            product.quote = Some(Box::new(quote));
        }
    }

    /// The product at an address with that price.
    pub fn priced_product(&self, address: DocAddress) -> Result<Product, CatalogError> {
        let mut product = self.product(address)?;
        self.put_price(&mut product);
        Ok(product)
    }

    fn reduced(&self) -> &[(ProductId, i64)] {
        let Some(shown) = &self.shown else { return &[] };
        shown.reduced.get_or_init(|| {
            let find = |id: &ProductId| self.address(id).ok().flatten().and_then(|at| self.product(at).ok());
            shown.prices.reduced(&find)
        })
    }

    /// The reduced prices by where the products are.
    pub fn reduced_by_doc(&self) -> ByDoc {
        let Some(shown) = &self.shown else { return ByDoc::default() };
        let by_doc = || {
            let placed = self.reduced().iter().filter_map(|(id, minor)| {
                let address = self.address(id).ok().flatten()?;
                let segment = self.searcher.segment_reader(address.segment_ord).segment_id();
                Some(((segment, address.doc_id), *minor))
            });
            Arc::new(placed.collect())
        };
        shown.by_doc.get_or_init(by_doc).clone()
    }

    /// Products in a range of prices as the one who asks sees them. A product without a price is in no range.
    pub fn in_price(&self, price: PriceRange) -> BoxQuery {
        let bound = |money: Option<Money>| match money {
            Some(money) => Bound::Included(Term::from_field_i64(self.fields.price, money.minor)),
            None => Bound::Unbounded,
        };
        let listed: BoxQuery = Box::new(RangeQuery::new(bound(price.min), bound(price.max)));
        let reduced = self.reduced();
        if reduced.is_empty() {
            return listed;
        }
        let within = |minor: i64| {
            price.min.is_none_or(|min| minor >= min.minor) && price.max.is_none_or(|max| minor <= max.minor)
        };
        let ids = |fits: &dyn Fn(i64) -> bool| -> BoxQuery {
            let ids = reduced.iter().filter(|(_, minor)| fits(*minor));
            Box::new(TermSetQuery::new(ids.map(|(id, _)| Term::from_field_text(self.fields.id, id.as_str()))))
        };
        let others = BooleanQuery::new(vec![(Occur::Must, listed), (Occur::MustNot, ids(&|_| true))]);
        Box::new(BooleanQuery::union(vec![Box::new(others), ids(&within)]))
    }
}
