//! What goes with what is in the basket, by what others bought together: never what is in it, nor another of its kind.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;

use crate::model::{Acted, Basket, EntityKind, Event, EventKind, Outcome, Product, ProductId, Scored, Trace};
use crate::personal::Partner;
use crate::text::{fold, singular, words};

use super::taste::Taste;
use super::{ActError, Rest, Stage, facts};

/// What was put in the basket longer ago was forgotten there.
const BASKET_DAYS: i64 = 30;
/// What was bought longer ago has what it needs by now.
const BOUGHT_DAYS: i64 = 180;
/// Only so many of the newest are completed.
const MOST: usize = 10;

/// One page of what goes with one product, or with the basket, or where that is empty with what was bought last.
pub(super) fn page(
    product: Option<&ProductId>,
    rest: Rest<'_>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    let of_these = |with: &[Anchor]| -> Result<(Vec<Scored>, usize), ActError> {
        let fitting = partners(with, rest.except, &taste, stage)?;
        let total = fitting.len();
        let left = fitting.into_iter().skip(rest.skipped()).filter(|item| rest.has(&item.product.id));
        Ok((left.take(stage.page).collect(), total))
    };
    if let Some(id) = product {
        let Some(product) = stage.catalog.get(id)? else {
            return facts(Outcome::Gone { product: id.clone() });
        };
        let (items, total) = of_these(&[(product.clone(), None)])?;
        return facts(Outcome::Completed {
            with: vec![product],
            of: Basket::Named,
            items,
            offset: rest.offset,
            total,
        });
    }
    let of_event = |event: Event| {
        let product = taste.products.get(event.product.as_ref()?)?.clone();
        Some((product, Some(event)))
    };
    let (used, unused): (Vec<Event>, Vec<Event>) =
        carted(&taste, stage).into_iter().partition(|event| event.kind == EventKind::Carted);
    let (with, of) = match (used.is_empty(), unused.is_empty()) {
        (false, _) => (used, Basket::Carted),
        (true, false) => (Vec::new(), Basket::Unused),
        (true, true) => (bought_last(&taste, stage), Basket::Bought),
    };
    let with: Vec<_> = with.into_iter().filter_map(of_event).collect();
    let of = if with.is_empty() && of != Basket::Unused { Basket::Unknown } else { of };
    let (items, total) = of_these(&with)?;
    let with = with.into_iter().map(|(product, _)| product).collect();
    facts(Outcome::Completed { with, of, items, offset: rest.offset, total })
}

/// What lies in the basket, the newest first.
pub(super) fn carted(taste: &Taste, stage: &Stage<'_>) -> Vec<Event> {
    let mut settled: HashSet<&ProductId> = HashSet::new();
    let mut carted = Vec::new();
    for event in taste.history.iter().rev().take_while(|event| is_within(event, BASKET_DAYS, stage)) {
        let Some(id) = &event.product else { continue };
        let lies_there = matches!(event.kind, EventKind::Carted | EventKind::Held);
        let news = lies_there || matches!(event.kind, EventKind::Purchased | EventKind::Dismissed);
        if news && settled.insert(id) && lies_there {
            carted.push(event.clone());
        }
    }
    carted.truncate(MOST);
    carted
}

/// What was bought the last time, all that belongs to one purchase.
fn bought_last(taste: &Taste, stage: &Stage<'_>) -> Vec<Event> {
    let bought = taste.history.iter().rev().filter(|event| event.kind == EventKind::Purchased);
    let mut bought = bought.take_while(|event| is_within(event, BOUGHT_DAYS, stage)).peekable();
    let Some(last) = bought.peek().map(|event| event.at) else { return Vec::new() };
    let at_once = |event: &&Event| last.duration_since(event.at) <= SignedDuration::from_hours(6);
    bought.take_while(at_once).take(MOST).cloned().collect()
}

fn is_within(event: &Event, days: i64, stage: &Stage<'_>) -> bool {
    stage.now.duration_since(event.at) <= SignedDuration::from_hours(24 * days)
}

/// A product that others are to go with, and the event by which the shopper has it.
type Anchor = (Product, Option<Event>);

