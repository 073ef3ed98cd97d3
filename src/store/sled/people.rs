//! Shoppers, their dialogues and their history.

use std::collections::HashMap;

use serde_json::json;

use super::access::Changes;
use super::keys::{self, Owner, Tree};
use super::open::{bad_record, decode};
use super::{SledStore, codec, feeds, offers, transcripts, turns};
use crate::model::{CustomerId, Dialogue, DialogueKey, Event, EventId, ShopperId, TurnRecord};
use crate::redact;
use crate::store::{ShopperRecord, StoreError};

pub(super) fn dialogue(store: &SledStore, key: &DialogueKey) -> Result<Option<Dialogue>, StoreError> {
    let found = store.bytes(Tree::Dialogues, &keys::dialogue(key))?;
    // A state of another shape is a fresh start, not an error that would lock the shopper out.
    let read = found.and_then(|bytes| codec::decode::<Dialogue>(&bytes).ok());
    Ok(read.filter(|dialogue| dialogue.version == Dialogue::VERSION))
}

pub(super) fn shopper(store: &SledStore, id: &ShopperId) -> Result<Option<ShopperRecord>, StoreError> {
    store.get(Tree::Shoppers, &keys::shopper(id))
}

pub(super) fn put_shopper(changes: &mut Changes, record: &ShopperRecord) -> Result<(), StoreError> {
    changes.put(Tree::Shoppers, keys::shopper(&record.id), record)
}

/// The customer whom this shopper has proved to be.
pub(super) fn linked(store: &SledStore, id: &ShopperId) -> Result<Option<CustomerId>, StoreError> {
    Ok(shopper(store, id)?.and_then(|record| record.customer))
}

pub(super) fn history(
    store: &SledStore,
    shopper: &ShopperId,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let mut events = newest(store, Owner::Shopper(shopper), limit)?;
    if let Some(customer) = linked(store, shopper)? {
        events.extend(newest(store, Owner::Customer(&customer), limit)?);
        events.sort_by_key(|event| event.id);
        events.drain(..events.len().saturating_sub(limit));
    }
    Ok(events)
}

/// The newest events of one owner, oldest first.
fn newest(store: &SledStore, owner: Owner<'_>, limit: usize) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    for entry in store.scan(Tree::Events, &keys::events_prefix(owner)).rev().take(limit) {
        let (key, bytes) = entry?;
        events.push(decode(Tree::Events, &key, &bytes)?);
    }
    events.reverse();
    Ok(events)
}

pub(super) fn remove_event(
    store: &SledStore,
    changes: &mut Changes,
    shopper: &ShopperId,
    event: EventId,
) -> Result<bool, StoreError> {
    let mut candidates = vec![keys::event(Owner::Shopper(shopper), event)];
    if let Some(customer) = linked(store, shopper)? {
        candidates.push(keys::event(Owner::Customer(&customer), event));
    }
    let mut removed = false;
    for key in candidates {
        if store.has(Tree::Events, &key)? {
            changes.remove(Tree::Events, key);
            removed = true;
        }
    }
    Ok(removed)
}

pub(super) fn each_event(store: &SledStore, visit: &mut dyn FnMut(&str, &Event)) -> Result<(), StoreError> {
    let mut own: HashMap<CustomerId, Vec<ShopperId>> = HashMap::new();
    let mut linked: HashMap<String, CustomerId> = HashMap::new();
    for record in store.all::<ShopperRecord>(Tree::Shoppers, &[])? {
        if let Some(customer) = record.customer {
            linked.insert(record.id.as_str().to_owned(), customer.clone());
            own.entry(customer).or_default().push(record.id);
        }
    }
    // Customers sort before shoppers, so a linked shopper's events are handed out with their customer's and
    // passed over when their own turn comes; customers without events of their own come last.
    let mut current: Option<CustomerId> = None;
    for entry in store.scan(Tree::Events, &[]) {
        let (key, bytes) = entry?;
        let (is_customer, owner) = keys::event_owner(&key)
            .ok_or_else(|| bad_record(Tree::Events, &key, "its key is broken".to_owned()))?;
        if current.as_ref().is_some_and(|last| !is_customer || last.as_str() != owner) {
            hand_out_own(store, &mut own, current.take(), visit)?;
        }
        if is_customer {
            current = CustomerId::parse(owner).ok();
        } else if linked.contains_key(owner) {
            continue;
        }
        visit(owner, &decode(Tree::Events, &key, &bytes)?);
    }
    hand_out_own(store, &mut own, current, visit)?;
    for customer in own.keys().cloned().collect::<Vec<_>>() {
        hand_out_own(store, &mut own, Some(customer), visit)?;
    }
    Ok(())
}

/// What the shoppers linked to this customer did themselves.
fn hand_out_own(
    store: &SledStore,
    own: &mut HashMap<CustomerId, Vec<ShopperId>>,
    customer: Option<CustomerId>,
    visit: &mut dyn FnMut(&str, &Event),
) -> Result<(), StoreError> {
    let Some(customer) = customer else { return Ok(()) };
    for shopper in own.remove(&customer).unwrap_or_default() {
        for event in store.all(Tree::Events, &keys::events_prefix(Owner::Shopper(&shopper)))? {
            visit(customer.as_str(), &event);
        }
    }
    Ok(())
}

pub(super) fn export(store: &SledStore, id: &ShopperId) -> Result<serde_json::Value, StoreError> {
    let shopper = shopper(store, id)?;
    let customer = shopper.as_ref().and_then(|record| record.customer.clone());
    let mut turns: Vec<TurnRecord> = transcripts::turns_of_shopper(store, id)?;
    turns.iter_mut().for_each(turns::drop_attachment);
    let mut dialogues: Vec<serde_json::Value> = store.all(Tree::Dialogues, &keys::shopper(id))?;
    dialogues.iter_mut().for_each(redact::dialogue);
    let orders = customer.map_or(Ok(Vec::new()), |customer| feeds::orders_of(store, &customer))?;
    Ok(json!({
        "shopper": shopper,
        "history": history(store, id, usize::MAX)?,
        "dialogues": dialogues,
        "turns": turns,
        "orders": orders,
        "quotes": offers::quotes(store, id)?,
    }))
}
