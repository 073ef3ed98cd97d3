//! The measures behind `shophand eval`, and whether conversations go as they should.

pub mod coverage;
pub mod golden;
pub mod intents;
pub mod rehearsal;
