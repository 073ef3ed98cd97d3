//! Too few examples, and examples that teach nothing new.

use std::collections::HashMap;

use super::near::Near;
use super::{Example, Finding, ReadLanguage, Spot, count, examples_of};
use crate::intents::across::spoken;

/// Fewer examples than this do not show what an intent's sentences have in common.
const FEW: usize = 8;

/// From this likeness by letters two examples of one intent are the same with a letter or two changed.
const SAME: f32 = 0.93;

pub(super) fn check(language: &ReadLanguage, found: &mut Vec<Finding>) {
    for (file, parsed) in &language.files.intents {
        let intent = &parsed.intent;
        let n = intent.examples.len();
        // An intent of patterns alone is meant to be one.
        if n < FEW && (n > 0 || intent.patterns.is_empty()) {
            let message = format!("{} has only {}", intent.name, count(n, "example"));
            let at = Spot::new(file, parsed.name_place, "");
            let help = "write 12 or more as shoppers type them; vary the words, not the politeness";
            found.push(Finding::warning("thin", at, message).help(help));
        }
    }
    repeated(language, found);
}

fn repeated(language: &ReadLanguage, found: &mut Vec<Finding>) {
    let examples: Vec<Example<'_>> = examples_of(&language.files).collect();
    let near = Near::new(examples.iter().map(|example| example.text));
    let mut first: HashMap<(&str, String), usize> = HashMap::new();
    for (i, example) in examples.iter().enumerate() {
        let name = example.intent().as_str();
        if let Some(other) = first.get(&(name, spoken(example.text))) {
            let message = format!("this example of {name} is there already");
            let other = examples[*other].spot("the same but for case and punctuation");
            let help = "take one of the two out; a sentence counts once";
            found.push(Finding::warning("duplicate", example.spot(""), message).with(other).help(help));
            continue;
        }
        first.insert((name, spoken(example.text)), i);
        let alike = near
            .earlier(i, SAME)
            .into_iter()
            .find(|(other, _)| examples[*other].intent() == example.intent());
        if let Some((other, _)) = alike {
            let message = format!("this example of {name} is nearly one that is there already");
            let other = examples[other].spot("hardly different");
            let help = "say it in other words, or take one of the two out";
            found.push(Finding::warning("near_duplicate", example.spot(""), message).with(other).help(help));
        }
    }
}
