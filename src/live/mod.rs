//! What merchandisers change while the shop is open: a saved file goes live as a whole or not at all.
//!
//! ```text
//! intents/, index/shop.yaml ─► watch ─► reload ─► Snapshot ─► Current ─► the next turn
//! ```

mod reload;
mod snapshot;
mod watch;

pub use reload::{Reloader, Status};
pub use snapshot::{Current, Snapshot, load_intents, read_intents};
pub use watch::{Pace, Watch, watch};
