//! Products: the shop's files, the index built from them, and the search. The only room that knows tantivy.
//!
//! `index/products.csv` and what was imported are the truth; the index under `.shophand/index/` is made of them and can be
//! made again at any time. An index is built in a folder of its own and becomes the current one by renaming one file, so
//! whatever happens there is a whole one. A search holds one edition from beginning to end.
//! Everything here blocks: call it from a blocking thread.

mod build;
pub mod check;
mod columns;
mod concepts;
mod edition;
mod error;
mod facets;
pub mod file_schema;
mod forward;
mod likeness;
mod lists;
mod meaning;
mod meta;
mod near;
mod order;
mod pairs;
mod passages;
mod plain;
mod plan;
mod prices;
mod rank;
pub mod ranker;
mod ranking;
mod relax;
mod schema;
mod search;
mod shop;
mod similar;
mod sources;
mod spelling;
mod synonym_file;
mod synonyms;
#[cfg(test)]
mod tests;
mod text;
mod tokens;

use std::path::Path;
use std::sync::Arc;

use jiff::civil::DateTime;
use tantivy::query::AllQuery;

use crate::model::{CategoryPath, Currency, Product, ProductId, ProductQuery, Sort, Vocabulary};
use crate::problem::{Problems, Report};

pub use crate::import::Progress;
pub use error::CatalogError;
pub use facets::FacetCounts;
pub use lists::Listed;
pub use meaning::{Embed, Embedded};
pub use meta::Quantiles;
pub use plain::PlainIndex;
pub use prices::Prices;
pub use rank::Wanted;
pub use ranking::{Dates, FieldBoosts, Personal, RankingSettings, Said, Target};
pub(crate) use ranking::{dates_of, one_or_more, whole_target};
pub use relax::{Relaxation, relaxations};
pub use search::{Hit, Hits};
pub use shop::{load_shop, parse_shop};
pub use sources::{beside_feed, product_files, ranking_files};

pub use edition::Ranking;

use ::rank::features::Row;
use edition::Edition;
use meaning::Vectors;
use ranker::Ranker;
use sources::Places;

