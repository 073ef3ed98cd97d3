//! Orders of this shopper only, whatever number is typed.

use jiff::tz::TimeZone;

use crate::model::{Acted, DateRange, Order, OrderNumber, Outcome};

use super::{ActError, Stage, facts};

/// At most this many orders are listed.
const LISTED: usize = 10;

/// One order; without a number those placed on these days, or else those under way. Without a proven customer there is
/// none.
pub(super) fn status(
    number: Option<&OrderNumber>,
    placed: Option<DateRange>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
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
        let exact = stage.store.order_of(customer, number)?;
        let own = || by_digits(number, stage.store.orders_of(customer)?);
        return facts(match exact.map_or_else(own, |order| Ok(Some(order)))? {
            Some(order) => Outcome::Order { order },
            None => Outcome::NoSuchOrder { number: number.clone() },
        });
    }
    let orders = stage.store.orders_of(customer)?;
    if orders.is_empty() {
        return facts(Outcome::NoOrders);
    }
    if let Some(days) = placed {
        return facts(placed_on(days, orders));
    }
    let mut open: Vec<Order> =
        orders.into_iter().filter(|order| order.status.is_open()).take(LISTED).collect();
    match open.len() {
        1 => facts(Outcome::Order { order: open.remove(0) }),
        _ => facts(Outcome::Orders { orders: open, open_only: true }),
    }
}

/// "#1042" of somebody whose order is A-1042: the only one of their own with these digits.
fn by_digits(number: &OrderNumber, own: Vec<Order>) -> Result<Option<Order>, ActError> {
    let digits = |number: &OrderNumber| -> String {
        number.to_string().chars().filter(char::is_ascii_digit).collect()
    };
    let bare = number.to_string().chars().all(|c| c.is_ascii_digit());
    let mut fitting = own.into_iter().filter(|order| bare && digits(&order.number) == digits(number));
    Ok(fitting.next().filter(|_| fitting.next().is_none()))
}

/// The order of those days, or all of them; where there is none, every order, for days are easily mistaken.
fn placed_on(days: DateRange, orders: Vec<Order>) -> Outcome {
    let of_then =
        |order: &Order| order.placed_at.is_some_and(|at| days.contains(at.to_zoned(TimeZone::UTC).date()));
    let (mut then, others): (Vec<Order>, Vec<Order>) = orders.into_iter().partition(of_then);
    match then.len() {
        0 => Outcome::Orders { orders: others.into_iter().take(LISTED).collect(), open_only: false },
        1 => Outcome::Order { order: then.remove(0) },
        _ => Outcome::Orders { orders: then.into_iter().take(LISTED).collect(), open_only: false },
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
