//! The measures behind `shophand eval`.

pub mod intents;
