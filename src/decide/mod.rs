//! The policy: what to do about a message. Pure functions of the dialogue, the understanding and the shop's files.
//!
//! [`decide`] runs before the action, [`settle`] after it: what was shown or asked becomes part of the dialogue.

mod about;
mod ask;
mod clarify;
mod correct;
mod lists;
mod pending;
mod query;
mod refer;
mod refuse;
mod resume;
mod run;
mod settle;

#[cfg(test)]
mod tests;

pub use clarify::{CLOSE, SURE};
pub use resume::{resume, waiting};
pub use settle::settle;

use crate::intents::{Binding, Intent, Language};
use crate::model::{
    About, Action, Dialogue, Entity, EntityKind, EntityValue, Identity, Incoming, Input, ListName, ListPage,
    Ordinal, PendingQuestion, ProductQuery, ShownList, SlotRequest, Tap, Understanding,
};
use crate::text::key;

/// What a message looks for, when it is taken for a search whatever else it may mean.
pub fn search_of(understanding: &Understanding) -> ProductQuery {
    query::new(understanding)
}

/// How many messages in a row may stay not understood before a person is offered.
const PATIENCE: u32 = 1;
/// A message of at most so many words that names something of the shop looks for it: "sony 46 inch lcd tv".
const TERSE: usize = 6;
/// A message of at most so many words that fits no intent is a topic when examples have them.
const TOPIC: usize = 2;
/// How many times in a row a shopper is asked which of two things they mean.
const TRIES: u32 = 2;

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
    /// The lists that merchandisers curate, as they are just now.
    pub lists: &'a [ListName],
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
    next.language = Some(heard.understanding.language.clone());
    // What was asked last comes first; below it may wait what it interrupted.
    let open: Vec<PendingQuestion> = next.pending.take().into_iter().chain(next.interrupted.take()).collect();
    let refused = refuse::refused(heard, &open, dialogue);
    let mut tried = open.iter().enumerate();
    let mut answered = || tried.find_map(|(at, question)| Some((at, answered(question, heard, &mut next)?)));
    let (left, action) = match refused.map_or_else(&mut answered, |action| Some((open.len(), action))) {
        Some((_, Action::Refrain)) => (&open[..], Action::Refrain),
        // Behind the choice between two intents waits the question that it came in between of.
        Some((0, action)) if asks_back(&open) => (&open[..], action),
        Some((_, action)) => (&[][..], action),
        None => (&open[..], anew(heard, &mut next)),
    };
    if let Action::Link { number: None, email: Some(email) } = &action {
        next.pending = Some(PendingQuestion::LinkNumber { email: email.clone() });
    }
    let action = from_the_screen(action, dialogue);
    resume::put_off(left, &action, &mut next);
    query::remember_aside(&action, dialogue, &mut next);
    next.misunderstood = match action {
        Action::Fallback { .. } | Action::Clarify { .. } => dialogue.misunderstood + 1,
        _ => 0,
    };
    // A person who was offered does not begin the asking anew.
    next.clarified = match action {
        Action::Clarify { .. } => dialogue.clarified + 1,
        Action::Fallback { .. } => dialogue.clarified,
        _ => 0,
    };
    Decision { action, dialogue: next }
}

/// "Why this?" is about the card that was shown, whose button knows; "not for me" about a product of the list that lies open,
/// and "don't use that" about that list.
fn from_the_screen(action: Action, dialogue: &Dialogue) -> Action {
    match action {
        Action::Dismiss { product, also, page: None } => {
            let page = run::open_page(dialogue).filter(|_| refer::item(&product, dialogue).is_some());
            Action::Dismiss { product, also, page }
        }
        Action::ByName { spoken_of, named, about: About::Dismiss { page: None }, otherwise } => {
            let about = About::Dismiss { page: run::open_page(dialogue).map(Box::new) };
            let otherwise = Box::new(from_the_screen(*otherwise, dialogue));
            Action::ByName { spoken_of, named, about, otherwise }
        }
        Action::ShowMore(page) => Action::ShowMore(behind(page, false, dialogue)),
        Action::WithoutHistory(page) => Action::WithoutHistory(behind(page, true, dialogue)),
        Action::Disuse { event, page: None } => Action::Disuse { event, page: run::open_page(dialogue) },
        Action::Why { product, grounds } if grounds.are_untold() => {
            let shown = refer::item(&product, dialogue);
            let grounds = shown.map(|item| item.grounds.clone()).unwrap_or_default();
            Action::Why { product, grounds }
        }
        other => other,
    }
}

