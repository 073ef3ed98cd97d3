//! Shophand: a shop assistant that a shop runs itself.

pub mod model;
pub mod store;
