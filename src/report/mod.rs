//! The report card of a shop's data, behind `shophand report`: who the shoppers are, what gets to be seen, how well it hits,
//! what is wrong with the data, and what was asked for in vain.

mod exposure;
mod log;
mod page;
mod plot;
mod quality;
mod segments;
#[cfg(test)]
mod tests;
mod unmet;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use exposure::{Exposure, Group, Spread};
pub use log::{Entry, Log};
pub use page::html;
pub(crate) use page::{percent, thousands};
pub use quality::{Finding, Spot};
pub use segments::{Move, NO_PRICES, Sizes};
pub use unmet::{Embed, Topic, Want, Why, remembered, words};

use crate::eval::personalization::{Arms, by_group};
use crate::import::{LeftOut, Purchases};
use crate::model::{Event, EventKind};
use crate::segments::Segments;

/// Search is judged by what was bought in so many days.
const LATELY: i64 = 30;
/// By at most so many shoppers.
const SEARCHERS: usize = 800;

/// Everything that is reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// What was judged: a file's name, or the shop's own memory.
    pub source: String,
    /// Rows of the file, or events.
    pub rows: u64,
    /// Those that can be used.
    pub events: usize,
    /// How many shoppers did them.
    pub shoppers: usize,
    /// Products in the catalogue, or in the log where there is none.
    pub products: usize,
    /// The first and the last event.
    pub from: Option<Timestamp>,
    /// See [`Card::from`].
    pub until: Option<Timestamp>,
    /// Segments with their sizes, and how they moved.
    pub segments: Option<Sizes>,
    /// What gets to be seen, and how well it hits, for each segment; absent where nobody came back.
    pub exposure: Option<Exposure>,
    /// What search finds first of what was bought in the last 30 days, for each segment and under `""` for everybody: see
    /// [`crate::eval::personalization`]. Empty where nobody bought on both sides.
    pub search: BTreeMap<String, Arms>,
    /// What is wrong with the data, what touches most first.
    pub quality: Vec<Finding>,
    /// What was asked for in vain; absent where the log holds no conversations.
    pub unmet: Option<Vec<Topic>>,
}

/// What is judged.
pub struct Material<'a> {
    /// Its name.
    pub source: String,
    /// The events.
    pub log: &'a Log,
    /// Who is in which segment.
    pub segments: &'a Segments,
    /// The wishes that were not met, where conversations are known.
    pub wants: Option<&'a [Want]>,
    /// By meaning.
    pub embed: Embed<'a>,
    /// What clocks are held against.
    pub now: Timestamp,
}

impl Card {
    /// Judges all of it. `told` hears what is being done, since that may take half a minute.
    pub fn of(material: &Material<'_>, told: &mut dyn FnMut(&str)) -> Card {
        let Material { log, now, .. } = *material;
        told("looking for what is wrong with the data");
        let quality = quality::judge(log, now);
        told("sorting shoppers into segments");
        let until = log.end(now);
        let sizes = until.map(|until| Sizes::of(log, material.segments, until));
        told("making everybody's recommendations as they would have been before the last purchase");
        let of = |owner: &str| sizes.as_ref().map_or_else(Vec::new, |sizes| sizes.of_shopper(owner));
        let exposure = exposure::judge(log, &of);
        told("searching for what was bought in the last 30 days");
        let search = until.map_or_else(BTreeMap::new, |until| searched(log, until, &of));
        let unmet = material.wants.map(|wants| {
            told("putting together what was asked for in vain");
            unmet::topics(wants, &unmet::words(log.products.values()), material.embed)
        });
        Card {
            source: material.source.clone(),
            rows: log.rows,
            events: log.len(),
            shoppers: log.owners.len(),
            products: exposure::products(log),
            from: log.events().map(|(_, entry)| entry.event.at).min(),
            until,
            segments: sizes,
            exposure,
            search,
            quality,
            unmet,
        }
    }
}

/// Both arms of search for each segment, over the last 30 days of a log.
fn searched(
    log: &Log,
    until: Timestamp,
    segments_of: &dyn Fn(&str) -> Vec<String>,
) -> BTreeMap<String, Arms> {
    let since = until.checked_sub(SignedDuration::from_hours(24 * LATELY)).unwrap_or(until);
    let bought = |entries: &[Entry]| -> Vec<Event> {
        let purchases = entries.iter().map(|entry| &entry.event);
        purchases.filter(|event| event.kind == EventKind::Purchased).cloned().collect()
    };
    let customers = log.owners.iter().map(|(owner, entries)| (owner.clone(), bought(entries)));
    let purchases = Purchases {
        customers: customers.filter(|(_, bought)| !bought.is_empty()).collect(),
        products: log.products.clone(),
        left_out: LeftOut::default(),
    };
    by_group(&purchases, since, SEARCHERS, segments_of)
}
