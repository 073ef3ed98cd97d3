//! `shophand link CUSTOMER`: a one-time deep link that makes a Telegram user this customer.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rand::distr::{Alphanumeric, SampleString};

use crate::config::Config;
use crate::model::CustomerId;
use crate::store::{LinkToken, Store};

use super::output::Output;

/// Length of a token: 190 bits, so that nobody finds one by trying.
const TOKEN_LENGTH: usize = 32;

/// Makes the link, for the shop to put into an e-mail or an account page.
///
/// # Errors
/// When the id is none, or the store cannot be written.
pub fn run(
    customer: &str,
    config: &Config,
    store: &dyn Store,
    now: Timestamp,
    out: &mut dyn Output,
) -> Result<()> {
    let customer = CustomerId::parse(customer)?;
    let hours = i64::try_from(config.links.token_hours)?;
    let token = Alphanumeric.sample_string(&mut rand::rng(), TOKEN_LENGTH);
    let expires = now.saturating_add(SignedDuration::from_hours(hours))?;
    store.put_link_token(&LinkToken { token: token.clone(), customer: customer.clone(), expires })?;
    if store.orders_of(&customer)?.is_empty() {
        out.note(&format!("note: no order of {customer} is known; check the id if that surprises you"));
    }
    match &config.telegram.bot {
        Some(bot) => out.line(&format!("https://t.me/{bot}?start={token}")),
        None => {
            out.line(&format!("/start {token}"));
            out.note("Set `bot` under [telegram] in shophand.toml to get this as a https://t.me/… link.");
        }
    }
    out.note(&format!(
        "Works once, for {hours} hours, for whoever opens it first: send it to {customer} alone."
    ));
    Ok(())
}
