//! Erasing a shopper, and counting beforehand what that would be.

use sled::IVec;

use super::access::Changes;
use super::keys::{self, Owner, Tree};
use super::{SledStore, TurnWrite, offers, people, queue};
use crate::model::{
    Action, CustomerId, Effect, Input, KEPT_ORDERS, ShopperId, Step, TurnId, TurnRecord, Understanding,
};
use crate::store::{ErasureReceipt, StoreError, Update};

/// What is stored about one shopper: keys by tree, under the words of the receipt.
struct Holdings {
    parts: Vec<(&'static str, Tree, Vec<IVec>)>,
    /// The orders of the linked customer stay: they are the shop's books, which it must keep by law.
    orders: usize,
}

impl Holdings {
    fn of(store: &SledStore, id: &ShopperId) -> Result<Self, StoreError> {
        let shopper = keys::shopper(id);
        let customer = people::linked(store, id)?;
        let mut events = store.keys(Tree::Events, &keys::events_prefix(Owner::Shopper(id)))?;
        let mut quotes = store.keys(Tree::Quotes, &keys::events_prefix(Owner::Shopper(id)))?;
        let mut orders = 0;
        let mut tokens = Vec::new();
        if let Some(customer) = &customer {
            events.extend(store.keys(Tree::Events, &keys::events_prefix(Owner::Customer(customer)))?);
            quotes.extend(store.keys(Tree::Quotes, &keys::events_prefix(Owner::Customer(customer)))?);
            orders = store.keys(Tree::CustomerOrders, &keys::customer_orders_prefix(customer))?.len();
            tokens = tokens_of(store, customer)?;
        }
        let parts = vec![
            ("messages", Tree::ShopperTurns, store.keys(Tree::ShopperTurns, &shopper)?),
            ("conversations", Tree::Dialogues, store.keys(Tree::Dialogues, &shopper)?),
            ("history events", Tree::Events, events),
            ("prices promised", Tree::Quotes, quotes),
            ("profile", Tree::Shoppers, store.keys(Tree::Shoppers, &shopper)?),
            ("messages not yet answered", Tree::Journal, waiting(store, id)?),
            ("unused links", Tree::LinkTokens, tokens),
        ];
        Ok(Holdings { parts, orders })
    }

    fn receipt(&self) -> ErasureReceipt {
        let erased = self.parts.iter().map(|(kind, _, keys)| (*kind, keys.len()));
        let kept = std::iter::once((KEPT_ORDERS, self.orders));
        let counts = erased.chain(kept).filter(|(_, count)| *count > 0);
        ErasureReceipt(counts.map(|(kind, count)| (kind.to_owned(), count)).collect())
    }
}

pub(super) fn holdings(store: &SledStore, id: &ShopperId) -> Result<ErasureReceipt, StoreError> {
    Ok(Holdings::of(store, id)?.receipt())
}

/// Erases the shopper of this turn; of the turn itself only the reply is kept, until it is delivered.
pub(super) fn record(store: &SledStore, changes: &mut Changes, turn: TurnWrite) -> Result<(), StoreError> {
    changes.thoroughly();
    let holdings = Holdings::of(store, &turn.record.incoming.shopper)?;
    for (_, tree, keys) in holdings.parts {
        for key in keys {
            match tree {
                Tree::ShopperTurns => erase_turn(store, changes, &key)?,
                // The id stays, so that the update is not taken for a new one when it comes again.
                Tree::Journal => erase_waiting(store, changes, &key)?,
                Tree::Quotes => offers::erase(store, changes, &key)?,
                _ => {}
            }
            changes.remove(tree, key);
        }
    }
    if turn.deliver {
        let record = without_words(turn.record);
        queue::post(changes, &record, true)?;
        changes.put(Tree::Turns, keys::turn(record.id), &record)?;
    }
    Ok(())
}

fn erase_turn(store: &SledStore, changes: &mut Changes, index: &[u8]) -> Result<(), StoreError> {
    let Some(id) = keys::last_id(index).map(TurnId) else { return Ok(()) };
    let key = keys::turn(id);
    if let Some(record) = store.get::<TurnRecord>(Tree::Turns, &key)? {
        changes.remove(Tree::DialogueTurns, keys::dialogue_turn(&record.dialogue(), id));
    }
    changes.remove(Tree::Outbox, key.clone());
    changes.remove(Tree::GivenUp, key.clone());
    changes.remove(Tree::Turns, key);
    Ok(())
}

fn erase_waiting(store: &SledStore, changes: &mut Changes, key: &[u8]) -> Result<(), StoreError> {
    match store.get::<Update>(Tree::Journal, key)? {
        Some(update) => queue::handle(store, changes, update.id, update.at),
        None => Ok(()),
    }
}

/// The journaled updates of this shopper.
fn waiting(store: &SledStore, id: &ShopperId) -> Result<Vec<IVec>, StoreError> {
    let updates = store.all::<Update>(Tree::Journal, &[])?;
    let theirs = updates.into_iter().filter(|update| update.shopper.as_ref() == Some(id));
    Ok(theirs.map(|update| IVec::from(keys::update(update.id))).collect())
}

fn tokens_of(store: &SledStore, customer: &CustomerId) -> Result<Vec<IVec>, StoreError> {
    let tokens = store.all::<crate::store::LinkToken>(Tree::LinkTokens, &[])?;
    let theirs = tokens.into_iter().filter(|token| token.customer == *customer);
    Ok(theirs.map(|token| IVec::from(keys::link_token(&token.token))).collect())
}

/// The turn as its delivery needs it: reply and chat. Who it was and what was said is gone.
fn without_words(record: TurnRecord) -> TurnRecord {
    let mut incoming = record.incoming;
    if let Ok(nobody) = ShopperId::parse("forgotten") {
        incoming.shopper = nobody;
    }
    incoming.name = None;
    incoming.language = None;
    incoming.input = Input::Text(String::new());
    let understanding = Understanding::certain("", &record.first.understanding.language);
    TurnRecord {
        incoming,
        first: Step {
            understanding,
            products: Vec::new(),
            dropped: Vec::new(),
            action: Action::Forget { confirmed: true },
        },
        further: Vec::new(),
        customer: None,
        events: Vec::new(),
        effects: vec![Effect::Forget],
        ..record
    }
}
