//! The measures behind `shophand eval`, and whether conversations go as they should.

pub mod confusion;
mod cost;
pub mod coverage;
mod figures;
pub mod golden;
pub mod intents;
mod labelled;
pub mod matrix;
pub mod noise;
pub mod personalization;
pub mod recommend;
pub mod rehearsal;
pub mod replay;
pub mod search;
