//! Which parts of the intent files conversations make use of, and which nobody would miss.

use std::collections::BTreeSet;
use std::fmt;

use crate::intents::{Intent, IntentSet, Language};
use crate::model::{Action, Step, TurnRecord, Via};

/// A part of the intent files that something can depend on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What intents of a language are bound to, as files name it: `refine (cheaper)`.
    Action {
        /// Of which language.
        language: String,
        /// The action.
        name: String,
    },
    /// A pattern of an intent.
    Pattern {
        /// Of which language.
        language: String,
        /// Of which intent.
        intent: String,
        /// The regular expression.
        pattern: String,
    },
    /// An intent as a whole.
    Intent {
        /// Of which language.
        language: String,
        /// Its name.
        intent: String,
    },
    /// A list of phrases of a language's grammar. Conversations use it unseen, so that only its absence tells.
    Words {
        /// Of which language.
        language: String,
        /// One of [`Grammar::LISTS`](crate::intents::Grammar::LISTS).
        key: String,
    },
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Action { language, name } => write!(f, "action {name} ({language})"),
            Part::Pattern { language, intent, pattern } => {
                write!(f, "pattern {pattern} of {intent} ({language})")
            }
            Part::Intent { language, intent } => write!(f, "intent {intent} ({language})"),
            Part::Words { language, key } => write!(f, "{key} of the grammar ({language})"),
        }
    }
}

impl Part {
    /// Every part of a shop's files that a conversation can be seen to use.
    pub fn all(intents: &IntentSet) -> BTreeSet<Part> {
        let mut parts = BTreeSet::new();
        for language in &intents.languages {
            for intent in &language.intents {
                parts.insert(Part::action(language, intent));
                parts.insert(Part::intent(language, intent));
                parts.extend(intent.patterns.iter().map(|p| Part::pattern(language, intent, p.as_str())));
            }
        }
        parts
    }

    /// The parts that had to do with a turn.
    pub fn used(turn: &TurnRecord, intents: &IntentSet) -> BTreeSet<Part> {
        turn.steps().flat_map(|step| Part::used_by(step, intents)).collect()
    }

    fn used_by(step: &Step, intents: &IntentSet) -> BTreeSet<Part> {
        let heard = &step.understanding;
        let language = intents.language(&heard.language);
        let answered = match &step.action {
            Action::Answer { intent } | Action::Greet { intent: Some(intent) } => Some(intent),
            Action::Ask(slot) => Some(&slot.intent),
            _ => None,
        };
        let mut parts = BTreeSet::new();
        for intent in heard.intent.iter().chain(answered).filter_map(|name| language.intent(name)) {
            parts.insert(Part::action(language, intent));
            parts.insert(Part::intent(language, intent));
            if let Via::Pattern(pattern) = &heard.via {
                parts.insert(Part::pattern(language, intent, pattern));
            }
        }
        parts
    }

    /// The files without this part.
    pub fn removed_from(&self, intents: &IntentSet) -> IntentSet {
        let mut rest = intents.clone();
        let of = match self {
            Part::Action { language, .. }
            | Part::Intent { language, .. }
            | Part::Pattern { language, .. }
            | Part::Words { language, .. } => language,
        };
        for language in rest.languages.iter_mut().filter(|language| language.code == *of) {
            self.remove(language);
        }
        rest
    }

    fn remove(&self, language: &mut Language) {
        match self {
            Part::Action { name, .. } => language.intents.retain(|i| i.binding.to_string() != *name),
            Part::Intent { intent, .. } => language.intents.retain(|i| i.name.as_str() != intent),
            Part::Pattern { intent, pattern, .. } => {
                for i in language.intents.iter_mut().filter(|i| i.name.as_str() == intent) {
                    i.patterns.retain(|p| p.as_str() != pattern);
                }
            }
            Part::Words { key, .. } => {
                language.grammar.list(key).into_iter().for_each(Vec::clear);
            }
        }
    }

    fn action(language: &Language, intent: &Intent) -> Part {
        Part::Action { language: language.code.clone(), name: intent.binding.to_string() }
    }

    fn intent(language: &Language, intent: &Intent) -> Part {
        Part::Intent { language: language.code.clone(), intent: intent.name.to_string() }
    }

    fn pattern(language: &Language, intent: &Intent, pattern: &str) -> Part {
        Part::Pattern {
            language: language.code.clone(),
            intent: intent.name.to_string(),
            pattern: pattern.to_owned(),
        }
    }
}
