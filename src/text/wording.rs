//! The words of a message without what changes nothing about it.

use super::key;

/// Folds a message to its words, drops letters repeated for emphasis (`pleeease`, `heyyy`), and takes polite phrases
/// off both ends as long as something remains. `polite` holds folded phrases, longest first.
pub fn wording(text: &str, polite: &[String]) -> String {
    let calm = calm(&key(text));
    let bare = strip(&calm, polite);
    if bare.is_empty() { calm } else { bare.to_owned() }
}

/// Three or more of a letter are one: no English word has them.
fn calm(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut calm = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| **c == chars[at]).count();
        let kept = if run >= 3 && chars[at].is_alphabetic() { 1 } else { run };
        calm.extend(std::iter::repeat_n(chars[at], kept));
        at += run;
    }
    calm
}

fn strip<'t>(mut text: &'t str, polite: &[String]) -> &'t str {
    loop {
        let shorter = polite.iter().find_map(|phrase| {
            let front = text.strip_prefix(phrase.as_str()).filter(|r| r.is_empty() || r.starts_with(' '));
            let back = || text.strip_suffix(phrase.as_str()).filter(|r| r.is_empty() || r.ends_with(' '));
            front.or_else(back)
        });
        match shorter {
            Some(rest) => text = rest.trim(),
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn polite() -> Vec<String> {
        ["thanks a lot", "could you", "thanks", "please", "hi"].map(str::to_owned).to_vec()
    }

    #[test]
    fn politeness_shouting_and_emoji_leave_the_same_words() {
        for text in [
            "where is my order",
            "WHERE IS MY ORDER?!",
            "Hi! Please, where is my order 😡 thanks a lot!!",
            "wherrrre is my order",
        ] {
            assert_eq!(wording(text, &polite()), "where is my order", "{text}");
        }
    }

    #[test]
    fn politeness_alone_stays_what_it_is() {
        assert_eq!(wording("Thanks a lot!", &polite()), "thanks a lot");
        assert_eq!(wording("hi", &polite()), "hi");
        assert_eq!(wording("history", &polite()), "history");
    }

    proptest! {
        #[test]
        fn wording_of_a_wording_is_itself(text in "\\PC{0,30}|((hi|please|thanks a lot|a|where) ?){0,6}") {
            let once = wording(&text, &polite());
            prop_assert_eq!(wording(&once, &polite()), once);
        }
    }
}
