//! How a shopper proves to be a customer: order number plus e-mail address, or a one-time token of the shop.

use crate::model::{Acted, Effect, OrderNumber, Outcome};

use super::{ActError, Stage, facts, with};

/// By order number and e-mail address; what is missing is asked for. A number that does not exist and an address
/// that does not fit get the same refusal, and both count towards the limits.
pub(super) fn by_order(
    number: Option<&OrderNumber>,
    email: Option<&str>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    let Some(number) = number else {
        return facts(Outcome::NotLinked { number: None });
    };
    if let Some(locked) = locked(Some(number), stage)? {
        return facts(locked);
    }
    let Some(email) = email else {
        return facts(Outcome::WantsEmail { number: number.clone() });
    };
    let Some(customer) = stage.store.customer_by_order(number, email)? else {
        return with(Outcome::LinkRefused, Effect::LinkFailed { number: Some(number.clone()) });
    };
    // Who is connected to another account sees the one order that they have proved to be theirs, and stays who they are.
    if stage.identity.customer.as_ref().is_some_and(|linked| *linked != customer) {
        return facts(match stage.store.order_of(&customer, number)? {
            Some(order) => Outcome::Order { order },
            None => Outcome::LinkRefused,
        });
    }
    // The order that was asked about is the answer; without it, a thank-you.
    let outcome = match stage.store.order_of(&customer, number)? {
        Some(order) => Outcome::Order { order },
        None => Outcome::Linked { name: None },
    };
    with(outcome, Effect::Link(customer))
}

/// By the token of a deep link.
pub(super) fn by_token(token: &str, stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    if let Some(locked) = locked(None, stage)? {
        return facts(locked);
    }
    match stage.store.link_token(token, stage.now)? {
        Some(customer) => Ok(Acted {
            outcome: Outcome::Linked { name: None },
            events: Vec::new(),
            effects: vec![Effect::SpendToken(token.to_owned()), Effect::Link(customer)],
        }),
        None => with(Outcome::LinkRefused, Effect::LinkFailed { number: None }),
    }
}

/// Too many failures of this shopper, or on this order number by anybody.
fn locked(number: Option<&OrderNumber>, stage: &Stage<'_>) -> Result<Option<Outcome>, ActError> {
    let window = stage.limits.window;
    let since = stage.now.checked_sub(window).unwrap_or(stage.now);
    let failed = stage.store.failed_links(&stage.identity.shopper, number, since)?;
    let minutes = u32::try_from(window.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
    Ok((failed >= stage.limits.attempts).then_some(Outcome::LinkLocked { minutes }))
}
