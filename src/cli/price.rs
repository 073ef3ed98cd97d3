//! `shophand price explain PRODUCT --as SHOPPER`: every rule, why it applies or not, and what was promised.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use crate::model::{Currency, Money, Product, ProductId, Quote};
use crate::offers::{Explained, Worked};
use crate::store::Store;

use super::errand::Office;
use super::output::Output;
use super::shopper::{HEAD, QUIET, checked};
use super::standing::{Standing, person};

/// What to say of a price.
#[derive(Debug, Subcommand)]
pub enum Price {
    /// Why a product costs somebody what it costs: every rule, what it asked, what it made of the list price
    Explain {
        /// The product's id
        product: String,
        /// Whom it is shown to, in a private chat
        #[arg(long = "as", value_name = "SHOPPER", default_value = "guest")]
        shopper: String,
        /// Print one JSON object, for scripts
        #[arg(long)]
        json: bool,
    },
}

/// Explains one price. Nothing is promised by it.
///
/// # Errors
/// When there is no such product, or the shop's files or store cannot be read.
pub fn run(command: &Price, office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let Price::Explain { product, shopper, json } = command;
    let standing = Standing::of(office, now)?;
    let id = ProductId::parse(product)?;
    let product = standing.catalog.get(&id)?.ok_or_else(|| anyhow!("there is no product {id}"))?;
    let Some(list) = product.price else { bail!("{id} has no price: it is on request") };
    let (identity, _) = person(shopper, office.store.as_ref())?;
    let book = standing.book(&identity, office.store.as_ref(), now)?;
    let quote = book.quote(&product);
    let promised: Vec<Quote> = office.store.quotes(&identity.shopper)?;
    let promised: Vec<&Quote> = promised.iter().filter(|quote| quote.product == id).collect();
    let rules = book.explain(&product, &standing.market);
    if *json {
        let object = json!({
            "product": id, "shopper": shopper, "list": list, "quote": quote, "rules": rules,
            "promised": promised, "segments": book.buyer().segments, "version": standing.terms.version,
        });
        out.line(&object.to_string());
        return Ok(());
    }
    heading(&product, shopper, list, quote.as_ref(), out);
    let segments = &book.buyer().segments;
    let known = if segments.is_empty() { "no segment".to_owned() } else { segments.join(", ") };
    out.line(&format!("{shopper} is in {known} {QUIET}(of those that rules ask for){QUIET:#}"));
    rules.iter().for_each(|rule| explain(rule, list.currency, out));
    promises(&promised, list, now, out);
    Ok(())
}

fn heading(product: &Product, shopper: &str, list: Money, quote: Option<&Quote>, out: &mut dyn Output) {
    let title = &product.title;
    let price = quote.map_or_else(
        || format!("{list}, the list price"),
        |quote| {
            format!("{} instead of {list}, by {} until {}", quote.price, quote.label(), minute(quote.until))
        },
    );
    out.line(&format!("{HEAD}{} {title}{HEAD:#} costs {shopper} {price}", product.id));
}

fn explain(rule: &Explained, currency: Currency, out: &mut dyn Output) {
    let verdict = if rule.applies { "applies" } else { "does not apply" };
    out.line(&format!("{HEAD}{}{HEAD:#} offers.yaml:{} {verdict}", rule.rule, rule.line));
    rule.checks.iter().for_each(|check| out.line(&format!("  {}", checked(check))));
    let Some(Worked { list, effect, capped, floor, price }) = rule.worked else { return };
    let money = |minor: i64| Money::from_minor(minor, currency);
    let floor = if floor == 0 { "no floor".to_owned() } else { format!("floor {}", money(floor)) };
    let steps = [money(list), money(effect), money(capped), money(price)].map(|money| money.to_string());
    let [list, effect, capped, price] = steps;
    out.line(&format!("  list {list} → effect {effect} → cap {capped} → {floor} → {price}"));
}

fn promises(promised: &[&Quote], today: Money, now: Timestamp, out: &mut dyn Output) {
    if promised.is_empty() {
        out.line("Nothing was promised to them for it so far.");
    }
    for quote in promised {
        let holds = match quote.holds(now) {
            false => "is over".to_owned(),
            true if quote.reduces(today) => "holds".to_owned(),
            true => format!("would hold, but the list price is {today} now: the rules count instead"),
        };
        let Quote { price, list, .. } = quote;
        let (at, until, label) = (minute(quote.at), minute(quote.until), quote.label());
        out.line(&format!("promised {at}: {price} instead of {list} by {label}, until {until}; it {holds}"));
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
