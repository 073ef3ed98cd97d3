//! Intents whose sentences are taken for each other's.

use std::collections::BTreeMap;

use super::near::Near;
use super::{Example, Finding, ReadLanguage, count, examples_of};
use crate::model::IntentName;
use crate::problem::Severity;

/// From this likeness by letters two sentences of different intents are named when no intent model is there to ask.
const ALIKE: f32 = 0.8;

/// Mistakes are a warning when there are so many of them, and so large a share of an intent in per cent; below that, one or
/// two odd sentences among many, they are hints.
const MANY: usize = 2;
const LARGE: usize = 15;

/// A sentence that the intent model, trained without it, takes for another intent's.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// Of which language.
    pub language: String,
    /// Whose example it is.
    pub intent: IntentName,
    /// The example.
    pub example: String,
    /// What it is taken for.
    pub taken_for: IntentName,
    /// How likely the model says that is, 0 to 1.
    pub probability: f32,
    /// The example of that other intent which is nearest to it.
    pub nearest: String,
}

pub(super) fn check(language: &ReadLanguage, mistakes: Option<&[Mistake]>, found: &mut Vec<Finding>) {
    let examples: Vec<Example<'_>> = examples_of(&language.files).collect();
    match mistakes {
        Some(mistakes) => {
            let own: Vec<&Mistake> = mistakes.iter().filter(|m| m.language == language.code).collect();
            by_model(&examples, &own, found);
        }
        None => by_letters(&examples, found),
    }
}

/// One finding for each two intents: their surest mistake, with how many there are in all.
fn by_model(examples: &[Example<'_>], mistakes: &[&Mistake], found: &mut Vec<Finding>) {
    let mut pairs: BTreeMap<(&IntentName, &IntentName), Vec<&Mistake>> = BTreeMap::new();
    for mistake in mistakes {
        pairs.entry((&mistake.intent, &mistake.taken_for)).or_default().push(mistake);
    }
    let stands = |name: &IntentName, text: &str| {
        examples.iter().find(|example| example.intent() == name && example.text == text)
    };
    for ((intent, other), mut mistakes) in pairs {
        mistakes.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let worst = mistakes[0];
        let (Some(at), Some(near)) = (stands(intent, &worst.example), stands(other, &worst.nearest)) else {
            continue;
        };
        let all = at.parsed.intent.examples.len();
        let share = (100 * mistakes.len() + all / 2) / all.max(1);
        let matters = mistakes.len() >= MANY && share >= LARGE;
        let message = format!(
            "{intent} collides with {other}: {} of its {} would be taken for it ({share} %)",
            mistakes.len(),
            count(all, "example"),
        );
        let note = format!("taken for {other}, {} % sure", (100.0 * worst.probability).round());
        let more = mistakes[1..].iter().filter_map(|mistake| stands(intent, &mistake.example));
        let help = format!(
            "move the sentence to the intent that it means, or write more examples that show the difference{}",
            also(more)
        );
        found.push(
            Finding::warning("collision", at.spot(note), message)
                .with(near.spot(format!("the nearest of {other}")))
                .of_weight(if matters { Severity::Warning } else { Severity::Hint }, share)
                .help(help),
        );
    }
}

/// " (also line 7, 9)".
fn also<'e>(more: impl Iterator<Item = &'e Example<'e>>) -> String {
    let mut lines: Vec<usize> = more.map(|example| example.place.line).collect();
    lines.sort_unstable();
    let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
    if lines.is_empty() { String::new() } else { format!(" (also line {})", lines.join(", ")) }
}

/// One finding for each two intents: their two sentences that are most alike.
fn by_letters(examples: &[Example<'_>], found: &mut Vec<Finding>) {
    let near = Near::new(examples.iter().map(|example| example.text));
    let mut pairs: BTreeMap<_, Vec<(f32, usize, usize)>> = BTreeMap::new();
    for (i, example) in examples.iter().enumerate() {
        for (other, likeness) in near.earlier(i, ALIKE) {
            if examples[other].intent() != example.intent() {
                pairs
                    .entry((example.intent(), examples[other].intent()))
                    .or_default()
                    .push((likeness, i, other));
            }
        }
    }
    for ((intent, other), mut alike) in pairs {
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (likeness, at, near) = alike[0];
        let mut more: Vec<usize> = alike[1..].iter().map(|(_, i, _)| *i).filter(|i| *i != at).collect();
        more.sort_unstable();
        more.dedup();
        let message = format!("{intent} may collide with {other}: these sentences are alike");
        let note = format!("{} % alike by letters", (100.0 * likeness).round());
        let help = format!(
            "keep each sentence in the intent that it means{}",
            also(more.iter().map(|i| &examples[*i]))
        );
        found.push(
            Finding::warning("collision", examples[at].spot(note), message)
                .with(examples[near].spot(format!("of {other}")))
                .help(help),
        );
    }
}
