//! The shop's sentences, with their variables filled in.

use crate::intents::Language;
use crate::model::{Money, ShopFacts};

/// The language that answers, the facts of the shop, and the number that chooses among variants.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// Whose sentences.
    pub language: &'a Language,
    /// Whose facts.
    pub facts: &'a ShopFacts,
    /// The same seed chooses the same variants.
    pub seed: u64,
}

impl Words<'_> {
    /// A variant of the sentence `key` with `values` and the shop's facts filled in.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let variants = self.language.replies.variants(key);
        self.fill(self.choose(variants), values)
    }

    /// The first variant: for replies that must not differ from each other in a single byte.
    pub fn always(&self, key: &str) -> String {
        let first = self.language.replies.variants(key).first();
        self.fill(first.map_or("", String::as_str), &[])
    }

    /// One of `variants`, or an empty text.
    pub fn choose<'v>(&self, variants: &'v [String]) -> &'v str {
        match variants.len() {
            0 => "",
            n => &variants[(self.seed % n as u64) as usize],
        }
    }

    /// A price as the language writes it: `$19.99`, `19,99 $`.
    pub fn money(&self, money: &Money) -> String {
        let amount = money.decimal().replace('.', &self.say("decimal_mark", &[]));
        match money.currency.sign() {
            Some(sign) => self.say("money", &[("amount", &amount), ("sign", sign)]),
            None => format!("{amount} {}", money.currency.code()),
        }
    }

    /// A number with decimals as the language writes it.
    pub fn decimal(&self, number: f32) -> String {
        format!("{number:.1}").replace('.', &self.say("decimal_mark", &[]))
    }

    /// The reply of a key that a language may do without.
    pub fn optional(&self, key: &str) -> Option<String> {
        let known = !self.language.replies.variants(key).is_empty();
        known.then(|| self.say(key, &[]))
    }

    /// Puts values and facts in the place of `{names}`. In one pass, so that a value with braces in it stays as it is.
    pub fn fill(&self, template: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            filled.push_str(&rest[..open]);
            let tail = &rest[open..];
            let Some(close) = tail.find('}') else {
                rest = tail;
                break;
            };
            let name = &tail[1..close];
            let given = values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            let fact = || self.language.facts.get(name).or_else(|| self.facts.variables.get(name));
            match given.or_else(|| fact().map(String::as_str)) {
                Some(value) => filled.push_str(value),
                None => filled.push_str(&tail[..=close]),
            }
            rest = &tail[close + 1..];
        }
        filled.push_str(rest);
        filled
    }
}
