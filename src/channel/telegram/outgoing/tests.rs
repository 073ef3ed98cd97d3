use super::*;
use crate::model::{Attachment, ProductId};

fn turn() -> TurnId {
    "01JD9Z3V5YQ8W3N4T6K7M8P9RA".parse().unwrap()
}

fn shoe() -> Card {
    Card {
        place: None,
        product: ProductId::parse("RUN-014").unwrap(),
        title: "Fellstride <Swift> & Co".to_owned(),
        details: "Fellstride · blue · ★ 4.6 (312)".to_owned(),
        price: None,
        price_text: "$89.00".to_owned(),
        why: Some("Because you bought trail shoes".to_owned()),
        image: Some("pictures/running-shoe.svg".to_owned()),
        colours: vec!["blue".to_owned()],
        buttons: vec![Button::say("Details", "details"), Button::say("More like this", "similar")],
        score: 1.0,
        rank_without_history: 2,
    }
}

fn labels(message: &OutMessage) -> Vec<Vec<&str>> {
    message.keyboard.iter().map(|row| row.iter().map(|key| key.label.as_str()).collect()).collect()
}

#[test]
fn a_card_shows_title_and_price_in_bold_and_the_reason_in_italics() {
    let reply = Reply { cards: vec![shoe()], ..Reply::default() };
    let sent = messages(turn(), &reply);
    let Body::Photo { words, image, .. } = &sent[0].body else { panic!("no photo") };
    assert_eq!(image, "pictures/running-shoe.svg");
    insta::assert_snapshot!(words.html, @r"
    <b>Fellstride &lt;Swift&gt; &amp; Co</b>
    <b>$89.00</b>
    Fellstride · blue · ★ 4.6 (312)

    <i>Because you bought trail shoes</i>
    ");
    assert!(words.plain.starts_with("Fellstride <Swift> & Co\n$89.00\n"));
}

#[test]
fn every_button_carries_the_token_by_which_the_store_finds_it() {
    let own = vec![Button::say("Show more", "more"), Button::say("Cheaper", "cheaper")];
    let shoes = Reply {
        text: "Two shoes:".to_owned(),
        cards: vec![shoe(), shoe()],
        buttons: own,
        ..Reply::default()
    };
    let further = Reply {
        text: "We ship there.".to_owned(),
        buttons: vec![Button::say("When?", "when")],
        ..Reply::default()
    };
    let mut reply = shoes;
    reply.append(further);
    let sent = messages(turn(), &reply);
    assert_eq!(sent.len(), 4);
    assert_eq!(labels(&sent[3]), [["When?"]]);
    assert!(sent[0].keyboard.is_empty());
    assert_eq!(labels(&sent[1]), [["Details", "More like this"]]);
    assert_eq!(labels(&sent[2]), [["Details", "More like this"], ["Show more", "Cheaper"]]);
    let data: Vec<&str> =
        sent.iter().flat_map(|m| m.keyboard.iter().flatten()).map(|key| key.data.as_str()).collect();
    let expected: Vec<String> = (0..7).map(|index| format!("{}.{index}", turn())).collect();
    assert_eq!(data, expected);
    let all: Vec<&str> = reply.all_buttons().map(|button| button.label.as_str()).collect();
    let shown: Vec<&str> =
        sent.iter().flat_map(|m| m.keyboard.iter().flatten()).map(|key| key.label.as_str()).collect();
    assert_eq!(shown, all);
}

#[test]
fn a_product_without_a_picture_is_a_card_in_words() {
    let card = Card { image: None, why: None, details: String::new(), ..shoe() };
    let sent = messages(turn(), &Reply { cards: vec![card], ..Reply::default() });
    let Body::Text(words) = &sent[0].body else { panic!("no text") };
    assert_eq!(words.html, "<b>Fellstride &lt;Swift&gt; &amp; Co</b>\n<b>$89.00</b>");
    assert_eq!(labels(&sent[0]), [["Details", "More like this"]]);
}

#[test]
fn a_long_description_gives_way_to_price_and_reason() {
    let card = Card { details: "soft and light ".repeat(200), ..shoe() };
    let sent = messages(turn(), &Reply { cards: vec![card], ..Reply::default() });
    let Body::Photo { words, .. } = &sent[0].body else { panic!("no photo") };
    assert!(units(&words.plain) <= CAPTION && units(&words.plain) > CAPTION - 40);
    assert!(words.plain.contains("…\n\nBecause you bought trail shoes"));
}

#[test]
fn buttons_alone_still_come_with_a_message_and_a_file_carries_them_too() {
    let buttons = vec![Button::say("Yes", "yes")];
    let sent = messages(turn(), &Reply { buttons: buttons.clone(), ..Reply::default() });
    assert_eq!((sent.len(), labels(&sent[0])), (1, vec![vec!["Yes"]]));
    let file = Attachment { name: "my-data.json".to_owned(), content: "{}".to_owned() };
    let reply = Reply { text: "Here:".to_owned(), buttons, attachment: Some(file), ..Reply::default() };
    let sent = messages(turn(), &reply);
    assert_eq!(labels(&sent[1]), [["Yes"]]);
    assert!(messages(turn(), &Reply::default()).is_empty());
}

proptest::proptest! {
    #[test]
    fn a_long_answer_is_split_without_losing_a_word(
        words in proptest::collection::vec("[a-zé🙂<&]{1,30}[ \n]{1,2}", 0..900),
    ) {
        let text = words.concat();
        let sent = messages(turn(), &Reply { text: text.clone(), ..Reply::default() });
        let mut read = Vec::new();
        for message in &sent {
            let Body::Text(words) = &message.body else { panic!("no text") };
            proptest::prop_assert!(!words.plain.trim().is_empty() && units(&words.plain) <= TEXT);
            read.extend(words.plain.split_whitespace().map(str::to_owned));
        }
        let written: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        proptest::prop_assert_eq!(read, written);
    }

    #[test]
    fn any_text_at_all_fits_the_limits(text in "\\PC{0,6000}", title in "\\PC{0,300}", label in "\\PC{0,90}") {
        let card = Card { title, details: text.clone(), buttons: vec![Button::say(label, "x")], ..shoe() };
        for message in messages(turn(), &Reply { text, cards: vec![card], ..Reply::default() }) {
            match message.body {
                Body::Text(words) => proptest::prop_assert!(units(&words.plain) <= TEXT),
                Body::Photo { words, .. } => proptest::prop_assert!(units(&words.plain) <= CAPTION),
                Body::File { .. } => {}
            }
            for key in message.keyboard.iter().flatten() {
                proptest::prop_assert!(key.data.len() <= 64 && !key.label.is_empty());
            }
        }
    }
}
