//! The one integration binary: each further one would link libtorch again.

mod socket;
mod store;
mod support;
mod telegram;
mod understand;
