//! The merchandisers' files under `intents/`: loading, checking, versions.
//!
//! `intents/<language>/<topic>/<file>.yaml` holds one intent each, `intents/<language>/entities/<kind>.yaml` the words
//! of one entity kind, `intents/<language>/replies.yaml` every sentence that the house itself says, and
//! `intents/<language>/grammar.yaml` the small words that messages are read by.

mod across;
mod binding;
pub mod check;
pub mod edit;
mod grammar;
pub mod import;
mod intent_file;
mod load;
mod marks;
mod places;
pub mod schema;
mod types;
mod word_files;

pub use binding::Binding;
pub use intent_file::action_names;
#[cfg(test)]
pub(crate) use load::grammar_from;
pub use load::{Expected, Files, check_text, yaml_files};
pub use marks::{Mark, Marked, marks};
pub use places::Placed;
pub use types::{
    AgeRange, AgeWords, DateUnit, DateWords, EntityWords, Grammar, Intent, IntentSet, Language, Replies,
    Slot, WordValue,
};

#[cfg(test)]
mod tests;
