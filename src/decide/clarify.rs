//! When two intents are close, and what a shopper answers when asked which one they mean.

use std::collections::BTreeSet;

use crate::intents::{Binding, Intent};
use crate::model::{Action, Candidate, Change, Dialogue, IntentName};
use crate::text::words;

use super::pending::is;
use super::{Heard, bound, place};

/// Two intents are close when the second has at least this share of the first one's probability. Measured together
/// with [`SURE`]: see there.
pub const CLOSE: f32 = 0.6;
/// From this probability on the first intent is taken whatever the second has. Of 483 labelled development sentences that
/// no rule knows, 5 are asked back with these two values, 4 of them with the right intent among the two; with a tap
/// counted as 0.3 of a wrong answer that costs 31.2 where never asking costs 32.0 and the best of the table 30.4: few
/// sentences decide it. `tests/it/understand/clarify.rs` prints the table.
pub const SURE: f32 = 0.6;
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

/// "The first", "yes", a title or a part of one choose among the intents that we offered; "neither" ends the choice.
pub(super) fn clarified(offered: &[IntentName], heard: &Heard<'_>, next: &mut Dialogue) -> Option<Action> {
    let titles: Vec<&Intent> = offered.iter().filter_map(|name| heard.language.intent(name)).collect();
    let by_ordinal = heard.understanding.ordinals().next().and_then(|ordinal| place(ordinal, titles.len()));
    let by_yes = || is(heard, Binding::Affirm).then_some(0);
    if let Some(chosen) = by_ordinal.or_else(|| by_title(&titles, &heard.understanding.text)).or_else(by_yes)
    {
        return Some(bound(titles.get(chosen)?, heard, next));
    }
    let said = words_of(&heard.understanding.text);
    let label = heard.language.replies.variants("something_else").iter().any(|label| words_of(label) == said);
    let neither = label || is(heard, Binding::Deny) || is(heard, Binding::Refine(Some(Change::Other)));
    neither.then_some(Action::Fallback { offer_person: true })
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
    words(&crate::text::fold(text).text).into_iter().map(|word| word.text.to_owned()).collect()
}
