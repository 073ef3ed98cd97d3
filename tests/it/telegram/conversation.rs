//! What shoppers do and what they see.

use std::sync::Arc;
use std::time::Duration;

use shophand::channel::telegram::{Rate, TelegramConfig, TelegramError};
use shophand::model::{Attachment, Button, Card, Input, Reply};
use tokio::sync::Semaphore;

use super::{Shop, store};
use crate::support::bot::{Bot, config};
use crate::support::fake_telegram::{BOT_NAME, FakeTelegram, Photo};
use crate::support::scripted::{Scene, Scripted, shoe, words};

const GROUP: i64 = -1_001_234_567_890;

fn two_shoes() -> Reply {
    Reply {
        text: "Two that may suit you:".to_owned(),
        cards: vec![shoe("Fellstride Swift"), shoe("Fellstride <Trail> & Co")],
        buttons: vec![Button::say("Show more", "show more")],
        ..Reply::default()
    }
}

#[tokio::test]
async fn a_shopper_gets_cards_with_picture_price_reason_and_buttons() {
    let shop = Shop::open(|_| Scene::Says(two_shoes())).await;
    let ada = shop.fake.shopper(7).called("Ada");
    ada.says("running shoes").await;
    let got = ada.gets().await;
    assert_eq!(got.len(), 3);
    assert_eq!(got[0].text, "Two that may suit you:");
    assert_eq!(
        got[2].text,
        "Fellstride <Trail> & Co\n$89.00\nFellstride · blue · ★ 4.6 (312)\n\nBecause you bought trail shoes"
    );
    assert!(got[2].html.starts_with("<b>Fellstride &lt;Trail&gt; &amp; Co</b>\n<b>$89.00</b>"));
    assert_eq!(got[1].labels(), [["Details", "More like this"]]);
    assert_eq!(got[2].labels(), [vec!["Details", "More like this"], vec!["Show more"]]);
    assert!(matches!(&got[1].photo, Some(Photo::Uploaded(png)) if png.len() > 5_000));
    assert!(matches!(&got[2].photo, Some(Photo::Again(_))), "the same picture is uploaded only once");
    assert_eq!(shop.turns.last().name.as_deref(), Some("Ada"));
    shop.is_done().await;
    shop.bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_tap_is_acknowledged_before_its_turn_is_over() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let shop = Shop::open(move |incoming| match &incoming.input {
        Input::Tap(_) => Scene::Gated(held.clone(), words("Here are more.")),
        _ => Scene::Says(two_shoes()),
    })
    .await;
    let ada = shop.fake.shopper(7);
    ada.says("shoes").await;
    let cards = ada.gets_exactly(3).await;
    let tap = ada.taps("Show more").await;
    shop.fake.until("the tap is answered", |fake| fake.answered_taps() == [(tap.clone(), None)]).await;
    assert!(ada.hears_nothing().await);
    gate.add_permits(1);
    assert_eq!(ada.gets_one().await.text, "Here are more.");
    let Input::Tap(token) = shop.turns.last().input else { panic!("no tap") };
    assert_eq!(token.index, 4, "two buttons of each card come before it");
    assert_eq!(cards[2].buttons[1][0].1, token.to_string());
}

#[tokio::test]
async fn a_button_of_another_time_says_that_it_has_expired() {
    let shop = Shop::open(|_| Scene::Says(two_shoes())).await;
    let ada = shop.fake.shopper(7);
    ada.says("shoes").await;
    let got = ada.gets_exactly(3).await;
    ada.taps_data(&got[1], "menu:main").await;
    let toast = |fake: &FakeTelegram| matches!(&fake.answered_taps()[..], [(_, Some(toast))] if toast.contains("expired"));
    shop.fake.until("the toast is shown", toast).await;
    shop.is_done().await;
    assert_eq!(shop.turns.taken().len(), 1);
}

#[tokio::test]
async fn one_chat_is_answered_in_order_while_others_are_answered_at_the_same_time() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let shop = Shop::open(move |incoming| {
        let reply = words(&format!("You said: {}", incoming.input.text()));
        if incoming.input.text() == "first" { Scene::Gated(held.clone(), reply) } else { Scene::Says(reply) }
    })
    .await;
    let (ada, bo) = (shop.fake.shopper(7), shop.fake.shopper(8));
    ada.says("first").await;
    for n in 2..6 {
        ada.says(&n.to_string()).await;
    }
    bo.says("quick one").await;
    assert_eq!(bo.gets_one().await.text, "You said: quick one");
    assert!(shop.fake.chat(7).is_empty(), "nobody overtakes within a chat");
    gate.add_permits(1);
    let texts: Vec<String> = ada.gets_exactly(5).await.into_iter().map(|got| got.text).collect();
    assert_eq!(texts, ["You said: first", "You said: 2", "You said: 3", "You said: 4", "You said: 5"]);
}

#[tokio::test]
async fn in_a_group_the_bot_speaks_when_spoken_to() {
    let (_folder, store) = store();
    let fake = FakeTelegram::start().await;
    let turns = Scripted::echo(&store);
    let _bot = Bot::start(&fake, turns.clone(), store);
    let ada = fake.shopper(7).in_group(GROUP);
    ada.says("who runs on Sunday?").await;
    ada.says(&format!("@{BOT_NAME}, any trail shoes?")).await;
    let got = ada.gets_one().await;
    assert_eq!(got.text, "You said: any trail shoes?");
    ada.replies_to(&got, "in red?").await;
    assert_eq!(ada.gets_one().await.text, "You said: in red?");
    ada.says("/orders@SomeOtherBot").await;
    ada.says(&format!("/orders@{BOT_NAME}")).await;
    ada.gets_one().await;
    assert!(ada.hears_nothing().await);
    let last = turns.last();
    assert!(!last.private);
    assert_eq!((last.chat.as_str(), last.shopper.as_str()), ("telegram:-1001234567890", "telegram:7"));
    assert_eq!(turns.taken().len(), 3);
}

