//! The dialogue after an action: what was shown and asked.

use crate::model::{
    Dialogue, EventId, Grounds, ListPage, ListSource, Outcome, PendingQuestion, Product, ProductQuery,
    Scored, ShownItem, ShownList,
};

/// How many earlier searches can be gone back to, and how many refusals can be taken back.
const EARLIER: usize = 5;

/// Takes into the dialogue what the outcome puts before the shopper.
pub fn settle(dialogue: Dialogue, outcome: &Outcome) -> Dialogue {
    if let Outcome::Dismissed { then, .. } | Outcome::Disused { then, .. } | Outcome::Undone { then, .. } =
        outcome
    {
        return opined(outcome, then, settle(dialogue, then));
    }
    let mut next = dialogue;
    match outcome {
        Outcome::Found { query, .. } => {
            begin(query, &mut next);
            next.shown = Some(list(outcome, next.shown.take()));
            next.focus = None;
            next.misunderstood = 0;
        }
        // Words that nothing was found for are nothing to go on from.
        Outcome::NothingFound { query, .. } if query.categories.is_empty() && query.filters.is_empty() => {}
        Outcome::NothingFound { query, .. } => begin(query, &mut next),
        Outcome::WithoutHistory { plain, .. } if plain.items().is_empty() => {}
        Outcome::WithoutHistory { plain, .. } => {
            next = settle(next, plain);
            next.shown.iter_mut().for_each(|shown| shown.without_history = true);
            return next;
        }
        // Where nothing is shown, what was shown before stays before the shopper.
        Outcome::Completed { items, .. }
        | Outcome::Own { items, .. }
        | Outcome::Picks { items, .. }
        | Outcome::Recommended { items, .. }
            if items.is_empty() => {}
        Outcome::Recommended { .. }
        | Outcome::Picks { .. }
        | Outcome::Own { .. }
        | Outcome::Completed { .. }
        | Outcome::Listed { .. }
        | Outcome::Alike { .. }
        | Outcome::Home { .. } => suggest(outcome, &mut next),
        Outcome::Detail { item, .. } => next.focus = Some(spoken_of(&item.product, &next)),
        Outcome::Explained { product, .. }
        | Outcome::PriceExplained { product }
        | Outcome::Checked { product, .. }
        | Outcome::Told { product, .. } => {
            next.focus = Some(spoken_of(product, &next));
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
        Outcome::Forgotten { .. } => next = afresh(&next),
        _ => next.pending = asked(outcome).or(next.pending),
    }
    for_the_next_message(&mut next, outcome);
    next
}

/// After a word on suggestions, and the list that followed it.
fn opined(outcome: &Outcome, list: &Outcome, mut next: Dialogue) -> Dialogue {
    match outcome {
        Outcome::Dismissed { event, .. } => {
            next.dismissed.extend(*event);
            let surplus = next.dismissed.len().saturating_sub(EARLIER);
            next.dismissed.drain(..surplus);
        }
        Outcome::Undone { event, .. } => next.dismissed.retain(|known| known != event),
        _ => {}
    }
    // What is taken out of a history is there no more, and what was refused is not spoken of.
    next.explained = None;
    if list.items().is_empty() {
        next.shown = None;
        next.focus = None;
    }
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
    next.shown = Some(list(outcome, next.shown.take()));
    match outcome {
        Outcome::Alike { to, .. } => next.focus = Some(ShownItem::from(to)),
        _ => {
            leave(next);
            next.focus = None;
        }
    }
}

/// A product that is spoken of, on the grounds on which it was shown.
fn spoken_of(product: &Product, dialogue: &Dialogue) -> ShownItem {
    let known = super::refer::item(&product.id, dialogue).map(|item| item.grounds.clone());
    ShownItem { grounds: known.unwrap_or_default(), ..ShownItem::from(product) }
}

/// The event that "don't use that" is about after this. Once other products are on the screen it is none.
fn explained(outcome: &Outcome, before: Option<EventId>) -> Option<EventId> {
    match outcome {
        Outcome::Explained { reason, .. } => reason.as_ref().map(|reason| reason.event),
        Outcome::Detail { .. } => before,
        _ => before.filter(|_| outcome.items().is_empty()),
    }
}

fn side_by_side(products: &[Product]) -> ShownList {
    let compared: Vec<ShownItem> = products.iter().map(ShownItem::from).collect();
    ShownList {
        next_offset: compared.len(),
        seen: Vec::new(),
        products: compared,
        source: ListSource::Comparison,
        without_history: false,
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

/// What an outcome shows, as later messages refer to it. What is no page of a list goes on with recommendations.
fn list(outcome: &Outcome, before: Option<ShownList>) -> ShownList {
    let recommendations = || ListPage::first(ListSource::Recommendations, ProductQuery::default());
    let ListPage { list, query, offset, .. } = outcome.page().unwrap_or_else(recommendations);
    let items = outcome.shown();
    let products = (offset + 1..)
        .zip(&items)
        .map(|(place, item)| ShownItem { grounds: grounds(item, place), ..ShownItem::from(&item.product) });
    let before = before.filter(|before| offset > 0 && before.source == list);
    let earlier = before.into_iter().flat_map(ShownList::all);
    ShownList {
        products: products.collect(),
        next_offset: offset + items.len(),
        seen: earlier.filter(|id| items.iter().all(|item| item.product.id != *id)).collect(),
        // The search under way keeps its own conditions.
        within: if list == ListSource::Search { ProductQuery::default() } else { query },
        source: list,
        without_history: false,
    }
}

/// Why a product stands at this place of a list, counted from 1.
fn grounds(item: &Scored, place: usize) -> Grounds {
    match &item.reason {
        Some(reason) => Grounds::Told(reason.clone()),
        None if item.rank_without_history <= place => Grounds::Everybodys,
        None => Grounds::Untold,
    }
}

/// Nothing of the dialogue but in which language it is, and how well it goes.
fn afresh(dialogue: &Dialogue) -> Dialogue {
    Dialogue {
        misunderstood: dialogue.misunderstood,
        language: dialogue.language.clone(),
        ..Dialogue::default()
    }
}
