//! The bot is cut off or stopped, and started again.

use std::sync::Arc;
use std::time::Duration;

use shophand::model::Reply;
use shophand::store::Store;
use tokio::sync::Semaphore;

use super::Shop;
use crate::support::bot::Bot;
use crate::support::fake_telegram::{FakeTelegram, Fault};
use crate::support::scripted::{Scene, Scripted, shoe, words};

#[tokio::test]
async fn what_a_crash_cut_off_is_answered_exactly_once_after_the_restart() {
    let never = Arc::new(Semaphore::new(0));
    let shop = Shop::open(move |_| Scene::Gated(never.clone(), words("not this time"))).await;
    let ada = shop.fake.shopper(7);
    ada.says("shoes").await;
    ada.says("and boots").await;
    shop.fake.until("both are journaled", |_| shop.store.unhandled().unwrap().len() == 2).await;
    shop.fake.until("the turn has begun", |_| shop.turns.taken().len() == 1).await;
    shop.bot.crash().await;
    assert!(ada.hears_nothing().await);

    let turns = Scripted::echo(&shop.store);
    let bot = Bot::start(&shop.fake, turns.clone(), shop.store.clone());
    ada.says("hello again").await;
    let texts: Vec<String> = ada.gets_exactly(3).await.into_iter().map(|got| got.text).collect();
    assert_eq!(texts, ["You said: shoes", "You said: and boots", "You said: hello again"]);
    bot.stop().await.unwrap();

    let bot = Bot::start(&shop.fake, turns.clone(), shop.store.clone());
    assert!(ada.hears_nothing().await);
    assert_eq!(turns.taken().len(), 3);
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_reply_that_was_half_delivered_goes_on_behind_what_arrived() {
    let shop = Shop::open(|_| {
        let cards = vec![shoe("One"), shoe("Two"), shoe("Three")];
        Scene::Says(Reply { cards, ..words("Three shoes:") })
    })
    .await;
    let ada = shop.fake.shopper(7);
    shop.fake.fails(7, [Fault::Slow(Duration::ZERO), Fault::Slow(Duration::ZERO), Fault::TooMany(30)]);
    ada.says("shoes").await;
    let two = |fake: &FakeTelegram| fake.chat(7).len() == 2;
    shop.fake.until("two of four messages are there", two).await;
    let noted = |_: &FakeTelegram| shop.store.undelivered().unwrap().iter().any(|parcel| parcel.sent == 2);
    shop.fake.until("that is noted", noted).await;
    shop.fake.until("the third is held up", |fake| fake.calls("sendphoto", 7) == 2).await;
    shop.bot.crash().await;

    let bot = Bot::start(&shop.fake, Scripted::echo(&shop.store), shop.store.clone());
    let titles: Vec<String> = ada.gets_exactly(4).await.into_iter().map(|got| got.text).collect();
    let titles: Vec<&str> = titles.iter().filter_map(|text| text.lines().next()).collect();
    assert_eq!(titles, ["Three shoes:", "One", "Two", "Three"]);
    assert!(ada.hears_nothing().await);
    assert!(shop.store.undelivered().unwrap().is_empty());
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_shutdown_finishes_the_turn_in_hand_and_leaves_the_rest_for_the_next_start() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let shop = Shop::open(move |incoming| {
        let reply = words(&format!("You said: {}", incoming.input.text()));
        Scene::Gated(held.clone(), reply)
    })
    .await;
    let ada = shop.fake.shopper(7);
    ada.says("first").await;
    ada.says("second").await;
    shop.fake.until("the first turn has begun", |_| shop.turns.taken().len() == 1).await;
    shop.fake.until("both are journaled", |_| shop.store.unhandled().unwrap().len() == 2).await;
    let stopping = tokio::spawn(shop.bot.stop());
    tokio::time::sleep(Duration::from_millis(50)).await;
    gate.add_permits(1);
    stopping.await.unwrap().unwrap();
    assert_eq!(ada.gets_one().await.text, "You said: first");
    assert_eq!(shop.store.unhandled().unwrap().len(), 1);
    assert!(ada.hears_nothing().await);

    let bot = Bot::start(&shop.fake, Scripted::echo(&shop.store), shop.store.clone());
    assert_eq!(ada.gets_one().await.text, "You said: second");
    bot.stop().await.unwrap();
}
