//! Products: the shop's files, the index built from them, and the search. The only room that knows tantivy.
//!
//! `index/products.csv` and what was imported are the truth; the index under `.shophand/index/` is made of them and can be
//! made again at any time. An index is built in a folder of its own and becomes the current one by renaming one file, so
//! whatever happens there is a whole one. A search holds one edition from beginning to end.
//! Everything here blocks: call it from a blocking thread.

mod build;
mod edition;
mod error;
mod meta;
mod plan;
mod relax;
mod schema;
mod search;
mod search_file;
mod shop;
mod similar;
mod sources;
mod spelling;
mod synonyms;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tantivy::query::AllQuery;

use crate::model::{CategoryPath, Currency, Product, ProductId, ProductQuery, Sort, Vocabulary};

pub use crate::import::Progress;
pub use error::CatalogError;
pub use meta::Quantiles;
pub use relax::{Relaxation, relaxations};
pub use search::{Hit, Hits};
pub use search_file::{FieldBoosts, Personal, SearchSettings};
pub use shop::{load_shop, parse_shop};

use edition::{Edition, Ranking};
use sources::Places;

/// The products of a shop. Cheap to clone; all clones see the same edition.
#[derive(Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

struct Inner {
    places: Places,
    currency: Currency,
    edition: RwLock<Arc<Edition>>,
    /// Held while an index is built, so that only one is.
    building: Mutex<()>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("version", &self.version()).field("products", &self.len()).finish()
    }
}

