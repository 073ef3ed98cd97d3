//! What goes wrong, and that shoppers get their answer all the same.

use std::time::{Duration, Instant};

use serde_json::json;
use shophand::channel::telegram::Tuning;
use shophand::model::Reply;
use shophand::store::Store;

use super::{Shop, store};
use crate::support::bot::{Bot, config};
use crate::support::fake_telegram::{FakeTelegram, Fault, Got};
use crate::support::scripted::{Scene, Scripted, shoe, words};

fn texts(got: &[Got]) -> Vec<&str> {
    got.iter().map(|message| message.text.as_str()).collect()
}

fn echo(incoming: &shophand::model::Incoming) -> Scene {
    Scene::Says(words(&format!("You said: {}", incoming.input.text())))
}

#[tokio::test]
async fn a_chat_that_telegram_slows_down_loses_nothing_and_holds_up_nobody() {
    let shop = Shop::open(echo).await;
    let (ada, bo) = (shop.fake.shopper(7), shop.fake.shopper(8));
    shop.fake.fails(7, [Fault::TooMany(1)]);
    let begun = Instant::now();
    for n in 1..4 {
        ada.says(&n.to_string()).await;
    }
    bo.says("hi").await;
    bo.gets_one().await;
    assert!(begun.elapsed() < Duration::from_millis(900), "the other chat did not wait");
    let got = ada.gets_exactly(3).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "retry_after is kept");
    assert_eq!(texts(&got), ["You said: 1", "You said: 2", "You said: 3"]);
    shop.is_done().await;
}

#[tokio::test]
async fn a_shopper_who_blocked_the_bot_gets_nothing_more_and_is_no_trouble() {
    let shop = Shop::open(|_| {
        let cards = vec![shoe("One"), shoe("Two")];
        Scene::Says(Reply { cards, ..words("Here:") })
    })
    .await;
    shop.fake.fails(7, [Fault::Blocked]);
    shop.fake.shopper(7).says("shoes").await;
    shop.is_done().await;
    assert!(shop.fake.chat(7).is_empty());
    assert_eq!(shop.fake.calls("sendmessage", 7) + shop.fake.calls("sendphoto", 7), 1);
    let bo = shop.fake.shopper(8);
    bo.says("shoes").await;
    assert_eq!(bo.gets().await.len(), 3);
}

#[tokio::test]
async fn a_photo_that_telegram_refuses_becomes_words_with_the_same_buttons() {
    let shop = Shop::open(|_| Scene::Says(Reply { cards: vec![shoe("Swift")], ..Reply::default() })).await;
    let ada = shop.fake.shopper(7);
    ada.says("shoes").await;
    assert!(ada.gets_one().await.photo.is_some());
    // Refused by its id, then uploaded anew and refused again.
    shop.fake.fails(7, [Fault::PhotoRefused, Fault::PhotoRefused]);
    ada.says("shoes").await;
    let got = ada.gets_one().await;
    assert!(got.photo.is_none());
    assert!(got.html.starts_with("<b>Swift</b>\n<b>$89.00</b>"));
    assert_eq!(got.labels(), [["Details", "More like this"]]);
    ada.says("shoes").await;
    assert!(ada.gets_one().await.photo.is_some(), "the next one is tried with its picture again");
}

#[tokio::test]
async fn broken_connections_and_server_errors_are_tried_again_until_it_works() {
    let (_folder, store) = store();
    let fake = FakeTelegram::start().await;
    let turns = Scripted::new(&store, echo);
    let usual = config(&fake);
    // teloxide sits on a 5xx for ten seconds; the limit of a request cuts that short.
    let tuning = Tuning { request: Duration::from_millis(700), ..usual.tuning.clone() };
    let _bot = Bot::start_with(
        shophand::channel::telegram::TelegramConfig { tuning, ..usual },
        turns,
        store.clone(),
    );
    let ada = fake.shopper(7);
    fake.fails(7, [Fault::Dropped, Fault::ServerError, Fault::Dropped]);
    ada.says("one").await;
    ada.says("two").await;
    assert_eq!(texts(&ada.gets_exactly(2).await), ["You said: one", "You said: two"]);
    fake.until("nothing is left", |_| store.undelivered().unwrap().is_empty()).await;
    assert!(ada.hears_nothing().await);
}

