//! What the shop's own systems send: orders and their customers' events, with how far each feed was read.

use std::cmp::Reverse;

use super::SledStore;
use super::access::Changes;
use super::keys::{self, Owner, Tree};
use super::links;
use super::open::bad_record;
use crate::model::{CustomerId, Event, Order, OrderNumber};
use crate::store::{FeedPosition, StoreError};

pub(super) fn import_events(
    changes: &mut Changes,
    events: &[(CustomerId, Event)],
    position: &FeedPosition,
) -> Result<(), StoreError> {
    for (customer, event) in events {
        changes.put(Tree::Events, keys::event(Owner::Customer(customer), event.id), event)?;
    }
    put_position(changes, position)
}

pub(super) fn import_orders(
    store: &SledStore,
    changes: &mut Changes,
    orders: &[Order],
    position: &FeedPosition,
) -> Result<(), StoreError> {
    for order in orders {
        let key = keys::order(&order.number);
        if let Some(old) = store.get::<Order>(Tree::Orders, &key)? {
            changes.remove(Tree::CustomerOrders, keys::customer_order(&old.customer, &old.number));
        }
        changes.mark(Tree::CustomerOrders, keys::customer_order(&order.customer, &order.number));
        links::put_proof(changes, order)?;
        changes.put(Tree::Orders, key, order)?;
    }
    put_position(changes, position)
}

fn put_position(changes: &mut Changes, position: &FeedPosition) -> Result<(), StoreError> {
    if position.finished {
        changes.remove(Tree::Feeds, keys::feed(&position.feed));
        return Ok(());
    }
    changes.put(Tree::Feeds, keys::feed(&position.feed), position)
}

pub(super) fn orders_of(store: &SledStore, customer: &CustomerId) -> Result<Vec<Order>, StoreError> {
    let prefix = keys::customer_orders_prefix(customer);
    let mut orders = Vec::new();
    for key in store.keys(Tree::CustomerOrders, &prefix)? {
        let number = keys::second_text(&key, &prefix)
            .and_then(|text| OrderNumber::parse(text).ok())
            .ok_or_else(|| bad_record(Tree::CustomerOrders, &key, "its key is broken".to_owned()))?;
        // The order may have changed hands between the two reads; then it is not theirs any more.
        orders.extend(order_of(store, customer, &number)?);
    }
    orders.sort_by_key(|order| Reverse((order.placed_at, order.number.clone())));
    Ok(orders)
}

pub(super) fn order_of(
    store: &SledStore,
    customer: &CustomerId,
    number: &OrderNumber,
) -> Result<Option<Order>, StoreError> {
    let order = store.get::<Order>(Tree::Orders, &keys::order(number))?;
    Ok(order.filter(|order| order.customer == *customer))
}
