//! A message that may answer a question of ours.

use crate::intents::{Binding, Intent};
use crate::model::{Action, Dialogue, EntityKind, IntentName, PendingQuestion, Understanding};

use super::{Heard, bound, place};

/// The action when the message answers `question`; `None` when it is about something else, which is an
/// interruption and handled like any message.
pub(super) fn answer(question: PendingQuestion, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    if is(heard, Binding::Cancel) {
        return Some(Action::Cancel);
    }
    match question {
        PendingQuestion::Slot { intent, entity, known, search_text } => {
            let understanding = merged(heard.understanding, known, &search_text);
            let heard = Heard { understanding: &understanding, ..*heard };
            slot(&intent, entity, &heard, next)
        }
        PendingQuestion::Clarify { intents } => clarified(&intents, heard, next),
        PendingQuestion::ConfirmForget if is(heard, Binding::Affirm) || is(heard, Binding::Forget) => {
            Some(Action::Forget { confirmed: true })
        }
        PendingQuestion::ConfirmForget if is(heard, Binding::Deny) => Some(Action::Cancel),
        PendingQuestion::ConfirmForget => None,
        PendingQuestion::LinkEmail { number } => match heard.understanding.email() {
            Some(email) => Some(Action::Link { number: Some(number), email: Some(email.to_owned()) }),
            None if is(heard, Binding::Deny) => Some(Action::Cancel),
            None => None,
        },
    }
}

/// Whether the message's intent is bound to this.
fn is(heard: &Heard<'_>, binding: Binding) -> bool {
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

/// The slot is filled, or waived ("no idea", "whatever"), or the message is about something else.
fn slot(name: &IntentName, entity: EntityKind, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let intent = heard.language.intent(name)?;
    let filled = heard.understanding.of_kind(entity).next().is_some();
    if filled {
        return Some(bound(intent, heard, next));
    }
    if is(heard, Binding::Deny) {
        return Some(waived(intent, entity, heard, next));
    }
    let elsewhere = heard.understanding.intent.as_ref().is_some_and(|other| other != name);
    if elsewhere || next.misunderstood > 0 {
        return None;
    }
    next.misunderstood += 1;
    Some(bound(intent, heard, next))
}

/// A search can do without a condition; an order without its number cannot.
fn waived(intent: &Intent, entity: EntityKind, heard: &Heard<'_>, next: &mut Dialogue) -> Action {
    if intent.binding != Binding::Search {
        return Action::Cancel;
    }
    let mut rest = intent.clone();
    rest.slots.retain(|slot| slot.entity != entity);
    bound(&rest, heard, next)
}

/// "The first", "yes" or the title itself choose among the intents that we offered.
fn clarified(offered: &[IntentName], heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let by_ordinal = heard.understanding.ordinals().next().and_then(|ordinal| place(ordinal, offered.len()));
    let by_title = || {
        let said = heard.understanding.text.trim();
        offered.iter().position(|name| {
            heard.language.intent(name).is_some_and(|intent| intent.title.eq_ignore_ascii_case(said))
        })
    };
    let by_yes = || is(heard, Binding::Affirm).then_some(0);
    match by_ordinal.or_else(by_title).or_else(by_yes) {
        Some(chosen) => {
            let intent = heard.language.intent(offered.get(chosen)?)?;
            Some(bound(intent, heard, next))
        }
        None if is(heard, Binding::Deny) => Some(Action::Fallback { offer_person: true }),
        None => None,
    }
}
