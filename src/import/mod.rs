//! Bringing in what other systems export: catalogues, orders and events, in whatever form they come.
//!
//! [`feed`] reads rows; [`Reader`] puts them under our names; one file for each kind makes products, orders and events of
//! them. Products go to `.shophand/catalog/products.jsonl`, orders and events to the store.

mod catalog;
mod demo;
mod distil;
mod error;
mod events;
pub mod feed;
mod lines;
mod mapping;
mod numbers;
mod orders;
mod product;
mod purchases;
mod refusals;
mod report;
mod run;
#[cfg(test)]
mod tests;
mod when;

pub use catalog::import_catalog;
pub use demo::import_demo;
pub use error::ImportError;
pub use events::{customer, event, import_events};
pub use lines::{Line, Lines};
pub use mapping::{Kind, Mapping, Reader, Row};
pub use numbers::decimal_comma;
pub use orders::{import_orders, order};
pub use product::{Numbers, product};
pub use purchases::{LeftOut, Names, Purchases};
pub use report::{Refused, Report};
pub use run::Options;
pub use when::{When, when};

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
