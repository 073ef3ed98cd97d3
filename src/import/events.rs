//! Events of customers' histories: what they viewed, carted, bought.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::model::{CustomerId, Event, EventId, EventKind, Money, ProductId};
use crate::store::{FeedPosition, Store};

use super::feed::{Flaw, Record};
use super::mapping::{Kind, Row};
use super::product::Numbers;
use super::run::{Options, Run};
use super::when::when;
use super::{ImportError, Progress, Report};

/// Events that are stored at once.
const BATCH: usize = 2000;

/// Brings in a feed of events. The same event keeps its id however often it is brought in, so nothing is doubled.
///
/// # Errors
/// [`ImportError`]; what was stored stays, and the same import goes on behind it.
pub fn import_events(
    file: &Path,
    store: &dyn Store,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let mut run = Run::open(Kind::Events, file, options, progress)?;
    run.reader.require(&run.feed, &["customer", "at"])?;
    let bought = run.reader.has("price") || run.reader.has("quantity");
    let usual = options.event.unwrap_or(if bought { EventKind::Purchased } else { EventKind::Viewed });
    let skip = store.feed_position(&run.key)?.map(|position| position.rows);
    let feed = run.key.clone();
    let mut batch = Vec::with_capacity(BATCH);
    run.each(skip, options, &mut |reader, numbers, record, rows_before| {
        if batch.len() == BATCH {
            let position = FeedPosition { feed: feed.clone(), rows: rows_before, finished: false };
            store.import_events(&batch, &position).map_err(ImportError::from)?;
            batch.clear();
        }
        batch.push(event(&reader.row(record), record, numbers, usual, options.now)?);
        Ok(())
    })?;
    let position = FeedPosition { feed, rows: run.report.rows, finished: true };
    store.import_events(&batch, &position)?;
    run.report.stored = run.report.rows - run.report.refused;
    Ok(run.report)
}

/// The event that a row holds; `usual` is its kind where no column says so.
///
/// # Errors
/// The first [`Flaw`].
pub fn event(
    row: &Row,
    record: &Record,
    numbers: Numbers,
    usual: EventKind,
    now: Timestamp,
) -> Result<(CustomerId, Event), Flaw> {
    let customer = customer(row.get("customer").unwrap_or_default())?;
    let kind = row.get("event").map_or(Ok(usual), kind)?;
    let session = row.get("session").map(str::to_owned);
    if let Some(invoice) = session.as_deref().filter(|_| kind == EventKind::Purchased)
        && is_cancellation(invoice)
    {
        return Err(Flaw::new("session", invoice, "the invoice was cancelled"));
    }
    let quantity = row.get("quantity").map(quantity).transpose()?;
    let product = match row.get("product") {
        Some(id) => Some(ProductId::parse(id).map_err(|error| Flaw::new("product", id, error.to_string()))?),
        None if kind == EventKind::Searched => None,
        None => return Err(Flaw::new("product", "", "the row names no product")),
    };
    let value = row.get("value");
    let written = row.get("at").unwrap_or_default();
    let time = when(written, now).map_err(|reason| Flaw::new("at", written, reason))?;
    let price_text = row.get("price").or(value.filter(|_| kind == EventKind::Purchased));
    // Events that are all "12 days ago" keep the order of the feed by a millisecond each.
    let nudge = if time.relative { i64::try_from(record.at.row).unwrap_or(0) } else { 0 };
    let at = time.at.checked_add(SignedDuration::from_millis(nudge)).unwrap_or(time.at);
    let event = Event {
        id: EventId(id(row, at)),
        at,
        kind,
        product,
        query: value.filter(|_| kind == EventKind::Searched).map(str::to_owned),
        stars: value.filter(|_| kind == EventKind::Rated).map(stars).transpose()?,
        price: price_text.map(|text| price(text, numbers)).transpose()?,
        quantity,
        session,
    };
    Ok((customer, event))
}

/// Who a row is about. Spreadsheets make `17850.0` of a number.
///
/// # Errors
/// When it names nobody.
pub fn customer(text: &str) -> Result<CustomerId, Flaw> {
    let bare = match text.strip_suffix(".0") {
        Some(number) if number.chars().all(|c| c.is_ascii_digit()) => number,
        _ => text,
    };
    if bare.is_empty() {
        return Err(Flaw::new("customer", text, "the row names no customer"));
    }
    CustomerId::parse(bare).map_err(|error| Flaw::new("customer", text, error.to_string()))
}

fn kind(text: &str) -> Result<EventKind, Flaw> {
    let word: String = text.to_lowercase().replace([' ', '-'], "_");
    Ok(match word.as_str() {
        "viewed" | "view" | "product_view" | "page_view" | "detail" => EventKind::Viewed,
        "searched" | "search" => EventKind::Searched,
        "clicked" | "click" => EventKind::Clicked,
        "carted" | "cart" | "add_to_cart" | "addtocart" | "basket" => EventKind::Carted,
        "purchased" | "purchase" | "buy" | "bought" | "transaction" | "order" => EventKind::Purchased,
        "dismissed" | "dismiss" => EventKind::Dismissed,
        "rated" | "rating" | "review" => EventKind::Rated,
        _ => {
            let known = "viewed, searched, clicked, carted, purchased, dismissed, rated";
            return Err(Flaw::new("event", text, format!("this is no event; write one of {known}")));
        }
    })
}

/// `C536379`: accounting systems prefix the numbers of cancelled invoices.
fn is_cancellation(invoice: &str) -> bool {
    invoice
        .strip_prefix(['C', 'c'])
        .is_some_and(|rest| rest.len() >= 4 && rest.chars().all(|c| c.is_ascii_digit()))
}

fn quantity(text: &str) -> Result<u32, Flaw> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    match whole.parse::<i64>() {
        Ok(number) if number > 0 => {
            u32::try_from(number).map_err(|_| Flaw::new("quantity", text, "this is too many"))
        }
        Ok(_) => Err(Flaw::new("quantity", text, "the quantity is not positive")),
        Err(_) => Err(Flaw::new("quantity", text, "this is no whole number")),
    }
}

fn stars(text: &str) -> Result<f32, Flaw> {
    match text.replace(',', ".").parse::<f32>() {
        Ok(stars) if (0.0..=5.0).contains(&stars) => Ok(stars),
        _ => Err(Flaw::new("value", text, "stars are a number from 0 to 5")),
    }
}

fn price(text: &str, numbers: Numbers) -> Result<Money, Flaw> {
    Money::parse(text, numbers.currency, numbers.decimal_comma)
        .map_err(|error| Flaw::new("price", text, error.to_string()))
}

/// The time of the event, and a digest of all that the row says of it.
fn id(row: &Row, at: Timestamp) -> Ulid {
    let mut hash = Sha256::new();
    for (field, text) in &row.fields {
        hash.update(field);
        hash.update([0]);
        hash.update(text);
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut random = [0; 16];
    random.copy_from_slice(&digest[..16]);
    Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), u128::from_be_bytes(random))
}
