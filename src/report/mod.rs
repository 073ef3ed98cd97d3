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

use jiff::Timestamp;
use serde::Serialize;

pub use exposure::{Exposure, Group, Spread};
pub use log::{Entry, Log};
pub use page::html;
pub(crate) use page::{percent, thousands};
pub use quality::{Finding, Spot};
pub use segments::{Move, Sizes};
pub use unmet::{Embed, Topic, Want, Why, remembered, words};

use crate::segments::Segments;

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
            quality,
            unmet,
        }
    }
}
