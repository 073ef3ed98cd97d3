//! What can be wrong with a shop's catalogue, said so that its operator can mend it.

use std::io;
use std::path::{Path, PathBuf};

use crate::import::ImportError;
use crate::problem::Problems;

/// Why the catalogue cannot be opened, built or searched.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A file of the shop cannot be read.
    #[error("{}: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// The system's or our reason, and what to do.
        reason: String,
    },
    /// Files of the shop are no sound YAML or say something that they cannot mean: each mistake with its place.
    #[error(transparent)]
    Files(#[from] Problems),
    /// The product file has a row that cannot be a product, or cannot be read at all.
    #[error(transparent)]
    Feed(#[from] ImportError),
    /// Nothing is for sale yet.
    #[error(
        "the shop {} has no products; write index/products.csv or run `shophand import catalog FILE`",
        shop.display()
    )]
    NoProducts {
        /// The shop's folder.
        shop: PathBuf,
    },
    /// The built index is damaged.
    #[error("the product index {} is damaged: {reason}; run `shophand index rebuild`", path.display())]
    Corrupt {
        /// The generation's folder or the file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The index cannot be written.
    #[error(
        "the product index {} cannot be written: {reason}; free some disk space or check its permissions; \
         the index before is still in use",
        path.display()
    )]
    Write {
        /// Where.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// What products mean cannot be worked out.
    #[error("the products cannot be embedded: {0}; they are found by their words meanwhile")]
    Embed(String),
    /// A search failed inside the index.
    #[error("the product index failed: {0}; run `shophand doctor`")]
    Search(String),
}

impl CatalogError {
    pub(super) fn file(file: &Path, error: &io::Error) -> Self {
        CatalogError::File { file: file.to_owned(), reason: error.to_string() }
    }

    pub(super) fn write(path: &Path, error: impl std::fmt::Display) -> Self {
        CatalogError::Write { path: path.to_owned(), reason: error.to_string() }
    }

    pub(super) fn corrupt(path: &Path, error: impl std::fmt::Display) -> Self {
        CatalogError::Corrupt { path: path.to_owned(), reason: error.to_string() }
    }
}

impl From<tantivy::TantivyError> for CatalogError {
    fn from(error: tantivy::TantivyError) -> Self {
        CatalogError::Search(error.to_string())
    }
}
