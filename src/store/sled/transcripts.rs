//! Turns for those who read them later.

use std::ops::Bound;

use jiff::{SignedDuration, Timestamp};
use sled::IVec;

use super::SledStore;
use super::keys::{self, Tree};
use super::open::decode;
use crate::model::{DialogueKey, ShopperId, TurnId, TurnRecord};
use crate::store::{StoreError, TranscriptFilter};

/// How far the time in a turn's id and the time of its record may be apart: clocks are set.
const SLACK: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn turns_of(store: &SledStore, key: &DialogueKey) -> Result<Vec<TurnRecord>, StoreError> {
    listed(store, &store.keys(Tree::DialogueTurns, &keys::dialogue_prefix(key))?)
}

pub(super) fn turns_of_shopper(store: &SledStore, id: &ShopperId) -> Result<Vec<TurnRecord>, StoreError> {
    listed(store, &store.keys(Tree::ShopperTurns, &keys::shopper(id))?)
}

fn listed(store: &SledStore, index: &[IVec]) -> Result<Vec<TurnRecord>, StoreError> {
    let ids = index.iter().filter_map(|key| keys::last_id(key));
    ids.filter_map(|id| store.get(Tree::Turns, &keys::turn(TurnId(id))).transpose()).collect()
}

pub(super) fn each_turn(
    store: &SledStore,
    filter: &TranscriptFilter,
    visit: &mut dyn FnMut(TurnRecord) -> bool,
) -> Result<(), StoreError> {
    match &filter.shopper {
        Some(shopper) => each_of_shopper(store, shopper, filter, visit),
        None => each_of_all(store, filter, visit),
    }
}

fn each_of_shopper(
    store: &SledStore,
    shopper: &ShopperId,
    filter: &TranscriptFilter,
    visit: &mut dyn FnMut(TurnRecord) -> bool,
) -> Result<(), StoreError> {
    for entry in store.scan(Tree::ShopperTurns, &keys::shopper(shopper)).rev() {
        let Some(id) = keys::last_id(&entry?.0) else { continue };
        let turn = store.get::<TurnRecord>(Tree::Turns, &keys::turn(TurnId(id)))?;
        if let Some(turn) = turn.filter(|turn| filter.matches(turn))
            && !visit(turn)
        {
            break;
        }
    }
    Ok(())
}

fn each_of_all(
    store: &SledStore,
    filter: &TranscriptFilter,
    visit: &mut dyn FnMut(TurnRecord) -> bool,
) -> Result<(), StoreError> {
    let first = filter.since.and_then(|since| since.checked_sub(SLACK).ok()).map(id_at);
    let last = filter.until.and_then(|until| until.checked_add(SLACK).ok()).map(id_at);
    let range =
        (first.map_or(Bound::Unbounded, Bound::Included), last.map_or(Bound::Unbounded, Bound::Included));
    for entry in store.range(Tree::Turns, range).rev() {
        let (key, bytes) = entry?;
        let turn = decode::<TurnRecord>(Tree::Turns, &key, &bytes)?;
        if filter.matches(&turn) && !visit(turn) {
            break;
        }
    }
    Ok(())
}

/// The first id of a millisecond.
fn id_at(at: Timestamp) -> Vec<u8> {
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0);
    ulid::Ulid::from_parts(milliseconds, 0).to_bytes().to_vec()
}
