//! What is judged: everybody's events, from a shop's memory or from a file, with the place that each came from.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::Timestamp;

use crate::import::feed::{Flaw, Place};
use crate::import::{ImportError, Lines, Mapping, Refused};
use crate::model::{Currency, Event, Product, ProductId};

/// One event.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Its row, where the log is a file.
    pub place: Option<Place>,
}

/// A log of events.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Everybody's events in the order of time, by whose they are.
    pub owners: BTreeMap<String, Vec<Entry>>,
    /// Rows of the file, or events of the memory.
    pub rows: u64,
    /// Rows that say nothing usable, by what is wrong with them.
    pub refused: BTreeMap<String, Vec<Refused>>,
    /// The times of the rows that were read, in the order of the file; empty for a shop's memory, which sorts them.
    pub written: Vec<(Timestamp, Place)>,
    /// The products, as the catalogue or else the log describes them.
    pub products: HashMap<ProductId, Product>,
    /// Whether `products` is a catalogue, against which events can be held.
    pub is_catalog: bool,
}

impl Log {
    /// Reads a table of events or invoices. Nothing is refused for good: what cannot be used is kept with the reason.
    ///
    /// # Errors
    /// [`ImportError`] when the file cannot be read, or has no columns for whom, when and what.
    pub fn read(
        file: &Path,
        mapping: &Mapping,
        currency: Currency,
        now: Timestamp,
    ) -> Result<Log, ImportError> {
        let mut lines = Lines::open(file, mapping, currency)?;
        let (usual, titled) = (lines.usual(), lines.has_titles());
        let mut log = Log::default();
        lines.each(usual, now, &mut |mut line| {
            log.rows += 1;
            match line.said.clone() {
                Err(flaw) => log.refuse(line.at, flaw),
                Ok((owner, event)) => {
                    log.written.push((event.at, line.at));
                    let new = |id: &&ProductId| titled && !log.products.contains_key(id);
                    if let Some(id) = event.product.as_ref().filter(new) {
                        log.products.extend(line.product(id).map(|product| (id.clone(), product)));
                    }
                    log.add(owner.as_str(), Entry { event, place: Some(line.at) });
                }
            }
        })?;
        log.sort();
        Ok(log)
    }

    /// Adds an event; [`Log::sort`] when all are there.
    pub fn add(&mut self, owner: &str, entry: Entry) {
        match self.owners.get_mut(owner) {
            Some(entries) => entries.push(entry),
            None => drop(self.owners.insert(owner.to_owned(), vec![entry])),
        }
    }

    /// Puts everybody's events in the order of time.
    pub fn sort(&mut self) {
        self.owners.values_mut().for_each(|entries| entries.sort_by_key(|entry| entry.event.at));
    }

    /// Every event with whose it is.
    pub fn events(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.owners
            .iter()
            .flat_map(|(owner, entries)| entries.iter().map(move |entry| (owner.as_str(), entry)))
    }

    /// How many usable events there are.
    pub fn len(&self) -> usize {
        self.owners.values().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// When the last event was, so far as clocks can be believed: nothing after `now` counts.
    pub fn end(&self, now: Timestamp) -> Option<Timestamp> {
        self.events().map(|(_, entry)| entry.event.at).filter(|at| *at <= now).max()
    }

    fn refuse(&mut self, at: Place, flaw: Flaw) {
        let missing = flaw.value.is_empty();
        let why = if missing || flaw.reason.starts_with("the ") {
            flaw.reason.clone()
        } else {
            format!("{}: {}", flaw.field, flaw.reason)
        };
        self.refused.entry(why).or_default().push(Refused { at, flaw });
    }
}
