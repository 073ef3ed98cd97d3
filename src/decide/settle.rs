//! The dialogue after an action: what was shown and asked.

use crate::model::{
    Dialogue, EventId, ListSource, Outcome, PendingQuestion, Product, ProductQuery, Scored, ShownItem,
    ShownList,
};

/// How many earlier searches can be gone back to.
const EARLIER: usize = 5;

/// Takes into the dialogue what the outcome puts before the shopper.
pub fn settle(dialogue: Dialogue, outcome: &Outcome) -> Dialogue {
    let mut next = dialogue;
    match outcome {
        Outcome::Found { query, items, offset, .. } => {
            begin(query, &mut next);
            next.shown = Some(list(items, *offset, ListSource::Search));
            next.focus = None;
            next.misunderstood = 0;
        }
        // Words that nothing was found for are nothing to go on from.
        Outcome::NothingFound { query, .. } if query.categories.is_empty() && query.filters.is_empty() => {}
        Outcome::NothingFound { query, .. } => begin(query, &mut next),
        Outcome::WithoutHistory { plain, .. } => return settle(next, plain),
        Outcome::Completed { items, .. } | Outcome::Own { items, .. } if items.is_empty() => {}
        Outcome::Recommended { .. }
        | Outcome::Dismissed { .. }
        | Outcome::Disused { .. }
        | Outcome::Picks { .. }
        | Outcome::Own { .. }
        | Outcome::Completed { .. }
        | Outcome::Listed { .. }
        | Outcome::Alike { .. }
        | Outcome::Home { .. } => suggest(outcome, &mut next),
        Outcome::Detail { item, .. } => next.focus = Some(ShownItem::from(&item.product)),
        Outcome::Explained { product, .. }
        | Outcome::PriceExplained { product }
        | Outcome::Checked { product, .. }
        | Outcome::Told { product, .. } => {
            next.focus = Some(ShownItem::from(product));
        }
        Outcome::Values { query, .. } if !query.is_empty() => begin(query, &mut next),
        Outcome::Comparison { products } => {
            next.compared_from = compared_from(&mut next);
            next.shown = Some(side_by_side(products));
            next.focus = None;
        }
        Outcome::Cancelled => {
            leave(&mut next);
            let earlier = std::mem::take(&mut next.earlier);
            next = Dialogue { earlier, ..afresh(&next) };
        }
        Outcome::Forgotten { .. } => {
            next = afresh(&next);
        }
        _ => next.pending = asked(outcome).or(next.pending),
    }
    for_the_next_message(&mut next, outcome);
    next
}

/// What only the very next message may refer to.
fn for_the_next_message(next: &mut Dialogue, outcome: &Outcome) {
    let comparing = next.shown.as_ref().is_some_and(|list| list.source == ListSource::Comparison);
    next.compared_from = next.compared_from.take().filter(|_| comparing);
    next.explained = explained(outcome, next.explained);
    // Whatever is said in between, "it" is then no longer what lies open.
    next.on_card = match outcome {
        Outcome::Detail { .. } | Outcome::Checked { .. } | Outcome::Told { .. } => true,
        Outcome::AskedAgain { .. } | Outcome::Answered { .. } => next.on_card,
        _ => false,
    };
    next.orders = match outcome {
        Outcome::Order { order } => vec![order.number.clone()],
        Outcome::Orders { orders, .. } => orders.iter().map(|order| order.number.clone()).collect(),
        Outcome::Answered { .. } | Outcome::AskedAgain { .. } => std::mem::take(&mut next.orders),
        _ => Vec::new(),
    };
    next.offered = match outcome {
        Outcome::Values { attribute, .. } => attribute.kind(),
        Outcome::Found { narrowing: Some(narrowing), .. } => narrowing.attribute.kind(),
        _ => None,
    };
}

