//! When two intents are close, and what a shopper answers when asked which one they mean.

use std::collections::BTreeSet;

use crate::intents::{Binding, Intent};
use crate::model::{Action, Candidate, Change, Dialogue, IntentName};
use crate::text::{key, singular, wording, words};

use super::pending::is;
use super::{Heard, TOPIC, TRIES, bound, only_place, place};

/// Two intents are close when the second has at least this share of the first one's probability. Measured together
/// with [`SURE`]: see there.
pub const CLOSE: f32 = 0.5;
/// From this probability on the first intent is taken whatever the second has. Of the labelled development sentences that
/// no rule knows, 3 are asked back with these two values, all with the right intent among the two; with a tap counted as
/// 0.3 of a wrong answer that costs 26.9 where never asking costs 27.0 and the best of the table 26.8: few sentences
/// decide it. `tests/it/understand/clarify.rs` prints the table.
pub const SURE: f32 = 0.65;
/// A topic is asked about with at most so many titles, each of an answer that speaks of it at least [`NEARLY`] as much as
/// the first.
const TOPICS: usize = 4;
const NEARLY: f32 = 0.35;
/// A longer message than this is no mere choice among titles.
const CHOICE: usize = 5;

/// The two best intents when they are too close to choose, and lead to different things.
pub(super) fn unclear(heard: &Heard<'_>, next: &Dialogue) -> Option<Vec<Candidate>> {
    let [first, second, ..] = heard.understanding.alternatives.as_slice() else {
        return None;
    };
    if first.probability >= SURE || second.probability < CLOSE * first.probability {
        return None;
    }
    let (a, b) = (heard.language.intent(&first.intent)?, heard.language.intent(&second.intent)?);
    // Nobody who says neither means to be asked whether they said "no".
    let bare = |intent: &Intent| matches!(intent.binding, Binding::Affirm | Binding::Deny);
    if bare(a) || bare(b) || bound(a, heard, &mut next.clone()) == bound(b, heard, &mut next.clone()) {
        return None;
    }
    Some(vec![first.clone(), second.clone()])
}

/// "Delivery?": too little to be sure of, but what several answers are about. Then it is asked which of those that speak of
/// it most; where one alone does, that is meant. `most` words at the most are a mere topic.
pub(super) fn topic(most: usize, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let said = words_of(&wording(&heard.understanding.text, &heard.language.grammar.polite));
    let bare = heard.understanding.entities.iter().all(|entity| entity.bare_attribute().is_some());
    if said.is_empty() || said.len() > most || !bare {
        return None;
    }
    about(&said, heard, next)
}

/// "Cancel it": what the answers that speak of its verb tell.
pub(super) fn matter(heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let grammar = &heard.language.grammar;
    let small = |word: &String| grammar.pronouns.contains(word) || grammar.filler.contains(word);
    let mut said = words_of(&wording(&heard.understanding.text, &grammar.polite));
    said.retain(|word| !small(word));
    let few = (1..=TOPIC).contains(&said.len());
    few.then(|| about(&said, heard, next)).flatten()
}

/// The only answer that speaks of these words, or the question which of several is meant.
fn about(said: &BTreeSet<String>, heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let answers = heard.language.intents.iter().filter(|intent| is_answer(intent.binding));
    let about = answers.map(|intent| (speaks_of(intent, said), intent)).filter(|(much, _)| *much > 0.0);
    let mut about: Vec<(f32, &Intent)> = about.collect();
    about.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (much, first) = *about.first()?;
    about.retain(|(other, _)| *other >= NEARLY * much);
    about.truncate(TOPICS);
    let candidate = |(_, intent): &(f32, &Intent)| Candidate {
        intent: intent.name.clone(),
        probability: 1.0 / about.len() as f32,
    };
    match about.len() {
        1 => Some(bound(first, heard, next)),
        _ if next.clarified < TRIES => {
            Some(Action::Clarify { candidates: about.iter().map(candidate).collect() })
        }
        _ => Some(Action::Fallback { offer_person: true, perhaps: None }),
    }
}

/// What is asked about in a word, and not done.
pub(super) fn is_answer(binding: Binding) -> bool {
    matches!(binding, Binding::Answer | Binding::OrderStatus | Binding::Orders | Binding::Privacy)
}

/// How much of its title and examples the words are: in "delivery fee?" a half. 0 when none has all of them.
fn speaks_of(intent: &Intent, said: &BTreeSet<String>) -> f32 {
    let stem = said.first().map_or("", String::as_str);
    // Most have not even the letters; an umlaut may hide them.
    let may = |text: &&String| !text.is_ascii() || text.to_ascii_lowercase().contains(stem);
    let texts = intent.examples.iter().chain(std::iter::once(&intent.title));
    let own = texts.filter(may).map(|text| words_of(text)).filter(|own| said.is_subset(own));
    own.map(|own| said.len() as f32 / own.len() as f32).sum()
}

/// "The first", "yes", a title or a part of one choose among the intents that we offered; "neither" ends the choice.
pub(super) fn clarified(offered: &[IntentName], heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let titles: Vec<&Intent> = offered.iter().filter_map(|name| heard.language.intent(name)).collect();
    let by_ordinal = chosen(heard, titles.len());
    let by_yes = || is(heard, Binding::Affirm).then_some(0);
    if let Some(chosen) = by_ordinal.or_else(|| by_title(&titles, &heard.understanding.text)).or_else(by_yes)
    {
        return Some(bound(titles.get(chosen)?, heard, next));
    }
    let said = words_of(&heard.understanding.text);
    let label = heard.language.replies.variants("something_else").iter().any(|label| words_of(label) == said);
    let neither = label || is(heard, Binding::Deny) || is(heard, Binding::Refine(Some(Change::Other)));
    neither.then_some(Action::Fallback { offer_person: true, perhaps: None })
}

/// "The first", "I mean the second one": a place among `len`, and nothing that is to be done with it.
fn chosen(heard: &Heard<'_>, len: usize) -> Option<usize> {
    let understanding = heard.understanding;
    let ordinal = only_place(heard)?;
    let intent = understanding.intent.as_ref().and_then(|name| heard.language.intent(name));
    let points = intent.is_none_or(|intent| intent.binding == Binding::Detail);
    // Of a bare "2" a model has an opinion too.
    let bare = understanding.entities.iter().all(|place| key(&place.text) == key(&understanding.text));
    if points || bare { place(ordinal, len) } else { None }
}

/// The only title that has all of the words, or the most of them that no other title has.
fn by_title(titles: &[&Intent], text: &str) -> Option<usize> {
    let said = words_of(text);
    if said.is_empty() || said.len() > CHOICE {
        return None;
    }
    let own: Vec<BTreeSet<String>> = titles.iter().map(|intent| words_of(&intent.title)).collect();
    let exact = own.iter().position(|title| *title == said);
    let all = |title: &BTreeSet<String>| said.is_subset(title);
    let mut within = own.iter().enumerate().filter(|(_, title)| all(title)).map(|(i, _)| i);
    let only = within.next().filter(|_| within.next().is_none());
    exact.or(only)
}

fn words_of(text: &str) -> BTreeSet<String> {
    words(&crate::text::fold(text).text).into_iter().map(|word| singular(word.text)).collect()
}
