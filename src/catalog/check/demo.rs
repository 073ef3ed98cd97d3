//! The demo's shoppers, their past and their orders.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::import::feed::{Feed, Flaw, Record};
use crate::import::{self, Kind, Mapping, Numbers, Reader, Row};
use crate::model::{Currency, EventKind, Money, Order, ProductId};
use crate::problem::{Finding, Severity, Spot};

use super::Desk;
use super::shelf::Shelf;
use super::table::Table;

const SHOPPERS: &str = "index/demo/shoppers.csv";
const EVENTS: &str = "index/demo/events.csv";
const ORDERS: &str = "index/demo/orders.jsonl";

/// Somebody of the crowd, who needs no row of their own.
const CROWD: &str = "guest-";

pub(super) fn check(desk: &mut Desk<'_>, shelf: &Shelf, currency: Currency) {
    let now = desk.beside.now;
    let mut shoppers = HashSet::new();
    each(desk, SHOPPERS, Kind::Users, currency, &mut |row, record, _, notes| {
        let id = import::customer(row.get("customer").unwrap_or_default())?;
        if !shoppers.insert(id.as_str().to_owned()) {
            notes.add(record, "customer", id.as_str(), "shopper", format!("{id} has two rows"));
        }
        Ok(())
    });
    let known = |id: &str| shoppers.is_empty() || shoppers.contains(id) || id.starts_with(CROWD);
    let sold = |id: &Option<ProductId>| id.as_ref().is_none_or(|id| shelf.has_row(id.as_str()));
    each(desk, EVENTS, Kind::Events, currency, &mut |row, record, numbers, notes| {
        let (customer, event) = import::event(row, record, numbers, EventKind::Viewed, now)?;
        if !known(customer.as_str()) {
            let message = format!("{SHOPPERS} has no {customer}");
            notes.add(record, "customer", customer.as_str(), "shopper", message);
        }
        if let Some(product) = event.product.as_ref().filter(|_| !sold(&event.product)) {
            let message = format!("there is no product {product}");
            notes.add(record, "product", product.as_str(), "product", message);
        }
        Ok(())
    });
    each(desk, ORDERS, Kind::Orders, currency, &mut |row, record, numbers, notes| {
        let order = import::order(row, record, numbers, now)?;
        let number = order.number.as_str();
        if !known(order.customer.as_str()) {
            let message = format!("order {number} is of {}, whom {SHOPPERS} has not", order.customer);
            notes.add(record, "customer", order.customer.as_str(), "shopper", message);
        }
        for product in
            order.lines.iter().filter(|line| !sold(&line.product)).filter_map(|line| line.product.as_ref())
        {
            let message = format!("order {number} has the product {product}, which there is not");
            notes.add(record, "product", product.as_str(), "product", message);
        }
        if let Some((total, sum)) = wrong_total(&order) {
            let message = format!("order {number} has a total of {total}, but items and shipping make {sum}");
            notes.add(record, "total", &total.decimal(), "total", message);
        }
        Ok(())
    });
}

fn wrong_total(order: &Order) -> Option<(Money, Money)> {
    let total = order.total?;
    let mut minor = order.shipping.map_or(0, |shipping| shipping.minor);
    for line in &order.lines {
        minor += line.price?.minor * i64::from(line.quantity);
    }
    (minor != total.minor).then_some((total, Money { minor, ..total }))
}

/// What is to be said of rows that can be read.
struct Notes<'t> {
    table: &'t Table,
    found: Vec<Finding>,
    /// What was said → how many rows it is true of, and which finding says it.
    said: HashMap<String, (usize, usize)>,
}

impl Notes<'_> {
    fn add(&mut self, record: &Record, field: &str, value: &str, check: &'static str, message: String) {
        if let Some((rows, _)) = self.said.get_mut(&message) {
            *rows += 1;
            return;
        }
        self.said.insert(message.clone(), (1, self.found.len()));
        let at = self.table.spot(record.at, field, Some(value));
        self.found.push(Finding::warning(check, at, message));
    }

    /// What is true of several rows is said once, at the first.
    fn finish(mut self) -> Vec<Finding> {
        for (rows, at) in self.said.into_values().filter(|(rows, _)| *rows > 1) {
            self.found[at].message.push_str(&format!(", in {rows} rows"));
        }
        self.found
    }
}

type Judge<'j> = &'j mut dyn FnMut(&Row, &Record, Numbers, &mut Notes<'_>) -> Result<(), Flaw>;

/// Visits the rows of a file, as far as it is there. A row that the import would refuse is a finding.
fn each(desk: &mut Desk<'_>, name: &str, kind: Kind, currency: Currency, judge: Judge<'_>) {
    let Some(text) = desk.text(name) else { return };
    let path = desk.places.shop.join(name);
    let opened =
        Feed::open(&path).and_then(|feed| Ok((Reader::new(kind, &Mapping::default(), &feed)?, feed)));
    let (mut reader, feed) = match opened {
        Ok((reader, feed)) => (reader, feed),
        Err(error) => return desk.broken(name, error.to_string()),
    };
    let numbers = Numbers { currency, decimal_comma: false };
    let table = Table::new(PathBuf::from(name), text, &feed, &reader);
    let mut notes = Notes { table: &table, found: Vec::new(), said: HashMap::new() };
    let read = feed.each(&mut |item| {
        let judged = match item {
            Ok(record) => {
                let row = reader.row(&record);
                judge(&row, &record, numbers, &mut notes).map_err(|flaw| (record.at, flaw))
            }
            Err(refused) => Err(refused),
        };
        if let Err((at, Flaw { field, value, reason })) = judged {
            let message = if value.is_empty() { reason } else { format!("{field} {value:?}: {reason}") };
            let at: Spot = table.spot(at, &field, Some(&value));
            // With a wrong shopper the demo's store cannot be made; other rows are left out and reported.
            let severity = if kind == Kind::Users { Severity::Error } else { Severity::Warning };
            notes.found.push(Finding { severity, ..Finding::warning("refused", at, message) });
        }
        Ok(ControlFlow::Continue(()))
    });
    desk.found.extend(notes.finish());
    if let Err(error) = read {
        desk.broken(name, error.to_string());
    }
}
