//! Shophand: a shop assistant that a shop runs itself.

pub mod intents;
pub mod model;
pub mod store;
