//! Segments and offers: what is broken in their files, rules on protected ground,
//! and rules that reduce nothing or give products away.

use std::path::Path;

use super::Desk;
use super::ranking;
use super::shelf::Shelf;
use crate::model::{Currency, Product, ShopFacts, Spent};
use crate::offers::{Grounds, OFFERS, Offers, Rule, Worked};
use crate::problem::{Finding, Place, Problem, Report, Spot};
use crate::segments::{SEGMENTS, Segments};

/// So many products are named.
const NAMED: usize = 3;

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
    protected(&offers, &segments, shelf, &mut desk.found);
    for rule in &offers.rules {
        let mut warn = |kind: &'static str, message: String, help: &str| {
            let at = Spot::new(Path::new(OFFERS), rule.place, "");
            desk.found.push(Finding::warning(kind, at, message).help(help));
        };
        if today.is_some_and(|today| rule.dates.are_over(today)) {
            let help = "take it out, or give it another `until`";
            warn("over", "this rule is over, and reduces nothing any more".to_owned(), help);
        }
        let worked = worked(rule, &offers, shelf);
        if let Some(message) = gives_away(&worked) {
            warn("free", message, "give it a floor, such as `floor: 50%`, or a cap");
        }
        if !rule.limits.allow(0, &Spent::default()) || rule.limits.money == Some(0) {
            let message =
                "the budget of this rule is spent before it begins, so it reduces nothing".to_owned();
            warn("over", message, "raise the budget, or take the rule out");
        } else if !reduces_any(rule, &worked) {
            let message = "this rule reduces no product, whoever asks".to_owned();
            warn("over", message, "look at its price, floor, cap and budget");
        }
        ranking::Desk { file: Path::new(OFFERS), shelf, found: &mut desk.found }.target(&rule.of);
    }
    segments.all.len() + offers.rules.len()
}

/// What only the catalogue shows to be protected ground; what the file itself says is a mistake of the file already.
fn protected(offers: &Offers, segments: &Segments, shelf: &Shelf, found: &mut Vec<Finding>) {
    let known = Grounds::of(offers).refuse(offers, segments);
    let mut grounds = Grounds::of(offers);
    shelf.items.iter().for_each(|item| grounds.add(&item.product));
    for refused in grounds.refuse(offers, segments) {
        if known.iter().any(|known| known.place == refused.place) {
            continue;
        }
        let Place { line, column } = refused.place;
        let problem = Problem {
            file: Path::new(OFFERS).to_owned(),
            line,
            column,
            message: refused.message,
            suggestion: Some(refused.help.to_owned()),
            focus: Some(refused.focus),
            other: None,
        };
        found.push(problem.into());
    }
}

/// What a rule makes of the prices of the products that it is about, whatever is asked of demand and stock.
fn worked<'s>(rule: &Rule, offers: &Offers, shelf: &'s Shelf) -> Vec<(&'s Product, Worked)> {
    let about = shelf.items.iter().map(|item| &item.product).filter(|product| rule.is_about(product));
    about.filter_map(|product| Some((product, offers.work_out(rule, product.price?.minor)))).collect()
}

/// Whether any of them would cost less, and the budget has enough for it. What a rule is about may not be there at all:
/// that is said by itself.
fn reduces_any(rule: &Rule, worked: &[(&Product, Worked)]) -> bool {
    let reduction = |worked: &Worked| (worked.list - worked.price).saturating_mul(i64::from(rule.pieces));
    let affords = |worked: &Worked| rule.limits.allow(reduction(worked), &Spent::default());
    // What would cost nothing is told apart.
    let reduces = |(_, worked): &(&Product, Worked)| worked.is_free() || worked.reduces() && affords(worked);
    worked.is_empty() || worked.iter().any(reduces)
}

/// Which products nothing would be left to pay for.
fn gives_away(worked: &[(&Product, Worked)]) -> Option<String> {
    let free: Vec<String> = worked
        .iter()
        .filter(|(_, worked)| worked.is_free())
        .filter_map(|(product, _)| Some(format!("{} of {}", product.id, product.price?)))
        .collect();
    let named = free.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = if free.len() > NAMED { format!(" and {} more", free.len() - NAMED) } else { String::new() };
    (!free.is_empty())
        .then(|| format!("nothing would be left to pay for {named}{more}: there this rule does not apply"))
}
