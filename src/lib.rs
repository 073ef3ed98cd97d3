//! Shophand: a shop assistant that a shop runs itself.

pub mod channel;
pub mod decide;
pub mod ids;
pub mod intents;
pub mod model;
pub mod personal;
pub mod render;
pub mod socket;
pub mod store;
pub mod text;
