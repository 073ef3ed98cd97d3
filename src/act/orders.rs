//! Orders of this shopper only, whatever number is typed.

use crate::model::{Acted, Order, OrderNumber, Outcome};

use super::{ActError, Stage, facts};

/// At most this many orders are listed.
const LISTED: usize = 10;

/// One order, or those under way when no number was given. Without a proven customer there is none.
pub(super) fn status(number: Option<&OrderNumber>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    let Some(customer) = stage.identity.orders_of() else {
        return facts(match number {
            Some(number) => Outcome::WantsEmail { number: number.clone() },
            None => Outcome::NotLinked { number: None },
        });
    };
    if let Some(number) = number {
        return facts(match stage.store.order_of(customer, number)? {
            Some(order) => Outcome::Order { order },
            None => Outcome::NoSuchOrder { number: number.clone() },
        });
    }
    let orders = stage.store.orders_of(customer)?;
    if orders.is_empty() {
        return facts(Outcome::NoOrders);
    }
    let mut open: Vec<Order> =
        orders.into_iter().filter(|order| order.status.is_open()).take(LISTED).collect();
    match open.len() {
        1 => facts(Outcome::Order { order: open.remove(0) }),
        _ => facts(Outcome::Orders { orders: open, open_only: true }),
    }
}

/// All orders, newest first.
pub(super) fn all(stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    let Some(customer) = stage.identity.orders_of() else {
        return facts(Outcome::NotLinked { number: None });
    };
    let orders: Vec<Order> = stage.store.orders_of(customer)?.into_iter().take(LISTED).collect();
    match orders.is_empty() {
        true => facts(Outcome::NoOrders),
        false => facts(Outcome::Orders { orders, open_only: false }),
    }
}
