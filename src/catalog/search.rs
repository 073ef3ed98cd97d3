//! Answering a [`ProductQuery`] from one edition.

use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::Column;
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

use crate::model::{Product, ProductQuery, Sort};

use super::CatalogError;
use super::edition::Edition;
use super::plan::Plan;
use super::schema;

/// How much more the best liked product's text score counts than that of one nobody rated.
const LIKED: f64 = 0.1;
/// Without words all products match equally well; the best liked gets 1 and one nobody rated this much.
const UNRATED: f64 = 0.7;

/// A product that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// It.
    pub product: Product,
    /// 0 to 1, of the best one's score. Without words: how well liked it is.
    pub score: f32,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// Best first; what is out of stock comes last.
    pub items: Vec<Hit>,
    /// How many match in all.
    pub total: usize,
    /// Words whose spelling was corrected: as written → as searched.
    pub corrected: Vec<(String, String)>,
    /// No product has all of the words, so these have most of them.
    pub partial: bool,
}

/// In stock first, then the order that was asked for, then the score.
type Key = (bool, f64, f32);

impl Edition {
    /// The first `limit` products that match, and how many there are.
    pub(super) fn search(&self, query: &ProductQuery, limit: usize) -> Result<Hits, CatalogError> {
        let plan = self.plan(query)?;
        let mut hits = Hits { corrected: plan.corrected.clone(), ..Hits::default() };
        if !plan.words.is_empty() && plan.known_words == 0 {
            return Ok(hits);
        }
        for required in required_words(&plan) {
            let (total, found) = self.top(&plan, required, query.sort, limit)?;
            if total > 0 {
                hits.total = total;
                hits.partial = required < plan.words.len();
                hits.items = self.hits(found)?;
                break;
            }
        }
        Ok(hits)
    }

    fn top(
        &self,
        plan: &Plan,
        required: usize,
        sort: Sort,
        limit: usize,
    ) -> Result<(usize, Vec<(Key, DocAddress)>), CatalogError> {
        let query = plan.query(required);
        self.ranked(&query, plan.scores(), sort, limit)
    }

    /// The best of a query's products. Without `scores` they are ordered by how well liked they are.
    pub(super) fn ranked(
        &self,
        query: &dyn Query,
        scores: bool,
        sort: Sort,
        limit: usize,
    ) -> Result<(usize, Vec<(Key, DocAddress)>), CatalogError> {
        let most = self.meta.max_prior.max(f64::MIN_POSITIVE);
        let keys = move |segment: &SegmentReader| {
            let columns = Columns::of(segment);
            move |doc: DocId, text: Score| columns.key(doc, text, scores, sort, most)
        };
        let top = TopDocs::with_limit(limit.max(1)).tweak_score(keys);
        let (total, mut found) = self.searcher.search(query, &(Count, top))?;
        found.truncate(limit);
        Ok((total, found))
    }

    pub(super) fn hits(&self, found: Vec<(Key, DocAddress)>) -> Result<Vec<Hit>, CatalogError> {
        let best = found.iter().map(|((_, _, score), _)| *score).fold(0.0, f32::max);
        let share = |score: f32| if best > 0.0 { (score / best).clamp(0.0, 1.0) } else { 1.0 };
        found
            .into_iter()
            .map(|((_, _, score), address)| Ok(Hit { product: self.product(address)?, score: share(score) }))
            .collect()
    }
}

/// All of the words that the catalogue knows, then one fewer each time, down to half of them (rounded down, but one).
fn required_words(plan: &Plan) -> Vec<usize> {
    if plan.words.is_empty() {
        return vec![0];
    }
    let fewest = (plan.known_words / 2).max(1);
    (fewest..=plan.known_words).rev().collect()
}

/// The columns that decide on the order, of one segment.
struct Columns {
    in_stock: Option<Column<u64>>,
    price: Option<Column<i64>>,
    prior: Option<Column<f64>>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> Self {
        let columns = segment.fast_fields();
        Columns {
            in_stock: columns.u64(schema::IN_STOCK).ok(),
            price: columns.i64(schema::PRICE).ok(),
            prior: columns.f64(schema::PRIOR).ok(),
        }
    }

    fn key(&self, doc: DocId, text: Score, scores: bool, sort: Sort, most: f64) -> Key {
        let in_stock = self.in_stock.as_ref().and_then(|c| c.first(doc)) != Some(0);
        let liked = self.prior.as_ref().and_then(|c| c.first(doc)).unwrap_or(0.0) / most;
        let score =
            if scores { f64::from(text) * (1.0 + LIKED * liked) } else { UNRATED + (1.0 - UNRATED) * liked };
        let price = || self.price.as_ref().and_then(|c| c.first(doc)).map(|minor| minor as f64);
        let order = match sort {
            // No product of an index has a date.
            Sort::Relevance | Sort::Newest => score,
            Sort::Rating | Sort::Popular => liked,
            Sort::PriceUp => price().map_or(f64::NEG_INFINITY, |price| -price),
            Sort::PriceDown => price().unwrap_or(f64::NEG_INFINITY),
        };
        (in_stock, order, score as f32)
    }
}
