//! What must survive: transcripts, dialogues, history, orders, links, the journal and the outbox.
//!
//! The trait speaks of the domain, never of trees or key ranges, so that another backend can take its place; every
//! backend passes the suite in `tests/it/store/contract.rs`. All methods block: call them from a blocking thread.

mod records;
mod sled;

pub use records::{
    Delivery, ErasureReceipt, FeedPosition, LinkToken, ShopperRecord, TranscriptFilter, TurnWrite, Update,
};
pub use sled::SledStore;

use std::collections::HashMap;
use std::io::{BufRead, Write};

use jiff::Timestamp;

use crate::model::{
    CustomerId, Dialogue, DialogueKey, Event, EventId, Order, OrderNumber, ProductId, Quote, ShopperId,
    Spent, TurnId, TurnRecord,
};

/// Why the store could not do something. Names the folder or the record and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open.
    #[error("the store {path} is in use by another process; commands reach it through that process's socket")]
    Locked { path: String },
    /// The files cannot be read as a store.
    #[error(
        "the store {path} cannot be read: {reason}; restore a backup, or move the folder away to start empty"
    )]
    Corrupt { path: String, reason: String },
    /// A record has a shape that this version cannot read.
    #[error("the record {key} in the store cannot be read: {reason}; run `shophand doctor`")]
    BadRecord { key: String, reason: String },
    /// A newer version of this program has written the folder.
    #[error(
        "the store {path} has format {found}, and this version reads up to {known}; install the newer version again"
    )]
    NewerFormat { path: String, found: u32, known: u32 },
    /// What this turn builds on was used up by another one while it was under way.
    #[error("{what} was used by another turn meanwhile; handle the message again")]
    Conflict { what: String },
    /// A backup that cannot be restored from here on.
    #[error("line {line} of the backup cannot be restored: {reason}")]
    BadBackup { line: usize, reason: String },
    /// The disk refused.
    #[error("the store {path} cannot be written: {reason}; free some disk space or check its permissions")]
    Io { path: String, reason: String },
}

/// Everything that the house remembers. Each method that writes is one transaction and is on disk when it returns.
pub trait Store: Send + Sync {
    /// Records a whole turn at once: transcript, events, dialogue, effects, outbox and the handled update.
    /// With [`crate::model::Effect::Forget`] among the effects, everything of the shopper is erased first and this turn is kept
    /// only as far as its delivery needs it, until [`Store::delivered`].
    ///
    /// # Errors
    /// Nothing is written when this fails; after [`StoreError::Io`] the store takes no more writes, and its next opening
    /// shows whether this one had reached the disk. [`StoreError::Conflict`] when a token among the effects, or the budget of a price that it
    /// promises, was spent meanwhile.
    fn record_turn(&self, turn: TurnWrite) -> Result<(), StoreError>;

    /// The dialogue's state; `None` for a new one or one of an older shape.
    fn dialogue(&self, key: &DialogueKey) -> Result<Option<Dialogue>, StoreError>;

    /// What is known of a shopper; `None` before their first turn.
    fn shopper(&self, id: &ShopperId) -> Result<Option<ShopperRecord>, StoreError>;

    /// Makes or replaces a shopper's record, as imports of demo shoppers do.
    fn put_shopper(&self, record: &ShopperRecord) -> Result<(), StoreError>;

    /// The newest `limit` events of a shopper, and of the customer linked to them, oldest first.
    fn history(&self, shopper: &ShopperId, limit: usize) -> Result<Vec<Event>, StoreError>;

    /// Removes one event of this shopper or of their linked customer; false when there is none of that id.
    fn remove_event(&self, shopper: &ShopperId, event: EventId) -> Result<bool, StoreError>;

    /// Adds events to a customer's history; an event of a known id replaces it. `position` is stored in the same transaction.
    fn import_events(
        &self,
        events: &[(CustomerId, Event)],
        position: &FeedPosition,
    ) -> Result<(), StoreError>;

    /// Every event of every customer and shopper, for training recommenders: one owner's events together. The owner
    /// is the customer's id, also for what a linked shopper did, and the shopper's id for everybody else.
    fn each_event(&self, visit: &mut dyn FnMut(&str, &Event)) -> Result<(), StoreError>;

    /// Adds or replaces orders. `position` is stored in the same transaction.
    fn import_orders(&self, orders: &[Order], position: &FeedPosition) -> Result<(), StoreError>;

    /// How far a feed was read; `None` when it never was, or was finished.
    fn feed_position(&self, feed: &str) -> Result<Option<FeedPosition>, StoreError>;

