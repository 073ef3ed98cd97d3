//! The merchandisers' files under `intents/`: loading, checking, versions.
//!
//! `intents/<language>/<topic>/<file>.yaml` holds one intent each, `intents/<language>/entities/<kind>.yaml` the words
//! of one entity kind, `intents/<language>/replies.yaml` every sentence that the house itself says.

mod types;

pub use types::{Binding, EntityWords, Intent, IntentSet, Language, Replies, Slot, WordValue};
