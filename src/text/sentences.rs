//! The sentences of a text, and what they measure.

use unicode_segmentation::UnicodeSegmentation;

use super::units;

/// The sentences of a text (Unicode Standard Annex 29), without white space around them. There a full stop before "312 g"
/// ends none; here it does.
pub fn sentences(text: &str) -> Vec<&str> {
    let pieces = text.unicode_sentences().flat_map(at_numbers).map(str::trim);
    pieces.filter(|sentence| !sentence.is_empty()).collect()
}

/// Cuts behind a full stop that follows a word and stands before a digit.
fn at_numbers(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(stop) = rest.get(from..).and_then(|tail| tail.find(". ")).map(|at| from + at + 1) {
        let word = rest[..stop].trim_end_matches('.').rsplit(' ').next().unwrap_or_default();
        let ends = word.chars().count() > 2 || word.chars().all(char::is_lowercase);
        if ends && rest[stop..].trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            pieces.push(&rest[..stop]);
            rest = &rest[stop..];
            from = 0;
        } else {
            from = stop;
        }
    }
    pieces.push(rest);
    pieces
}

/// Whether a sentence holds an amount of a dimension: `272 g in a men's 9` one of mass.
pub fn measures(sentence: &str, dimension: &str) -> bool {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '"';
    let words: Vec<&str> =
        sentence.split([' ', '-', '\u{a0}']).map(|word| word.trim_matches(is_edge)).collect();
    // "8 in black" is no length.
    let is_unit =
        |word: &str| word != "in" && units::known_unit(word).is_some_and(|unit| unit.dimension == dimension);
    words.iter().enumerate().any(|(i, word)| match units::amount(word) {
        Some((_, Some(unit))) => unit.dimension == dimension,
        Some((_, None)) => words.get(i + 1).is_some_and(|next| is_unit(next)),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_measures_what_it_gives_an_amount_of() {
        let text = "A daily trainer with 34 mm of foam for it. 272 g in a men's 9; about 500 miles from a pair. Packs 8 in black.";
        let [foam, weight, packs] = sentences(text)[..] else { panic!("three sentences") };
        assert!(measures(foam, "length") && !measures(foam, "mass"));
        assert!(measures(weight, "mass") && !measures(weight, "length"));
        assert!(!measures(packs, "length"));
        assert!(measures("Holds 500ml, and a 27-inch screen.", "volume"));
        assert!(measures("A 27-inch screen.", "length"));
    }
}
