//! What products mean, and which others mean nearly the same: for recommending what nobody has touched yet, and for not
//! recommending ten of a kind.

use ::rank::vectors;

use crate::model::{Product, ProductId, Vector};

use super::edition::Edition;
use super::meaning::{DIMENSIONS, Meaning, key_of};
use super::{Catalog, CatalogError};

impl Catalog {
    /// What these products mean, one after the other; `None` for one whose vector is not worked out yet.
    pub fn meanings(&self, products: &[&Product]) -> Vec<Option<Vector>> {
        let Some(meaning) = &self.edition.meaning else { return vec![None; products.len()] };
        let keys: Vec<Option<u64>> = products.iter().map(|product| Some(key_of(product))).collect();
        let all = meaning.vectors(&keys);
        let known = |vector: &[i8]| vector.iter().any(|number| *number != 0).then(|| Vector::from(vector));
        all.chunks_exact(DIMENSIONS).map(known).collect()
    }

    /// The products that mean most nearly the same as this one, nearest first, with the cosine; none where its vector is not
    /// worked out yet.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn nearest(&self, id: &ProductId, limit: usize) -> Result<Vec<(ProductId, f32)>, CatalogError> {
        let edition = self.edition();
        let Some(meaning) = &edition.meaning else { return Ok(Vec::new()) };
        let row = edition.address(id)?.map(|address| edition.row(address));
        let Some(key) = row.and_then(|row| edition.keys.of(row)) else { return Ok(Vec::new()) };
        let own = meaning.vectors(&[Some(key)]);
        edition.near_vector(meaning, &own, key, limit)
    }
}

impl Edition {
    fn near_vector(
        &self,
        meaning: &Meaning,
        own: &[i8],
        key: u64,
        limit: usize,
    ) -> Result<Vec<(ProductId, f32)>, CatalogError> {
        let mut keys = meaning.nearest(own, limit + 1);
        keys.retain(|other| *other != key);
        let each: Vec<Option<u64>> = keys.iter().copied().map(Some).collect();
        let all = meaning.vectors(&each);
        let mut near = Vec::with_capacity(keys.len());
        for (key, vector) in keys.iter().zip(all.chunks_exact(DIMENSIONS)) {
            let cosine = vectors::cosine(own, vector);
            for at in self.keys.rows(*key).into_iter().filter_map(|row| self.rows.get(row)) {
                near.push((self.id_at(*at)?, cosine));
            }
        }
        Ok(near)
    }
}
