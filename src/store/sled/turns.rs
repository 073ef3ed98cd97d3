//! Everything that one turn writes.

use super::access::Changes;
use super::keys::{self, Owner, Tree};
use super::{SledStore, TurnWrite, forget, links, offers, people, queue};
use crate::model::{Effect, Personalization, TurnRecord};
use crate::store::{ShopperRecord, StoreError};

pub(super) fn record(store: &SledStore, changes: &mut Changes, turn: TurnWrite) -> Result<(), StoreError> {
    for update in &turn.updates {
        queue::handle(store, changes, *update, turn.record.at)?;
    }
    if turn.record.effects.contains(&Effect::Forget) {
        return forget::record(store, changes, turn);
    }
    let TurnWrite { mut record, events, dialogue, deliver, .. } = turn;
    let shopper = &record.incoming.shopper;
    for event in &events {
        changes.put(Tree::Events, keys::event(Owner::Shopper(shopper), event.id), event)?;
    }
    for effect in &record.effects {
        if let Effect::RemoveEvent(event) = effect {
            people::remove_event(store, changes, shopper, *event)?;
        }
    }
    let key = record.dialogue();
    changes.put(Tree::Dialogues, keys::dialogue(&key), &dialogue)?;
    changes.mark(Tree::DialogueTurns, keys::dialogue_turn(&key, record.id));
    changes.mark(Tree::ShopperTurns, keys::shopper_turn(shopper, record.id));
    let known = shopper_after(store, &record)?;
    people::put_shopper(changes, &known)?;
    offers::record(store, changes, &record, known.customer.as_ref())?;
    links::apply(store, changes, &record)?;
    if deliver {
        queue::post(changes, &record, false)?;
    } else {
        drop_attachment(&mut record);
    }
    changes.put(Tree::Turns, keys::turn(record.id), &record)
}

/// An export that has reached the shopper is not kept: it would hold everything twice, and the next export all of it again.
pub(super) fn drop_attachment(record: &mut TurnRecord) {
    record.reply.empty_attachments();
}

fn shopper_after(store: &SledStore, record: &TurnRecord) -> Result<ShopperRecord, StoreError> {
    let incoming = &record.incoming;
    let known = people::shopper(store, &incoming.shopper)?;
    let mut shopper = known.unwrap_or_else(|| ShopperRecord {
        id: incoming.shopper.clone(),
        customer: None,
        name: None,
        personalization: Personalization::default(),
        first_seen: record.at,
        last_seen: record.at,
        wants_person: None,
    });
    shopper.last_seen = shopper.last_seen.max(record.at);
    if incoming.name.is_some() {
        shopper.name.clone_from(&incoming.name);
    }
    for effect in &record.effects {
        match effect {
            Effect::Link(customer) => shopper.customer = Some(customer.clone()),
            Effect::RequestPerson => shopper.wants_person = shopper.wants_person.or(Some(record.at)),
            Effect::SetPersonalization(true) => shopper.personalization = Personalization::On,
            Effect::SetPersonalization(false) => shopper.personalization = Personalization::Off,
            Effect::SpendToken(_)
            | Effect::LinkFailed { .. }
            | Effect::RemoveEvent(_)
            | Effect::Quote(_)
            | Effect::Forget => {}
        }
    }
    Ok(shopper)
}