/// Suggestions are no search: what was looked for is left. More like one product goes on from it.
fn suggest(outcome: &Outcome, next: &mut Dialogue) {
    match outcome {
        Outcome::Alike { to, query, items, offset } => {
            let alike = list(items, *offset, ListSource::Alike(to.id.clone()));
            next.shown = Some(ShownList { within: query.clone(), ..alike });
            next.focus = Some(ShownItem::from(to));
            return;
        }
        Outcome::Listed { list: of, items, offset, .. } => {
            next.shown = Some(list(items, *offset, ListSource::Curated(of.id.clone())));
        }
        Outcome::Home { resume, cheaper, picks, .. } => {
            let cheaper = cheaper.iter().map(|(item, _)| item);
            let items: Vec<Scored> = resume.iter().chain(cheaper).chain(picks).cloned().collect();
            next.shown = Some(list(&items, 0, ListSource::Recommendations));
        }
        Outcome::Recommended { items, offset, .. } => {
            next.shown = Some(list(items, *offset, ListSource::Recommendations));
        }
        _ => next.shown = Some(list(outcome.items(), 0, ListSource::Recommendations)),
    }
    leave(next);
    next.focus = None;
}

/// The event that "don't use that" is about after this.
fn explained(outcome: &Outcome, before: Option<EventId>) -> Option<EventId> {
    match outcome {
        Outcome::Explained { reason, .. } => reason.as_ref().map(|reason| reason.event),
        Outcome::Disused { .. } => None,
        _ => before,
    }
}

fn side_by_side(products: &[Product]) -> ShownList {
    let compared: Vec<ShownItem> = products.iter().map(ShownItem::from).collect();
    ShownList {
        next_offset: compared.len(),
        products: compared,
        source: ListSource::Comparison,
        within: ProductQuery::default(),
    }
}

/// The list that lies open, or the one behind a comparison.
fn compared_from(next: &mut Dialogue) -> Option<ShownList> {
    let open = next.shown.take().filter(|list| list.source != ListSource::Comparison);
    open.or_else(|| next.compared_from.take())
}

/// The question that an outcome puts to the shopper.
fn asked(outcome: &Outcome) -> Option<PendingQuestion> {
    match outcome {
        Outcome::WantsEmail { number } => Some(PendingQuestion::LinkEmail { number: number.clone() }),
        Outcome::ForgetAsked { .. } => Some(PendingQuestion::ConfirmForget),
        Outcome::AskedAgain { question } => Some(question.clone()),
        Outcome::Clarified { candidates } => {
            let intents = candidates.iter().map(|candidate| candidate.intent.clone()).collect();
            Some(PendingQuestion::Clarify { intents })
        }
        _ => None,
    }
}

/// Makes this the search under way. Another kind of thing puts the one before on the stack.
fn begin(query: &ProductQuery, next: &mut Dialogue) {
    let same =
        next.query.as_ref().is_some_and(|old| old.categories == query.categories && old.text == query.text);
    if !same {
        leave(next);
    }
    next.earlier.retain(|old| old.categories != query.categories || old.text != query.text);
    next.query = Some(query.clone());
}

/// Puts the search under way on the stack of earlier ones.
fn leave(next: &mut Dialogue) {
    next.set_aside = None;
    let Some(query) = next.query.take().filter(|query| !query.is_empty()) else { return };
    next.earlier.retain(|old| old.categories != query.categories || old.text != query.text);
    next.earlier.push(query);
    if next.earlier.len() > EARLIER {
        next.earlier.remove(0);
    }
}

fn list(items: &[Scored], offset: usize, source: ListSource) -> ShownList {
    let products = items.iter().map(|item| ShownItem::from(&item.product)).collect();
    ShownList { products, next_offset: offset + items.len(), source, within: ProductQuery::default() }
}

/// Nothing of the dialogue but in which language it is, and how well it goes.
fn afresh(dialogue: &Dialogue) -> Dialogue {
    Dialogue {
        misunderstood: dialogue.misunderstood,
        language: dialogue.language.clone(),
        ..Dialogue::default()
    }
}
