//! Prices that were promised, and what they take from budgets.
//!
//! A promise takes its reduction from the budget of its rule in the transaction that records it. When it has ended and
//! nothing was bought on it, the reduction is given back, some days later since purchases come with feeds. So what is
//! promised and what was bought never come to more than the budget.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use jiff::{SignedDuration, Timestamp};

use super::access::Changes;
use super::keys::{self, Owner, Tree};
use super::open::{bad_record, decode};
use super::{SledStore, people};
use crate::model::{CustomerId, Effect, Event, EventKind, ProductId, Quote, ShopperId, Spent, TurnRecord};
use crate::store::StoreError;

/// For so long after its end a purchase on a promise may still be on its way to us.
const GRACE: SignedDuration = SignedDuration::from_hours(72);

/// All that a shopper, and the customer linked to them, was ever promised, oldest first.
pub(super) fn quotes(store: &SledStore, shopper: &ShopperId) -> Result<Vec<Quote>, StoreError> {
    let mut quotes: Vec<Quote> = store.all(Tree::Quotes, &keys::events_prefix(Owner::Shopper(shopper)))?;
    if let Some(customer) = people::linked(store, shopper)? {
        quotes.extend(store.all::<Quote>(Tree::Quotes, &keys::events_prefix(Owner::Customer(&customer)))?);
    }
    quotes.sort_by_key(|quote| quote.at);
    Ok(quotes)
}

/// What the promises by a rule come to at a moment.
pub(super) fn spent(store: &SledStore, rule: &str, now: Timestamp) -> Result<Spent, StoreError> {
    let mut spent = known(store, rule)?;
    for over in ended(store, rule, now)? {
        over.settle(&mut spent);
    }
    Ok(spent)
}

fn known(store: &SledStore, rule: &str) -> Result<Spent, StoreError> {
    Ok(store.get(Tree::Budgets, &keys::budget(rule))?.unwrap_or_default())
}

/// Writes the promises of a turn to their owner.
pub(super) fn record(
    store: &SledStore,
    changes: &mut Changes,
    turn: &TurnRecord,
    customer: Option<&CustomerId>,
) -> Result<(), StoreError> {
    let shopper = &turn.incoming.shopper;
    let owner = customer.map_or(Owner::Shopper(shopper), Owner::Customer);
    let mut budgets: BTreeMap<&str, Spent> = BTreeMap::new();
    let before = quotes(store, shopper)?;
    for effect in &turn.effects {
        let Effect::Quote(quote) = effect else { continue };
        if promised(&before, quote, turn.at)? {
            continue;
        }
        if !budgets.contains_key(quote.rule.as_str()) {
            budgets.insert(&quote.rule, swept(store, changes, &quote.rule, turn.at)?);
        }
        let key = keys::quote(owner, turn.id, &quote.product);
        let Some(spent) = budgets.get_mut(quote.rule.as_str()) else { continue };
        if !quote.limits.allow(quote.reduction(), spent) {
            return Err(StoreError::Conflict { what: format!("the rest of the budget of {}", quote.rule) });
        }
        spent.add(quote.reduction());
        changes.mark(Tree::Reservations, keys::reservation(&quote.rule, given_back(quote), &key));
        changes.put(Tree::Quotes, key, quote)?;
    }
    for (rule, spent) in budgets {
        changes.put(Tree::Budgets, keys::budget(rule), &spent)?;
    }
    Ok(())
}

/// Whether another turn of the same shopper has promised the same meanwhile.
fn promised(before: &[Quote], quote: &Quote, now: Timestamp) -> Result<bool, StoreError> {
    // One that is no reduction of the list price any more stands in nobody's way.
    let same = |known: &&Quote| {
        let same = known.product == quote.product && known.personal == quote.personal;
        same && known.holds(now) && known.reduces(quote.list)
    };
    match before.iter().find(same) {
        Some(known) if known.price == quote.price => Ok(true),
        Some(_) => Err(StoreError::Conflict { what: format!("the price of {}", quote.product) }),
        None => Ok(false),
    }
}

