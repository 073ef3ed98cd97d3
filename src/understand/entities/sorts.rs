//! The order that results shall have: "the cheapest", "best rated first".

use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue};

pub(super) fn find(message: &Message, words: &Words) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < message.tokens.len() {
        let taken = words.sort.at(&message.tokens, at);
        if let Some(sort) = words.raw.sort.get(&message.phrase(at..at + taken)) {
            found.push(Found {
                kind: EntityKind::Sort,
                values: vec![EntityValue::Sort(*sort)],
                bytes: message.bytes(at..at + taken),
                rank: 1,
            });
        }
        at += taken.max(1);
    }
    found
}
