//! From text to tokens: words, numbers and units, the same however they are written. `3/4in`, `3/4 inch` and `0.75"` are a
//! number and a unit, `12x12` and `12 in. x 12 in.` the same numbers, `women's` is `womens`.

use std::ops::Range;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    Language, LowerCaser, RawTokenizer, StopWordFilter, TextAnalyzer, Token, TokenStream, Tokenizer,
};

use crate::text::units;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Letters, as written.
    Word,
    /// A number, as a decimal: `0.75`, `12`.
    Number,
    /// A unit, by the name that the table of units gives it: `_inch`.
    Unit,
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// See [`Sort`].
    pub text: String,
    pub sort: Sort,
    /// Bytes of the text.
    pub at: Range<usize>,
}

/// No unit has a longer name, in bytes.
const LONGEST_UNIT: usize = 12;
/// Numbers of this many digits after the point are all that catalogues distinguish.
const DECIMALS: usize = 4;

/// Splits a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let measured = found.last().is_some_and(|last| last.sort != Sort::Word);
        let after_number = found.last().is_some_and(|last| last.sort == Sort::Number);
        let gap = found.last().map_or(at, |last| last.at.end);
        if let Some((number, end)) = number(text, at) {
            found.push(Piece { text: number, sort: Sort::Number, at: at..end });
            at = end;
        } else if measured && let Some(end) = times(text, at) {
            // "12x12": between two measures it is no word.
            at = end;
        } else if let Some((unit, end)) = unit(text, at, after_number && at - gap <= 2, at == gap) {
            found.push(Piece { text: unit, sort: Sort::Unit, at: at..end });
            at = end;
        } else if c.is_alphabetic() {
            let end = end_of_word(text, at);
            found.push(Piece { text: text[at..end].to_owned(), sort: Sort::Word, at: at..end });
            at = end;
        } else {
            at += c.len_utf8();
        }
    }
    found
}

fn end_of_word(text: &str, from: usize) -> usize {
    let is_part = |c: char| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c);
    text[from..].find(|c: char| !is_part(c)).map_or(text.len(), |length| from + length)
}

fn digits(text: &str, from: usize) -> usize {
    text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |length| from + length)
}

/// A number at `at`, and where it ends: `1-1/2`, `3/4`, `.5`, `1,200`, `2,5`. Digits of other scripts are words.
fn number(text: &str, at: usize) -> Option<(String, usize)> {
    let whole = digits(text, at);
    if whole == at {
        let fraction =
            text[at..].starts_with('.').then(|| digits(text, at + 1)).filter(|end| *end > at + 1)?;
        let follows_word = text[..at].ends_with(|c: char| c.is_alphanumeric());
        return (!follows_word).then(|| (decimal(&format!("0{}", &text[at..fraction])), fraction));
    }
    if let Some((value, end)) = fraction(text, at, whole) {
        return Some((value, end));
    }
    let mut end = whole;
    while text[end..].starts_with(',') && digits(text, end + 1) == end + 4 {
        end += 4;
    }
    let point = [".", ","].iter().any(|point| text[end..].starts_with(point));
    let decimals = if point { digits(text, end + 1) } else { end };
    // "2,5" is a decimal, "1, 2" and "sizes 8,9,10" are several numbers.
    let alone = end == whole && !text[decimals..].starts_with(',');
    let short = decimals == end + 2 || text[at..end].starts_with('0');
    let short = text[end..].starts_with('.') || (alone && short);
    if point && decimals > end + 1 && short {
        let number = format!("{}.{}", text[at..end].replace(',', ""), &text[end + 1..decimals]);
        return Some((decimal(&number), decimals));
    }
    Some((decimal(&text[at..end].replace(',', "")), end))
}

/// `3/4`, `1-1/2`, `1 1/2` whose first number ends at `whole`.
fn fraction(text: &str, at: usize, whole: usize) -> Option<(String, usize)> {
    let ratio = |from: usize| {
        let slash = digits(text, from);
        let end = text[slash..].starts_with('/').then(|| digits(text, slash + 1))?;
        let over: f64 = text[from..slash].parse().ok()?;
        let under: f64 = text[slash + 1..end].parse().ok()?;
        (under > 0.0 && !text[end..].starts_with('/')).then_some((over / under, end))
    };
    let shown = |value: f64| decimal(&format!("{value:.DECIMALS$}"));
    if let Some((value, end)) = ratio(at) {
        return Some((shown(value), end));
    }
    let apart = [" ", "-"].iter().any(|between| text[whole..].starts_with(between));
    let (value, end) = apart.then(|| ratio(whole + 1)).flatten().filter(|(value, _)| *value < 1.0)?;
    Some((shown(text[at..whole].parse::<f64>().ok()? + value), end))
}

/// Without zeros that say nothing: `8.50` is `8.5`, `007` is `7`.
fn decimal(number: &str) -> String {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let decimals = &decimals[..decimals.len().min(DECIMALS)];
    match decimals.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals => format!("{whole}.{decimals}"),
    }
}

/// `x`, `×` or `by` between two numbers.
fn times(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let sign = ["x", "X", "×", "by"].iter().find(|sign| rest.starts_with(**sign))?;
    let end = at + sign.len();
    let follows = text[end..].trim_start_matches([' ', '.']);
    follows.starts_with(|c: char| c.is_ascii_digit()).then_some(end)
}

