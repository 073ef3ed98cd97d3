//! Logs of touches as files: click sessions, sequences of items, invoices.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use learn::crowd::Step;

use crate::import::feed::{Feed, Record};
use crate::import::when;

use super::RecommendError;

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table of clicks: session, item, time
    Sessions,
    /// A line per user: the user, then the items in the order of time
    Sequences,
    /// A table of invoice lines: invoice, item, time, customer
    Invoices,
}

/// The columns of each, and what data sets call them (folded to letters in lower case).
const OWNER: [&[&str]; 2] = [&["sessionid", "session"], &["customerid", "customer", "userid", "user"]];
const ITEM: &[&str] = &["itemid", "item", "stockcode", "productid", "product"];
const TIME: &[&str] = &["time", "timestamp", "invoicedate", "date", "at"];
const INVOICE: &[&str] = &["invoiceno", "invoice", "order", "orderid"];

/// What one session or user touched, in the order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Touches {
    pub who: String,
    items: Vec<String>,
    /// Seconds since 1970, 0 where unknown.
    times: Vec<u32>,
    /// The invoice of each.
    invoices: Vec<String>,
}

impl Format {
    /// By the first line: a table has a column for the item.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(path: &Path) -> Result<Format, RecommendError> {
        let columns = Feed::open(path).and_then(|feed| feed.columns());
        let columns = columns.map_err(|error| failed(path, Format::Sessions, error.to_string()))?;
        let has = |names: &[&str]| columns.iter().any(|column| names.contains(&folded(column).as_str()));
        Ok(match (has(ITEM), has(INVOICE)) {
            (true, true) => Format::Invoices,
            (true, false) => Format::Sessions,
            (false, _) => Format::Sequences,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Format::Sessions => "sessions",
            Format::Sequences => "sequences",
            Format::Invoices => "invoices",
        }
    }
}

/// Reads a log; each session or user once, in the order of first appearance.
///
/// # Errors
/// [`RecommendError::File`] with the line.
pub(super) fn read(path: &Path, format: Format) -> Result<Vec<Touches>, RecommendError> {
    let touches = match format {
        Format::Sequences => sequences(path)?,
        _ => table(path, format)?,
    };
    if touches.is_empty() {
        return Err(failed(path, format, "it holds no row".to_owned()));
    }
    Ok(touches)
}

fn sequences(path: &Path) -> Result<Vec<Touches>, RecommendError> {
    let text = std::fs::read_to_string(path).map_err(|e| failed(path, Format::Sequences, e.to_string()))?;
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut words = line.split_whitespace().map(str::to_owned);
        let who = words.next().unwrap_or_default();
        let items: Vec<String> = words.collect();
        if items.is_empty() {
            let reason = format!("line {}: a user without items; write `user item item …`", number + 1);
            return Err(failed(path, Format::Sequences, reason));
        }
        all.push(Touches {
            who,
            times: vec![0; items.len()],
            invoices: vec![String::new(); items.len()],
            items,
        });
    }
    Ok(all)
}

