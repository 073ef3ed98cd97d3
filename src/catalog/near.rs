//! Products whose title means what a search means, whatever its words.

use std::collections::BTreeMap;

use rank::vectors::cosine;
use tantivy::DocAddress;

use crate::model::{ProductQuery, Trace, Vector};

use super::CatalogError;
use super::edition::Edition;
use super::plan::Plan;
use super::search::{Hit, Hits};

/// How many of the nearest are looked at.
const NEAR: usize = 100;
/// A title that is less like a message has nothing to do with it. In the demo shop nonsense and what it does not sell
/// ("pizza margherita") come to 0.38 at most, what fits by its meaning alone ("gym attire", "bedside illumination") to 0.41
/// and more.
const FLOOR: f32 = 0.4;
/// What brought a product, for its trace.
const SOURCE: &str = "meaning";

impl Edition {
    /// What is nearest in meaning of all that meets the conditions, nearest first but for what is out of stock; nothing
    /// where no vectors are, and nothing that is far off.
    pub(super) fn near_in_meaning(&self, query: &ProductQuery, limit: usize) -> Result<Hits, CatalogError> {
        let (Some(meaning), Some(wanted)) = (&self.meaning, self.meant(query)) else {
            return Ok(Hits::default());
        };
        let conditions = self.plan(&ProductQuery { text: String::new(), ..query.clone() })?.query(0);
        let keys = meaning.nearest(wanted.numbers(), NEAR);
        let vectors = meaning.vectors(&keys.iter().copied().map(Some).collect::<Vec<_>>());
        let mut items = Vec::new();
        for (key, vector) in keys.iter().zip(vectors.chunks_exact(wanted.numbers().len().max(1))) {
            let likeness = cosine(wanted.numbers(), vector);
            for at in self.titled(*key).filter(|_| likeness >= FLOOR) {
                if self.fits(&conditions, at)? {
                    items.push(self.near_hit(at, likeness)?);
                }
            }
        }
        items.sort_by_key(|hit| !hit.product.in_stock());
        let total = items.len();
        items.truncate(limit);
        Ok(Hits { items, total, by_meaning: true, ..Hits::default() })
    }

    fn near_hit(&self, at: DocAddress, likeness: f32) -> Result<Hit, CatalogError> {
        let parts = BTreeMap::from([(SOURCE.to_owned(), likeness)]);
        let trace = Trace { parts, source: SOURCE.to_owned(), ..Trace::default() };
        Ok(Hit { product: self.product(at)?, score: likeness, pinned: false, trace })
    }

    /// Candidates for a search. Those that conditions leave over are found by the words alone.
    pub(super) fn near(&self, plan: &Plan, query: &ProductQuery) -> Result<Vec<DocAddress>, CatalogError> {
        // Nothing but what is excepted: that is no condition.
        let conditions = plan.filters.len() > query.except.len();
        let (Some(meaning), Some(wanted), false) = (&self.meaning, self.meant(query), conditions) else {
            return Ok(Vec::new());
        };
        let excepted = query.except.iter().filter_map(|id| self.address(id).transpose());
        let excepted = excepted.collect::<Result<Vec<DocAddress>, _>>()?;
        let keys = meaning.nearest(wanted.numbers(), NEAR);
        let near = keys.into_iter().flat_map(|key| self.titled(key));
        Ok(near.filter(|at| !excepted.contains(at)).collect())
    }

    /// The vector of a query in the catalogue's own language: the model compares no others.
    pub(super) fn meant<'q>(&self, query: &'q ProductQuery) -> Option<&'q Vector> {
        query.meaning.as_ref().filter(|_| !self.foreign.contains_key(&query.language))
    }

    /// The products whose title has this key.
    fn titled(&self, key: u64) -> impl Iterator<Item = DocAddress> {
        self.keys.rows(key).into_iter().filter_map(|row| self.rows.get(row).copied())
    }
}
