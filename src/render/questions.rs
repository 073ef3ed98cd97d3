//! What the house asks, and asks again after an interruption.

use crate::intents::Slot;
use crate::model::{EntityKind, IntentName, PendingQuestion};

use super::Words;

/// The intent's own question, or the house's for that kind of thing.
pub(super) fn slot(intent: &IntentName, entity: EntityKind, words: &Words<'_>) -> String {
    match own(intent, entity, words) {
        Some(own) if !own.ask.is_empty() => words.fill(words.choose(&own.ask), &[]),
        _ => {
            let key = format!("ask_{}", entity.name());
            let known = !words.language.replies.variants(&key).is_empty();
            words.say(if known { &key } else { "ask_other" }, &[])
        }
    }
}

/// The same in one short line.
pub(super) fn again(question: &PendingQuestion, words: &Words<'_>) -> String {
    match question {
        PendingQuestion::Slot { intent, entity, .. } => match own(intent, *entity, words) {
            Some(own) if !own.again.is_empty() => words.fill(words.choose(&own.again), &[]),
            _ => {
                let title = words.language.intent(intent).map_or("", |intent| intent.title.as_str());
                let question = slot(intent, *entity, words);
                words.say("back_to", &[("title", title), ("question", &question)])
            }
        },
        PendingQuestion::ConfirmForget => words.say("forget_again", &[]),
        PendingQuestion::LinkEmail { number } => words.say("email_again", &[("number", number.as_str())]),
        PendingQuestion::LinkNumber { .. } => words.say("not_linked", &[]),
        PendingQuestion::Clarify { .. } => words.say("clarify", &[]),
    }
}

fn own<'a>(intent: &IntentName, entity: EntityKind, words: &Words<'a>) -> Option<&'a Slot> {
    words.language.intent(intent)?.slots.iter().find(|slot| slot.entity == entity)
}
