//! What each action of an intent's file comes to, given what was said and shown before.

use crate::intents::{Binding, Intent};
use crate::model::{
    About, Action, AttributeFilter, CategoryPath, Change, Dialogue, EntityKind, ListPage, ListSource, Money,
    OrderNumber, Personalization, PriceRange, ProductQuery, ShownList, Understanding,
};
use crate::text::key;

use super::{Heard, about, ask, clarify, lists, query, refer};

/// The intent's action, all slots known.
pub(super) fn run(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    let understanding = heard.understanding;
    match intent.binding {
        // A gift is looked for anew, whatever was looked for before.
        Binding::Search if !intent.slots.is_empty() => query::search(understanding),
        Binding::Search => search(heard, next),
        Binding::Refine(Some(Change::Bigger | Change::Smaller)) if which_size(heard, next) => {
            super::ask_for(intent, EntityKind::Size, heard, next)
        }
        Binding::Refine(change) => refine(change, heard, next),
        Binding::Back => back(heard, next),
        Binding::ShowMore => show_more(next),
        Binding::Recommend if understanding.names_a_thing() => search(heard, next),
        Binding::Recommend => Action::Recommend,
        Binding::Similar => similar(heard, next),
        Binding::Detail => detail(heard, next),
        Binding::Question => ask::question(heard, next),
        Binding::Values => ask::values(heard, next),
        Binding::Compare => compare(heard, next),
        Binding::Why => about::action(About::Why, heard, next),
        Binding::WhyPrice => about::action(About::WhyPrice, heard, next),
        Binding::Dismiss => about::action(About::Dismiss { page: None }, heard, next),
        Binding::Undo => undo(next),
        Binding::Disuse => Action::Disuse { event: next.explained, page: None },
        Binding::Picks => Action::Picks,
        Binding::Basket => Action::Basket,
        Binding::PriceDrops => Action::PriceDrops,
        Binding::Lists => lists::asked(heard),
        Binding::Complete => complete(heard, next),
        Binding::WithoutHistory => without_history(heard, next),
        Binding::WithHistory => with_history(heard, next),
        Binding::Answer => Action::Answer { intent: intent.name.clone() },
        Binding::Greet => Action::Greet { intent: Some(intent.name.clone()) },
        Binding::Help => Action::Help,
        Binding::OrderStatus => {
            let pointed = || refer::order(understanding, next);
            order(understanding.order_number().cloned().or_else(pointed), heard)
        }
        Binding::Orders => match understanding.order_number() {
            Some(number) => order(Some(number.clone()), heard),
            // "My orders from March"
            None if understanding.dates().is_some() => order(None, heard),
            None => Action::Orders,
        },
        Binding::Link => Action::Link {
            number: understanding.order_number().cloned(),
            email: understanding.email().map(str::to_owned),
        },
        Binding::Handoff => Action::Handoff,
        Binding::Privacy => Action::Privacy,
        Binding::Export => Action::Export,
        Binding::Forget => Action::Forget { confirmed: false },
        Binding::Personalization { on } => Action::Personalization { on },
        // Where an order lies open, it is that which is to be cancelled.
        Binding::Cancel if !next.orders.is_empty() => clarify::matter(heard, next).unwrap_or(Action::Cancel),
        Binding::Cancel => Action::Cancel,
        Binding::Affirm => Action::Acknowledge { yes: true },
        Binding::Deny => Action::Acknowledge { yes: false },
    }
}

/// "Bigger" than what? Nobody has named a size yet.
fn which_size(heard: &Heard<'_>, next: &Dialogue) -> bool {
    let named = heard.understanding.of_kind(EntityKind::Size).next().is_some();
    let sized = |query: &ProductQuery| query.filters.iter().any(|f| f.kind == EntityKind::Size && !f.negated);
    !named && next.query.as_ref().is_some_and(|query| !sized(query))
}