/// What goes with these, and best with this shopper.
fn partners(
    with: &[Anchor],
    except: &[ProductId],
    taste: &Taste,
    stage: &Stage<'_>,
) -> Result<Vec<Scored>, ActError> {
    let ids: Vec<ProductId> = with.iter().map(|(product, _)| product.id.clone()).collect();
    let carted: Vec<Event> = carted(taste, stage);
    let mut items: Vec<Scored> = Vec::new();
    for partner in stage.crowd.goes_with(&ids) {
        let Some(product) = stage.catalog.get(&partner.id)? else { continue };
        let known = taste.profile.as_ref();
        let unwanted = except.contains(&product.id)
            || carted.iter().any(|event| event.product.as_ref() == Some(&product.id))
            || known.is_some_and(|known| known.owns(&product.id) || known.dismissed(&product.id));
        let is_another = |own: &Product| is_substitute(&product, own) || is_kin(&product, own);
        if product.for_sale() && !unwanted && !with.iter().any(|(own, _)| is_another(own)) {
            items.push(scored(product, &partner, items.len(), with, taste, stage));
        }
    }
    items.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.rank_without_history.cmp(&b.rank_without_history))
    });
    Ok(one_of_each(items))
}

/// The best, no thing twice, and of each category one as long as there are enough of them.
fn one_of_each(items: Vec<Scored>) -> Vec<Scored> {
    let (mut chosen, mut others): (Vec<Scored>, Vec<Scored>) = (Vec::new(), Vec::new());
    for item in items {
        let any = |alike: fn(&Product, &Product) -> bool, of: &[Scored]| {
            of.iter().any(|known| alike(&known.product, &item.product))
        };
        match (any(is_substitute, &chosen), any(is_thing, &chosen) || any(is_thing, &others)) {
            (false, _) => chosen.push(item),
            (true, false) => others.push(item),
            (true, true) => {}
        }
    }
    chosen.extend(others);
    chosen
}

fn scored(
    product: Product,
    partner: &Partner,
    before: usize,
    with: &[Anchor],
    taste: &Taste,
    stage: &Stage<'_>,
) -> Scored {
    let fit = taste.profile.as_ref().map_or(0.0, |profile| profile.score(&product).0);
    let personal = stage.personal_weight * fit;
    let parts =
        BTreeMap::from([("together".to_owned(), partner.strength), ("personal".to_owned(), personal)]);
    let anchor = with.get(partner.with);
    let reason = anchor.zip(taste.person(stage)).and_then(|((own, event), person)| {
        Some(person.because_it_goes_with(event.as_ref()?, &own.title, &product.id))
    });
    Scored {
        product,
        score: partner.strength + personal,
        rank_without_history: before + 1,
        reason,
        trace: Trace { parts, source: "together".to_owned(), rules: Vec::new() },
    }
}

/// Whether one can stand in for the other: of the same leaf category, or the same kind of thing by the last word of their
/// titles.
fn is_substitute(one: &Product, other: &Product) -> bool {
    (one.category == other.category && !one.category.0.is_empty()) || is_thing(one, other)
}

/// Whether both are of one kind below a department, as oxfords and derbies are of formal shoes. Where that level says for
/// whom the things are, as "Clothing > Women" does, it says nothing of their kind.
fn is_kin(one: &Product, other: &Product) -> bool {
    let kind = |product: &Product| match product.category.0.as_slice() {
        [above @ .., _] if above.len() > 1 => Some(above.to_vec()),
        _ => None,
    };
    let for_whom = |kind: &[String]| {
        let audience = one.attributes.get(EntityKind::Audience.name()).into_iter().flatten();
        kind.last().is_some_and(|name| audience.into_iter().any(|whom| whom.eq_ignore_ascii_case(name)))
    };
    kind(one).is_some_and(|kind_of_one| kind(other).as_ref() == Some(&kind_of_one) && !for_whom(&kind_of_one))
}

/// Whether both are called the same thing.
fn is_thing(one: &Product, other: &Product) -> bool {
    let thing = |product: &Product| {
        let folded = fold(&product.title);
        words(&folded.text).last().map(|word| singular(word.text))
    };
    thing(one) == thing(other)
}
