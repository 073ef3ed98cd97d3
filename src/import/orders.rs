//! Orders: one a record with its lines within (JSON), or one a run of rows with a line each (tables).

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{CustomerId, Money, Order, OrderLine, OrderNumber, OrderStatus, ProductId, Tracking};
use crate::store::{FeedPosition, Store};

use super::events::customer;
use super::feed::{Feed, Flaw, Record, json_text};
use super::mapping::{Kind, Mapping, Reader, Row};
use super::product::Numbers;
use super::run::{Options, Run};
use super::when::when;
use super::{ImportError, Progress, Report};

/// Orders that are stored at once.
const BATCH: usize = 500;

/// The keys under which systems keep an order's lines.
const LINES: [&str; 4] = ["items", "lines", "line_items", "products"];

/// Brings in a feed of orders; an order of a known number is replaced.
///
/// # Errors
/// [`ImportError`]; what was stored stays, and the same import goes on behind it.
pub fn import_orders(
    file: &Path,
    store: &dyn Store,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let emails = options.users.as_deref().map(emails).transpose()?.unwrap_or_default();
    let mut run = Run::open(Kind::Orders, file, options, progress)?;
    run.reader.require(&run.feed, &["number", "status"])?;
    let skip = store.feed_position(&run.key)?.map(|position| position.rows);
    let mut orders = Orders { store, feed: run.key.clone(), whole: Vec::new(), open: None, stored: 0 };
    run.each(skip, options, &mut |reader, numbers, record, rows_before| {
        let row = reader.row(record);
        let mut order = order(&row, record, numbers, options.now)?;
        if order.email.is_none() {
            order.email = emails.get(&order.customer).cloned();
        }
        orders.add(order, rows_before)?;
        Ok(())
    })?;
    orders.finish(run.report.rows)?;
    run.report.stored = orders.stored;
    if orders.stored > 0 && run.report.refused > 0 {
        run.report
            .notes
            .push("a refused row may be one line of an order that is stored without it".to_owned());
    }
    Ok(run.report)
}

/// Gathers the rows of one order, and orders into batches.
struct Orders<'s> {
    store: &'s dyn Store,
    feed: String,
    whole: Vec<Order>,
    open: Option<Order>,
    stored: u64,
}

impl Orders<'_> {
    fn add(&mut self, order: Order, rows_before: u64) -> Result<(), ImportError> {
        if let Some(open) = &mut self.open
            && open.number == order.number
            && open.customer == order.customer
        {
            open.lines.extend(order.lines);
            return Ok(());
        }
        self.whole.extend(self.open.replace(order));
        if self.whole.len() >= BATCH {
            self.store_whole(rows_before, false)?;
        }
        Ok(())
    }

    fn finish(&mut self, rows: u64) -> Result<(), ImportError> {
        self.whole.extend(self.open.take());
        self.store_whole(rows, true)
    }

    fn store_whole(&mut self, rows: u64, finished: bool) -> Result<(), ImportError> {
        let position = FeedPosition { feed: self.feed.clone(), rows, finished };
        self.store.import_orders(&self.whole, &position)?;
        self.stored += self.whole.len() as u64;
        self.whole.clear();
        Ok(())
    }
}

