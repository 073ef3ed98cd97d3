//! The dialogue after an action: what was shown and asked.

use crate::model::{Dialogue, ListSource, Outcome, PendingQuestion, Scored, ShownItem, ShownList};

/// Takes into the dialogue what the outcome puts before the shopper.
pub fn settle(dialogue: Dialogue, outcome: &Outcome) -> Dialogue {
    let mut next = dialogue;
    match outcome {
        Outcome::Found { query, items, offset, .. } => {
            next.query = Some(query.clone());
            next.shown = Some(list(items, *offset, ListSource::Search));
            next.focus = None;
        }
        Outcome::NothingFound { query } => next.query = Some(query.clone()),
        Outcome::Recommended { items, offset, .. } => {
            next.query = None;
            next.shown = Some(list(items, *offset, ListSource::Recommendations));
            next.focus = None;
        }
        Outcome::Alike { to, items, offset } => {
            next.shown = Some(list(items, *offset, ListSource::Alike(to.id.clone())));
            next.focus = Some(ShownItem::from(to));
        }
        Outcome::Detail { item } => next.focus = Some(ShownItem::from(&item.product)),
        Outcome::Explained { product, .. } => next.focus = Some(ShownItem::from(product)),
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
        Outcome::Clarified { candidates } => {
            let intents = candidates.iter().map(|candidate| candidate.intent.clone()).collect();
            next.pending = Some(PendingQuestion::Clarify { intents });
        }
        Outcome::Cancelled | Outcome::Forgotten { .. } => {
            next = Dialogue { misunderstood: next.misunderstood, ..Dialogue::default() };
        }
        _ => {}
    }
    next
}

fn list(items: &[Scored], offset: usize, source: ListSource) -> ShownList {
    let products = items.iter().map(|item| ShownItem::from(&item.product)).collect();
    ShownList { products, next_offset: offset + items.len(), source }
}
