//! Bringing in what other systems export: catalogues, orders and events, in whatever form they come.

mod error;
pub mod feed;
mod mapping;
mod numbers;
mod product;

pub use error::ImportError;
pub use mapping::{Kind, Mapping, Reader, Row};
pub use numbers::decimal_comma;
pub use product::{Numbers, product};

use std::path::{Path, PathBuf};

/// How far a reading or a build has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows done.
    pub rows: u64,
    /// Bytes read of the files.
    pub bytes: u64,
    /// Bytes of them in all.
    pub bytes_total: u64,
}

/// Where the products of imported feeds are kept: one JSON object a line.
pub fn imported_products(state_dir: &Path) -> PathBuf {
    state_dir.join("catalog/products.jsonl")
}
