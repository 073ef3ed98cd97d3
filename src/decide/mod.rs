//! The policy: what to do about a message. Pure functions of the dialogue, the understanding and the shop's files.
//!
//! [`decide`] runs before the action, [`settle`] after it: what was shown or asked becomes part of the dialogue.

mod pending;
mod query;
mod refer;
mod settle;

#[cfg(test)]
mod tests;

pub use settle::settle;

use crate::intents::{Binding, Intent, Language};
use crate::model::{
    Action, Candidate, Change, Dialogue, EntityKind, Identity, Incoming, Input, Ordinal, PendingQuestion,
    ProductQuery, SlotRequest, Tap, Understanding, Via,
};

/// How many messages in a row may stay not understood before a person is offered.
const PATIENCE: u32 = 1;
/// A message of at most so many words that names something of the shop looks for it.
const TERSE: usize = 4;
/// Two intents are close when the second has at least this share of the first one's probability.
/// Set by hand, not measured.
const CLOSE: f32 = 0.7;
/// Above this probability the first intent is taken whatever the second has.
const SURE: f32 = 0.5;

/// What a decision is made from, besides the dialogue.
pub struct Heard<'a> {
    /// What came in.
    pub incoming: &'a Incoming,
    /// What it means; for a tap or a command only its text counts.
    pub understanding: &'a Understanding,
    /// The meaning of the button, when the input is a tap.
    pub tap: Option<&'a Tap>,
    /// Who writes.
    pub identity: &'a Identity,
    /// The files of the language that answers.
    pub language: &'a Language,
}

/// What to do, and the dialogue as it stands before it is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// The open question is gone from it, the counters are up to date.
    pub dialogue: Dialogue,
}

/// Decides what to do. Deterministic; reads nothing but its arguments.
pub fn decide(heard: &Heard<'_>, dialogue: &Dialogue) -> Decision {
    let mut next = dialogue.clone();
    let pending = next.pending.take();
    let action = match (&heard.incoming.input, heard.tap) {
        (Input::Tap(_), Some(Tap::Do(action))) => tapped(action, heard, dialogue),
        (Input::Tap(_), None) => Action::Help,
        (Input::Command { name, payload }, _) => command(name, payload),
        (Input::Media { kind, caption }, _) if caption.trim().is_empty() || kind == "sticker" => {
            Action::Unreadable { kind: kind.clone() }
        }
        _ => pending
            .and_then(|question| pending::answer(question, heard, &mut next))
            .unwrap_or_else(|| by_intent(heard, &mut next)),
    };
    next.misunderstood = match action {
        Action::Fallback { .. } | Action::Clarify { .. } => dialogue.misunderstood + 1,
        _ => 0,
    };
    Decision { action, dialogue: next }
}

/// A button says exactly what to do. One that stands for a page of a search keeps the search of its own reply.
fn tapped(action: &Action, heard: &Heard<'_>, dialogue: &Dialogue) -> Action {
    match action {
        Action::Answer { intent } => match heard.language.intent(intent) {
            Some(intent) => bound(intent, heard, &mut dialogue.clone()),
            None => Action::Help,
        },
        certain => certain.clone(),
    }
}

/// The commands that every bot of the shop has; an unknown one gets help.
fn command(name: &str, payload: &str) -> Action {
    match name {
        "start" if !payload.is_empty() => Action::RedeemLink { token: payload.to_owned() },
        "start" => Action::Greet { intent: None },
        "orders" => Action::Orders,
        "recommend" => Action::Recommend,
        "privacy" => Action::Privacy,
        "export" => Action::Export,
        "forget" => Action::Forget { confirmed: false },
        "human" => Action::Handoff,
        "cancel" => Action::Cancel,
        _ => Action::Help,
    }
}

