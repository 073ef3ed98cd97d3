//! One spelling for every text, with the way back to the original.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A folded text. Positions inside it are bytes of [`Folded::text`]; positions outside are characters of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The folded text: no leading, trailing or double white space, no control characters.
    pub text: String,
    /// For each byte of `text` the original characters that it came from.
    origin: Vec<(u32, u32)>,
}

impl Folded {
    /// The characters of the original that a byte range of the folded text came from; an empty range gives 0..0.
    pub fn original(&self, bytes: Range<usize>) -> Range<usize> {
        match self.origin.get(bytes) {
            Some([first, .., last]) => first.0 as usize..last.1 as usize,
            Some([only]) => only.0 as usize..only.1 as usize,
            _ => 0..0,
        }
    }

    /// This text folded once more: `next` came from it, and its positions lead back to the original of both.
    fn then(self, next: Folded) -> Folded {
        let of_chars: Vec<(u32, u32)> = self.text.char_indices().map(|(byte, _)| self.origin[byte]).collect();
        let back = |(first, last): (u32, u32)| (of_chars[first as usize].0, of_chars[last as usize - 1].1);
        Folded { text: next.text, origin: next.origin.into_iter().map(back).collect() }
    }

    fn push(&mut self, c: char, from: (u32, u32)) {
        if c.is_whitespace() && (self.text.is_empty() || self.text.ends_with(' ')) {
            return;
        }
        let c = if c.is_whitespace() { ' ' } else { c };
        self.text.push(c);
        self.origin.extend(std::iter::repeat_n(from, c.len_utf8()));
    }
}

/// Folds a text. Folding twice changes nothing. German umlauts become what people write without them: `ä` is `ae`, `ß`
/// is `ss`, so that `schuhgroesse` is `Schuhgröße`.
pub fn fold(original: &str) -> Folded {
    let mut folded = fold_clusters(original);
    // What stood in two clusters can be one when folded: marks that an invisible character kept from their letter,
    // halves of a Korean syllable. Nothing of the sort is left among plain letters.
    while !folded.text.is_ascii() {
        let again = fold_clusters(&folded.text);
        if again.text == folded.text {
            break;
        }
        folded = folded.then(again);
    }
    folded
}

fn fold_clusters(original: &str) -> Folded {
    let room = original.len();
    let mut folded = Folded { text: String::with_capacity(room), origin: Vec::with_capacity(room) };
    let mut at = 0_u32;
    for cluster in original.graphemes(true) {
        // Thousands of examples are folded when a shop is learnt, and most of their letters are plain.
        if let [byte] = cluster.as_bytes() {
            let c = char::from(*byte).to_ascii_lowercase();
            if !is_invisible(c) {
                folded.push(plain_mark(c), (at, at + 1));
            }
            at += 1;
            continue;
        }
        let end = at + cluster.chars().count() as u32;
        spelling(cluster).for_each(|c| folded.push(c, (at, end)));
        at = end;
    }
    if folded.text.ends_with(' ') {
        folded.text.pop();
        folded.origin.pop();
    }
    folded
}

/// Compatibility forms made plain, lower-cased, and plain again, since lower-casing can undo a composition.
fn spelling(cluster: &str) -> impl Iterator<Item = char> + use<> {
    // "8½" is 8.5, not 81 of something.
    let cluster = cluster.replace('½', ".5");
    let plain: String = cluster.nfkc().filter(|c| !is_invisible(*c)).collect();
    let mut lower = String::with_capacity(plain.len() + 1);
    for c in plain.to_lowercase().nfkc() {
        match umlaut(c) {
            Some(letters) => lower.push_str(letters),
            None => lower.push(plain_mark(c)),
        }
    }
    lower.chars().collect::<Vec<_>>().into_iter()
}

/// How a German letter is written where a keyboard lacks it.
pub fn umlaut(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        _ => return None,
    })
}

/// Control characters but white space, joiners, direction marks, tags and selectors of variants: nobody reads them.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Keyboards and phones write the same mark in many ways.
fn plain_mark(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | '`' | '´' | '′' => '\'',
        '“' | '”' | '„' | '«' | '»' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        _ => c,
    }
}
