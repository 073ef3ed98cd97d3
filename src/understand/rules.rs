//! What is certain before any model is asked: a message that is an example, and patterns.

use std::collections::HashMap;

use regex::Regex;
use serde::Serialize;

use super::wording;
use crate::intents::Language;
use crate::model::{IntentName, Via};
use crate::text::{fold, key};

/// A way to be certain of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It is an example, word for word.
    Example,
    /// A pattern matches it.
    Pattern,
    /// Without its politeness it is an example of one intent alone.
    BareExample,
    /// A pattern matches it without its politeness.
    BarePattern,
}

impl Rule {
    /// As they are tried.
    pub const IN_ORDER: [Rule; 4] = [Rule::Example, Rule::Pattern, Rule::BareExample, Rule::BarePattern];
}

/// The rules of one language.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Word for word.
    examples: HashMap<String, IntentName>,
    /// Without politeness; only where one intent has it.
    bare: HashMap<String, Option<IntentName>>,
    patterns: Vec<(Regex, IntentName)>,
}

impl Rules {
    pub(super) fn new(language: &Language) -> Rules {
        let mut rules = Rules::default();
        for intent in &language.intents {
            for example in &intent.examples {
                rules.examples.entry(key(example)).or_insert_with(|| intent.name.clone());
                let owner = rules
                    .bare
                    .entry(wording(example, &language.grammar.polite))
                    .or_insert_with(|| Some(intent.name.clone()));
                if owner.as_ref() != Some(&intent.name) {
                    *owner = None;
                }
            }
            let patterns = intent.patterns.iter().map(|pattern| (pattern.clone(), intent.name.clone()));
            rules.patterns.extend(patterns);
        }
        rules.examples.remove("");
        rules.bare.remove("");
        rules
    }

    /// The intent of a message that leaves no doubt: as it was written before without its manners, for "ok thank you" is
    /// no "ok". `bare` is the message's wording.
    pub(super) fn certain(&self, text: &str, bare: &str) -> Option<(IntentName, Via)> {
        Rule::IN_ORDER.into_iter().find_map(|rule| self.apply(rule, text, bare))
    }

    /// What one of the rules makes of a message.
    pub(super) fn apply(&self, rule: Rule, text: &str, bare: &str) -> Option<(IntentName, Via)> {
        let example = |intent: &IntentName| (intent.clone(), Via::Example);
        match rule {
            Rule::Example => self.examples.get(&key(text)).map(example),
            Rule::Pattern => self.pattern(&fold(text).text),
            Rule::BareExample => self.bare.get(bare)?.as_ref().map(example),
            Rule::BarePattern => self.pattern(bare),
        }
    }

    fn pattern(&self, text: &str) -> Option<(IntentName, Via)> {
        let (pattern, intent) = self.patterns.iter().find(|(pattern, _)| pattern.is_match(text))?;
        Some((intent.clone(), Via::Pattern(pattern.as_str().to_owned())))
    }
}
