//! The measures behind `shophand eval`, and whether conversations go as they should.

pub mod golden;
pub mod intents;
