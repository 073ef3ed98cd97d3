//! The ranking behind every search.

use crate::model::{ProductId, ProductQuery, Sort};

use super::CatalogError;
use super::edition::Edition;
use super::ranking::Active;

/// What to rank, and how deep.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The words and conditions.
    pub query: &'a ProductQuery,
    /// How many products at most.
    pub limit: usize,
}

impl Edition {
    /// The best products with any of the words.
    pub(super) fn rank(&self, wanted: &Wanted<'_>) -> Result<Vec<(ProductId, f32)>, CatalogError> {
        let plan = self.plan(wanted.query)?;
        let (_, found) =
            self.ranked(&plan.query(1), plan.scores(), Sort::Relevance, &Active::default(), wanted.limit)?;
        found.into_iter().map(|((_, _, score), address)| Ok((self.product(address)?.id, score))).collect()
    }
}
