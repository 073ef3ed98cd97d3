//! The dialogue after an action: what was shown and asked.

use crate::model::{
    Dialogue, ListSource, Outcome, PendingQuestion, ProductQuery, Scored, ShownItem, ShownList,
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
        }
        Outcome::NothingFound { query } => begin(query, &mut next),
        Outcome::Recommended { items, offset, .. } => {
            leave(&mut next);
            next.shown = Some(list(items, *offset, ListSource::Recommendations));
            next.focus = None;
        }
        Outcome::Alike { to, items, offset } => {
            next.shown = Some(list(items, *offset, ListSource::Alike(to.id.clone())));
            next.focus = Some(ShownItem::from(to));
        }
        Outcome::Detail { item } => next.focus = Some(ShownItem::from(&item.product)),
        Outcome::Explained { product, .. } | Outcome::Checked { product, .. } => {
            next.focus = Some(ShownItem::from(product));
        }
        Outcome::Comparison { products } => {
            let compared: Vec<ShownItem> = products.iter().map(ShownItem::from).collect();
            next.shown = Some(ShownList {
                next_offset: compared.len(),
                products: compared,
                source: ListSource::Comparison,
            });
            next.focus = None;
        }
        Outcome::WantsEmail { number } => {
            next.pending = Some(PendingQuestion::LinkEmail { number: number.clone() });
        }
        Outcome::ForgetAsked { .. } => next.pending = Some(PendingQuestion::ConfirmForget),
        Outcome::AskedAgain { question } => next.pending = Some(question.clone()),
        Outcome::Clarified { candidates } => {
            let intents = candidates.iter().map(|candidate| candidate.intent.clone()).collect();
            next.pending = Some(PendingQuestion::Clarify { intents });
        }
        Outcome::Cancelled => {
            leave(&mut next);
            let earlier = std::mem::take(&mut next.earlier);
            next = Dialogue { earlier, ..afresh(&next) };
        }
        Outcome::Forgotten { .. } => {
            next = afresh(&next);
        }
        _ => {}
    }
    // Whatever is said in between, "it" is then no longer what lies open.
    next.on_card = match outcome {
        Outcome::Detail { .. } | Outcome::Checked { .. } => true,
        Outcome::AskedAgain { .. } | Outcome::Answered { .. } => next.on_card,
        _ => false,
    };
    next
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
    ShownList { products, next_offset: offset + items.len(), source }
}

/// Nothing of the dialogue but in which language it is, and how well it goes.
fn afresh(dialogue: &Dialogue) -> Dialogue {
    Dialogue {
        misunderstood: dialogue.misunderstood,
        language: dialogue.language.clone(),
        ..Dialogue::default()
    }
}