#[tokio::test]
async fn pictures_stickers_and_corrections_are_turns_too() {
    let shop = Shop::open(|_| Scene::Says(words("I see."))).await;
    let ada = shop.fake.shopper(7);
    ada.sends_photo("do you have this?").await;
    ada.sends_sticker("👍").await;
    ada.says("red shoes").await;
    ada.edits("red boots").await;
    ada.says("/start Zk3_abc").await;
    ada.gets_exactly(5).await;
    let media =
        |kind: &str, caption: &str| Input::Media { kind: kind.to_owned(), caption: caption.to_owned() };
    let start = Input::Command { name: "start".to_owned(), payload: "Zk3_abc".to_owned() };
    assert_eq!(
        shop.turns.taken(),
        [
            media("photo", "do you have this?"),
            media("sticker", "👍"),
            Input::Text("red shoes".to_owned()),
            Input::Edited("red boots".to_owned()),
            start,
        ]
    );
}

#[tokio::test]
async fn a_long_answer_comes_in_pieces_and_a_copy_of_ones_data_as_a_file() {
    let long = "A line about shipping & returns to <everywhere>.\n".repeat(200);
    let shop = Shop::open(move |incoming| match &incoming.input {
        Input::Command { .. } => {
            let file = Attachment { name: "my-data.json".to_owned(), content: "{\"turns\":[]}".to_owned() };
            Scene::Says(Reply { attachment: Some(file), ..words("Here is everything:") })
        }
        _ => Scene::Says(words(&long)),
    })
    .await;
    let ada = shop.fake.shopper(7);
    ada.says("tell me all about shipping").await;
    let got = ada.gets().await;
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|piece| piece.text.ends_with("<everywhere>.")), "cut at the end of a line");
    ada.says("/export").await;
    let got = ada.gets_exactly(2).await;
    assert_eq!(got[1].document, Some(("my-data.json".to_owned(), b"{\"turns\":[]}".to_vec())));
}

#[tokio::test]
async fn a_product_without_a_usable_picture_is_shown_in_words_with_its_buttons() {
    let image = |path: Option<&str>| Card { image: path.map(str::to_owned), ..shoe("Fellstride Swift") };
    let cards = vec![
        image(None),
        image(Some("pictures/no-such-thing.svg")),
        image(Some("../Cargo.toml")),
        image(Some("https://pictures.invalid/a.jpg")),
        image(Some("https://example.com/a.jpg")),
    ];
    let shop = Shop::open(move |_| Scene::Says(Reply { cards: cards.clone(), ..Reply::default() })).await;
    let ada = shop.fake.shopper(7);
    ada.says("shoes").await;
    let got = ada.gets_exactly(5).await;
    for card in &got {
        assert!(card.text.starts_with("Fellstride Swift\n$89.00"));
        assert_eq!(card.labels(), [["Details", "More like this"]]);
    }
    let pictured: Vec<bool> = got.iter().map(|card| card.photo.is_some()).collect();
    assert_eq!(pictured, [false, false, false, false, true]);
}

#[tokio::test]
async fn a_turn_that_takes_its_time_shows_typing_and_a_quick_one_does_not() {
    let shop = Shop::open(|incoming| match incoming.input.text() {
        "slow" => Scene::After(Duration::from_millis(300), words("At last.")),
        _ => Scene::Says(words("At once.")),
    })
    .await;
    let (ada, bo) = (shop.fake.shopper(7), shop.fake.shopper(8));
    ada.says("slow").await;
    bo.says("quick").await;
    ada.gets_one().await;
    bo.gets_one().await;
    assert_eq!((shop.fake.typings(7), shop.fake.typings(8)), (1, 0));
}

#[tokio::test]
async fn the_menu_lists_the_commands_and_a_wrong_token_is_said_so() {
    let shop = Shop::open(|_| Scene::Says(words("Hello"))).await;
    shop.fake.until("the menu is there", |fake| !fake.commands().is_empty()).await;
    let commands = shop.fake.commands();
    for name in ["start", "help", "orders", "recommend", "privacy", "export", "forget", "human"] {
        assert!(commands.iter().any(|(command, what)| command == name && !what.is_empty()), "{name}");
    }
    shop.bot.stop().await.unwrap();
    let wrong = TelegramConfig { token: "1:wrong".to_owned(), ..config(&shop.fake) };
    let error = Bot::start_with(wrong, shop.turns, shop.store).ended().await.unwrap_err();
    assert!(matches!(error, TelegramError::BadToken), "{error}");
}

#[tokio::test]
async fn a_long_list_of_cards_comes_in_a_burst_and_then_at_a_measured_pace() {
    let (_folder, store) = store();
    let fake = FakeTelegram::start().await;
    let cards: Vec<Card> = (1..=5).map(|n| Card { image: None, ..shoe(&format!("Shoe {n}")) }).collect();
    let turns =
        Scripted::new(&store, move |_| Scene::Says(Reply { cards: cards.clone(), ..Reply::default() }));
    let mut config = config(&fake);
    config.tuning.rates.private = Rate { every: Duration::from_millis(150), burst: 2 };
    let _bot = Bot::start_with(config, turns, store);
    let ada = fake.shopper(7);
    ada.says("shoes").await;
    let got = ada.gets_exactly(5).await;
    let after = |n: usize| got[n].at.zip(got[0].at).map(|(at, first)| (at - first).as_millis()).unwrap();
    assert!(after(1) < 150, "the second one follows at once");
    assert!(after(4) >= 400, "the fifth one has waited: {}", after(4));
}