/// A new search; one that names no thing but only conditions goes on from the search under way, or is about the
/// product just shown in full.
pub(super) fn search(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    match &next.query {
        Some(_) if query::only_conditions(understanding) && about_the_card(heard, next).is_some() => {
            about_the_card(heard, next).unwrap_or(Action::WhichProduct)
        }
        Some(base) if query::only_conditions(understanding) => refinement(base, None, heard, next),
        Some(base) if adds_words(heard) => query::with_words(base, understanding),
        // "Two pairs" of what is looked for.
        Some(base) if only_counts(understanding) => refinement(base, None, heard, next),
        _ => query::search(understanding),
    }
}

/// "Anything with dinosaurs": more words for the search under way.
pub(super) fn adds_words(heard: &Heard<'_>) -> bool {
    let said = format!("{} ", key(&heard.understanding.text));
    let begins = |phrase: &String| said.starts_with(&format!("{phrase} "));
    only_words(heard.understanding) && heard.language.grammar.additions.iter().any(begins)
}

/// Words, and nothing that is known of products.
fn only_words(understanding: &Understanding) -> bool {
    let plain = understanding.entities.iter().all(|entity| entity.bare_attribute().is_some());
    plain && !understanding.search_text.trim().is_empty()
}

fn only_counts(understanding: &Understanding) -> bool {
    let counts = understanding.entities.iter().all(|entity| entity.kind == EntityKind::Quantity);
    counts && understanding.says_only_entities()
}

/// The search `base` with what this message changes.
pub(super) fn refinement(
    base: &ProductQuery,
    change: Option<Change>,
    heard: &Heard<'_>,
    next: &Dialogue,
) -> Action {
    let of = |understanding: &Understanding| query::refined(base, understanding, change, next);
    Action::Refine {
        query: of(heard.understanding),
        change,
        than: query::than(change, heard.understanding, next),
        respelled: query::respelled(heard.understanding, of),
    }
}