/// A button for the next page knows where that begins, and the dialogue what was before it.
fn behind(page: ListPage, without_history: bool, dialogue: &Dialogue) -> ListPage {
    let goes_on = |list: &&ShownList| {
        list.source == page.list && list.next_offset == page.offset && list.without_history == without_history
    };
    match dialogue.shown.as_ref().filter(goes_on) {
        Some(list) if page.offset > 0 => ListPage { seen: list.clone().all().collect(), ..page },
        _ => page,
    }
}

/// Whether the last question is which of two intents is meant.
fn asks_back(open: &[PendingQuestion]) -> bool {
    matches!(open.first(), Some(PendingQuestion::Clarify { .. }))
}

/// The action when a text answers our question.
fn answered(question: &PendingQuestion, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let wordless = match &heard.incoming.input {
        Input::Tap(_) => !matches!(heard.tap, Some(Tap::Say(_))),
        Input::Command { .. } => true,
        Input::Media { kind, caption } => caption.trim().is_empty() || kind == "sticker",
        Input::Text(_) | Input::Edited(_) => false,
    };
    if wordless { None } else { pending::answer(question, heard, next) }
}

/// What to do about a message that answers nothing.
fn anew(heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    match (&heard.incoming.input, heard.tap) {
        (Input::Tap(_), Some(Tap::Do(action))) => tapped(action, heard, next),
        (Input::Tap(_), None) => Action::Help,
        (Input::Command { name, payload }, _) => command(name, payload),
        (Input::Media { kind, caption }, _) if caption.trim().is_empty() || kind == "sticker" => {
            Action::Unreadable { kind: kind.clone() }
        }
        _ => match by_intent(heard, next) {
            Action::WhichProduct if next.shown.is_none() && next.focus.is_none() => Action::NothingShown,
            action => action,
        },
    }
}

/// A button says exactly what to do. One that stands for a page of a search keeps the search of its own reply.
fn tapped(action: &Action, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    match action {
        Action::Answer { intent } => match heard.language.intent(intent) {
            Some(intent) => bound(intent, heard, next),
            None => Action::Help,
        },
        certain => certain.clone(),
    }
}

