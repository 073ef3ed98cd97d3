//! Patterns that take what belongs to another intent. A match is certain, so nothing behind it is asked.

use std::path::Path;

use regex::Regex;

use super::{Example, Finding, ReadLanguage, Spot, count, examples_of};
use crate::model::IntentName;
use crate::problem::Place;
use crate::text::{fold, key};

struct Pattern<'a> {
    file: &'a Path,
    place: Place,
    intent: &'a IntentName,
    regex: &'a Regex,
}

pub(super) fn check(language: &ReadLanguage, found: &mut Vec<Finding>) {
    let said: Vec<Said<'_>> = examples_of(&language.files).map(Said::new).collect();
    let patterns = in_order(language);
    for (i, pattern) in patterns.iter().enumerate() {
        let own = said.iter().filter(|said| said.example.intent() == pattern.intent);
        let matched: Vec<&Said<'_>> = own.filter(|said| said.matches(pattern.regex)).collect();
        let before = patterns[..i].iter().find(|earlier| {
            earlier.intent != pattern.intent
                && !matched.is_empty()
                && matched.iter().all(|said| said.matches(earlier.regex))
        });
        if let Some(earlier) = before {
            found.push(unreachable(pattern, earlier));
        }
        foreign(pattern, &said, found);
    }
}

/// An example as patterns see it.
struct Said<'a> {
    example: Example<'a>,
    forms: [String; 2],
}

impl<'a> Said<'a> {
    fn new(example: Example<'a>) -> Said<'a> {
        Said { example, forms: [fold(example.text).text, key(example.text)] }
    }

    fn matches(&self, pattern: &Regex) -> bool {
        self.forms.iter().any(|form| pattern.is_match(form))
    }
}

/// As messages are held to them: by the intents' names, then as they stand.
fn in_order(language: &ReadLanguage) -> Vec<Pattern<'_>> {
    let mut patterns: Vec<Pattern<'_>> = language
        .files
        .intents
        .iter()
        .flat_map(|(file, parsed)| {
            let intent = &parsed.intent;
            let with_places = intent.patterns.iter().zip(&parsed.pattern_places);
            with_places.map(move |(regex, place)| Pattern {
                file,
                place: *place,
                intent: &intent.name,
                regex,
            })
        })
        .collect();
    patterns.sort_by(|a, b| (a.intent, a.place).cmp(&(b.intent, b.place)));
    patterns
}

fn unreachable(pattern: &Pattern<'_>, earlier: &Pattern<'_>) -> Finding {
    let message =
        format!("a pattern of {} matches first whatever this one of {} does", earlier.intent, pattern.intent);
    Finding::warning("shadow", Spot::new(pattern.file, pattern.place, ""), message)
        .with(Spot::new(earlier.file, earlier.place, format!("{} comes first", earlier.intent)))
        .help("make the other pattern narrower, or take this one out")
}

/// One finding for each other intent whose examples it matches.
fn foreign(pattern: &Pattern<'_>, said: &[Said<'_>], found: &mut Vec<Finding>) {
    let strange = |said: &&Said<'_>| said.example.intent() != pattern.intent && said.matches(pattern.regex);
    let taken: Vec<&Example<'_>> = said.iter().filter(strange).map(|said| &said.example).collect();
    for others in taken.chunk_by(|a, b| a.intent() == b.intent()) {
        let other = others[0].intent();
        let n = count(others.len(), "example");
        let message = format!("this pattern of {} also matches {n} of {other}", pattern.intent);
        found.push(
            Finding::warning("shadow", Spot::new(pattern.file, pattern.place, ""), message)
                .with(others[0].spot(format!("a sentence of {other}")))
                .help("make the pattern narrower: a match is certain, and the examples are not asked"),
        );
    }
}
