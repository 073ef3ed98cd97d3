//! Words of products and queries: the same way from text to terms on both sides.

use super::tokens::{Piece, PieceTokenizer, Sort, pieces};
use crate::text::umlaut;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, RemoveLongFilter, Stemmer, StopWordFilter,
    TextAnalyzer,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name under which the index knows the analyzer. Part of the format: change [`super::meta::FORMAT`] with it.
pub(super) const ANALYZER: &str = "english_measured";

/// Longer tokens are no words of a shop.
const LONGEST: usize = 60;

/// From text to stems: words, numbers and units, lower case, no accents, English stems (Porter 2).
pub(super) fn analyzer() -> TextAnalyzer {
    stemming(Language::English)
}

fn stemming(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(PieceTokenizer)
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(language))
        .build()
}

/// The same for a text that is one token already.
fn one_stem(language: Language) -> TextAnalyzer {
    let folded = TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter);
    folded.filter(Stemmer::new(language)).build()
}

/// One word of a query, or a number or unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub sort: Sort,
    /// Lower case, without accents.
    pub plain: String,
    /// What the index holds of it.
    pub stem: String,
    /// "the", "for": says nothing of a product.
    pub stop: bool,
}

/// Splits texts into words. Each analyzer takes one token.
#[derive(Clone)]
pub(super) struct Words {
    plain: TextAnalyzer,
    stem: TextAnalyzer,
    stops: TextAnalyzer,
}

impl Words {
    /// Words of another language than the index's, by its ISO 639-1 code: their stems are its own.
    pub fn of_language(code: &str) -> Self {
        let language = match code {
            "ar" => Language::Arabic,
            "da" => Language::Danish,
            "de" => Language::German,
            "el" => Language::Greek,
            "es" => Language::Spanish,
            "fi" => Language::Finnish,
            "fr" => Language::French,
            "hu" => Language::Hungarian,
            "it" => Language::Italian,
            "nl" => Language::Dutch,
            "no" | "nb" => Language::Norwegian,
            "pt" => Language::Portuguese,
            "ro" => Language::Romanian,
            "ru" => Language::Russian,
            "sv" => Language::Swedish,
            "ta" => Language::Tamil,
            "tr" => Language::Turkish,
            _ => Language::English,
        };
        Words { stem: one_stem(language), ..Words::new() }
    }

    pub fn new() -> Self {
        let plain =
            || TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter);
        let stops = match StopWordFilter::new(Language::English) {
            Some(filter) => plain().filter(filter).build(),
            None => plain().build(),
        };
        Words { plain: plain().build(), stem: one_stem(Language::English), stops }
    }

    /// Lower case, without accents, in the order of the text.
    pub fn plain(&mut self, text: &str) -> Vec<String> {
        self.of_query(text).into_iter().map(|word| word.plain).collect()
    }

    /// What the index holds of the text's words.
    pub fn stems(&mut self, text: &str) -> Vec<String> {
        self.of_query(text).into_iter().map(|word| word.stem).collect()
    }

    /// The words of a query.
    pub fn of_query(&mut self, text: &str) -> Vec<Word> {
        let pieces =
            pieces(&joined_apostrophes(text)).into_iter().filter(|piece| piece.text.len() <= LONGEST);
        pieces.map(|piece| self.of_piece(&piece)).collect()
    }

    /// One word.
    pub fn word(&mut self, plain: &str) -> Word {
        self.of_piece(&Piece { text: plain.to_owned(), sort: Sort::Word, at: 0..plain.len() })
    }

    /// A piece as a word.
    pub fn of_piece(&mut self, piece: &Piece) -> Word {
        let plain = token(&mut self.plain, &piece.text).unwrap_or_else(|| piece.text.clone());
        let stem = token(&mut self.stem, &piece.text).unwrap_or_else(|| plain.clone());
        let stop = piece.sort == Sort::Word && token(&mut self.stops, &piece.text).is_none();
        Word { sort: piece.sort, plain, stem, stop }
    }
}

fn token(analyzer: &mut TextAnalyzer, text: &str) -> Option<String> {
    let mut stream = analyzer.token_stream(text);
    stream.advance().then(|| stream.token().text.clone())
}

/// `women's` is one word, and the same as `womens`; `Gürtel` is the same as `Guertel`. What stands behind a digit is a
/// sign of feet or inches.
pub(super) fn joined_apostrophes(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for c in text.nfc() {
        let measure = joined.ends_with(|c: char| c.is_ascii_digit() || c == '\'');
        if matches!(c, '\'' | '’' | '‘' | 'ʼ') && !(c == '\'' && measure) {
            continue;
        }
        match c.to_lowercase().next().and_then(umlaut) {
            Some(letters) => joined.push_str(letters),
            None => joined.push(c),
        }
    }
    joined
}

/// A field's text for the index: hyphenated words stand there also as one word, so that `tshirt` finds a `T-shirt`.
pub(super) fn for_index(text: &str) -> String {
    let mut out = joined_apostrophes(text);
    for compound in compounds(&out) {
        out.push(' ');
        out.push_str(&compound);
    }
    out
}

/// The hyphenated words of a text, each as one word.
pub(super) fn compounds(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter(|word| word.trim_matches('-').contains('-'))
        .filter(|word| word.chars().all(|c| c == '-' || c.is_alphabetic()))
        .map(|word| word.replace('-', ""))
        .collect()
}

/// A value as filters compare it: without case, accents and outer white space.
pub(super) fn folded(value: &str) -> String {
    value.trim().nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// A size as filters compare it: `8,5` is `8.5`, `Size XL` is `xl`, `42.0` is `42`.
pub(super) fn folded_size(value: &str) -> String {
    let folded = folded(value).replace(',', ".");
    let bare = ["size ", "eu ", "us ", "uk "].iter().find_map(|p| folded.strip_prefix(p)).unwrap_or(&folded);
    let bare = bare.trim();
    match bare.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && whole.chars().all(|c| c.is_ascii_digit()) => whole.to_owned(),
        _ => bare.to_owned(),
    }
}
