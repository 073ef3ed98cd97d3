//! From a message to its meaning.

pub mod classifier;
pub mod encoder;
mod wording;

pub use wording::wording;
