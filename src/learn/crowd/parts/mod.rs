//! The recommenders: small parts behind one trait, each with one idea of what comes next.

mod content;
mod neighbours;
mod popular;
mod table;
mod tables;

pub use content::Content;
pub use neighbours::{Kin, Neighbours};
pub use popular::Popular;
pub(super) use table::Table;
pub use tables::{Counts, Lookup};

use super::scores::Scores;
use super::trail::Trail;

/// One idea of what a shopper may want next.
pub trait Recommender: Send + Sync + std::fmt::Debug {
    /// How the part is called in traces and figures.
    fn name(&self) -> &'static str;

    /// Adds a score, 0 or more on a scale of its own, for each product that the part would recommend.
    fn recommend(&self, trail: &Trail, room: &mut Room, out: &mut Scores);

    /// What the part says of a product whoever asks, on a scale to 1, where it says something of every product.
    fn of_everybody(&self, _item: u32) -> Option<f32> {
        None
    }

    /// How strongly the part connects one product of a trail with another product, where it knows.
    fn link(&self, _from: u32, _to: u32) -> f32 {
        0.0
    }
}

/// Room to work in that requests use one after the other.
#[derive(Debug, Default)]
pub struct Room {
    kin: neighbours::Kinship,
}
