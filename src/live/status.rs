//! What is live, and what keeps newer files from it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is live, and what keeps newer files from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Digest of the intent files that answer.
    pub version: String,
    /// Digest of the segments and offers that answer, as traces name it.
    pub offers: String,
    /// The edition of the catalogue that answers.
    pub catalog: String,
    /// How many products it holds.
    pub products: usize,
    /// How long it took to bring the files live; `None` for those that the shop was opened with.
    pub took: Option<Duration>,
    /// The same for the products.
    pub restocked: Option<Duration>,
    /// Products have changed, and their index is being built.
    pub building: bool,
    /// What is wrong with the files as they are now, each with its place; empty when they are what answers.
    pub problems: Vec<String>,
}

/// What became of one kind of files.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Entry>);

#[derive(Debug, Default, Clone)]
pub(super) struct Entry {
    pub took: Option<Duration>,
    pub busy: bool,
    pub problems: Vec<String>,
}

impl Ledger {
    pub fn read(&self) -> Entry {
        self.lock().clone()
    }

    pub fn begin(&self) {
        self.lock().busy = true;
    }

    /// They are live. `took` is how long that took; `None` when they said what was live already. True when something
    /// had been wrong with them.
    pub fn live(&self, took: Option<Duration>) -> bool {
        let mut entry = self.lock();
        entry.busy = false;
        entry.took = took.or(entry.took);
        !std::mem::take(&mut entry.problems).is_empty()
    }

    /// They are broken. True when this was not known.
    pub fn broken(&self, problems: Vec<String>) -> bool {
        let mut entry = self.lock();
        entry.busy = false;
        let news = entry.problems != problems;
        entry.problems = problems;
        news
    }

    fn lock(&self) -> MutexGuard<'_, Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