/// The products of a shop in one edition, which never changes: whoever holds it gets the same answers all along. Cheap to
/// clone. What is saved or fed in later makes another edition ([`Catalog::restocked`], [`Catalog::with_ranking`]).
#[derive(Clone)]
pub struct Catalog {
    places: Arc<Places>,
    currency: Currency,
    edition: Arc<Edition>,
    at: Option<DateTime>,
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
        let ranking = Ranking::load(&places)?;
        let edition = Arc::new(latest(&places, currency, ranking, progress)?);
        Ok(Catalog { places: Arc::new(places), currency, edition, at: None })
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
        {
            let _turn = build::one_at_a_time(&places)?;
            let digest = places.digest(currency)?;
            build::build(&places, currency, &digest, progress)?;
        }
        Self::open(shop_dir, state_dir, currency, progress)
    }

    /// The edition of the product files as they are now, ranked by the same files as this one. Where they have changed, the
    /// index is built first; searches in this edition go on meanwhile.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn restocked(&self, progress: &mut dyn FnMut(Progress)) -> Result<Self, CatalogError> {
        let edition = latest(&self.places, self.currency, self.edition.ranking(), progress)?;
        let edition = edition.with_meaning(self.edition.meaning.clone());
        Ok(Catalog { edition: Arc::new(edition), ..self.clone() })
    }

    /// Reads the files that rank the products, as they are now.
    ///
    /// # Errors
    /// [`CatalogError`] names the file and the line at fault.
    pub fn read_ranking(&self) -> Result<Ranking, CatalogError> {
        Ranking::load(&self.places)
    }

    /// The same products, ranked by these files.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn with_ranking(&self, ranking: Ranking) -> Result<Self, CatalogError> {
        Ok(Catalog { edition: Arc::new(self.edition.with_ranking(ranking)?), ..self.clone() })
    }

    /// The same products with what they mean, as far as it was worked out before; nothing is embedded but a probe that
    /// tells by which model. Without any vectors it is the same as this one.
    ///
    /// # Errors
    /// [`CatalogError::Embed`] when nothing is embedded.
    pub fn recalled(&self, embed: Embed<'_>) -> Result<Self, CatalogError> {
        let meaning = Vectors::of(&self.places.state, embed)?.open().map(Arc::new);
        Ok(Catalog { edition: Arc::new(self.edition.with_meaning(meaning)), ..self.clone() })
    }

    /// The same products with what all of them mean. What has no vector yet is embedded, which takes some milliseconds for
    /// each; what was embedded before is not embedded again, also when this was killed. Searches go on meanwhile.
    ///
    /// # Errors
    /// [`CatalogError::Embed`] or [`CatalogError::Write`]; what was embedded until then is kept.
    pub fn embedded(
        &self,
        embed: Embed<'_>,
        progress: &mut dyn FnMut(Embedded),
    ) -> Result<Self, CatalogError> {
        let vectors = Vectors::of(&self.places.state, embed)?;
        let each = |visit: &mut dyn FnMut(Product)| self.each(visit);
        let meaning = vectors.complete(&self.edition.keys, &each, embed, progress)?;
        let meaning = meaning.complete_for(&self.edition.meta.digest);
        Ok(Catalog { edition: Arc::new(self.edition.with_meaning(Some(Arc::new(meaning)))), ..self.clone() })
    }

    /// The same products with what they mean by another edition, as far as they are the same.
    #[must_use]
    pub fn with_meaning_of(&self, other: &Catalog) -> Self {
        let edition = self.edition.with_meaning(other.edition.meaning.clone());
        Catalog { edition: Arc::new(edition), ..self.clone() }
    }

    /// Whether it is known what every product means.
    pub fn is_embedded(&self) -> bool {
        self.edition.meaning.as_ref().is_some_and(|meaning| meaning.is_of(&self.edition.meta.digest))
    }

    /// Whether any product means anything: whether the vector of a query is of use.
    pub fn has_meaning(&self) -> bool {
        self.edition.meaning.is_some()
    }

    /// What ranks the products of this edition.
    pub fn ranking(&self) -> Ranking {
        self.edition.ranking()
    }

    /// The same edition at a moment of the shop's time, when rules with dates hold or not; without one they do not.
    #[must_use]
    pub fn at(&self, at: DateTime) -> Self {
        Catalog { at: Some(at), ..self.clone() }
    }

    /// The same edition as somebody sees it who pays these prices: every product bears them, and so do orders and limits
    /// by price.
    #[must_use]
    pub fn at_prices_of(&self, prices: Arc<dyn Prices>) -> Self {
        let shown = Some(Arc::new(prices::Shown::new(prices)));
        let edition = Edition { shown, ..Edition::clone(&self.edition) };
        Catalog { edition: Arc::new(edition), ..self.clone() }
    }

    fn edition(&self) -> &Arc<Edition> {
        &self.edition
    }

    /// The best `limit` products for a query. The words are matched with synonyms and with their spelling corrected; a
    /// product needs all of them, or most when none has all ([`Hits::partial`]). Conditions of one kind are alternatives,
    /// those of different kinds must all hold; a product without a price is in no price range; what a feed does not say
    /// about a product (its colour, say) is looked for in its texts.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn search(&self, query: &ProductQuery, limit: usize) -> Result<Hits, CatalogError> {
        let mut hits = self.edition().search(query, limit, self.at)?;
        hits.items.iter_mut().for_each(|hit| self.edition.put_price(&mut hit.product));
        Ok(hits)
    }

    /// The `limit` products whose title is nearest in meaning to a query, of those that meet its conditions. Words have no say;
    /// nothing that is far off is among them, and nothing at all without vectors.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn near(&self, query: &ProductQuery, limit: usize) -> Result<Hits, CatalogError> {
        self.edition().near_in_meaning(query, limit)
    }

    /// The ids and scores of the best products for a query, going on past those that have all of its words.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn rank(&self, wanted: &Wanted<'_>) -> Result<Vec<(ProductId, f32)>, CatalogError> {
        self.edition().rank(wanted, self.at)
    }

    /// How what a search finds is spread over brands, colours, categories and every further column.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn facets(&self, query: &ProductQuery) -> Result<Vec<FacetCounts>, CatalogError> {
        self.edition().facets(query)
    }

    /// Whether a value of a product holds the most telling of `words`, which are of `language`.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn speaks_of(&self, value: &str, words: &str, language: &str) -> Result<bool, CatalogError> {
        Ok(!self.edition().speaking_of(&[value], words, language)?.is_empty())
    }

    /// Whether any product has the most telling of `words`, which are of `language`.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn knows(&self, words: &str, language: &str) -> Result<bool, CatalogError> {
        self.edition().knows(words, language)
    }

    /// A word of the catalogue that a word which it does not know may have meant.
    pub fn suggest(&self, word: &str) -> Option<String> {
        self.edition().speller.suggest(word)
    }

    /// The sentences of a product's description that speak of `words`, which are of `language`: those with the most telling
    /// of them. Empty when none does.
    pub fn passages(
        &self,
        product: &Product,
        words: &str,
        language: &str,
    ) -> Result<Vec<String>, CatalogError> {
        self.edition().passages(&product.description, words, language)
    }

    /// Every candidate of a query with its features, for learning how to rank them.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn examples(&self, query: &ProductQuery) -> Result<Vec<(ProductId, Row)>, CatalogError> {
        self.edition().examples(query)
    }

    /// The same products, ranked by this ranker on top of everything else.
    #[must_use]
    pub fn with_ranker(&self, ranker: Ranker) -> Self {
        let edition = Edition { ranker: Some(Arc::new(ranker)), ..Edition::clone(&self.edition) };
        Catalog { edition: Arc::new(edition), ..self.clone() }
    }

    /// The product of an id, if the catalogue has it.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn get(&self, id: &ProductId) -> Result<Option<Product>, CatalogError> {
        let edition = self.edition();
        edition.address(id)?.map(|address| edition.priced_product(address)).transpose()
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
                products.push(edition.priced_product(address)?);
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
        let mut hits = self.edition().similar(product, query, limit)?;
        hits.items.iter_mut().for_each(|hit| self.edition.put_price(&mut hit.product));
        Ok(hits)
    }

    /// The best liked products that are in stock: rating × ln(1 + reviews). The score is between 0.7 and 1.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn popular(&self, limit: usize) -> Result<Vec<Hit>, CatalogError> {
        let edition = self.edition();
        let rules = ranking::Active::default();
        let (_, found) = edition.ranked(&AllQuery, false, Sort::Relevance, &rules, limit)?;
        let mut hits = edition.hits(found, false, &rules)?;
        hits.retain(|hit| hit.product.in_stock());
        hits.iter_mut().for_each(|hit| edition.put_price(&mut hit.product));
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

    /// The merchandiser's ranking (`index/ranking.yaml`).
    pub fn settings(&self) -> &RankingSettings {
        &self.edition.settings
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

/// Reads the text of a YAML file of `index/` by its name, and says what is wrong with it.
///
/// # Errors
/// Every mistake with its place.
pub fn check_text(file: &Path, text: &str) -> Result<(), Problems> {
    let mut report = Report::new(file);
    match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("shop") => drop(shop::read_shop(text, &mut report)),
        Some("lists") => drop(lists::CuratedList::read(text, &mut report)),
        Some("ranking") => drop(RankingSettings::read(text, Path::new("index"), &mut report)),
        _ => drop(synonym_file::SynonymFile::read(text, &mut report)),
    }
    if report.problems.is_empty() { Ok(()) } else { Err(Problems(report.problems)) }
}

/// The edition of the shop's files as they are now.
fn latest(
    places: &Places,
    currency: Currency,
    ranking: Ranking,
    progress: &mut dyn FnMut(Progress),
) -> Result<Edition, CatalogError> {
    let _turn = build::one_at_a_time(places)?;
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
