//! What products mean: a vector of each title, and which are near a query's.
//!
//! The vectors of a shop lie in `.shophand/vectors/`, in an index of neighbours (HNSW, Malkov & Yashunin 2016) that is
//! mapped into memory, one file for each language model. They are found by the hash of the text, so that a feed that
//! changes a few products costs a few embeddings, whatever else it moves. A file is replaced as a whole; a search that
//! holds the one before goes on with it.

mod draft;
mod embed;
mod keys;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

pub use embed::Embedded;
pub(super) use embed::Vectors;
pub(super) use keys::{KeyWriter, Keys, key_of};

/// Numbers of a vector: those of all-MiniLM-L6-v2.
pub(super) const DIMENSIONS: usize = 384;
/// Edges of a node above the lowest layer; twice as many there.
const CONNECTIVITY: usize = 16;
/// How far is looked around for the neighbours of a new node, and of a query. The latter finds 0.94 of the true first 200 of
/// Home Depot's titles.
const EXPANSION_ADD: usize = 96;
const EXPANSION_SEARCH: usize = 100;

/// Turns texts into unit vectors; the same text into the same vector, whenever it is asked.
pub type Embed<'e> = &'e dyn Fn(&[String]) -> Result<Vec<std::sync::Arc<[f32]>>, String>;

/// The vectors of products, mapped into memory.
pub(super) struct Meaning {
    /// One search at a time: the library has working space for as many as the machine has cores, and does not check. A
    /// search takes a tenth of what embedding the query took.
    near: Mutex<Index>,
    size: usize,
    /// Digest of the products that all have a vector; empty where that is not known.
    complete: String,
}

fn options() -> IndexOptions {
    IndexOptions {
        dimensions: DIMENSIONS,
        metric: MetricKind::Cos,
        quantization: ScalarKind::I8,
        connectivity: CONNECTIVITY,
        expansion_add: EXPANSION_ADD,
        expansion_search: EXPANSION_SEARCH,
        multi: false,
    }
}

impl Meaning {
    /// Maps the file of an index of neighbours.
    ///
    /// # Errors
    /// The library's reason.
    fn view(file: &Path) -> Result<Self, String> {
        let near = Index::new(&options()).map_err(|error| error.to_string())?;
        near.view(&file.to_string_lossy()).map_err(|error| error.to_string())?;
        near.change_expansion_search(EXPANSION_SEARCH);
        let size = near.size();
        Ok(Meaning { near: Mutex::new(near), size, complete: String::new() })
    }

    /// The same, now that all products of that digest have a vector.
    pub fn complete_for(self, digest: &str) -> Self {
        Meaning { complete: digest.to_owned(), ..self }
    }

    /// Whether all products of that digest have a vector.
    pub fn is_of(&self, digest: &str) -> bool {
        self.complete == digest
    }

    /// How many texts have a vector.
    pub fn len(&self) -> usize {
        self.size
    }

    /// The keys of the texts that are nearest, nearest first.
    pub fn nearest(&self, vector: &[i8], limit: usize) -> Vec<u64> {
        let near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        // A search can only fail for want of memory; the words still find what they find.
        near.search(vector, limit).map(|found| found.keys).unwrap_or_default()
    }

    /// The vectors of some texts, one after the other; zeros for those that have none.
    pub fn vectors(&self, keys: &[Option<u64>]) -> Vec<i8> {
        let near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        let mut vectors = vec![0; keys.len() * DIMENSIONS];
        for (key, vector) in keys.iter().zip(vectors.chunks_exact_mut(DIMENSIONS)) {
            // A text without a vector leaves the zeros as they are.
            let _missing = key.map(|key| near.get(key, vector));
        }
        vectors
    }
}