/// The ordinary way: the intent's binding, or what the entities alone say, or an honest "I did not get that".
fn by_intent(heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    let understanding = heard.understanding;
    let intent = understanding.intent.as_ref().and_then(|name| heard.language.intent(name));
    // "running shoes", and no more: whatever a model makes of it, somebody who names a thing looks for it.
    let guessed = matches!(understanding.via, Via::Model | Via::Lexical);
    if guessed && query::says_only_entities(understanding) && query::names_a_thing(understanding) {
        return search(heard, next);
    }
    match intent {
        Some(intent) => match unclear(heard, next) {
            Some(candidates) => Action::Clarify { candidates },
            None => bound(intent, heard, next),
        },
        None => by_entities(heard, next)
            .unwrap_or(Action::Fallback { offer_person: next.misunderstood >= PATIENCE }),
    }
}

/// The two best intents when they are too close to choose, and lead to different things.
fn unclear(heard: &Heard<'_>, dialogue: &Dialogue) -> Option<Vec<Candidate>> {
    let [first, second, ..] = heard.understanding.alternatives.as_slice() else {
        return None;
    };
    if dialogue.misunderstood > PATIENCE
        || first.probability >= SURE
        || second.probability < CLOSE * first.probability
    {
        return None;
    }
    let (a, b) = (heard.language.intent(&first.intent)?, heard.language.intent(&second.intent)?);
    let same = a.binding == b.binding && a.binding != Binding::Answer;
    (!same).then(|| vec![first.clone(), second.clone()])
}

/// No intent fits, but the message is an order number, an address, or nothing but words of the catalogue.
fn by_entities(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    if let Some(number) = understanding.order_number() {
        return Some(order(Some(number.clone()), heard));
    }
    // "canon camera": a brand or category of the shop in a few words is a search, whatever else the words are.
    let terse = understanding.text.split_whitespace().count() <= TERSE;
    if terse && query::names_a_thing(understanding) {
        return Some(Action::Search { query: query::new(understanding) });
    }
    if !query::says_only_entities(understanding) {
        return None;
    }
    let refers = understanding.ordinals().next().is_some();
    match (refers, &next.query) {
        (true, _) => Some(one_product(heard, next, |product| Action::Detail { product })),
        (false, Some(base)) => Some(refinement(base, None, heard, next)),
        _ => None,
    }
}

/// What the intent's file binds it to, with its missing slots asked for first.
fn bound(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    if let Some(ask) = missing_slot(intent, heard, next) {
        return ask;
    }
    run(intent, heard, next)
}

/// The question for the first required slot that nothing fills; remembers what is known until it is answered.
fn missing_slot(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let known = &heard.understanding.entities;
    let slot =
        intent.slots.iter().find(|slot| slot.required && !known.iter().any(|e| e.kind == slot.entity))?;
    next.pending = Some(PendingQuestion::Slot {
        intent: intent.name.clone(),
        entity: slot.entity,
        known: known.clone(),
        search_text: heard.understanding.search_text.clone(),
    });
    Some(Action::Ask(SlotRequest { intent: intent.name.clone(), entity: slot.entity }))
}

