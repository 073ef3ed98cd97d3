//! What is judged: everybody's events, from a shop's memory or from a file, with the place that each came from.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;

use crate::import::feed::{Feed, Flaw, Place};
use crate::import::{self, ImportError, Kind, Mapping, Numbers, Reader, Refused};
use crate::model::{Currency, Event, EventKind, Product, ProductId};

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
    pub fn read(file: &Path, mapping: &Mapping, now: Timestamp) -> Result<Log, ImportError> {
        let feed = Feed::open(file)?;
        let mut reader = Reader::new(Kind::Events, mapping, &feed)?;
        reader.require(&feed, &["customer", "at"])?;
        let mut products = Reader::new(Kind::Catalog, mapping, &feed).ok();
        let comma = import::decimal_comma(&feed, &mut reader)?;
        let numbers = Numbers { currency: Currency::USD, decimal_comma: comma };
        let bought = reader.has("price") || reader.has("quantity");
        let usual = if bought { EventKind::Purchased } else { EventKind::Viewed };
        let mut log = Log::default();
        feed.each(&mut |record| {
            log.rows += 1;
            match record {
                Err((at, flaw)) => log.refuse(at, flaw),
                Ok(record) => {
                    let row = reader.row(&record);
                    match import::event(&row, &record, numbers, usual, now) {
                        Err(flaw) => log.refuse(record.at, flaw),
                        Ok((owner, event)) => {
                            log.written.push((event.at, record.at));
                            if let Some(id) =
                                event.product.as_ref().filter(|id| !log.products.contains_key(id))
                            {
                                let described = products.as_mut().and_then(|reader| {
                                    import::product(&reader.row(&record), &record, numbers).ok()
                                });
                                log.products.extend(described.map(|product| (id.clone(), product)));
                            }
                            log.add(owner.as_str(), Entry { event, place: Some(record.at) });
                        }
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
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