/// "Cheapest first", and no more, or "which of them is the best rated?".
pub(super) fn asks_for_order(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> bool {
    let understanding = heard.understanding;
    let about_the_list = intent.is_some_and(|intent| {
        matches!(intent.binding, Binding::Search | Binding::Refine(_) | Binding::Compare | Binding::Detail)
    });
    let list = next.query.is_some() || next.shown.is_some();
    let order = understanding.sort().is_some() && query::categories(understanding).is_empty();
    order && (understanding.says_only_entities() || (about_the_list && list))
}

/// "The cheapest first", "best rated": another order of the search under way. Where a list is no search, the cheapest
/// and the dearest of it can still be told.
pub(super) fn sorted(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let compared = next.shown.as_ref().is_some_and(|list| list.source == ListSource::Comparison);
    match (&next.query, refer::shown_as(heard.understanding, next)) {
        // "The cheaper one" of those side by side.
        (_, Some(product)) if compared => Action::Detail { product },
        (Some(base), _) => refinement(base, None, heard, next),
        (None, Some(product)) => Action::Detail { product },
        (None, None) => search(heard, next),
    }
}

fn refine(change: Option<Change>, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    // "The cheapest first" names an order, which says more than "cheaper".
    let change = change.filter(|_| understanding.sort().is_none());
    let conditions = query::has_conditions(understanding);
    if change.is_none()
        && let Some(check) = about_the_card(heard, next)
    {
        return check;
    }
    if understanding.sort().is_some() && query::categories(understanding).is_empty() {
        return sorted(heard, next);
    }
    match &next.query {
        _ if change == Some(Change::Other) && !conditions && next.shown.is_some() => show_more(next),
        Some(base) if change.is_none() && !conditions && only_words(understanding) => {
            query::with_words(base, understanding)
        }
        Some(base) => refinement(base, change, heard, next),
        None if conditions || understanding.names_a_thing() => query::search(understanding),
        None => match (&next.focus, &next.shown) {
            (None, None) => Action::WhichProduct,
            // After recommendations there is no search to refine: start one from the change alone.
            _ => refinement(&ProductQuery::default(), change, heard, next),
        },
    }
}

/// The list behind the product just looked at, the earlier search that the message names, or the one before this.
fn back(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let named = query::categories(heard.understanding);
    let mut searches: Vec<&ProductQuery> = next.earlier.iter().rev().collect();
    // Behind a card lies the search under way; whoever goes back to the shoes from the boots means other shoes.
    let place = if next.on_card { 0 } else { searches.len() };
    if next.on_card || !named.is_empty() {
        next.query.iter().for_each(|query| searches.insert(place, query));
    }
    let within = |query: &&&ProductQuery| {
        query.categories.iter().any(|path| named.iter().any(|n| path.0.starts_with(&n.0)))
    };
    let exactly = |query: &&&ProductQuery| query.categories.iter().any(|path| named.contains(path));
    let found = match named.is_empty() {
        true => searches.first(),
        false => searches.iter().find(exactly).or_else(|| searches.iter().find(within)),
    };
    match found.copied().or(next.query.as_ref().filter(|_| named.is_empty())) {
        Some(query) => {
            // "Back to the bag" of "shoes and a bag".
            let mut query = query.clone();
            let meant = |path: &CategoryPath| named.iter().any(|n| path.0.starts_with(&n.0));
            if query.categories.iter().any(meant) {
                query.categories.retain(meant);
            }
            Action::Return { query }
        }
        None if !named.is_empty() => query::search(heard.understanding),
        None => Action::WhichProduct,
    }
}

/// What a list is within.
fn query_of(shown: &ShownList, next: &Dialogue) -> ProductQuery {
    match shown.source {
        ListSource::Search => next.query.clone().unwrap_or_default(),
        _ => shown.within.clone(),
    }
}

/// The page that lies open, or the one behind a comparison.
pub(super) fn open_page(next: &Dialogue) -> Option<ListPage> {
    let mut open = [next.shown.as_ref(), next.compared_from.as_ref()].into_iter().flatten();
    let list = open.find(|list| list.source != ListSource::Comparison)?;
    let offset = list.next_offset.saturating_sub(list.products.len());
    Some(ListPage { list: list.source.clone(), query: query_of(list, next), offset, seen: list.seen.clone() })
}

fn show_more(next: &Dialogue) -> Action {
    match &next.shown {
        Some(shown) => {
            let first = ListPage::first(shown.source.clone(), query_of(shown, next));
            let page = ListPage { offset: shown.next_offset, ..first };
            if shown.without_history { Action::WithoutHistory(page) } else { Action::ShowMore(page) }
        }
        None => Action::Recommend,
    }
}

pub(super) fn similar(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let mut conditions = query::conditions(heard.understanding);
    let target = refer::one(heard.understanding, next).or_else(|| refer::first_shown(next));
    let price = target.as_ref().and_then(|product| refer::item(product, next)?.price);
    if let Some(price) = price.filter(|_| conditions.price.is_open()) {
        conditions.price = wished_price(price, heard);
    }
    let placed = heard.understanding.ordinals().next().is_some();
    match target {
        product if !placed && heard.understanding.names_a_thing() => {
            // The brand is part of the name.
            conditions.filters.retain(|filter| filter.kind != EntityKind::Brand);
            let (named, search) = (heard.understanding.text.clone(), query::new(heard.understanding));
            Action::SimilarTo { product, named, query: conditions, search }
        }
        Some(product) => Action::Similar { product, query: conditions },
        None => Action::WhichProduct,
    }
}

/// "But cheaper", than the product that the others shall be like.
fn wished_price(price: Money, heard: &Heard<'_>) -> PriceRange {
    match query::price_wish(heard) {
        Some(Change::Cheaper) => PriceRange::below(price),
        Some(Change::Dearer) => PriceRange::above(price),
        _ => PriceRange::default(),
    }
}

fn detail(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    match refer::one(understanding, next) {
        Some(product) => match wishes(heard, next) {
            wanted if wanted.is_empty() => ask::detail(heard, next),
            wanted => Action::Check { product, wanted },
        },
        // "Which is the cheapest?" of a list is a matter of its order.
        None if understanding.sort().is_some() => sorted(heard, next),
        None => ask::detail(heard, next),
    }
}

/// "In blue?" right after a product was shown in full: whether it is to be had so.
pub(super) fn about_the_card(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let product = next.focus.as_ref().filter(|_| next.on_card)?.id.clone();
    let wanted = wishes(heard, next);
    let every = heard.understanding.entities.iter().all(|entity| is_wish(entity.kind) && !entity.negated);
    (every && !wanted.is_empty()).then_some(Action::Check { product, wanted })
}

/// The size, colour or material that the message asks after; "the blue one" only says which is meant.
pub(super) fn wishes(heard: &Heard<'_>, next: &Dialogue) -> Vec<AttributeFilter> {
    let by_look = !next.on_card && refer::shown_as(heard.understanding, next).is_some();
    let pointing = by_look || super::correct::says_single(heard);
    let conditions = query::conditions(heard.understanding).filters;
    let wish = |filter: &AttributeFilter| {
        filter.kind.kind().is_some_and(is_wish)
            && !filter.negated
            && (filter.kind == EntityKind::Size || !pointing)
    };
    conditions.into_iter().filter(wish).collect()
}

pub(super) fn is_wish(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Size | EntityKind::Colour | EntityKind::Material)
}

