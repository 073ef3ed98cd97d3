//! The one integration binary: each further one would link libtorch again.

mod catalog;
mod socket;
mod store;
mod support;
mod telegram;
mod understand;
