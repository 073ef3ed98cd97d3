//! Learning to rank and recommending, over plain numbers: rows of features in, scores out; products are numbers from 0.
//!
//! A package of its own, so that these loops are compiled for speed even where the rest of the house is compiled for a
//! quick rebuild (see `[profile.dev.package.shophand-learn]`). It knows no shop: what a number stands for, what may be
//! shown, and how it is said, is `personal`'s and `catalog`'s.

pub mod clusters;
pub mod crowd;
pub mod logit;
pub mod trees;
