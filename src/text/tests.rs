use proptest::prelude::*;

use super::*;

#[test]
fn one_spelling_for_what_phones_and_keyboards_write() {
    assert_eq!(fold("  Where’s\u{a0}my  ＯＲＤＥＲ—“now”? ").text, "where's my order-\"now\"?");
    assert_eq!(fold("A\u{200b}B\u{fe0f}").text, "ab");
    assert_eq!(fold("\u{2067}Red\u{2069} bo\u{180e}ots\u{e0041}").text, "red boots");
}

#[test]
fn a_place_in_the_folded_text_leads_back_to_the_characters_as_written() {
    let written = "😀  ﬁne RED Schuhe";
    let folded = fold(written);
    let at = folded.text.find("red").expect("folded");
    let span = folded.original(at..at + 3);
    assert_eq!(written.chars().skip(span.start).take(span.len()).collect::<String>(), "RED");
    let at = folded.text.find("fine").expect("the ligature is two letters");
    assert_eq!(folded.original(at..at + 1), 3..4);
}

#[test]
fn what_folding_brings_together_is_folded_as_one() {
    for written in ["e\u{feff}\u{301}", "ㄱㅏ", "\u{10ae6}\u{feff}\u{a3c}", "a\u{37a}\u{301}"] {
        let once = fold(written).text;
        assert_eq!(fold(&once).text, once, "{written:?}");
    }
    let folded = fold("rot e\u{feff}\u{301}!");
    assert_eq!((folded.text.as_str(), folded.original(4..6)), ("rot \u{e9}!", 4..7));
}

#[test]
fn a_german_word_is_the_same_with_and_without_its_umlauts() {
    for (with, without) in [
        ("Schuhgröße", "schuhgroesse"),
        ("STRASSE", "Straße"),
        ("ÜBER", "ueber"),
        ("ma\u{308}nner", "Maenner"),
    ] {
        assert_eq!(fold(with).text, fold(without).text);
    }
    let folded = fold("für Läufer");
    let at = folded.text.find("laeufer").expect("folded");
    assert_eq!(folded.original(at..at + 7), 4..10);
}

#[test]
fn words_keep_the_marks_inside_them() {
    let texts = |text: &str| words(&fold(text).text).iter().map(|w| w.text.to_owned()).collect::<Vec<_>>();
    assert_eq!(texts("T-shirt, size 8.5!"), ["t-shirt", "size", "8.5"]);
    assert_eq!(texts("men's H&M - $20."), ["men's", "h&m", "$20"]);
    assert_eq!(key("Where's my ORDER?? 😡"), "where's my order");
}

#[test]
fn plural_and_singular_meet() {
    for (many, one) in [
        ("shoes", "shoe"),
        ("dresses", "dress"),
        ("watches", "watch"),
        ("accessories", "accessory"),
        ("boxes", "box"),
        ("men's", "men"),
    ] {
        assert_eq!(singular(many), singular(one), "{many}");
    }
    for word in ["glass", "lens", "plus", "gas", "tennis"] {
        assert!(singular(word).len() + 1 >= word.len(), "{word}");
    }
}

proptest! {
    /// Plain letters take a shorter way; a mark above each sends them the longer one.
    #[test]
    fn plain_letters_are_folded_as_in_any_company(text in "[ -~\\x00-\\x1f]{0,24}") {
        let joined: String = text.chars().flat_map(|c| [c, '\u{200d}']).collect();
        prop_assert_eq!(fold(&text).text, fold(&joined).text);
    }
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC*") {
        let once = fold(&text).text;
        prop_assert_eq!(fold(&once).text, once);
    }

    #[test]
    fn every_place_leads_to_characters_that_exist(text in any::<String>()) {
        let folded = fold(&text);
        let count = text.chars().count();
        for word in words(&folded.text) {
            let span = folded.original(word.range);
            prop_assert!(span.start < span.end && span.end <= count);
        }
    }

    #[test]
    fn a_key_is_its_own_key(text in any::<String>()) {
        let once = key(&text);
        prop_assert_eq!(key(&once), once);
    }
}