impl Catalog {
    /// Opens the catalogue of the shop in `shop_dir` with its state in `state_dir` (`SHOP/.shophand`). When the product
    /// files have changed since the index was built, or there is none, it is built first, and `progress` is told.
    ///
    /// # Errors
    /// [`CatalogError::Corrupt`] when the index is damaged though the files have not changed; every other
    /// [`CatalogError`] names the file at fault.
    pub fn open(
        shop_dir: &Path,
        state_dir: &Path,
        currency: Currency,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, CatalogError> {
        let places = Places { shop: shop_dir.to_owned(), state: state_dir.to_owned() };
        let edition = latest(&places, currency, progress)?;
        let edition = RwLock::new(Arc::new(edition));
        Ok(Catalog { inner: Arc::new(Inner { places, currency, edition, building: Mutex::new(()) }) })
    }

    /// Builds the index of a shop anew, whatever state it is in.
    ///
    /// # Errors
    /// As [`Catalog::open`], but for [`CatalogError::Corrupt`].
    pub fn rebuild(
        shop_dir: &Path,
        state_dir: &Path,
        currency: Currency,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, CatalogError> {
        let places = Places { shop: shop_dir.to_owned(), state: state_dir.to_owned() };
        let digest = places.digest(currency)?;
        build::build(&places, currency, &digest, progress)?;
        Self::open(shop_dir, state_dir, currency, progress)
    }

    /// Looks at the shop's files again and answers from them from now on; true when something had changed. Searches go
    /// on meanwhile, from the edition before.
    ///
    /// # Errors
    /// As [`Catalog::open`]; the edition before stays in use then.
    pub fn refresh(&self, progress: &mut dyn FnMut(Progress)) -> Result<bool, CatalogError> {
        let _one_at_a_time = self.inner.building.lock().unwrap_or_else(PoisonError::into_inner);
        let edition = latest(&self.inner.places, self.inner.currency, progress)?;
        let changed = edition.version != self.version();
        *self.inner.edition.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edition);
        Ok(changed)
    }

    fn edition(&self) -> Arc<Edition> {
        Arc::clone(&self.inner.edition.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The best `limit` products for a query. The words are matched with synonyms and with their spelling corrected; a
    /// product needs all of them, or most when none has all ([`Hits::partial`]). Conditions of one kind are alternatives,
    /// those of different kinds must all hold; a product without a price is in no price range; what a feed does not say
    /// about a product (its colour, say) is looked for in its texts.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn search(&self, query: &ProductQuery, limit: usize) -> Result<Hits, CatalogError> {
        self.edition().search(query, limit)
    }

    /// The product of an id, if the catalogue has it.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn get(&self, id: &ProductId) -> Result<Option<Product>, CatalogError> {
        let edition = self.edition();
        edition.address(id)?.map(|address| edition.product(address)).transpose()
    }

    /// The products of these ids that the catalogue has, in their order.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn get_many(&self, ids: &[ProductId]) -> Result<Vec<Product>, CatalogError> {
        let edition = self.edition();
        let mut products = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(address) = edition.address(id)? {
                products.push(edition.product(address)?);
            }
        }
        Ok(products)
    }

    /// Products like `product` within the categories, price and filters of `query`; never the product itself. The score is
    /// the likeness, 0 to 1.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn similar(
        &self,
        product: &Product,
        query: &ProductQuery,
        limit: usize,
    ) -> Result<Hits, CatalogError> {
        self.edition().similar(product, query, limit)
    }

    /// The best liked products that are in stock: rating × ln(1 + reviews). The score is between 0.7 and 1.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn popular(&self, limit: usize) -> Result<Vec<Hit>, CatalogError> {
        let edition = self.edition();
        let (_, found) = edition.ranked(&AllQuery, false, Sort::Relevance, limit)?;
        let mut hits = edition.hits(found)?;
        hits.retain(|hit| hit.product.in_stock());
        Ok(hits)
    }

    /// Up to `limit` products spread evenly over the catalogue, in its order: for checks and examples.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn sample(&self, limit: usize) -> Result<Vec<Product>, CatalogError> {
        let edition = self.edition();
        let Some(segment) = edition.searcher.segment_readers().first() else { return Ok(Vec::new()) };
        let products = segment.max_doc() as usize;
        let step = products.div_ceil(limit.max(1)).max(1);
        let docs = (0..products).step_by(step).take(limit);
        docs.map(|doc| edition.product(tantivy::DocAddress::new(0, doc as u32))).collect()
    }

    /// Visits every product: for training recommenders and vectors.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn each(&self, visit: &mut dyn FnMut(Product)) -> Result<(), CatalogError> {
        let edition = self.edition();
        for (ordinal, segment) in edition.searcher.segment_readers().iter().enumerate() {
            for doc in segment.doc_ids_alive() {
                visit(edition.product(tantivy::DocAddress::new(ordinal as u32, doc))?);
            }
        }
        Ok(())
    }

    /// Brands, categories with their other names, and attribute values.
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.edition().vocabulary)
    }

    /// The merchandiser's ranking (`index/search.yaml`).
    pub fn settings(&self) -> SearchSettings {
        self.edition().settings
    }

    /// Changes with every product, synonym and boost.
    pub fn version(&self) -> String {
        self.edition().version.clone()
    }

    /// What in the shop's files is no error but surely not meant.
    pub fn warnings(&self) -> Vec<String> {
        self.edition().warnings.clone()
    }

    /// Number of products.
    pub fn len(&self) -> usize {
        self.edition().meta.products
    }

    /// Never, since a shop without products does not open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of products with a price.
    pub fn priced(&self) -> usize {
        self.edition().meta.priced
    }

    /// Prices at 10, 25, 50, 75 and 90 percent of a category and everything below it, in minor units; `None` when nothing
    /// there has a price.
    pub fn price_quantiles(&self, category: &CategoryPath) -> Option<Quantiles> {
        self.edition().meta.prices.get(&category.to_string()).copied()
    }
}

/// The edition of the shop's files as they are now.
fn latest(
    places: &Places,
    currency: Currency,
    progress: &mut dyn FnMut(Progress),
) -> Result<Edition, CatalogError> {
    let ranking = Ranking::load(places)?;
    let digest = places.digest(currency)?;
    let current = match edition::current(places)? {
        Some((folder, meta)) if meta.digest == digest => Some((folder, meta)),
        _ => {
            build::build(places, currency, &digest, progress)?;
            edition::current(places)?
        }
    };
    let Some((folder, meta)) = current else {
        return Err(CatalogError::corrupt(&places.current(), "it vanished right after the index was built"));
    };
    Edition::open(&folder, meta, ranking)
}
