//! Shophand: a shop assistant that a shop runs itself.

mod disk;
pub mod catalog;
pub mod channel;
pub mod decide;
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
