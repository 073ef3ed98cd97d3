//! Updates on their way in, replies on their way out.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::SledStore;
use super::access::Changes;
use super::keys::{self, Tree};
use super::turns::drop_attachment;
use crate::model::{TurnId, TurnRecord};
use crate::store::{Delivery, StoreError, Update};

/// Telegram keeps an update that was not fetched for a day; a week more covers a restored backup of this store.
const HANDLED_KEPT: SignedDuration = SignedDuration::from_hours(8 * 24);

/// At most so many old ids go with one write, so that none of them takes long.
const PRUNED_AT_ONCE: usize = 32;

/// A delivery, and what must go once it is done.
#[derive(Serialize, Deserialize)]
struct Parcel {
    #[serde(flatten)]
    delivery: Delivery,
    /// The turn is kept for this delivery only: its shopper asked to be forgotten.
    #[serde(default)]
    erase_turn: bool,
    /// The reply carries a file that is not kept.
    #[serde(default)]
    drop_attachment: bool,
}

pub(super) fn journal(store: &SledStore, changes: &mut Changes, update: &Update) -> Result<bool, StoreError> {
    let key = keys::update(update.id);
    if store.has(Tree::Journal, &key)? || store.has(Tree::Handled, &keys::handled(update.id))? {
        return Ok(false);
    }
    changes.put(Tree::Journal, key, update)?;
    Ok(true)
}

/// Drops an update from the journal and remembers only its id, for as long as it may come again.
pub(super) fn handle(
    store: &SledStore,
    changes: &mut Changes,
    id: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    changes.remove(Tree::Journal, keys::update(id));
    changes.mark(Tree::Handled, keys::handled(id));
    changes.mark(Tree::Handled, keys::handled_at(at, id));
    let kept_since = at.saturating_sub(HANDLED_KEPT).unwrap_or(Timestamp::MIN).as_millisecond();
    for entry in store.scan(Tree::Handled, keys::HANDLED_BY_TIME).take(PRUNED_AT_ONCE) {
        let (key, _) = entry?;
        match keys::split_handled_at(&key) {
            Some((at, id)) if at < kept_since => {
                changes.remove(Tree::Handled, keys::handled(id));
                changes.remove(Tree::Handled, key);
            }
            _ => break,
        }
    }
    Ok(())
}

pub(super) fn attempt(store: &SledStore, changes: &mut Changes, id: i64) -> Result<u32, StoreError> {
    let key = keys::update(id);
    let Some(mut update) = store.get::<Update>(Tree::Journal, &key)? else { return Ok(0) };
    update.attempts = update.attempts.saturating_add(1);
    changes.put(Tree::Journal, key, &update)?;
    Ok(update.attempts)
}

pub(super) fn skip(store: &SledStore, changes: &mut Changes, id: i64) -> Result<(), StoreError> {
    match store.get::<Update>(Tree::Journal, &keys::update(id))? {
        Some(update) => handle(store, changes, id, update.at),
        None => Ok(()),
    }
}

/// Puts a turn's reply into the outbox.
pub(super) fn post(changes: &mut Changes, record: &TurnRecord, erase_turn: bool) -> Result<(), StoreError> {
    let delivery = Delivery { turn: record.id, chat: record.incoming.chat.clone(), sent: 0 };
    let drop_attachment = record.reply.has_attachment();
    changes.put(Tree::Outbox, keys::turn(record.id), &Parcel { delivery, erase_turn, drop_attachment })
}

pub(super) fn undelivered(store: &SledStore) -> Result<Vec<Delivery>, StoreError> {
    let parcels = store.all::<Parcel>(Tree::Outbox, &[])?;
    Ok(parcels.into_iter().map(|parcel| parcel.delivery).collect())
}

pub(super) fn progress(
    store: &SledStore,
    changes: &mut Changes,
    turn: TurnId,
    sent: usize,
) -> Result<(), StoreError> {
    let key = keys::turn(turn);
    let Some(mut parcel) = store.get::<Parcel>(Tree::Outbox, &key)? else { return Ok(()) };
    parcel.delivery.sent = sent;
    changes.put(Tree::Outbox, key, &parcel)
}

pub(super) fn delivered(
    store: &SledStore,
    changes: &mut Changes,
    turn: TurnId,
    given_up: Option<&str>,
) -> Result<(), StoreError> {
    let key = keys::turn(turn);
    let Some(parcel) = store.get::<Parcel>(Tree::Outbox, &key)? else { return Ok(()) };
    changes.remove(Tree::Outbox, key.clone());
    if parcel.erase_turn {
        changes.remove(Tree::Turns, key);
        return Ok(());
    }
    if parcel.drop_attachment
        && let Some(mut record) = store.get::<TurnRecord>(Tree::Turns, &key)?
    {
        drop_attachment(&mut record);
        changes.put(Tree::Turns, key.clone(), &record)?;
    }
    match given_up {
        Some(reason) => changes.put(Tree::GivenUp, key, &reason),
        None => Ok(()),
    }
}
