//! The demo shop on Telegram: the real assistant, the real teloxide, a fake of Telegram's server.

use std::sync::Arc;
use std::time::Duration;

use shophand::cli::front;
use shophand::model::{CustomerId, DialogueKey};
use shophand::store::LinkToken;

use crate::support::bot::{Bot, config};
use crate::support::fake_telegram::{FakeTelegram, Got};
use crate::support::shop::{Shop, opening};

struct Street {
    fake: FakeTelegram,
    bot: Bot,
    shop: Shop,
}

impl Street {
    async fn open() -> Street {
        let (fake, shop) = (FakeTelegram::start().await, Shop::start().await);
        let bot = Bot::start(&fake, front(shop.assistant.clone()), shop.assistant.store.clone());
        Street { fake, bot, shop }
    }

    /// A one-time link as the shop sends it to a customer.
    fn link(&self, customer: &str) -> String {
        let token = format!("token-for-{customer}");
        let customer = CustomerId::parse(customer).unwrap();
        let expires = "2100-01-01T00:00:00Z".parse().unwrap();
        self.shop
            .assistant
            .store
            .put_link_token(&LinkToken { token: token.clone(), customer, expires })
            .unwrap();
        format!("/start {token}")
    }
}

fn texts(got: &[Got]) -> String {
    got.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n").to_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_searches_looks_and_goes_on_by_buttons() {
    let street = Street::open().await;
    let jo = street.fake.shopper(7).called("Jo");
    jo.says("/start").await;
    assert!(texts(&jo.gets().await).contains("jo"), "greeted by name");

    jo.says("running shoes under $100 not black").await;
    let found = jo.gets().await;
    let cards: Vec<&Got> = found.iter().filter(|message| message.photo.is_some()).collect();
    assert_eq!(cards.len(), 3, "three pictures with captions: {found:?}");
    jo.taps("Details").await;
    assert!(texts(&jo.gets().await).contains("brand:"), "the details of that product");
    jo.taps("Similar").await;
    assert!(texts(&jo.gets().await).contains("similar to"));
    jo.says("running shoes").await;
    let first = jo.gets().await;
    jo.taps("Show more").await;
    let more = jo.gets().await;
    assert!(more.iter().all(|card| card.photo.is_none() || first.iter().all(|old| old.text != card.text)));
    street.bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_link_opens_the_customers_orders_once_and_for_one() {
    let street = Street::open().await;
    let (jo, thief) = (street.fake.shopper(7), street.fake.shopper(8));
    jo.says("where is my order?").await;
    assert!(texts(&jo.gets().await).contains("order number"), "unlinked: no order is shown");

    let link = street.link("mara");
    jo.says(&link).await;
    assert!(texts(&jo.gets().await).contains("connected"));
    jo.says("/orders").await;
    assert!(texts(&jo.gets().await).contains("a-1042"));
    jo.says("where is my order A-1033").await;
    let refused = texts(&jo.gets().await);
    jo.says("where is my order Z-4711").await;
    assert_eq!(refused, texts(&jo.gets().await), "somebody else's and nobody's: the same to the byte");

    thief.says(&link).await;
    assert!(!texts(&thief.gets().await).contains("connected"), "a link works once");
    thief.says("/orders").await;
    assert!(!texts(&thief.gets().await).contains("a-10"));
    street.bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn order_number_and_address_prove_a_customer_and_guessing_is_limited() {
    let street = Street::open().await;
    let (mara, thief) = (street.fake.shopper(7), street.fake.shopper(8));
    mara.says("where's A-1042").await;
    assert!(texts(&mara.gets().await).contains("e-mail"));
    mara.says("Mara@Example.com").await;
    assert!(texts(&mara.gets().await).contains("a-1042"), "the order that was asked for");

    let mut refusals = Vec::new();
    for address in ["a@b.example", "c@d.example", "e@f.example", "g@h.example", "i@j.example"] {
        thief.says("where is order A-1033").await;
        thief.gets().await;
        thief.says(address).await;
        refusals.push(texts(&thief.gets().await));
    }
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
    thief.says("where is order A-1033").await;
    assert!(texts(&thief.gets().await).contains("too many attempts"));
    street.bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_sees_products_but_nothing_of_anybodys_life() {
    let street = Street::open().await;
    let jo = street.fake.shopper(7);
    jo.says(&street.link("mara")).await;
    jo.gets().await;
    let in_group = jo.in_group(-100_555);
    in_group.says("/orders").await;
    assert!(texts(&in_group.gets().await).contains("private"));
    in_group.says("/recommend").await;
    let cards = texts(&in_group.gets().await);
    assert!(!cards.contains("because"), "{cards}");
    street.bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_stickers_get_a_sensible_turn_and_an_edited_message_is_answered_anew() {
    let street = Street::open().await;
    let jo = street.fake.shopper(7);
    jo.sends_photo("").await;
    assert!(texts(&jo.gets().await).contains("photo"));
    jo.sends_sticker("👍").await;
    jo.gets_one().await;
    jo.says("shose for runing").await;
    jo.gets().await;
    jo.edits("do you ship to Canada?").await;
    assert!(texts(&jo.gets().await).contains("canada"));
    street.bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_in_three_messages_is_one_search() {
    let (fake, shop) = (FakeTelegram::start().await, Shop::start().await);
    let mut config = config(&fake);
    config.tuning.quiet = Duration::from_millis(500);
    let bot = Bot::start_with(config, front(shop.assistant.clone()), shop.assistant.store.clone());
    let jo = fake.shopper(7);
    for text in ["running shoes", "under $100", "not black"] {
        jo.says(text).await;
    }
    // The text and three cards, whose pictures are drawn meanwhile: on a busy machine the chat falls quiet in between.
    let found = jo.gets_exactly(4).await;
    assert_eq!(found.iter().filter(|message| message.photo.is_some()).count(), 3, "{found:?}");
    let (chat, shopper) = ("telegram:7".parse().unwrap(), "telegram:7".parse().unwrap());
    let turns = shop.assistant.store.turns_of(&DialogueKey { chat, shopper }).unwrap();
    assert_eq!(turns.len(), 1, "three messages, one answer");
    bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_cut_off_goes_on_with_the_same_dialogue() {
    let street = Street::open().await;
    let jo = street.fake.shopper(7);
    jo.says("backpack").await;
    let found = jo.gets_exactly(4).await;
    street.bot.crash().await;
    jo.says("tell me more about the first one").await;
    let bot =
        Bot::start(&street.fake, front(street.shop.assistant.clone()), street.shop.assistant.store.clone());
    let detail = texts(&jo.gets().await);
    let first = found.iter().find(|message| message.photo.is_some()).unwrap();
    let title = first.text.lines().next().unwrap().to_lowercase();
    assert!(detail.contains(&title), "{title:?} in {detail}");
    bot.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_shoppers_at_once_each_get_their_own() {
    let street = Arc::new(Street::open().await);
    let talks = (0..8).map(|n| {
        let street = street.clone();
        tokio::spawn(async move {
            let customer = ["mara", "daniel"][n % 2];
            let token = format!("t-{n}");
            let id = CustomerId::parse(customer).unwrap();
            let expires = opening() + jiff::SignedDuration::from_hours(24 * 3650);
            let store = &street.shop.assistant.store;
            store.put_link_token(&LinkToken { token: token.clone(), customer: id, expires }).unwrap();
            let shopper = street.fake.shopper(100 + n as i64);
            shopper.says(&format!("/start {token}")).await;
            shopper.gets().await;
            shopper.says("/orders").await;
            (customer, texts(&shopper.gets().await))
        })
    });
    for talk in talks.collect::<Vec<_>>() {
        let (customer, orders) = talk.await.unwrap();
        let (own, others) = if customer == "mara" { ("a-1042", "a-1033") } else { ("a-1033", "a-1042") };
        assert!(orders.contains(own) && !orders.contains(others), "{customer}: {orders}");
    }
}