fn given_back(quote: &Quote) -> Timestamp {
    quote.until.saturating_add(GRACE).unwrap_or(Timestamp::MAX)
}

/// Gives back what has ended, and returns what is spent then.
fn swept(store: &SledStore, changes: &mut Changes, rule: &str, now: Timestamp) -> Result<Spent, StoreError> {
    let mut spent = known(store, rule)?;
    for over in ended(store, rule, now)? {
        over.settle(&mut spent);
        changes.remove(Tree::Reservations, over.key);
    }
    Ok(spent)
}

/// A reservation whose promise is over.
struct Ended {
    key: Vec<u8>,
    reduction: i64,
    bought: bool,
}

impl Ended {
    fn settle(&self, spent: &mut Spent) {
        match self.bought {
            true => spent.bought += 1,
            false => spent.give_back(self.reduction),
        }
    }
}

fn ended(store: &SledStore, rule: &str, now: Timestamp) -> Result<Vec<Ended>, StoreError> {
    let first = Bound::Included(keys::budget(rule));
    let last = Bound::Excluded(keys::reservation(rule, now, &[]));
    let mut all = Vec::new();
    for entry in store.range(Tree::Reservations, (first, last)) {
        let (key, _) = entry?;
        let (_, quote_key) = keys::split_reservation(&key, rule)
            .ok_or_else(|| bad_record(Tree::Reservations, &key, "its key is broken".to_owned()))?;
        let Some(quote) = store.get::<Quote>(Tree::Quotes, quote_key)? else { continue };
        let bought = bought(store, quote_key, &quote)?;
        all.push(Ended { key: key.to_vec(), reduction: quote.reduction(), bought });
    }
    Ok(all)
}

/// Whether the owner of a promise bought the product while it held.
fn bought(store: &SledStore, key: &[u8], quote: &Quote) -> Result<bool, StoreError> {
    let Some((is_customer, owner)) = keys::event_owner(key) else { return Ok(false) };
    let on_it = |event: &Event| {
        event.kind == EventKind::Purchased
            && event.product.as_ref() == Some(&quote.product)
            && quote.holds(event.at)
    };
    let shopper = ShopperId::parse(owner).ok().filter(|_| !is_customer);
    let customer = match &shopper {
        Some(shopper) => people::linked(store, shopper)?,
        None => CustomerId::parse(owner).ok(),
    };
    let owners = shopper.iter().map(Owner::Shopper).chain(customer.iter().map(Owner::Customer));
    for owner in owners {
        let from = Bound::Included(keys::events_from(owner, quote.at));
        let prefix = keys::events_prefix(owner);
        for entry in store.range(Tree::Events, (from, Bound::Unbounded)) {
            let (key, bytes) = entry?;
            if !key.starts_with(&prefix) {
                break;
            }
            if on_it(&decode(Tree::Events, &key, &bytes)?) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Erases what one promise says of its owner. The budget keeps counting it: it may have been bought.
pub(super) fn erase(store: &SledStore, changes: &mut Changes, key: &[u8]) -> Result<(), StoreError> {
    if let Some(quote) = store.get::<Quote>(Tree::Quotes, key)? {
        changes.remove(Tree::Reservations, keys::reservation(&quote.rule, given_back(&quote), key));
    }
    Ok(())
}

/// Since when each product is known; one that is new is known from now on.
pub(super) fn first_seen(
    store: &SledStore,
    changes: &mut Changes,
    products: &[ProductId],
    now: Timestamp,
) -> Result<HashMap<ProductId, Timestamp>, StoreError> {
    let mut all = HashMap::with_capacity(products.len());
    for id in products {
        let key = keys::product(id);
        let since = match store.get::<Timestamp>(Tree::FirstSeen, &key)? {
            Some(since) => since,
            None => {
                changes.put(Tree::FirstSeen, key, &now)?;
                now
            }
        };
        all.insert(id.clone(), since);
    }
    Ok(all)
}
