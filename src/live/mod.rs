//! What merchandisers change while the shop is open: a saved file goes live as a whole or not at all.
//!
//! ```text
//! intents/, shop.yaml, what ranks ─► watch ─► reload  ─┐
//!                                                      ├─► Snapshot ─► Current ─► the next turn
//! products, feeds                 ─► watch ─► restock ─┘
//! ```
//!
//! An index takes minutes to build where there are a million products: the two are watched apart, so that an answer that
//! was put right does not wait for them.

mod meaning;
mod reload;
mod snapshot;
mod status;
mod watch;

pub use meaning::Meanings;
pub use reload::Reloader;
pub use snapshot::{Current, Snapshot, load_intents, read_intents};
pub use status::Status;
pub use watch::{Pace, Watch, watch};
