//! What a product is scored by: the terms of its title with what each is there for, then its other texts.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rank::forward::{Part, Token};
use serde::Deserialize;

use crate::model::Product;

use super::super::text::{Word, Words, compounds, joined_apostrophes};
use super::super::tokens::{Piece, Sort, pieces};

/// Different terms of a description that are kept.
const PROSE: usize = 128;
/// A title says what the thing is in at least so many words before anything else begins.
const WHAT: usize = 2;

/// Prepositions of several languages, and what begins behind them.
static PREPOSITIONS: LazyLock<HashMap<String, Part>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Row {
        word: String,
        part: String,
    }
    let mut reader = csv::Reader::from_reader(include_str!("prepositions.csv").as_bytes());
    let part = |name: &str| match name {
        "with" => Part::With,
        "for" => Part::For,
        _ => Part::Aside,
    };
    let rows = reader.deserialize::<Row>().filter_map(Result::ok);
    rows.map(|row| (joined_apostrophes(&row.word), part(&row.part))).collect()
});

/// Whether a word begins something else than what the thing is: "for" in "shoes for men".
pub(in crate::catalog) fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.contains_key(word)
}

/// Turns products into tokens.
pub(super) struct Splitter {
    words: Words,
    /// Pieces seen before: shops say the same words over and over.
    known: HashMap<String, Word>,
}

impl Splitter {
    pub fn new() -> Self {
        Splitter { words: Words::new(), known: HashMap::new() }
    }

    /// All of a product, and how many of the tokens are its title's.
    pub fn tokens(&mut self, product: &Product) -> (Vec<Token>, usize) {
        let mut tokens = self.title(&product.title);
        let of_title = tokens.len();
        let compounds = compounds(&joined_apostrophes(&product.title)).join(" ");
        self.append(&compounds, Part::Trait, &mut tokens);
        self.append(&product.brand, Part::Name, &mut tokens);
        self.append(&product.category.0.join(" > "), Part::Name, &mut tokens);
        let traits = product.colours.iter().chain(product.attributes.values().flatten());
        for value in traits {
            self.append(value, Part::Trait, &mut tokens);
        }
        let mut prose = Vec::new();
        self.append(&product.description, Part::Prose, &mut prose);
        let mut seen = HashSet::new();
        prose.retain(|token| token.term != BREAK && seen.insert(token.term));
        prose.truncate(PROSE);
        tokens.append(&mut prose);
        (tokens, of_title)
    }

    fn title(&mut self, title: &str) -> Vec<Token> {
        let text = joined_apostrophes(title);
        let mut tokens: Vec<Token> = Vec::new();
        let (mut part, mut bracket, mut last) = (Part::Main, false, 0);
        let mut head = None;
        for piece in pieces(&text) {
            let gap = &text[last..piece.at.start];
            last = piece.at.end;
            bracket = (bracket || gap.contains('(')) && !gap.contains(')');
            let goes_on = tokens.len() >= WHAT;
            if goes_on && part == Part::Main && (gap.contains([',', ';']) || gap.contains(" - ")) {
                part = Part::Aside;
            }
            let word = self.word(&piece);
            if goes_on && let Some(begun) = PREPOSITIONS.get(&word.plain) {
                part = later(part, *begun);
            }
            if word.stop || PREPOSITIONS.contains_key(&word.plain) {
                continue;
            }
            let part = if bracket { Part::Bracket } else { part };
            if part == Part::Main && word.sort == Sort::Word {
                head = Some(tokens.len());
            }
            tokens.push(Token { term: rank::hash(&word.stem), part, head: false });
        }
        if let Some(head) = head {
            tokens[head].head = true;
        }
        tokens
    }

    /// Appends the words of a text, set apart from those before.
    fn append(&mut self, text: &str, part: Part, tokens: &mut Vec<Token>) {
        if text.is_empty() {
            return;
        }
        tokens.push(Token { term: BREAK, part: Part::Prose, head: false });
        for piece in pieces(&joined_apostrophes(text)) {
            let word = self.word(&piece);
            if !word.stop {
                tokens.push(Token { term: rank::hash(&word.stem), part, head: false });
            }
        }
    }

    fn word(&mut self, piece: &Piece) -> Word {
        if let Some(word) = self.known.get(&piece.text).filter(|word| word.sort == piece.sort) {
            return word.clone();
        }
        let word = self.words.of_piece(piece);
        self.known.insert(piece.text.clone(), word.clone());
        word
    }
}

/// Stands between two texts, so that no run of words goes from one into the next.
const BREAK: u32 = 0;

/// What stands behind two prepositions is there for the later one, but for an aside.
fn later(part: Part, begun: Part) -> Part {
    match (part, begun) {
        (Part::Main, begun) => begun,
        (part, Part::Aside) => part,
        (part, begun) if begun as u8 > part as u8 => begun,
        (part, _) => part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(title: &str) -> Vec<(Part, bool)> {
        let tokens = Splitter::new().title(title);
        tokens.iter().map(|token| (token.part, token.head)).collect()
    }

    #[test]
    fn a_title_says_what_the_thing_is_then_what_it_has_and_what_it_is_for() {
        assert_eq!(
            parts("Trail shoe with laces for men (2 pairs)"),
            [
                (Part::Main, false),
                (Part::Main, true),
                (Part::With, false),
                (Part::For, false),
                (Part::Bracket, false),
                (Part::Bracket, false)
            ]
        );
        assert_eq!(
            parts("Wanderschuh für Damen").last(),
            Some(&(Part::Main, true)),
            "one word is no thing yet"
        );
        assert_eq!(parts("Leichter Wanderschuh für Damen").last(), Some(&(Part::For, false)));
    }
}
