//! Segments and offers: what is broken in their files, and rules that reduce nothing.

use std::path::Path;

use super::Desk;
use super::ranking;
use super::shelf::Shelf;
use crate::model::{Currency, ShopFacts};
use crate::offers::{OFFERS, Offers, Rule};
use crate::problem::{Finding, Report, Spot};
use crate::segments::{SEGMENTS, Segments};

/// Returns how many segments and rules there are.
pub(super) fn check(
    desk: &mut Desk<'_>,
    shelf: &Shelf,
    currency: Currency,
    facts: Option<&ShopFacts>,
) -> usize {
    let segments = desk.yaml(SEGMENTS, Segments::read).unwrap_or_default();
    let read = |text: &str, report: &mut Report<'_>| Offers::read(text, currency, &segments, report);
    let offers = desk.yaml(OFFERS, read).unwrap_or_default();
    let today = facts.map(|facts| facts.clock(desk.beside.now));
    for rule in &offers.rules {
        let mut warn = |message: &str, help: &str| {
            let at = Spot::new(Path::new(OFFERS), rule.place, "");
            desk.found.push(Finding::warning("over", at, message.to_owned()).help(help));
        };
        if today.is_some_and(|today| rule.dates.are_over(today)) {
            warn(
                "this rule is over, and reduces nothing any more",
                "take it out, or give it another `until`",
            );
        }
        if !reduces_any(rule, &offers, shelf) {
            warn("this rule reduces no product, whoever asks", "look at its price, floor and cap");
        }
        ranking::Desk { file: Path::new(OFFERS), shelf, found: &mut desk.found }.target(&rule.of);
    }
    segments.all.len() + offers.rules.len()
}

/// Whether any product that it is about would cost less, whatever is asked of demand and stock.
fn reduces_any(rule: &Rule, offers: &Offers, shelf: &Shelf) -> bool {
    let about = shelf.items.iter().filter(|item| rule.is_about(&item.product));
    let mut priced = about.filter_map(|item| item.product.price).peekable();
    // What it is about is not there: that is said by itself.
    priced.peek().is_none() || priced.any(|list| offers.work_out(rule, list.minor).reduces())
}
