//! Shophand: a shop assistant that a shop runs itself.

pub mod catalog;
pub mod channel;
pub mod decide;
mod disk;
pub mod eval;
pub mod ids;
pub mod import;
pub mod intents;
pub mod model;
pub mod personal;
pub mod render;
pub mod socket;
pub mod store;
pub mod text;
pub mod understand;
pub mod yaml;
