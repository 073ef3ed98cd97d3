//! What every import does: read row by row, refuse and note, tell how far it is, and go on where it was interrupted.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::model::{Currency, EventKind};

use super::feed::{Feed, Flaw, Format, Record};
use super::mapping::{Kind, Mapping, Reader};
use super::product::Numbers;
use super::refusals::Refusals;
use super::report::{Refused, Report};
use super::{ImportError, Progress, decimal_comma};

/// How often progress is told, in rows.
const TELL_EVERY: u64 = 500;

/// How an import is to be done.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the shop's state lies: `SHOP/.shophand`.
    pub state_dir: PathBuf,
    /// Of all prices.
    pub currency: Currency,
    /// What "12 days ago" counts from.
    pub now: Timestamp,
    /// Which column is which.
    pub mapping: Mapping,
    /// Catalogue: add and update only; without it, products that the feed no longer holds are delisted.
    pub partial: bool,
    /// Orders: a file with the customers' e-mail addresses.
    pub users: Option<PathBuf>,
    /// Events: what the rows of a feed without a column for it are. Without this, rows with a price or a quantity are
    /// purchases, others views.
    pub event: Option<EventKind>,
}

impl Options {
    /// The usual way.
    pub fn new(state_dir: &Path, currency: Currency, now: Timestamp) -> Self {
        Options {
            state_dir: state_dir.to_owned(),
            currency,
            now,
            mapping: Mapping::default(),
            partial: false,
            users: None,
            event: None,
        }
    }
}

/// Why a row is not used, or the import stops.
pub(super) enum RowError {
    Flaw(Flaw),
    Stop(ImportError),
}

impl From<Flaw> for RowError {
    fn from(flaw: Flaw) -> Self {
        RowError::Flaw(flaw)
    }
}

impl From<ImportError> for RowError {
    fn from(error: ImportError) -> Self {
        RowError::Stop(error)
    }
}

/// An import under way.
pub(super) struct Run<'p> {
    pub feed: Feed,
    pub reader: Reader,
    pub numbers: Numbers,
    pub report: Report,
    /// Names feed and mapping in the store: the same bytes read the same way go on, anything else starts anew.
    pub key: String,
    progress: &'p mut dyn FnMut(Progress),
}

/// Takes one record; the number is that of the rows before it.
pub(super) type Take<'t> = &'t mut dyn FnMut(&mut Reader, Numbers, &Record, u64) -> Result<(), RowError>;

impl<'p> Run<'p> {
    pub fn open(
        kind: Kind,
        file: &Path,
        options: &Options,
        progress: &'p mut dyn FnMut(Progress),
    ) -> Result<Self, ImportError> {
        let feed = Feed::open(file)?;
        let mut reader = Reader::new(kind, &options.mapping, &feed)?;
        let comma = match options.mapping.decimal_comma {
            Some(comma) => comma,
            None => decimal_comma(&feed, &mut reader)?,
        };
        let report = Report {
            kind: kind.name().to_owned(),
            file: file.to_owned(),
            form: form(&feed, comma),
            ..Report::default()
        };
        let key = key(kind, &feed, options);
        let numbers = Numbers { currency: options.currency, decimal_comma: comma };
        Ok(Run { feed, reader, numbers, report, key, progress })
    }

    /// Reads every row behind the first `skip`. What `take` refuses is noted; `take` may stop the import.
    pub fn each(&mut self, skip: Option<u64>, options: &Options, take: Take<'_>) -> Result<(), ImportError> {
        let mut refusals = Refusals::open(&options.state_dir, self.feed.path(), skip, &mut self.report)?;
        self.report.resumed_at = skip;
        let mut rows = 0;
        let Run { feed, reader, report, progress, numbers, .. } = self;
        let bytes_total = feed.bytes();
        feed.each(&mut |item| {
            rows += 1;
            if rows <= skip.unwrap_or(0) {
                return Ok(ControlFlow::Continue(()));
            }
            let (at, taken) = match item {
                Ok(record) => (record.at, take(reader, *numbers, &record, rows - 1)),
                Err((at, flaw)) => (at, Err(RowError::Flaw(flaw))),
            };
            match taken {
                Ok(()) => {}
                Err(RowError::Flaw(flaw)) => refusals.add(rows, Refused { at, flaw }, report)?,
                Err(RowError::Stop(error)) => {
                    refusals.flush()?;
                    return Err(error);
                }
            }
            if rows % TELL_EVERY == 0 {
                refusals.flush()?;
                progress(Progress { rows, bytes: feed.bytes_read(), bytes_total });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        refusals.flush()?;
        report.rows = rows;
        progress(Progress { rows, bytes: bytes_total, bytes_total });
        Ok(())
    }
}

fn key(kind: Kind, feed: &Feed, options: &Options) -> String {
    let way = format!("{:?} {:?} {:?}", options.mapping, options.users, options.event);
    let way = format!("{:x}", Sha256::digest(way));
    format!("{}:{}:{}", kind.name(), &feed.digest()[..32], &way[..8])
}

fn form(feed: &Feed, comma: bool) -> String {
    let format = match feed.format() {
        Format::Table { delimiter: b'\t' } => "table separated by tabs".to_owned(),
        Format::Table { delimiter } => format!("table separated by {}", char::from(delimiter)),
        Format::JsonLines => "JSON lines".to_owned(),
        Format::Json => "JSON".to_owned(),
    };
    let comma = if comma { ", decimal commas" } else { "" };
    format!("{format}, {}{comma}", feed.encoding())
}
