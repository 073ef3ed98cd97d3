//! Words of products and queries: the same way from text to terms on both sides.

use crate::text::umlaut;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer,
};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name under which the index knows the analyzer. Part of the format: change [`super::meta::FORMAT`] with it.
pub(super) const ANALYZER: &str = "english_folded";

/// Longer tokens are no words of a shop.
const LONGEST: usize = 60;

/// From text to stems: split, lower case, no accents, English stems (Porter 2).
pub(super) fn analyzer() -> TextAnalyzer {
    stemming(Language::English)
}

fn stemming(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(language))
        .build()
}

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without accents.
    pub plain: String,
    /// What the index holds of it.
    pub stem: String,
    /// "the", "for": says nothing of a product.
    pub stop: bool,
}

/// Splits texts into words.
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
        Words { stem: stemming(language), ..Words::new() }
    }

    pub fn new() -> Self {
        let plain = || {
            TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(LONGEST))
                .filter(LowerCaser)
                .filter(AsciiFoldingFilter)
        };
        let stops = match StopWordFilter::new(Language::English) {
            Some(filter) => plain().filter(filter).build(),
            None => plain().build(),
        };
        Words { plain: plain().build(), stem: analyzer(), stops }
    }

    /// Lower case, without accents, in the order of the text.
    pub fn plain(&mut self, text: &str) -> Vec<String> {
        tokens(&mut self.plain, &joined_apostrophes(text))
    }

    /// What the index holds of the text's words.
    pub fn stems(&mut self, text: &str) -> Vec<String> {
        tokens(&mut self.stem, &joined_apostrophes(text))
    }

    /// The words of a query.
    pub fn of_query(&mut self, text: &str) -> Vec<Word> {
        let plain = self.plain(text);
        plain.into_iter().map(|plain| self.word(plain)).collect()
    }

    /// One word.
    pub fn word(&mut self, plain: String) -> Word {
        let stem = self.stems(&plain).pop().unwrap_or_else(|| plain.clone());
        let stop = tokens(&mut self.stops, &plain).is_empty();
        Word { plain, stem, stop }
    }
}

fn tokens(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    analyzer.token_stream(text).process(&mut |token| found.push(token.text.clone()));
    found
}

/// `women's` is one word, and the same as `womens`; `Gürtel` is the same as `Guertel`.
fn joined_apostrophes(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for c in text.nfc().filter(|c| !matches!(c, '\'' | '’' | '‘' | 'ʼ')) {
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
    let compounds: Vec<String> = out
        .split_whitespace()
        .filter(|word| word.trim_matches('-').contains('-'))
        .filter(|word| word.chars().all(|c| c == '-' || c.is_alphabetic()))
        .map(|word| word.replace('-', ""))
        .collect();
    for compound in compounds {
        out.push(' ');
        out.push_str(&compound);
    }
    out
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