/// "What goes with it?" is about one product, "what else do I need?" about the basket.
fn complete(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    let points = understanding.ordinals().next().is_some() || ask::says_pronoun(heard);
    match refer::one(understanding, next).filter(|_| points) {
        None if understanding.ordinals().next().is_some() => Action::WhichProduct,
        product => Action::Complete { product },
    }
}

/// Takes the last "not for me" back that was not taken back yet.
fn undo(next: &Dialogue) -> Action {
    match next.dismissed.last() {
        Some(event) => Action::Disuse { event: Some(*event), page: None },
        None => Action::NothingToUndo,
    }
}

/// The list under way once more as this shopper sees it. Who has switched that off is told so: it is not switched on by the way.
fn with_history(heard: &Heard<'_>, next: &Dialogue) -> Action {
    if heard.identity.personalization == Personalization::Off {
        return without_history(heard, next);
    }
    if heard.understanding.names_a_thing() {
        return search(heard, next);
    }
    let page = open_page(next);
    page.map_or(Action::Recommend, |page| Action::ShowMore(page.from_the_top()))
}

/// The list under way, or what the message names, or else recommendations.
fn without_history(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let first = |list, query| Action::WithoutHistory(ListPage::first(list, query));
    if heard.understanding.names_a_thing() {
        return first(ListSource::Search, query::new(heard.understanding));
    }
    match open_page(next) {
        Some(page) => first(page.list, page.query),
        None => first(ListSource::Recommendations, ProductQuery::default()),
    }
}

fn compare(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let named = ask::names(heard);
    match refer::several(heard.understanding, next) {
        products if products.len() + named.len() >= 2 => Action::Compare { products, named },
        _ => Action::WhichProduct,
    }
}

/// A known customer asks for an order; anybody else has to prove first whose it is.
pub(super) fn order(number: Option<OrderNumber>, heard: &Heard<'_>) -> Action {
    let unknown = heard.identity.private && heard.identity.customer.is_none();
    match number {
        Some(number) if unknown => {
            Action::Link { number: Some(number), email: heard.understanding.email().map(str::to_owned) }
        }
        number => {
            let placed = heard.understanding.dates().filter(|_| number.is_none());
            Action::OrderStatus { number, placed }
        }
    }
}