/// Customer → e-mail address, from a file of users.
fn emails(file: &Path) -> Result<HashMap<CustomerId, String>, ImportError> {
    let feed = Feed::open(file)?;
    let mut reader = Reader::new(Kind::Users, &Mapping::default(), &feed)?;
    let mut emails = HashMap::new();
    feed.each(&mut |item| {
        let Ok(record) = item else { return Ok(ControlFlow::Continue(())) };
        let row = reader.row(&record);
        let id = row.get("customer").or(record.key.as_deref()).unwrap_or_default();
        if let (Ok(id), Some(email)) = (customer(id), row.get("email")) {
            emails.insert(id, email.to_lowercase());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(emails)
}

/// The order, or the line of one, that a row holds.
///
/// # Errors
/// The first [`Flaw`].
pub fn order(row: &Row, record: &Record, numbers: Numbers, now: Timestamp) -> Result<Order, Flaw> {
    let number = row.get("number").or(record.key.as_deref()).unwrap_or_default();
    let number =
        OrderNumber::parse(number).map_err(|error| Flaw::new("number", number, error.to_string()))?;
    let email = row.get("email").map(|email| email.trim().to_lowercase());
    let customer = customer(row.get("customer").or(email.as_deref()).unwrap_or_default())?;
    let status = row.get("status").ok_or_else(|| Flaw::new("status", "", "the order has no status"))?;
    let money = |field: &str| row.get(field).map(|text| money(field, text, numbers)).transpose();
    Ok(Order {
        number,
        customer,
        email,
        status: OrderStatus::from_words(status),
        placed_at: time(row, "placed_at", now)?,
        lines: lines(row, record, numbers)?,
        shipping: money("shipping")?,
        total: match money("total")? {
            Some(total) => Some(total),
            None => paid(record, numbers)?,
        },
        address: address(row, record),
        payment: payment(row, record),
        tracking: tracking(row, record, now)?,
    })
}

fn money(field: &str, text: &str, numbers: Numbers) -> Result<Money, Flaw> {
    Money::parse(text, numbers.currency, numbers.decimal_comma)
        .map_err(|error| Flaw::new(field, text, error.to_string()))
}

fn time(row: &Row, field: &str, now: Timestamp) -> Result<Option<Timestamp>, Flaw> {
    let read =
        |text: &str| when(text, now).map(|when| when.at).map_err(|reason| Flaw::new(field, text, reason));
    row.get(field).map(read).transpose()
}

fn lines(row: &Row, record: &Record, numbers: Numbers) -> Result<Vec<OrderLine>, Flaw> {
    let listed = LINES.iter().find_map(|key| record.json(key)).and_then(Value::as_array);
    if let Some(items) = listed {
        return items.iter().map(|item| json_line(item, numbers)).collect();
    }
    let Some(title) = row.get("title").or(row.get("product")) else { return Ok(Vec::new()) };
    let options: Vec<&str> = ["colour", "size"].iter().filter_map(|field| row.get(field)).collect();
    let line = OrderLine {
        product: row.get("product").map(product).transpose()?,
        title: title.to_owned(),
        quantity: pieces(row.get("quantity").unwrap_or("1"))?,
        price: row.get("price").map(|text| money("price", text, numbers)).transpose()?,
        options: options.join(", "),
    };
    Ok(vec![line])
}

fn json_line(item: &Value, numbers: Numbers) -> Result<OrderLine, Flaw> {
    let text = |names: &[&str]| names.iter().find_map(|name| item.get(name).and_then(json_text));
    let id = text(&["product", "product_id", "sku", "id"]);
    let title = text(&["title", "name", "product_name"]).or_else(|| id.clone());
    let title =
        title.ok_or_else(|| Flaw::new("items", &item.to_string(), "a line has neither title nor product"))?;
    Ok(OrderLine {
        product: id.as_deref().map(product).transpose()?,
        title,
        quantity: pieces(&text(&["quantity", "qty"]).unwrap_or_else(|| "1".to_owned()))?,
        price: text(&["price", "unit_price"]).map(|text| money("price", &text, numbers)).transpose()?,
        options: options(item),
    })
}

/// `blue, 40` for what every shopper understands, `resolution: 1080p` for the rest.
fn options(item: &Value) -> String {
    let mut parts = Vec::new();
    for (name, value) in item.as_object().into_iter().flatten() {
        if matches!(name.as_str(), "colour" | "color" | "size" | "variant") {
            parts.extend(json_text(value));
        }
    }
    for (name, value) in item.get("options").and_then(Value::as_object).into_iter().flatten() {
        let Some(text) = json_text(value) else { continue };
        match name.as_str() {
            "colour" | "color" | "size" => parts.push(text),
            other => parts.push(format!("{other}: {text}")),
        }
    }
    parts.join(", ")
}

fn product(id: &str) -> Result<ProductId, Flaw> {
    ProductId::parse(id).map_err(|error| Flaw::new("product", id, error.to_string()))
}

fn pieces(text: &str) -> Result<u32, Flaw> {
    match text.strip_suffix(".0").unwrap_or(text).parse() {
        Ok(pieces) if pieces > 0 => Ok(pieces),
        _ => Err(Flaw::new("quantity", text, "this is no number of pieces; write 1 or more")),
    }
}

/// What was paid first, where the order keeps a list of payments instead of a total.
fn paid(record: &Record, numbers: Numbers) -> Result<Option<Money>, Flaw> {
    let amount = first_payment(record).and_then(|payment| payment.get("amount")).and_then(json_text);
    amount.map(|text| money("total", &text, numbers)).transpose()
}

fn first_payment(record: &Record) -> Option<&Value> {
    record.json("payment_history").or_else(|| record.json("payments"))?.as_array()?.first()
}

fn payment(row: &Row, record: &Record) -> String {
    if let Some(payment) = row.get("payment") {
        return payment.to_owned();
    }
    let id = first_payment(record).and_then(|payment| {
        ["method", "payment_method", "payment_method_id"]
            .iter()
            .find_map(|key| payment.get(key).and_then(json_text))
    });
    // `credit_card_4998749` names a record of the shop's system; a shopper knows the kind only.
    let words = id.unwrap_or_default();
    words.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').replace('_', " ")
}

fn address(row: &Row, record: &Record) -> String {
    const PARTS: [&str; 11] = [
        "name",
        "address1",
        "address2",
        "street",
        "line1",
        "line2",
        "city",
        "state",
        "zip",
        "postal_code",
        "country",
    ];
    if let Some(address) = row.get("address") {
        return address.to_owned();
    }
    let nested = ["address", "shipping_address"].iter().find_map(|key| record.json(key));
    let part = |name: &&str| nested.and_then(|address| address.get(*name)).and_then(json_text);
    PARTS.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

fn tracking(row: &Row, record: &Record, now: Timestamp) -> Result<Option<Tracking>, Flaw> {
    let sent = record.json("fulfillments").and_then(Value::as_array).and_then(|list| list.first());
    let of_parcel = |names: &[&str]| {
        let text = names.iter().find_map(|name| sent?.get(name).and_then(json_text));
        text.map(|text| text.split('|').next().unwrap_or_default().to_owned())
    };
    let number =
        row.get("tracking").map(str::to_owned).or_else(|| of_parcel(&["tracking_number", "tracking_id"]));
    let carrier =
        row.get("carrier").map(str::to_owned).or_else(|| of_parcel(&["carrier", "tracking_company"]));
    let eta = time(row, "eta", now)?;
    if number.is_none() && carrier.is_none() && eta.is_none() {
        return Ok(None);
    }
    Ok(Some(Tracking { carrier: carrier.unwrap_or_default(), number: number.unwrap_or_default(), eta }))
}
