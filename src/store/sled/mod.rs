//! The store in sled 0.34: a few trees, one transaction per write, on disk before it returns.
//!
//! `keys` is the layout, `codec` the envelope of values, `access` reading and writing, `durable` what "on disk" means,
//! `open` the folder; the other files are the domain, one part each.

mod access;
mod backup;
mod codec;
mod durable;
mod feeds;
mod forget;
mod keys;
mod links;
mod offers;
mod open;
mod people;
mod queue;
#[cfg(test)]
mod tests;
mod transcripts;
mod turns;

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::sync::Mutex;

use jiff::Timestamp;

use super::{
    Delivery, ErasureReceipt, FeedPosition, LinkToken, ShopperRecord, Store, StoreError, TranscriptFilter,
    TurnWrite, Update,
};
use crate::model::{
    CustomerId, Dialogue, DialogueKey, Event, EventId, Order, OrderNumber, ProductId, Quote, ShopperId,
    Spent, TurnId, TurnRecord,
};

/// The layout of keys and values. Raise it when an older program could not read what this one writes.
const FORMAT: u32 = 1;

/// A shop's memory in one folder. Owned by one process at a time.
pub struct SledStore {
    trees: Vec<sled::Tree>,
    db: sled::Db,
    durable: durable::Durable,
    /// Held while a write is planned and committed, so that it can read what it builds on.
    writer: Mutex<()>,
    path: String,
    /// Last, so that it is let go of after the database.
    lock: open::Lock,
}

impl Store for SledStore {
    fn record_turn(&self, turn: TurnWrite) -> Result<(), StoreError> {
        self.write(|changes| turns::record(self, changes, turn))
    }

    fn dialogue(&self, key: &DialogueKey) -> Result<Option<Dialogue>, StoreError> {
        people::dialogue(self, key)
    }

    fn shopper(&self, id: &ShopperId) -> Result<Option<ShopperRecord>, StoreError> {
        people::shopper(self, id)
    }

    fn put_shopper(&self, record: &ShopperRecord) -> Result<(), StoreError> {
        self.write(|changes| people::put_shopper(changes, record))
    }

    fn history(&self, shopper: &ShopperId, limit: usize) -> Result<Vec<Event>, StoreError> {
        people::history(self, shopper, limit)
    }

    fn remove_event(&self, shopper: &ShopperId, event: EventId) -> Result<bool, StoreError> {
        self.write(|changes| people::remove_event(self, changes, shopper, event))
    }

    fn import_events(
        &self,
        events: &[(CustomerId, Event)],
        position: &FeedPosition,
    ) -> Result<(), StoreError> {
        self.write(|changes| feeds::import_events(changes, events, position))
    }

    fn each_event(&self, visit: &mut dyn FnMut(&str, &Event)) -> Result<(), StoreError> {
        people::each_event(self, visit)
    }

    fn import_orders(&self, orders: &[Order], position: &FeedPosition) -> Result<(), StoreError> {
        self.write(|changes| feeds::import_orders(self, changes, orders, position))
    }

    fn feed_position(&self, feed: &str) -> Result<Option<FeedPosition>, StoreError> {
        self.get(keys::Tree::Feeds, &keys::feed(feed))
    }

    fn orders_of(&self, customer: &CustomerId) -> Result<Vec<Order>, StoreError> {
        feeds::orders_of(self, customer)
    }

    fn order_of(&self, customer: &CustomerId, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
        feeds::order_of(self, customer, number)
    }

    fn customer_by_order(&self, number: &OrderNumber, email: &str) -> Result<Option<CustomerId>, StoreError> {
        links::customer_by_order(self, number, email)
    }

    fn failed_links(
        &self,
        shopper: &ShopperId,
        number: Option<&OrderNumber>,
        since: Timestamp,
    ) -> Result<usize, StoreError> {
        links::failed(self, shopper, number, since)
    }

    fn put_link_token(&self, token: &LinkToken) -> Result<(), StoreError> {
        self.write(|changes| links::put_token(changes, token))
    }

    fn link_token(&self, token: &str, now: Timestamp) -> Result<Option<CustomerId>, StoreError> {
        links::token(self, token, now)
    }

    fn holdings(&self, shopper: &ShopperId) -> Result<ErasureReceipt, StoreError> {
        forget::holdings(self, shopper)
    }

    fn export(&self, shopper: &ShopperId) -> Result<serde_json::Value, StoreError> {
        people::export(self, shopper)
    }

    fn turn(&self, id: TurnId) -> Result<Option<TurnRecord>, StoreError> {
        self.get(keys::Tree::Turns, &keys::turn(id))
    }

    fn turns_of(&self, key: &DialogueKey) -> Result<Vec<TurnRecord>, StoreError> {
        transcripts::turns_of(self, key)
    }

    fn each_turn(
        &self,
        filter: &TranscriptFilter,
        visit: &mut dyn FnMut(TurnRecord) -> bool,
    ) -> Result<(), StoreError> {
        transcripts::each_turn(self, filter, visit)
    }

    fn journal(&self, update: &Update) -> Result<bool, StoreError> {
        self.write(|changes| queue::journal(self, changes, update))
    }

    fn unhandled(&self) -> Result<Vec<Update>, StoreError> {
        self.all(keys::Tree::Journal, &[])
    }

    fn attempt(&self, id: i64) -> Result<u32, StoreError> {
        self.write(|changes| queue::attempt(self, changes, id))
    }

    fn skip_update(&self, id: i64) -> Result<(), StoreError> {
        self.write(|changes| queue::skip(self, changes, id))
    }

    fn undelivered(&self) -> Result<Vec<Delivery>, StoreError> {
        queue::undelivered(self)
    }

    fn delivery_progress(&self, turn: TurnId, sent: usize) -> Result<(), StoreError> {
        self.write(|changes| queue::progress(self, changes, turn, sent))
    }

    fn delivered(&self, turn: TurnId, given_up: Option<&str>) -> Result<(), StoreError> {
        self.write(|changes| queue::delivered(self, changes, turn, given_up))
    }

    fn given_up(&self, turn: TurnId) -> Result<Option<String>, StoreError> {
        self.get(keys::Tree::GivenUp, &keys::turn(turn))
    }

    fn quotes(&self, shopper: &ShopperId) -> Result<Vec<Quote>, StoreError> {
        offers::quotes(self, shopper)
    }

    fn spent(&self, rule: &str, now: Timestamp) -> Result<Spent, StoreError> {
        offers::spent(self, rule, now)
    }

    fn note_products(
        &self,
        products: &[ProductId],
        now: Timestamp,
    ) -> Result<HashMap<ProductId, Timestamp>, StoreError> {
        self.write(|changes| offers::first_seen(self, changes, products, now))
    }

    fn backup(&self, out: &mut dyn Write) -> Result<usize, StoreError> {
        backup::write(self, out)
    }

    fn restore(&self, from: &mut dyn BufRead) -> Result<usize, StoreError> {
        backup::read(self, from)
    }
}
