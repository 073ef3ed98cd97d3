//! A question of ours that something else came in between of.

use crate::model::{Action, Dialogue, PendingQuestion};

use super::{Decision, asks_back};

/// How often an open question is asked again.
const REMINDERS: u32 = 2;

/// Keeps the question for the end of the turn when the shopper only asked something in between, or for when it is clear
/// what they asked. Whoever begins something else, or is asked something else, has left it.
pub(super) fn put_off(open: &[PendingQuestion], action: &Action, next: &mut Dialogue) {
    let between = match action {
        Action::Answer { .. }
        | Action::Greet { .. }
        | Action::Help
        | Action::OrderStatus { .. }
        | Action::Orders
        | Action::Privacy
        | Action::Personalization { .. }
        | Action::Why { .. }
        | Action::WhyPrice { .. }
        | Action::Acknowledge { .. }
        | Action::Refrain
        | Action::Clarify { .. } => true,
        // Neither of the two: that was in between all the same.
        Action::Fallback { .. } => asks_back(open),
        _ => false,
    };
    // An address waits for no second message.
    let passing = |question: &&PendingQuestion| {
        matches!(question, PendingQuestion::Clarify { .. } | PendingQuestion::LinkNumber { .. })
    };
    let question = open.iter().find(|question| !passing(question));
    match question {
        Some(question) if between && next.pending.is_none() && next.reminded < REMINDERS => {
            next.interrupted = Some(question.clone());
        }
        _ => {
            next.interrupted = None;
            next.reminded = 0;
        }
    }
}

/// What is left of an interrupted question when the turn ends: while it is asked back what is meant, it waits.
pub fn waiting(dialogue: &mut Dialogue) {
    if !matches!(dialogue.pending, Some(PendingQuestion::Clarify { .. })) {
        dialogue.interrupted = None;
    }
}

/// When all that a message asked for is answered: the question that it interrupted, once more.
pub fn resume(dialogue: &Dialogue) -> Option<Decision> {
    let question = dialogue.interrupted.clone().filter(|_| dialogue.pending.is_none())?;
    let reminded = dialogue.reminded + 1;
    let dialogue = Dialogue { interrupted: None, reminded, ..dialogue.clone() };
    Some(Decision { action: Action::AskAgain { question }, dialogue })
}