/// The commands that every bot of the shop has; an unknown one gets help.
fn command(name: &str, payload: &str) -> Action {
    match name {
        "start" if !payload.is_empty() => Action::RedeemLink { token: payload.to_owned() },
        "start" => Action::Home,
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
    if let Some(list) = lists::spoken(heard, next) {
        return list;
    }
    if let Some(action) =
        correct::pointed(intent, heard, next).or_else(|| correct::corrected(intent, heard, next))
    {
        return action;
    }
    if let Some(action) = about::refused(intent, heard, next) {
        return action;
    }
    if only_place(heard).is_some()
        && let Some(number) = refer::order(understanding, next)
    {
        return run::order(Some(number), heard);
    }
    if let Some(action) = bare_place(heard, next).or_else(|| refuse::denied_words(heard, next)) {
        return action;
    }
    if let Some(action) = about::titled(intent, heard, next) {
        return action;
    }
    if correct::guessed(heard)
        && let Some(action) = beyond_a_guess(intent, heard, next)
    {
        return action;
    }
    match intent {
        Some(intent) => match clarify::unclear(heard, next) {
            None => bound(intent, heard, next),
            Some(candidates) if next.clarified < TRIES => Action::Clarify { candidates },
            Some(_) => Action::Fallback { offer_person: true, perhaps: None },
        },
        None => by_entities(heard, next)
            .or_else(|| clarify::topic(TOPIC, heard, next))
            .unwrap_or_else(|| fallback(heard, next)),
    }
}

/// What the words say more surely than a model does.
fn beyond_a_guess(intent: Option<&Intent>, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    // "A gift for my dad" begins anew, though for whom was on offer.
    let begins = intent.is_some_and(|intent| intent.binding == Binding::Search && !intent.slots.is_empty());
    let offered = || one_of_those_offered(heard, next).filter(|_| !begins);
    if let Some(action) = offered().or_else(|| like_it_but(heard, next)) {
        return Some(action);
    }
    // "Running shoes", and no more: somebody who names a thing looks for it.
    let asks = intent.is_some_and(|intent| asks_about(intent.binding, heard, next));
    if ask::of_the_card(intent, heard, next) {
        return Some(ask::question(heard, next));
    }
    if !asks && understanding.says_only_entities() && understanding.names_a_thing() {
        return Some(run::search(heard, next));
    }
    let of_one = intent.is_some_and(|intent| correct::is_of_one(intent.binding));
    if !of_one && run::asks_for_order(intent, heard, next) {
        return Some(run::sorted(heard, next));
    }
    if next.shown.is_some() && only_place(heard).is_some() && !of_one {
        return Some(pointed(heard, next));
    }
    // A model has an opinion on a single word too, but not a good one.
    let answers = intent.is_none_or(|intent| clarify::is_answer(intent.binding));
    let topic = clarify::topic(1, heard, &mut next.clone()).filter(|_| answers);
    topic.filter(|action| matches!(action, Action::Clarify { .. }))
}

/// The card of what the message points to.
fn pointed(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let product = refer::one(heard.understanding, next);
    product.map_or_else(|| refer::which(heard.understanding, next), |product| Action::Detail { product })
}

/// "2" under a list, and no more, is the second of it, unless it is one of the sizes that were offered.
fn bare_place(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    let offered = next.offered.is_some_and(|kind| understanding.of_kind(kind).next().is_some());
    let digits = understanding.text.trim().trim_end_matches(['.', ')']);
    let place: usize = digits.parse().ok().filter(|_| !offered)?;
    let shown = &next.shown.as_ref()?.products;
    let product = shown.get(place.checked_sub(1)?)?.id.clone();
    Some(Action::Detail { product })
}

/// "32" after "which sizes are there?": one of the values that were offered, and no more.
fn one_of_those_offered(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let (offered, base) = (next.offered?, next.query.as_ref()?);
    let said = heard.understanding.of_kind(offered).next().is_some();
    let only = heard.understanding.says_only_entities();
    (said && only && !heard.understanding.names_a_thing()).then(|| run::refinement(base, None, heard, next))
}

/// "Like the second one but cheaper" lies between two intents, and means both.
fn like_it_but(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let two = heard.understanding.alternatives.iter().take(2);
    let mut bindings = two.filter_map(|one| Some(heard.language.intent(&one.intent)?.binding));
    let pointed = refer::pointed(heard.understanding, next).is_some();
    let wished = pointed && query::price_wish(heard).is_some();
    (wished && bindings.any(|binding| binding == Binding::Similar)).then(|| run::similar(heard, next))
}

/// "The last", "the second one please": a place, and no more.
fn only_place(heard: &Heard<'_>) -> Option<Ordinal> {
    let understanding = heard.understanding;
    let [Entity { value: EntityValue::Ordinal(place), .. }] = understanding.entities.as_slice() else {
        return None;
    };
    // "Cheaper than the second" does something with it.
    let alone = understanding.search_text.is_empty() && query::price_wish(heard).is_none();
    alone.then_some(*place)
}

/// Whether a message of words of the catalogue alone is no search all the same: it goes back to one, wants it as everybody
/// else sees it, or asks about what there is.
fn asks_about(binding: Binding, heard: &Heard<'_>, next: &Dialogue) -> bool {
    match binding {
        Binding::Back | Binding::WithoutHistory | Binding::WithHistory => true,
        Binding::Values => heard.understanding.entities.iter().any(|e| e.bare_attribute().is_some()),
        Binding::Question => refer::one(heard.understanding, next).is_some(),
        _ => false,
    }
}

/// An honest "I did not get that", unless the catalogue knows the few words.
fn fallback(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    let few = (1..=TERSE).contains(&understanding.text.split_whitespace().count());
    let perhaps = few.then(|| query::new(understanding)).filter(|query| !query.text.is_empty());
    Action::Fallback { offer_person: next.misunderstood >= PATIENCE, perhaps }
}

/// No intent fits, but the message is an order number, an address, or nothing but words of the catalogue; or it is
/// nothing at all.
fn by_entities(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    if key(&understanding.text).is_empty() {
        return Some(Action::Help);
    }
    if let Some(number) = understanding.order_number() {
        return Some(run::order(Some(number.clone()), heard));
    }
    // "canon camera": a brand or category of the shop in a few words is a search, whatever else the words are.
    let terse = understanding.text.split_whitespace().count() <= TERSE;
    let sure = terse || understanding.says_only_entities();
    if sure && understanding.names_a_thing() {
        return Some(run::search(heard, next));
    }
    if let Some(base) = next.query.as_ref().filter(|_| run::adds_words(heard)) {
        return Some(query::with_words(base, understanding));
    }
    if !understanding.says_only_entities() {
        return None;
    }
    if let Some(check) = run::about_the_card(heard, next) {
        return Some(check);
    }
    let refers = understanding.ordinals().next().is_some();
    match (refers, &next.query) {
        (true, _) => Some(pointed(heard, next)),
        (false, Some(base)) => Some(run::refinement(base, None, heard, next)),
        _ => None,
    }
}

/// What the intent's file binds it to, with its missing slots asked for first.
fn bound(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    if let Some(ask) = missing_slot(intent, heard, next) {
        return ask;
    }
    run::run(intent, heard, next)
}

/// The question for the first required slot that nothing fills.
fn missing_slot(intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let known = &heard.understanding.entities;
    let slot =
        intent.slots.iter().find(|slot| slot.required && !known.iter().any(|e| e.kind == slot.entity))?;
    Some(ask_for(intent, slot.entity, heard, next))
}

/// Asks for an entity of an intent, and remembers what is known until it is answered.
fn ask_for(intent: &Intent, entity: EntityKind, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    next.pending = Some(PendingQuestion::Slot {
        intent: intent.name.clone(),
        entity,
        known: heard.understanding.entities.clone(),
        search_text: heard.understanding.search_text.clone(),
        waived: Vec::new(),
    });
    Action::Ask(SlotRequest { intent: intent.name.clone(), entity })
}

/// The place in a list of `len` that an ordinal names, 0-based.
fn place(ordinal: Ordinal, len: usize) -> Option<usize> {
    match ordinal {
        Ordinal::Last => len.checked_sub(1),
        Ordinal::FromEnd(n) => len.checked_sub((n as usize).max(1)),
        Ordinal::Nth(n) => (n as usize).checked_sub(1).filter(|i| *i < len),
    }
}

/// The entity kind that the open question waits for, so that a bare "50" can be read as a price.
pub fn expecting(dialogue: &Dialogue) -> Option<EntityKind> {
    match &dialogue.pending {
        None => dialogue.offered,
        Some(PendingQuestion::Slot { entity, .. }) => Some(*entity),
        Some(PendingQuestion::LinkEmail { .. }) => Some(EntityKind::Email),
        Some(PendingQuestion::LinkNumber { .. }) => Some(EntityKind::OrderNumber),
        Some(PendingQuestion::Clarify { .. }) => Some(EntityKind::Ordinal),
        Some(PendingQuestion::ConfirmForget) => None,
    }
}
