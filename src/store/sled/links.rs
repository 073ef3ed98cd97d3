//! Becoming a known customer: proofs, attempts, one-time tokens.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::SledStore;
use super::access::Changes;
use super::keys::{self, Tree};
use crate::model::{CustomerId, Effect, Order, OrderNumber, ShopperId, TurnRecord};
use crate::store::{LinkToken, StoreError};

/// How long a failed attempt is kept, at least.
const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What proves that an order is somebody's: small and of one shape for every order, so that a wrong guess takes as
/// long whether or not there is such an order.
#[derive(Serialize, Deserialize)]
struct Proof {
    email_digest: [u8; 32],
    customer: CustomerId,
}

/// Writes or removes the proof that goes with an order.
pub(super) fn put_proof(changes: &mut Changes, order: &Order) -> Result<(), StoreError> {
    let key = keys::order(&order.number);
    match order.email.as_deref().filter(|email| !email.trim().is_empty()) {
        Some(email) => {
            let proof = Proof { email_digest: digest(email), customer: order.customer.clone() };
            changes.put(Tree::OrderProofs, key, &proof)
        }
        None => {
            changes.remove(Tree::OrderProofs, key);
            Ok(())
        }
    }
}

pub(super) fn customer_by_order(
    store: &SledStore,
    number: &OrderNumber,
    email: &str,
) -> Result<Option<CustomerId>, StoreError> {
    let given = digest(email);
    let proof = store.get::<Proof>(Tree::OrderProofs, &keys::order(number))?;
    // Nothing that can be typed has this digest.
    let expected = proof.as_ref().map_or([0; 32], |proof| proof.email_digest);
    let same = equal(&given, &expected);
    Ok(proof.filter(|_| same).map(|proof| proof.customer))
}

fn digest(email: &str) -> [u8; 32] {
    Sha256::digest(email.trim().to_lowercase().as_bytes()).into()
}

/// Looks at every byte, whatever the first ones say.
fn equal(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |differing, (x, y)| differing | (x ^ y)) == 0
}

/// What a turn's effects change here.
pub(super) fn apply(store: &SledStore, changes: &mut Changes, record: &TurnRecord) -> Result<(), StoreError> {
    for effect in &record.effects {
        match effect {
            Effect::SpendToken(text) => {
                if token(store, text, record.at)?.is_none() {
                    return Err(StoreError::Conflict { what: "the link token".to_owned() });
                }
                changes.remove(Tree::LinkTokens, keys::link_token(text));
            }
            Effect::LinkFailed { number } => note_failure(store, changes, record, number.as_ref())?,
            _ => {}
        }
    }
    Ok(())
}

fn note_failure(
    store: &SledStore,
    changes: &mut Changes,
    record: &TurnRecord,
    number: Option<&OrderNumber>,
) -> Result<(), StoreError> {
    let kept_since = record.at.saturating_sub(ATTEMPTS_KEPT).unwrap_or(Timestamp::MIN).as_millisecond();
    for key in store.keys(Tree::FailedLinks, &[])? {
        if keys::failed_at(&key).is_none_or(|at| at < kept_since) {
            changes.remove(Tree::FailedLinks, key);
        }
    }
    let by_shopper = keys::failed_by_shopper(&record.incoming.shopper);
    changes.mark(Tree::FailedLinks, keys::failed(by_shopper, record.at, Some(record.id)));
    if let Some(number) = number {
        let on_order = keys::failed_on_order(number);
        changes.mark(Tree::FailedLinks, keys::failed(on_order, record.at, Some(record.id)));
    }
    Ok(())
}

pub(super) fn failed(
    store: &SledStore,
    shopper: &ShopperId,
    number: Option<&OrderNumber>,
    since: Timestamp,
) -> Result<usize, StoreError> {
    let count = |prefix: Vec<u8>| {
        store.count_from(Tree::FailedLinks, &prefix, keys::failed(prefix.clone(), since, None))
    };
    let by_shopper = count(keys::failed_by_shopper(shopper))?;
    let on_order = number.map_or(Ok(0), |number| count(keys::failed_on_order(number)))?;
    Ok(by_shopper.max(on_order))
}

pub(super) fn put_token(changes: &mut Changes, token: &LinkToken) -> Result<(), StoreError> {
    changes.put(Tree::LinkTokens, keys::link_token(&token.token), token)
}

pub(super) fn token(store: &SledStore, text: &str, now: Timestamp) -> Result<Option<CustomerId>, StoreError> {
    let stored = store.get::<LinkToken>(Tree::LinkTokens, &keys::link_token(text))?;
    Ok(stored.filter(|token| now < token.expires).map(|token| token.customer))
}
