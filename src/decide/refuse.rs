//! "Don't delete my data", "I don't want to talk to a person": a request that is named in order not to be done.

use std::collections::BTreeSet;

use crate::intents::{Binding, Intent};
use crate::model::{Action, AttributeFilter, Dialogue, EntityKind, PendingQuestion, ProductQuery, Via};
use crate::text::{key, singular, wording};

use super::{Heard, correct, query};

/// What is done about a request that is denied as a whole: nothing; where it is what an open question is about, that
/// question is dropped too.
pub(super) fn refused(heard: &Heard<'_>, open: &[PendingQuestion], next: &Dialogue) -> Option<Action> {
    let intent = heard.understanding.intent.as_ref().and_then(|name| heard.language.intent(name))?;
    // What an example knows was written as it is meant.
    if heard.understanding.via == Via::Example || !refusable(intent, heard, next) {
        return None;
    }
    let refused = rest(&heard.understanding.text, heard)?;
    let content = content(&refused, heard);
    let says = |example: &&String| content.is_subset(&content_of(example, heard));
    let (denying, asking): (Vec<&String>, Vec<&String>) =
        intent.examples.iter().partition(|example| rest(example, heard).is_some());
    // "I don't want to talk to a bot" asks for a person in so many words.
    if content.is_empty() || denying.iter().any(says) {
        return None;
    }
    // "Lösch" and "lösche" are one command.
    let commands = &heard.language.grammar.commands;
    let matter: BTreeSet<String> = content.iter().filter(|word| !commands.contains(word)).cloned().collect();
    let known = asking.iter().any(|example| matter.is_subset(&content_of(example, heard)));
    let enough = match intent.binding {
        // "I don't want the damaged one" is a reason to ask; "I don't want a refund" names the matter itself.
        Binding::Answer => known && content.len() == 1,
        Binding::Handoff | Binding::Forget | Binding::Export | Binding::Search => true,
        _ => known,
    };
    let about = |question: &PendingQuestion| match question {
        PendingQuestion::ConfirmForget => intent.binding == Binding::Forget,
        PendingQuestion::Slot { intent: asking, .. } => *asking == intent.name,
        _ => false,
    };
    let action = if open.iter().any(about) { Action::Cancel } else { Action::Refrain };
    enough.then_some(action)
}

/// Whether it is something to be done or told. What is said of products ("not black") is a condition of a search.
fn refusable(intent: &Intent, heard: &Heard<'_>, next: &Dialogue) -> bool {
    let condition = |kind: EntityKind| kind.is_condition() || kind == EntityKind::Category;
    let free = !heard.understanding.entities.iter().any(|entity| condition(entity.kind));
    let mut conditions = heard.understanding.entities.iter().filter(|entity| condition(entity.kind));
    let only_denied = conditions.all(|entity| entity.negated);
    match intent.binding {
        Binding::Handoff
        | Binding::Forget
        | Binding::Export
        | Binding::Privacy
        | Binding::Personalization { on: true }
        | Binding::Orders
        | Binding::OrderStatus
        | Binding::Link
        | Binding::Greet
        | Binding::Answer => true,
        // A gift is asked for whatever it is. Boots that are not wanted narrow a search, but are none.
        Binding::Search => free || !intent.slots.is_empty() || (next.query.is_none() && only_denied),
        Binding::Recommend
        | Binding::Picks
        | Binding::Basket
        | Binding::PriceDrops
        | Binding::ShowMore
        | Binding::Similar
        | Binding::Compare
        | Binding::Why
        | Binding::Help => free,
        _ => false,
    }
}

/// At most so many words are denied as words.
const DENIED: usize = 2;

/// "Not skinny", of a search: words that are no value of anything the shop knows, and that nothing else is about.
pub(super) fn denied_words(heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let base = next.query.as_ref()?;
    let understanding = heard.understanding;
    let intent = understanding.intent.as_ref().and_then(|name| heard.language.intent(name));
    let open =
        |intent: &Intent| matches!(intent.binding, Binding::Deny | Binding::Search | Binding::Refine(None));
    if !correct::guessed(heard) && understanding.intent.is_some() || !intent.is_none_or(open) {
        return None;
    }
    let grammar = &heard.language.grammar;
    let said = wording(&understanding.text, &grammar.polite);
    let denied = behind(&said, &grammar.negation)?;
    let words: Vec<String> = denied.split(' ').map(str::to_owned).collect();
    let words = content(&words, heard);
    if !understanding.entities.is_empty() || !(1..=DENIED).contains(&words.len()) {
        return None;
    }
    let elsewhere = |intent: &&Intent| !open(intent) || intent.binding == Binding::Deny;
    let mut told = heard.language.intents.iter().filter(elsewhere).flat_map(|intent| &intent.examples);
    let plain = !told.any(|example| !content_of(example, heard).is_disjoint(&words));
    plain.then(|| {
        let kept = base.text.split_whitespace().filter(|word| !words.contains(&singular(&key(word))));
        let (text, language) = (kept.collect::<Vec<_>>().join(" "), understanding.language.clone());
        let mut query = ProductQuery { text, language, as_written: false, ..base.clone() };
        for word in denied.split(' ').filter(|word| words.contains(&singular(word))) {
            query::put(&mut query.filters, AttributeFilter::without_word(word));
        }
        Action::Refine { query, change: None, than: None, respelled: None }
    })
}

/// The words of a message that is one refusal, without what refuses.
fn rest(text: &str, heard: &Heard<'_>) -> Option<Vec<String>> {
    let grammar = &heard.language.grammar;
    let bare = |clause: &str| wording(clause, &grammar.polite);
    let idle = |clause: &String| {
        clause.is_empty() || grammar.polite.contains(clause) || grammar.corrections.contains(clause)
    };
    let mut clauses =
        text.split(['.', ',', ';', ':', '!', '?', '\n']).map(bare).filter(|clause| !idle(clause));
    let (only, None) = (clauses.next()?, clauses.next()) else { return None };
    let said = behind(&only, &grammar.corrections).map_or(only.clone(), |rest| bare(&rest));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    if behind(&said, &grammar.refusals_not).is_some() {
        return None;
    }
    if let Some(rest) = behind(&said, &grammar.refusals) {
        return Some(words(&rest));
    }
    let rest: Vec<String> = words(&behind(&said, &grammar.commands)?);
    let denies = |at: &usize| grammar.negation.contains(&rest[*at]);
    // "Lösche nicht …", "lösch meine Daten nicht", "ruf mich nicht an".
    let at = (0..rest.len()).find(denies)?;
    (at == 0 || at + 2 >= rest.len()).then(|| words(&said))
}

/// What follows the longest of the phrases that the text begins with.
fn behind(text: &str, phrases: &[String]) -> Option<String> {
    phrases.iter().find_map(|phrase| {
        let rest = text.strip_prefix(phrase.as_str())?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim().to_owned())
    })
}

/// The words that say what it is about.
fn content(words: &[String], heard: &Heard<'_>) -> BTreeSet<String> {
    let grammar = &heard.language.grammar;
    let small = |word: &String| {
        [&grammar.filler, &grammar.polite, &grammar.negation, &grammar.negation_gap]
            .iter()
            .any(|list| list.contains(word))
    };
    words.iter().filter(|word| !small(word)).map(|word| singular(word)).collect()
}

fn content_of(text: &str, heard: &Heard<'_>) -> BTreeSet<String> {
    let words: Vec<String> = key(text).split(' ').map(str::to_owned).collect();
    content(&words, heard)
}
