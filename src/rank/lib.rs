//! Scoring products against the words of a query, over plain numbers: terms are hashes, products are records of terms.
//!
//! A package of its own, so that these loops are compiled for speed even where the rest of the house is compiled for a
//! quick rebuild (see `[profile.dev.package.shophand-rank]`). It knows no index and no language: which words a query
//! has, which products are looked at, and what the shop wants of the order is `catalog`'s.

pub mod blend;
pub mod features;
pub mod forward;
pub mod typo;
pub mod vectors;

/// A term as records and queries hold it: the 32-bit FNV-1a of its bytes. Two of the some hundred thousand terms of a
/// large catalogue may share one; that they also meet in one product and one query is not to be expected.
pub fn hash(term: &str) -> u32 {
    term.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
