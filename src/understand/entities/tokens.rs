//! A message as the readers see it: words with places, and phrases to look for among them.

use std::collections::HashMap;
use std::ops::Range;

use crate::text::{Folded, fold, singular, words};

/// A word of a message. Hyphens and slashes between letters divide: `water-proof` is two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Folded.
    pub(super) text: String,
    /// Without plural or possessive ending.
    pub(super) stem: String,
    /// Bytes of the folded message.
    pub(super) range: Range<usize>,
}

/// A message, folded and in words.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) folded: Folded,
    pub(super) tokens: Vec<Token>,
}

impl Message {
    pub(super) fn new(text: &str) -> Message {
        let folded = fold(text);
        let tokens = tokens(&folded.text);
        Message { folded, tokens }
    }

    /// The bytes of the folded text from the first to the last of some tokens.
    pub(super) fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        match self.tokens.get(tokens) {
            Some([first, .., last]) => first.range.start..last.range.end,
            Some([only]) => only.range.clone(),
            _ => 0..0,
        }
    }

    /// The words of some tokens, a space between: as a phrase of the grammar is looked up.
    pub(super) fn phrase(&self, tokens: Range<usize>) -> String {
        let words = self.tokens.get(tokens).unwrap_or_default().iter().map(|token| token.text.as_str());
        words.collect::<Vec<_>>().join(" ")
    }

    /// The tokens that lie in a range of bytes.
    pub(super) fn within(&self, bytes: &Range<usize>) -> Range<usize> {
        let from = self.tokens.partition_point(|token| token.range.end <= bytes.start);
        let to = self.tokens.partition_point(|token| token.range.start < bytes.end);
        from..to.max(from)
    }

    /// What stands between a token and the next, or behind the last one.
    pub(super) fn gap_after(&self, token: usize) -> &str {
        let from = self.tokens[token].range.end;
        let to = self.tokens.get(token + 1).map_or(self.folded.text.len(), |next| next.range.start);
        &self.folded.text[from..to]
    }
}

/// The tokens of a folded text.
pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for word in words(folded) {
        let mut from = 0;
        for part in word.text.split_inclusive(['-', '/']) {
            let text = part.trim_end_matches(['-', '/']);
            let start = word.range.start + from;
            from += part.len();
            if !text.is_empty() {
                let range = start..start + text.len();
                found.push(Token { text: text.to_owned(), stem: singular(text), range });
            }
        }
    }
    found
}

/// Phrases of a language, looked up by their first word.
#[derive(Debug, Clone, Default)]
pub(super) struct Phrases(HashMap<String, Vec<Vec<String>>>);

impl Phrases {
    pub(super) fn new(phrases: &[String]) -> Phrases {
        let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for phrase in phrases {
            let words: Vec<String> = tokens(&fold(phrase).text).into_iter().map(|token| token.text).collect();
            if let Some(first) = words.first() {
                by_first.entry(first.clone()).or_default().push(words);
            }
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|words| std::cmp::Reverse(words.len()));
        }
        Phrases(by_first)
    }

    /// How many tokens the longest phrase takes that begins here; 0 when none does.
    pub(super) fn at(&self, tokens: &[Token], from: usize) -> usize {
        let Some(first) = tokens.get(from) else { return 0 };
        let candidates = self.0.get(&first.text).map_or(&[][..], Vec::as_slice);
        let fits = |words: &&Vec<String>| {
            tokens
                .get(from..from + words.len())
                .is_some_and(|run| run.iter().zip(*words).all(|(t, w)| t.text == *w))
        };
        candidates.iter().find(fits).map_or(0, Vec::len)
    }

    /// How many tokens the longest phrase takes that ends right before `to`; 0 when none does.
    pub(super) fn before(&self, tokens: &[Token], to: usize) -> usize {
        let longest = to.min(6);
        (1..=longest).rev().find(|length| self.at_exactly(tokens, to - length, *length)).unwrap_or(0)
    }

    fn at_exactly(&self, tokens: &[Token], from: usize, length: usize) -> bool {
        let candidates = self.0.get(&tokens[from].text).map_or(&[][..], Vec::as_slice);
        candidates.iter().any(|words| {
            words.len() == length && tokens[from..from + length].iter().zip(words).all(|(t, w)| t.text == *w)
        })
    }
}
