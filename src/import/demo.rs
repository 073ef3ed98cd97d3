//! The demo shop's people, their past and their orders, brought in when its store is first made.

use std::ops::ControlFlow;
use std::path::Path;

use crate::model::{CustomerId, Personalization, ShopperId};
use crate::store::{ShopperRecord, Store};

use super::feed::{Feed, Flaw};
use super::mapping::{Kind, Mapping, Reader};
use super::run::Options;
use super::{ImportError, Report, import_events, import_orders};

/// Brings in `index/demo/` of a shop, as far as it is there: each of `shoppers.csv` becomes a shopper of that name (for
/// `chat --as NAME`) who is linked to the customer of that name; `events.csv` and `orders.jsonl` are theirs.
///
/// # Errors
/// [`ImportError`] when a file cannot be read or stored, or when a shopper's row is wrong.
pub fn import_demo(
    shop_dir: &Path,
    store: &dyn Store,
    options: &Options,
) -> Result<Vec<Report>, ImportError> {
    let demo = shop_dir.join("index/demo");
    let mut reports = Vec::new();
    let shoppers = demo.join("shoppers.csv");
    if shoppers.is_file() {
        import_shoppers(&shoppers, store, options)?;
    }
    let events = demo.join("events.csv");
    if events.is_file() {
        reports.push(import_events(&events, store, options, &mut |_| ())?);
    }
    let orders = demo.join("orders.jsonl");
    if orders.is_file() {
        reports.push(import_orders(&orders, store, options, &mut |_| ())?);
    }
    Ok(reports)
}

fn import_shoppers(file: &Path, store: &dyn Store, options: &Options) -> Result<(), ImportError> {
    let feed = Feed::open(file)?;
    let mut reader = Reader::new(Kind::Users, &Mapping::default(), &feed)?;
    feed.each(&mut |item| {
        let wrong = |at, flaw: Flaw| {
            let Flaw { field, value, reason } = flaw;
            ImportError::Row { file: file.to_owned(), at, field, value, reason }
        };
        let record = item.map_err(|(at, flaw)| wrong(at, flaw))?;
        let row = reader.row(&record);
        let text = row.get("customer").unwrap_or_default();
        let bad_id = |error: crate::model::BadId| wrong(record.at, Flaw::new("id", text, error.to_string()));
        store.put_shopper(&ShopperRecord {
            id: ShopperId::parse(text).map_err(bad_id)?,
            customer: Some(CustomerId::parse(text).map_err(bad_id)?),
            name: row.get("name").map(str::to_owned),
            personalization: Personalization::On,
            first_seen: options.now,
            last_seen: options.now,
            wants_person: None,
        })?;
        Ok(ControlFlow::Continue(()))
    })
}
