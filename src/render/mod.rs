//! Outcome → Reply: the words, cards and buttons. Pure, and ignorant of every channel.

mod about;
mod cards;
mod found;
mod keys;
mod lists;
mod one;
mod orders;
mod personal;
mod products;
mod questions;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::{Action, Attachment, Button, Candidate, Identity, Outcome, Personalization, Reply, Rung};

pub use keys::REQUIRED_REPLIES;
pub use words::Words;

/// The kinds of a receipt that an erasure leaves.
const KEPT: [&str; 1] = [crate::model::KEPT_ORDERS];

/// What rendering needs to know besides the outcome.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The sentences.
    pub words: Words<'a>,
    /// Who reads.
    pub identity: &'a Identity,
    /// Now, for dates.
    pub now: Timestamp,
}

/// Puts the outcome into words.
pub fn render(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    match outcome {
        Outcome::Found { .. }
        | Outcome::NothingFound { .. }
        | Outcome::Recommended { .. }
        | Outcome::Alike { .. }
        | Outcome::Detail { .. }
        | Outcome::Checked { .. }
        | Outcome::Told { .. }
        | Outcome::Values { .. }
        | Outcome::Comparison { .. }
        | Outcome::Explained { .. }
        | Outcome::PriceExplained { .. }
        | Outcome::WhichProduct { .. }
        | Outcome::Gone { .. } => products::render(outcome, scene),
        Outcome::Dismissed { .. }
        | Outcome::Disused { .. }
        | Outcome::Undone { .. }
        | Outcome::NothingDisused
        | Outcome::Picks { .. }
        | Outcome::Own { .. }
        | Outcome::Completed { .. }
        | Outcome::WithoutHistory { .. }
        | Outcome::Home { .. } => personal::render(outcome, scene),
        Outcome::Listed { .. } | Outcome::Lists { .. } => lists::render(outcome, words),
        Outcome::Order { .. }
        | Outcome::Orders { .. }
        | Outcome::NoSuchOrder { .. }
        | Outcome::NoOrders
        | Outcome::NotLinked { .. }
        | Outcome::WantsEmail { .. }
        | Outcome::Linked { .. }
        | Outcome::LinkRefused
        | Outcome::LinkLocked { .. } => orders::render(outcome, scene),
        Outcome::Answered { intent } => answered(intent, words),
        Outcome::Greeted { lists, .. } => lists::below(greeted(outcome, words), lists, words),
        Outcome::Helped => with_starters(words.say("help", &[]), words),
        Outcome::PrivateOnly => text(words.say("private_only", &[])),
        Outcome::HandoffRecorded => text(words.say("handoff", &[])),
        Outcome::Privacy { counts, personalized, .. } => privacy(counts, *personalized, words),
        Outcome::Exported { json } => exported(json, words),
        Outcome::ForgetAsked { counts } => forget_asked(counts, words),
        Outcome::Forgotten { counts } => forgotten(counts, scene),
        Outcome::PersonalizationSet { on } => {
            text(words.say(if *on { "personalization_on" } else { "personalization_off" }, &[]))
        }
        Outcome::Asked(slot) => text(questions::slot(&slot.intent, slot.entity, words)),
        Outcome::AskedAgain { question } => text(questions::again(question, words)),
        Outcome::Clarified { candidates } => clarified(candidates, words),
        Outcome::NotUnderstood { offer_person } => not_understood(*offer_person, words),
        Outcome::Cancelled => with_starters(words.say("cancelled", &[]), words),
        Outcome::NotSoMany { shown } => not_so_many(*shown, words),
        Outcome::NothingUndone => text(words.say("undo_nothing", &[])),
        Outcome::Refrained => text(words.say("wont", &[])),
        Outcome::Acknowledged { yes } => text(words.say(if *yes { "glad" } else { "no_problem" }, &[])),
        Outcome::CannotRead { kind } => text(words.say("cannot_read", &[("kind", kind)])),
        Outcome::Unavailable { rung } => unavailable(*rung, words),
    }
}

fn text(text: String) -> Reply {
    Reply { text, ..Reply::default() }
}

/// With the history goes the wish that it is not used.
fn forgotten(counts: &BTreeMap<String, usize>, scene: &Scene<'_>) -> Reply {
    let receipt = erasure("forgotten", counts, &scene.words);
    let choice = personalization_off(scene).then(|| scene.words.say("forgotten_choice", &[]));
    text([receipt].into_iter().chain(choice).collect::<Vec<_>>().join("\n"))
}

fn not_so_many(shown: usize, words: &Words<'_>) -> Reply {
    match shown {
        1 => text(words.say("only_one", &[])),
        _ => text(words.say("only_some", &[("n", &shown.to_string())])),
    }
}

fn exported(json: &str, words: &Words<'_>) -> Reply {
    Reply {
        text: words.say("exported", &[]),
        attachment: Some(Attachment { name: "my-data.json".into(), content: json.to_owned() }),
        ..Reply::default()
    }
}