#[tokio::test]
async fn a_slow_telegram_gets_each_message_once_and_a_lost_answer_costs_a_second_copy() {
    let shop = Shop::open(echo).await;
    let ada = shop.fake.shopper(7);
    shop.fake.fails(7, [Fault::Slow(Duration::from_millis(400))]);
    ada.says("slow").await;
    assert_eq!(texts(&ada.gets().await), ["You said: slow"]);
    shop.fake.fails(7, [Fault::AnswerLost]);
    ada.says("lost").await;
    assert_eq!(texts(&ada.gets().await), ["You said: lost", "You said: lost"], "never none");
}

#[tokio::test]
async fn a_turn_that_fails_or_panics_ends_in_a_sentence_and_the_next_one_works() {
    let shop = Shop::open(|incoming| match incoming.input.text() {
        "fail" => Scene::Fails,
        "panic" => Scene::Panics,
        _ => echo(incoming),
    })
    .await;
    let ada = shop.fake.shopper(7);
    for text in ["fail", "panic", "hello"] {
        ada.says(text).await;
    }
    let got = ada.gets_exactly(3).await;
    assert_eq!(texts(&got), ["Sorry, that went wrong.", "Sorry, that went wrong.", "You said: hello"]);
    shop.is_done().await;
}

#[tokio::test]
async fn polling_goes_on_after_lost_connections_and_a_second_poller() {
    let shop = Shop::open(echo).await;
    let ada = shop.fake.shopper(7);
    shop.fake.polls_fail([Fault::Dropped, Fault::Conflict, Fault::TooMany(1), Fault::Dropped]);
    ada.says("still there?").await;
    assert_eq!(ada.gets_one().await.text, "You said: still there?");
    ada.says("and now?").await;
    assert_eq!(ada.gets_one().await.text, "You said: and now?");
}

#[tokio::test]
async fn an_update_that_comes_twice_is_answered_once() {
    let shop = Shop::open(echo).await;
    let ada = shop.fake.shopper(7);
    ada.says("once").await;
    ada.gets_one().await;
    shop.fake.until("the update is confirmed", |fake| fake.unconfirmed() == 0).await;
    shop.fake.repeats_the_last_update();
    ada.says("twice").await;
    assert_eq!(texts(&ada.gets().await), ["You said: twice"]);
    assert_eq!(shop.turns.taken().len(), 2);
}

#[tokio::test]
async fn updates_of_unknown_kinds_are_confirmed_and_skipped() {
    let shop = Shop::open(echo).await;
    let ada = shop.fake.shopper(7);
    shop.fake.update(json!({ "telepathy": { "from": { "id": 7 }, "thought": "shoes" } }));
    shop.fake.update(json!({ "message": { "what": "is this" } }));
    shop.fake.update(json!({ "poll_answer": { "poll_id": "5", "option_ids": [0] } }));
    ada.sends(json!({ "hologram": { "file_id": "HG1" } })).await;
    assert_eq!(ada.gets_one().await.text, "You said:", "a person is answered whatever they send");
    ada.says("hello").await;
    assert_eq!(ada.gets_one().await.text, "You said: hello");
    shop.is_done().await;
    shop.fake.until("all are confirmed", |fake| fake.unconfirmed() == 0).await;
}

#[tokio::test]
async fn a_reply_follows_a_group_that_became_a_supergroup() {
    let shop = Shop::open(echo).await;
    let (old, new) = (-400_500, -1_001_234);
    shop.fake.fails(old, [Fault::Moved(new)]);
    let (before, after) = (shop.fake.shopper(7).in_group(old), shop.fake.shopper(7).in_group(new));
    before.says("/help").await;
    assert_eq!(after.gets_one().await.text, "You said:");
    before.says("/help").await;
    after.gets_one().await;
    assert_eq!(shop.fake.calls("sendmessage", old), 1, "the new id is remembered");
}