/// A unit at `at`. Behind a number it may be any spelling; elsewhere only one that is no other word.
fn unit(text: &str, at: usize, after_number: bool, attached: bool) -> Option<(String, usize)> {
    if after_number && let Some((name, length)) = sign(&text[at..]) {
        return Some((name.to_owned(), at + length));
    }
    let end = end_of_word(text, at);
    if end == at || text[..at].ends_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let word = &text[at..end];
    if word.len() > LONGEST_UNIT {
        return None;
    }
    if units::begins_unit(word)
        && let Some(two) = two_words(text, at, end)
    {
        return Some(two);
    }
    let known = units::known_unit(word)?;
    // "Size 8 in black" and "a" are no inches and amperes, "8in" and "8 in." are.
    let one_letter = word.chars().count() == 1;
    let ends = text[end..].starts_with('.') || (!one_letter && text[end..].trim_start().is_empty());
    let clear = after_number && (attached || ends);
    (clear || !(one_letter || is_stop_word(word))).then(|| (name(&known.name), end))
}

/// `sq. ft.`, `fl oz`
fn two_words(text: &str, at: usize, end: usize) -> Option<(String, usize)> {
    let next = end + text[end..].len() - text[end..].trim_start_matches(['.', ' ', '-']).len();
    let last = end_of_word(text, next);
    if next == end || next - end > 2 || last == next {
        return None;
    }
    let known = units::known_unit(&format!("{} {}", &text[at..end], &text[next..last]))?;
    Some((name(&known.name), last))
}

fn sign(rest: &str) -> Option<(&'static str, usize)> {
    const SIGNS: [(&str, &str); 7] = [
        ("''", "_inch"),
        ("\"", "_inch"),
        ("”", "_inch"),
        ("″", "_inch"),
        ("'", "_ft"),
        ("′", "_ft"),
        ("%", "_%"),
    ];
    let (sign, name) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    let letter_follows = rest[sign.len()..].starts_with(char::is_alphabetic);
    (!(*name == "_ft" && letter_follows)).then_some((*name, sign.len()))
}

fn name(unit: &str) -> String {
    let letters: String = unit.to_lowercase().split_whitespace().collect();
    format!("_{letters}")
}

fn is_stop_word(word: &str) -> bool {
    static STOPS: LazyLock<Option<TextAnalyzer>> = LazyLock::new(|| {
        let words = StopWordFilter::new(Language::English)?;
        Some(TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).filter(words).build())
    });
    STOPS.as_ref().is_some_and(|stops| !stops.clone().token_stream(word).advance())
}

/// [`pieces`] for the index.
#[derive(Clone, Default)]
pub(super) struct PieceTokenizer;

/// The pieces of one text.
pub(super) struct Pieces {
    left: std::vec::IntoIter<Piece>,
    token: Token,
}

impl Tokenizer for PieceTokenizer {
    type TokenStream<'a> = Pieces;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces {
        Pieces { left: pieces(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Pieces {
    fn advance(&mut self) -> bool {
        let Some(piece) = self.left.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        (self.token.offset_from, self.token.offset_to) = (piece.at.start, piece.at.end);
        self.token.text = piece.text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        pieces(text).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn a_measure_is_the_same_however_it_is_written() {
        for text in ["3/4in", "3/4 inch", "0.75\"", "3/4 in.", ".75''", "0,75 inches"] {
            assert_eq!(texts(text), ["0.75", "_inch"], "{text}");
        }
        assert_eq!(texts("1-1/2 in. x 8 ft."), ["1.5", "_inch", "8", "_ft"]);
        assert_eq!(texts("12x12 tile"), ["12", "12", "tile"]);
        assert_eq!(texts("9 1/2\" x 10' rug"), ["9.5", "_inch", "10", "_ft", "rug"]);
        assert_eq!(
            texts("1.9 cu. ft. 1,200 sq.ft. 16 fl oz"),
            ["1.9", "_cuft", "1200", "_sqft", "16", "_floz"]
        );
        assert_eq!(texts("dcb200 18v 2.5gpm"), ["dcb", "200", "18", "_v", "2.5", "_gpm"]);
    }

    #[test]
    fn words_that_are_units_only_by_chance_stay_words() {
        assert_eq!(texts("size 8 in black"), ["size", "8", "in", "black"]);
        assert_eq!(texts("a 2 in 1 laptop"), ["a", "2", "in", "1", "laptop"]);
        assert_eq!(texts("size 8 M"), ["size", "8", "M"]);
        assert_eq!(texts("sizes 8,9,10"), ["sizes", "8", "9", "10"]);
        assert_eq!(texts("mom's box of 12"), ["mom", "s", "box", "of", "12"]);
        assert_eq!(texts("Größe 42,5"), ["Größe", "42.5"]);
    }

    #[test]
    fn a_text_of_any_kind_is_split_without_a_panic() {
        use proptest::prelude::*;
        proptest!(|(text in ".{0,60}")| {
            let all = pieces(&text);
            prop_assert!(all.iter().all(|piece| !piece.text.is_empty() && text.get(piece.at.clone()).is_some()));
        });
        proptest!(|(text in "[0-9./,x \"'a-z-]{0,30}")| {
            prop_assert!(all_in_order(&pieces(&text)));
        });
    }

    fn all_in_order(pieces: &[Piece]) -> bool {
        pieces.windows(2).all(|pair| pair[0].at.end <= pair[1].at.start)
    }
}