fn unavailable(rung: Option<Rung>, words: &Words<'_>) -> Reply {
    let key = if rung == Some(Rung::Busy) { "busy" } else { "unavailable" };
    Reply { text: words.say(key, &[]), buttons: vec![person(words)], ..Reply::default() }
}

/// A text with the three things that most people come for.
fn with_starters(text: String, words: &Words<'_>) -> Reply {
    let buttons = vec![
        Button::act(words.say("button_recommend", &[]), Action::Recommend),
        Button::act(words.say("button_orders", &[]), Action::Orders),
        Button::act(words.say("button_help", &[]), Action::Help),
    ];
    Reply { text, buttons, ..Reply::default() }
}

fn person(words: &Words<'_>) -> Button {
    Button::act(words.say("button_person", &[]), Action::Handoff)
}

fn answered(intent: &crate::model::IntentName, words: &Words<'_>) -> Reply {
    let Some(intent) = words.language.intent(intent) else {
        return not_understood(true, words);
    };
    Reply {
        text: words.fill(words.choose(&intent.answers), &[]),
        buttons: intent
            .buttons
            .iter()
            .map(|say| Button::say(words.fill(say, &[]), words.fill(say, &[])))
            .collect(),
        ..Reply::default()
    }
}

fn greeted(outcome: &Outcome, words: &Words<'_>) -> Reply {
    let Outcome::Greeted { intent, name, returning, .. } = outcome else { return Reply::default() };
    let intent = intent.as_ref().and_then(|intent| words.language.intent(intent));
    let own = intent.map_or(&[][..], |intent| intent.answers.as_slice());
    let text = match name {
        Some(name) if *returning => words.say("greeting_returning", &[("name", name)]),
        Some(name) => words.say("greeting_name", &[("name", name)]),
        None if own.is_empty() => words.say("greeting", &[]),
        None => words.fill(words.choose(own), &[]),
    };
    with_starters(text, words)
}

/// A line for each kind of record.
fn holdings(counts: &BTreeMap<String, usize>, words: &Words<'_>) -> String {
    let name = |kind: &str| words.optional(&format!("holds_{}", kind.replace(' ', "_")));
    let line =
        |(kind, n): (&String, &usize)| format!("• {}: {n}", name(kind).unwrap_or_else(|| kind.clone()));
    let lines: Vec<String> = counts.iter().map(line).collect();
    lines.join("\n")
}

/// What an erasure takes, and apart from it what the shop must keep: never on one list.
fn erasure(key: &str, counts: &BTreeMap<String, usize>, words: &Words<'_>) -> String {
    let (kept, erased): (BTreeMap<_, _>, BTreeMap<_, _>) =
        counts.clone().into_iter().partition(|(kind, _)| KEPT.contains(&kind.as_str()));
    let mut text = words.say(key, &[("holdings", &holdings(&erased, words))]);
    if !kept.is_empty() {
        text = format!("{text}\n{}", words.say("kept_by_law", &[("holdings", &holdings(&kept, words))]));
    }
    text
}

fn privacy(counts: &BTreeMap<String, usize>, personalized: bool, words: &Words<'_>) -> Reply {
    if counts.values().all(|n| *n == 0) {
        return text(words.say("privacy_nothing", &[]));
    }
    let key = if personalized { "privacy" } else { "privacy_off" };
    text(words.say(key, &[("holdings", &holdings(counts, words))]))
}

fn forget_asked(counts: &BTreeMap<String, usize>, words: &Words<'_>) -> Reply {
    Reply {
        text: erasure("forget_ask", counts, words),
        buttons: vec![
            Button::act(words.say("button_forget_yes", &[]), Action::Forget { confirmed: true }),
            Button::act(words.say("button_forget_no", &[]), Action::Cancel),
        ],
        ..Reply::default()
    }
}

fn clarified(candidates: &[Candidate], words: &Words<'_>) -> Reply {
    let mut buttons: Vec<Button> = candidates
        .iter()
        .filter_map(|candidate| words.language.intent(&candidate.intent))
        .map(|intent| Button::act(intent.title.clone(), Action::Answer { intent: intent.name.clone() }))
        .collect();
    let neither = Action::Fallback { offer_person: true, perhaps: None };
    buttons.push(Button::act(words.say("something_else", &[]), neither));
    Reply { text: words.say("clarify", &[]), buttons, ..Reply::default() }
}

fn not_understood(offer_person: bool, words: &Words<'_>) -> Reply {
    let key = if offer_person { "not_understood_again" } else { "not_understood" };
    let mut reply = with_starters(words.say(key, &[]), words);
    if offer_person {
        reply.buttons.insert(0, person(words));
        reply.buttons.push(Button::act(words.say("something_else", &[]), Action::Cancel));
    }
    reply
}

/// Whether this reader's history may shape replies, in the words of the texts.
fn personalization_off(scene: &Scene<'_>) -> bool {
    scene.identity.personalization == Personalization::Off
}
