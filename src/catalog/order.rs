//! In what order products come, whatever they matched.

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use crate::model::Sort;

use super::schema;

/// How much more the best liked product's text score counts than that of one nobody rated.
const LIKED: f64 = 0.1;
/// Without words all products match equally well; the best liked gets 1 and one nobody rated this much.
const UNRATED: f64 = 0.7;

/// In stock first, then the order that was asked for, then the score.
pub(super) type Key = (bool, f64, f32);

/// What the words and the rules make of a product.
#[derive(Clone, Copy)]
pub(super) struct Scored {
    /// How well the words fit.
    pub text: f32,
    /// Whether `text` counts at all.
    pub scores: bool,
    /// Of the rules.
    pub factor: f32,
    /// How well liked the best liked product is.
    pub most: f64,
    /// In minor units, where the one who asks does not pay the list price.
    pub price: Option<i64>,
}

/// What a score is multiplied by for how well liked a product is, from 0 to 1.
pub(super) fn liking(liked: f64, scores: bool) -> f64 {
    if scores { 1.0 + LIKED * liked } else { UNRATED + (1.0 - UNRATED) * liked }
}

/// The columns that decide on the order, of one segment.
pub(super) struct Columns {
    in_stock: Option<Column<u64>>,
    price: Option<Column<i64>>,
    prior: Option<Column<f64>>,
    rated: Option<Column<f64>>,
    row: Option<Column<u64>>,
}

impl Columns {
    pub fn of(segment: &SegmentReader) -> Self {
        let columns = segment.fast_fields();
        Columns {
            in_stock: columns.u64(schema::IN_STOCK).ok(),
            price: columns.i64(schema::PRICE).ok(),
            prior: columns.f64(schema::PRIOR).ok(),
            rated: columns.f64(schema::RATED).ok(),
            row: columns.u64(schema::ROW).ok(),
        }
    }

    /// The number of a product in the order of the files.
    pub fn row(&self, doc: DocId) -> Option<usize> {
        usize::try_from(self.row.as_ref()?.first(doc)?).ok()
    }

    /// Where a product comes.
    pub fn key(&self, doc: DocId, found: Scored, sort: Sort) -> Key {
        let in_stock = self.in_stock.as_ref().and_then(|c| c.first(doc)) != Some(0);
        let liked = self.prior.as_ref().and_then(|c| c.first(doc)).unwrap_or(0.0) / found.most;
        let score = f64::from(found.factor)
            * liking(liked, found.scores)
            * if found.scores { f64::from(found.text) } else { 1.0 };
        let listed = || self.price.as_ref().and_then(|c| c.first(doc));
        let price = || found.price.or_else(listed).map(|minor| minor as f64);
        let order = match sort {
            // No product of an index has a date.
            Sort::Relevance | Sort::Newest => score,
            Sort::Rating => self.rated.as_ref().and_then(|c| c.first(doc)).unwrap_or(0.0),
            Sort::Popular => liked,
            Sort::PriceUp => price().map_or(f64::NEG_INFINITY, |price| -price),
            Sort::PriceDown => price().unwrap_or(f64::NEG_INFINITY),
        };
        (in_stock, order, score as f32)
    }
}
