//! Knowing the shopper: what their history says of their taste, and what others with a like history chose.
//!
//! Everything here is computed from events that the caller hands in; nothing is read or stored.

mod crowd;
mod diversity;
mod floor;
mod person;
mod profile;
mod rank;
mod recommend;
mod words;

#[cfg(test)]
mod tests;

pub use crowd::{Crowd, CrowdBuilder, Deed, FROM_OTHERS, HEAD, Nearest, Partner, Pick};
pub use floor::floored;
pub use person::Person;
pub use profile::Profile;
pub use rank::{Plain, Ranked, for_shopper};
pub use recommend::{Candidate, EXPLORATION, Recommendation, diversified, explored};
