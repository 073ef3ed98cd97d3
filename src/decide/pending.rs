//! A message that may answer a question of ours.

use crate::intents::{Binding, Intent};
use crate::model::{Action, Dialogue, EntityKind, IntentName, PendingQuestion, Understanding};

use super::clarify::clarified;
use super::{Heard, bound, correct};

/// From this probability on a message that holds what was asked for is about something else all the same.
const ELSEWHERE: f32 = 0.5;

/// The action when the message answers `question`; `None` when it is about something else, which is an
/// interruption and handled like any message.
pub(super) fn answer(question: &PendingQuestion, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    if is(heard, Binding::Cancel) {
        return Some(Action::Cancel);
    }
    match question {
        PendingQuestion::Slot { intent, entity, known, search_text, waived } => {
            let said = heard.understanding;
            let understanding = merged(said, known.clone(), search_text);
            let merged = Heard { understanding: &understanding, ..*heard };
            // "A man": what was asked for and no more, whatever else the words mean.
            if said.of_kind(*entity).next().is_some() && said.says_only_entities() && correct::guessed(heard)
            {
                return Some(without(waived, heard.language.intent(intent)?, &merged, next));
            }
            slot(intent, *entity, waived, &merged, next)
        }
        PendingQuestion::Clarify { intents } => clarified(intents, heard, next),
        PendingQuestion::ConfirmForget if is(heard, Binding::Affirm) || is(heard, Binding::Forget) => {
            Some(Action::Forget { confirmed: true })
        }
        PendingQuestion::ConfirmForget if is(heard, Binding::Deny) => Some(Action::Cancel),
        PendingQuestion::ConfirmForget => None,
        PendingQuestion::LinkEmail { number } => match heard.understanding.email() {
            Some(email) => Some(Action::Link { number: Some(number.clone()), email: Some(email.to_owned()) }),
            None if is(heard, Binding::Deny) => Some(Action::Cancel),
            None => None,
        },
        PendingQuestion::LinkNumber { email } => {
            let number = heard.understanding.order_number().cloned()?;
            Some(Action::Link { number: Some(number), email: Some(email.clone()) })
        }
    }
}

/// Whether the message's intent is bound to this.
pub(super) fn is(heard: &Heard<'_>, binding: Binding) -> bool {
    let name = heard.understanding.intent.as_ref();
    name.and_then(|name| heard.language.intent(name)).is_some_and(|intent| intent.binding == binding)
}

/// What was known before, with what this message adds.
fn merged(now: &Understanding, known: Vec<crate::model::Entity>, search_text: &str) -> Understanding {
    let mut all = known;
    all.retain(|old| !now.entities.iter().any(|new| new.kind == old.kind));
    all.extend(now.entities.iter().cloned());
    Understanding { entities: all, search_text: search_text.to_owned(), ..now.clone() }
}

/// The slot is filled, or waived ("no idea", "whatever"), or the message is about something else. `waived` are those before.
fn slot(
    name: &IntentName,
    entity: EntityKind,
    waived: &[EntityKind],
    heard: &Heard<'_>,
    next: &mut Dialogue,
) -> Option<Action> {
    let intent = heard.language.intent(name)?;
    let filled = heard.understanding.of_kind(entity).next().is_some();
    if filled && !surely_elsewhere(name, heard) {
        return Some(without(waived, intent, heard, next));
    }
    if is(heard, Binding::Deny) {
        // A search can do without a condition; an order without its number cannot.
        return Some(match intent.binding {
            Binding::Search => without(&[waived, &[entity]].concat(), intent, heard, next),
            _ => Action::Cancel,
        });
    }
    let elsewhere = heard.understanding.intent.as_ref().is_some_and(|other| other != name);
    if elsewhere || next.misunderstood > 0 {
        return None;
    }
    next.misunderstood += 1;
    Some(without(waived, intent, heard, next))
}

/// The intent's action or its next question, none of the waived slots asked for.
fn without(waived: &[EntityKind], intent: &Intent, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    let mut rest = intent.clone();
    rest.slots.iter_mut().for_each(|slot| slot.required &= !waived.contains(&slot.entity));
    let action = bound(&rest, heard, next);
    if let Some(PendingQuestion::Slot { waived: kept, .. }) = &mut next.pending {
        *kept = waived.to_vec();
    }
    action
}

/// "Do you ship gifts for women to Canada?" names a woman, and yet is a question of its own.
fn surely_elsewhere(name: &IntentName, heard: &Heard<'_>) -> bool {
    let understanding = heard.understanding;
    let other = understanding.intent.as_ref().filter(|other| *other != name);
    let binding = other.and_then(|other| heard.language.intent(other)).map(|intent| intent.binding);
    let answers = matches!(
        binding,
        Some(Binding::Answer | Binding::OrderStatus | Binding::Orders | Binding::Handoff | Binding::Privacy)
    );
    answers && understanding.alternatives.first().is_some_and(|best| best.probability >= ELSEWHERE)
}