fn table(path: &Path, format: Format) -> Result<Vec<Touches>, RecommendError> {
    let fail = |reason: String| failed(path, format, reason);
    let feed = Feed::open(path).map_err(|error| fail(error.to_string()))?;
    let columns = feed.columns().map_err(|error| fail(error.to_string()))?;
    let column = |names: &[&str], what: &str| {
        let found = columns.iter().find(|column| names.contains(&folded(column).as_str())).cloned();
        found.ok_or_else(|| {
            fail(format!("no column holds the {what}; its columns are {}", columns.join(", ")))
        })
    };
    let owner = column(
        OWNER[usize::from(format == Format::Invoices)],
        if format == Format::Invoices { "customer" } else { "session" },
    )?;
    let names = [owner, column(ITEM, "item")?, column(TIME, "time")?];
    let invoice = column(INVOICE, "invoice").ok();
    let mut owners: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Touches> = Vec::new();
    let mut broken = None;
    let read = feed.each(&mut |row| {
        match row
            .map_err(|(at, flaw)| format!("{at}: {}", flaw.reason))
            .and_then(|row| touch(&row, &names, invoice.as_deref()))
        {
            Ok(Some(touch)) => take(touch, &mut owners, &mut all),
            Ok(None) => {}
            Err(reason) => {
                broken = Some(reason);
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    });
    read.map_err(|error| fail(error.to_string()))?;
    if let Some(reason) = broken {
        return Err(fail(reason));
    }
    all.iter_mut().for_each(Touches::in_order);
    Ok(all)
}

/// One row: who, which item, when, on which invoice.
struct Touch {
    who: String,
    item: String,
    at: u32,
    invoice: String,
}

/// Nothing for rows without an owner or item, and for cancelled invoices.
fn touch(
    row: &Record,
    [owner, item, time]: &[String; 3],
    invoice: Option<&str>,
) -> Result<Option<Touch>, String> {
    let mut touch = Touch { who: String::new(), item: String::new(), at: 0, invoice: String::new() };
    let mut written = String::new();
    row.each_text(&mut |column, text| match column {
        column if column == owner => touch.who = text.to_owned(),
        column if column == item => touch.item = text.to_owned(),
        column if column == time => written = text.to_owned(),
        column if Some(column) == invoice => touch.invoice = text.to_owned(),
        _ => {}
    });
    if touch.who.is_empty() || touch.item.is_empty() || touch.invoice.starts_with(['C', 'c']) {
        return Ok(None);
    }
    touch.at = seconds(&written).map_err(|reason| format!("{}: {written:?}: {reason}", row.at))?;
    Ok(Some(touch))
}

/// Seconds since 1970, of a number of them or of any form that imports know.
fn seconds(text: &str) -> Result<u32, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok(seconds as u32);
    }
    let at = when(text, Timestamp::UNIX_EPOCH)?.at;
    Ok(u32::try_from(at.as_second()).unwrap_or(0))
}

fn take(touch: Touch, owners: &mut HashMap<String, usize>, all: &mut Vec<Touches>) {
    let at = *owners.entry(touch.who.clone()).or_insert(all.len());
    if at == all.len() {
        all.push(Touches { who: touch.who, ..Touches::default() });
    }
    all[at].items.push(touch.item);
    all[at].times.push(touch.at);
    all[at].invoices.push(touch.invoice);
}

impl Touches {
    /// Rows of the same time stay in the order of the file.
    fn in_order(&mut self) {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|at| self.times[*at]);
        *self = Touches {
            who: std::mem::take(&mut self.who),
            items: order.iter().map(|at| std::mem::take(&mut self.items[*at])).collect(),
            times: order.iter().map(|at| self.times[*at]).collect(),
            invoices: order.iter().map(|at| std::mem::take(&mut self.invoices[*at])).collect(),
        };
    }

    /// Where the end begins that is held out: the last invoice, or the last item.
    pub fn end(&self, format: Format) -> usize {
        let last = self.items.len().saturating_sub(1);
        match format {
            Format::Invoices => {
                self.invoices.iter().position(|invoice| *invoice == self.invoices[last]).unwrap_or(last)
            }
            _ => last,
        }
    }

    /// The first so many.
    pub fn first(&self, count: usize) -> Touches {
        Touches {
            who: self.who.clone(),
            items: self.items[..count].to_vec(),
            times: self.times[..count].to_vec(),
            invoices: self.invoices[..count].to_vec(),
        }
    }

    /// As steps; products get numbers as they come.
    pub fn number(&self, numbers: &mut HashMap<String, u32>) -> Vec<Step> {
        let steps = self.items.iter().zip(&self.times);
        let step = |(item, at): (&String, &u32)| {
            let next = numbers.len() as u32;
            Step { item: *numbers.entry(item.clone()).or_insert(next), at: *at }
        };
        steps.map(step).collect()
    }

    /// As steps, as far as the products have numbers.
    pub fn known(&self, numbers: &HashMap<String, u32>) -> Vec<Option<Step>> {
        let steps = self.items.iter().zip(&self.times);
        steps.map(|(item, at)| Some(Step { item: *numbers.get(item)?, at: *at })).collect()
    }
}

fn folded(column: &str) -> String {
    column.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn failed(path: &Path, format: Format, reason: String) -> RecommendError {
    RecommendError::File { path: path.to_owned(), format: format.name(), reason }
}
