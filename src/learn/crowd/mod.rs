//! Recommending from what everybody does: parts, each with one idea, and a blend of them that is fitted on the log's end.

mod baskets;
mod blend;
mod company;
mod index;
mod kindred;
mod log;
mod parts;
mod scores;
mod trail;

#[cfg(test)]
mod tests;

pub use baskets::Baskets;
pub use blend::{Blended, Stage, Suggestion};
pub use company::{Company, Deed, Deeds};
pub use kindred::Kindred;
pub use log::{Choice, Kind, Log, Step};
pub use parts::{Content, Popular, Recommender};