/// The intent's action, all slots known.
fn run(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    let understanding = heard.understanding;
    match intent.binding {
        Binding::Search => search(heard, next),
        Binding::Refine(change) => refine(change, heard, next),
        Binding::ShowMore => show_more(next),
        Binding::Recommend if query::names_a_thing(understanding) => search(heard, next),
        Binding::Recommend => Action::Recommend,
        Binding::Similar => similar(heard, next),
        Binding::Detail => detail(heard, next),
        Binding::Compare => compare(heard, next),
        Binding::Why => one_product(heard, next, |product| Action::Why { product }),
        Binding::Answer => Action::Answer { intent: intent.name.clone() },
        Binding::Greet => Action::Greet { intent: Some(intent.name.clone()) },
        Binding::Help => Action::Help,
        Binding::OrderStatus => order(understanding.order_number().cloned(), heard),
        Binding::Orders => match understanding.order_number() {
            Some(number) => order(Some(number.clone()), heard),
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
        Binding::Cancel => Action::Cancel,
        Binding::Affirm => Action::Acknowledge { yes: true },
        Binding::Deny => Action::Acknowledge { yes: false },
    }
}

/// A new search; one that names no thing but only conditions goes on from the search under way.
fn search(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    match &next.query {
        Some(base) if query::only_conditions(understanding) => refinement(base, None, heard, next),
        _ => Action::Search { query: query::new(understanding) },
    }
}

fn refinement(base: &ProductQuery, change: Option<Change>, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let query = query::refined(base, heard.understanding, change, next);
    Action::Refine { query, change, than: query::than(change, heard.understanding, next) }
}

fn refine(change: Option<Change>, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    let conditions = query::has_conditions(understanding);
    match &next.query {
        Some(_) if change == Some(Change::Other) && !conditions => show_more(next),
        Some(base) => refinement(base, change, heard, next),
        None if conditions || query::names_a_thing(understanding) => {
            Action::Search { query: query::new(understanding) }
        }
        None => match (&next.focus, &next.shown) {
            (None, None) => Action::WhichProduct,
            // After recommendations there is no search to refine: start one from the change alone.
            _ => refinement(&Default::default(), change, heard, next),
        },
    }
}

fn show_more(next: &Dialogue) -> Action {
    match &next.shown {
        Some(shown) => Action::ShowMore {
            list: shown.source.clone(),
            query: next.query.clone().unwrap_or_default(),
            offset: shown.next_offset,
        },
        None => Action::Recommend,
    }
}

fn similar(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let conditions = query::conditions(heard.understanding);
    let target = refer::one(heard.understanding, next).or_else(|| refer::first_shown(next));
    match target {
        Some(product) => Action::Similar { product, query: conditions },
        None if query::names_a_thing(heard.understanding) => {
            Action::Search { query: query::new(heard.understanding) }
        }
        None => Action::WhichProduct,
    }
}

fn detail(heard: &Heard<'_>, next: &Dialogue) -> Action {
    match refer::one(heard.understanding, next) {
        Some(product) => Action::Detail { product },
        None if next.shown.is_none() && query::names_a_thing(heard.understanding) => {
            Action::Search { query: query::new(heard.understanding) }
        }
        None => Action::WhichProduct,
    }
}

fn compare(heard: &Heard<'_>, next: &Dialogue) -> Action {
    match refer::several(heard.understanding, next) {
        products if products.len() >= 2 => Action::Compare { products },
        _ => Action::WhichProduct,
    }
}

fn one_product(
    heard: &Heard<'_>,
    next: &Dialogue,
    action: impl Fn(crate::model::ProductId) -> Action,
) -> Action {
    refer::one(heard.understanding, next)
        .or_else(|| refer::first_shown(next))
        .map_or(Action::WhichProduct, action)
}

/// A known customer asks for an order; anybody else has to prove first whose it is.
fn order(number: Option<crate::model::OrderNumber>, heard: &Heard<'_>) -> Action {
    let unknown = heard.identity.private && heard.identity.customer.is_none();
    match number {
        Some(number) if unknown => {
            Action::Link { number: Some(number), email: heard.understanding.email().map(str::to_owned) }
        }
        number => Action::OrderStatus { number },
    }
}

/// The place in a list of `len` that an ordinal names, 0-based.
fn place(ordinal: Ordinal, len: usize) -> Option<usize> {
    match ordinal {
        Ordinal::Last => len.checked_sub(1),
        Ordinal::Nth(n) => (n as usize).checked_sub(1).filter(|i| *i < len),
    }
}

/// The entity kind that the open question waits for, so that a bare "50" can be read as a price.
pub fn expecting(dialogue: &Dialogue) -> Option<EntityKind> {
    match dialogue.pending.as_ref()? {
        PendingQuestion::Slot { entity, .. } => Some(*entity),
        PendingQuestion::LinkEmail { .. } => Some(EntityKind::Email),
        PendingQuestion::Clarify { .. } => Some(EntityKind::Ordinal),
        PendingQuestion::ConfirmForget => None,
    }
}
