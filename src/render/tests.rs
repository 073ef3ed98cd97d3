//! What a shopper reads.

use super::*;
use crate::intents::{Language, Replies};
use crate::model::{OrderNumber, Outcome, ShopFacts, ShopperId};

fn with_scene<T>(seed: u64, check: impl FnOnce(&Scene<'_>) -> T) -> T {
    let two = |key: &str| (key.to_owned(), vec![format!("{key} one {{number}}"), format!("{key} two")]);
    let language = Language {
        code: "en".into(),
        intents: vec![],
        entities: vec![],
        replies: Replies(REQUIRED_REPLIES.iter().map(|key| two(key)).collect()),
        grammar: Default::default(),
        facts: Default::default(),
    };
    let facts = ShopFacts {
        name: "Shop".into(),
        language: None,
        currency: crate::model::Currency::USD,
        timezone: jiff::tz::TimeZone::UTC,
        order_number: String::new(),
        variables: [("days".to_owned(), "30".to_owned())].into(),
    };
    let identity = Identity {
        shopper: ShopperId::parse("jo").unwrap(),
        customer: None,
        personalization: Personalization::On,
        private: true,
    };
    let words = Words { language: &language, facts: &facts, seed };
    check(&Scene { words, identity: &identity, now: Timestamp::UNIX_EPOCH })
}

#[test]
fn the_refusal_for_an_order_is_the_same_to_the_byte_whatever_number_was_typed() {
    let refusal = |number: &str, seed: u64| {
        let number = OrderNumber::parse(number).unwrap();
        with_scene(seed, |scene| render(&Outcome::NoSuchOrder { number }, scene))
    };
    assert_eq!(refusal("A-1001", 0), refusal("Z-9", 1));
}

#[test]
fn a_value_with_braces_is_shown_as_it_is_and_not_filled_in_again() {
    with_scene(0, |scene| {
        assert_eq!(scene.words.fill("{title} for {days} {x}", &[("title", "{days}")]), "{days} for 30 {x}");
        assert_eq!(scene.words.fill("an open { brace", &[]), "an open { brace");
    });
}

#[test]
fn variants_differ_by_seed_and_the_same_seed_says_the_same() {
    let greeting = |seed| with_scene(seed, |scene| render(&Outcome::Cancelled, scene).text);
    assert_eq!(greeting(3), greeting(3));
    assert_ne!(greeting(0), greeting(1));
}