    /// The orders of one customer, newest first.
    fn orders_of(&self, customer: &CustomerId) -> Result<Vec<Order>, StoreError>;

    /// One order of one customer: `None` when it is somebody else's as well as when there is none.
    fn order_of(&self, customer: &CustomerId, number: &OrderNumber) -> Result<Option<Order>, StoreError>;

    /// The customer of an order, if this is the e-mail address on it (compared without case, in constant time).
    fn customer_by_order(&self, number: &OrderNumber, email: &str) -> Result<Option<CustomerId>, StoreError>;

    /// Failed link attempts since `since` by this shopper or on this order number, whichever is more. Attempts older
    /// than a day are not kept; those of the last day outlive `/forget`, under a digest of the shopper's id, or else
    /// the limit could be got around by it.
    fn failed_links(
        &self,
        shopper: &ShopperId,
        number: Option<&OrderNumber>,
        since: Timestamp,
    ) -> Result<usize, StoreError>;

    /// Stores a one-time token for a deep link.
    fn put_link_token(&self, token: &LinkToken) -> Result<(), StoreError>;

    /// The customer of an unspent token that has not expired at `now`.
    fn link_token(&self, token: &str, now: Timestamp) -> Result<Option<CustomerId>, StoreError>;

    /// Counts of what is stored about a shopper, by kind of record, as `/forget` would erase it; the last kind,
    /// "orders kept by the shop", is what it would not.
    fn holdings(&self, shopper: &ShopperId) -> Result<ErasureReceipt, StoreError>;

    /// Everything about a shopper as JSON, for `/export`.
    fn export(&self, shopper: &ShopperId) -> Result<serde_json::Value, StoreError>;

    /// One turn.
    fn turn(&self, id: TurnId) -> Result<Option<TurnRecord>, StoreError>;

    /// The turns of one dialogue, oldest first.
    fn turns_of(&self, key: &DialogueKey) -> Result<Vec<TurnRecord>, StoreError>;

    /// Visits turns that pass the filter, newest first, until `visit` returns false.
    fn each_turn(
        &self,
        filter: &TranscriptFilter,
        visit: &mut dyn FnMut(TurnRecord) -> bool,
    ) -> Result<(), StoreError>;

    /// Journals an update before it is handled; false when it is there already, handled or not.
    fn journal(&self, update: &Update) -> Result<bool, StoreError>;

    /// Journaled updates that were not handled, oldest first.
    fn unhandled(&self) -> Result<Vec<Update>, StoreError>;

    /// Notes that an update which an earlier run left unhandled is begun once more, and returns how often that is so now;
    /// zero for one that is not waiting.
    fn attempt(&self, id: i64) -> Result<u32, StoreError>;

    /// Marks an update as handled that makes no turn (skipped kinds). One that is not waiting is left as it is.
    fn skip_update(&self, id: i64) -> Result<(), StoreError>;

    /// Replies that Telegram has not confirmed, oldest first.
    fn undelivered(&self) -> Result<Vec<Delivery>, StoreError>;

    /// Notes how many messages of a delivery were confirmed, so that a restart goes on behind them.
    fn delivery_progress(&self, turn: TurnId, sent: usize) -> Result<(), StoreError>;

    /// Confirms a delivery, or gives it up for good with a reason that is kept with the turn (403: blocked).
    fn delivered(&self, turn: TurnId, given_up: Option<&str>) -> Result<(), StoreError>;

    /// Why a delivery was given up; `None` for one that arrived or still waits.
    fn given_up(&self, turn: TurnId) -> Result<Option<String>, StoreError>;

    /// All that a shopper, and the customer linked to them, was ever promised, oldest first.
    fn quotes(&self, shopper: &ShopperId) -> Result<Vec<Quote>, StoreError>;

    /// What the promises by a rule come to at a moment: those that hold, those that were bought, and those that ended
    /// within three days, on which a purchase may still be on its way.
    fn spent(&self, rule: &str, now: Timestamp) -> Result<Spent, StoreError>;

    /// Since when each product is known; one that is new is known from now on.
    fn note_products(
        &self,
        products: &[ProductId],
        now: Timestamp,
    ) -> Result<HashMap<ProductId, Timestamp>, StoreError>;

    /// Writes everything as JSON lines, and returns how many records there are. Writes wait until it is done.
    fn backup(&self, out: &mut dyn Write) -> Result<usize, StoreError>;

    /// Reads what [`Store::backup`] wrote into this store, which must be empty, and returns how many records came.
    fn restore(&self, from: &mut dyn BufRead) -> Result<usize, StoreError>;
}
