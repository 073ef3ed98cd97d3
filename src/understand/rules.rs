//! What is certain before any model is asked: a message that is an example, and patterns.

use std::collections::HashMap;

use regex::Regex;

use super::wording;
use crate::intents::Language;
use crate::model::{IntentName, Via};
use crate::text::{fold, key};

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
        let example = |intent: &IntentName| (intent.clone(), Via::Example);
        let as_written =
            self.examples.get(&key(text)).map(example).or_else(|| self.pattern(&fold(text).text));
        as_written.or_else(|| self.bare.get(bare)?.as_ref().map(example)).or_else(|| self.pattern(bare))
    }

    fn pattern(&self, text: &str) -> Option<(IntentName, Via)> {
        let (pattern, intent) = self.patterns.iter().find(|(pattern, _)| pattern.is_match(text))?;
        Some((intent.clone(), Via::Pattern(pattern.as_str().to_owned())))
    }
}
