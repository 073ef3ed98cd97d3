//! What the house makes of histories: nobody meets anybody else's, what was just done counts at once, and weeks differ.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use shophand::app::{Parts, ShopDir, open_store};
use shophand::catalog::Catalog;
use shophand::ids::Ids;
use shophand::model::{
    Channel, ChatId, Currency, Event, EventId, EventKind, Incoming, Input, Money, ProductId, ShopperId,
    TurnRecord,
};
use shophand::store::FeedPosition;
use shophand::turn::{Assistant, Passage};

use crate::support::shop::{Shop, editable_folder, opening, parts};

fn incoming(shopper: &str, at: Timestamp, text: &str) -> Incoming {
    let input = match text.strip_prefix('/') {
        Some(name) => Input::Command { name: name.to_owned(), payload: String::new() },
        None => Input::Text(text.to_owned()),
    };
    Incoming {
        channel: Channel::Terminal,
        chat: ChatId::parse(&format!("terminal:{shopper}")).unwrap(),
        shopper: ShopperId::parse(shopper).unwrap(),
        name: None,
        private: true,
        language: Some("en".to_owned()),
        at,
        input,
    }
}

pub async fn says(assistant: &Arc<Assistant>, shopper: &str, at: Timestamp, text: &str) -> TurnRecord {
    assistant.turn(incoming(shopper, at, text), Passage::default()).await.unwrap()
}

fn events_of(assistant: &Assistant, shopper: &str) -> HashSet<EventId> {
    let history = assistant.store.history(&ShopperId::parse(shopper).unwrap(), 1000).unwrap();
    history.into_iter().map(|event| event.id).collect()
}

fn products(turn: &TurnRecord) -> Vec<String> {
    turn.reply.all_cards().map(|card| card.product.as_str().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shoppers_served_at_the_same_time_never_meet_each_others_history_or_reasons() {
    let shop = Shop::start().await;
    let shoppers = ["mara", "daniel", "priya", "noor"];
    let messages = ["shoes", "/recommend", "jackets", "show me my weekly picks", "gifts under $50", "/start"];
    // Alone, one after the other: what each of them is to see.
    let mut alone: Vec<Vec<Vec<String>>> = Vec::new();
    {
        let quiet = Shop::start().await;
        for shopper in shoppers {
            let mut seen = Vec::new();
            for (n, text) in messages.iter().enumerate() {
                let at = opening() + SignedDuration::from_secs(n as i64 * 60);
                seen.push(products(&says(&quiet.assistant, shopper, at, text).await));
            }
            alone.push(seen);
        }
    }
    let own: Vec<HashSet<EventId>> =
        shoppers.iter().map(|shopper| events_of(&shop.assistant, shopper)).collect();
    let talks = shoppers.map(|shopper| {
        let assistant = shop.assistant.clone();
        tokio::spawn(async move {
            let mut turns = Vec::new();
            for (n, text) in messages.iter().enumerate() {
                let at = opening() + SignedDuration::from_secs(n as i64 * 60);
                turns.push(says(&assistant, shopper, at, text).await);
            }
            turns
        })
    });
    for (number, talk) in talks.into_iter().enumerate() {
        let turns = talk.await.unwrap();
        let mine: HashSet<EventId> =
            own[number].union(&events_of(&shop.assistant, shoppers[number])).copied().collect();
        for (turn, expected) in turns.iter().zip(&alone[number]) {
            assert_eq!(&products(turn), expected, "{}: {:?}", shoppers[number], turn.incoming.input);
            for shown in turn.steps().flat_map(|step| &step.products) {
                let Some(reason) = &shown.reason else { continue };
                assert!(mine.contains(&reason.event), "{}: {reason:?} is somebody else's", shoppers[number]);
            }
        }
    }
}

#[tokio::test]
async fn what_a_shopper_looks_at_changes_the_very_next_reply() {
    let shop = Shop::start().await;
    let at = |n: i64| opening() + SignedDuration::from_secs(n);
    let before = products(&says(&shop.assistant, "stranger", at(0), "/recommend").await);
    says(&shop.assistant, "stranger", at(1), "kettles").await;
    says(&shop.assistant, "stranger", at(2), "tell me more about the first one").await;
    let after = says(&shop.assistant, "stranger", at(3), "/recommend").await;
    assert_ne!(before, products(&after));
    let reason = after.steps().flat_map(|step| &step.products).find_map(|shown| shown.reason.clone());
    assert!(events_of(&shop.assistant, "stranger").contains(&reason.unwrap().event));
}

#[tokio::test]
async fn an_event_that_is_used_no_more_is_gone_from_the_history_and_from_every_reason() {
    let shop = Shop::start().await;
    let at = |n: i64| opening() + SignedDuration::from_secs(n);
    let first = says(&shop.assistant, "mara", at(0), "/recommend").await;
    let reason = first.steps().next().unwrap().products[0].reason.clone().unwrap();
    says(&shop.assistant, "mara", at(2), "why did you suggest the first one").await;
    let gone = says(&shop.assistant, "mara", at(3), "don't use that").await;
    assert!(!events_of(&shop.assistant, "mara").contains(&reason.event), "{}", gone.reply.text);
    let after = says(&shop.assistant, "mara", at(4), "/recommend").await;
    let still = after.steps().flat_map(|step| &step.products).filter_map(|shown| shown.reason.as_ref());
    assert!(still.into_iter().all(|other| other.event != reason.event));
}

#[tokio::test]
async fn picks_stay_for_the_week_and_no_later_week_repeats_them() {
    let shop = Shop::start().await;
    let mut seen: HashSet<String> = HashSet::new();
    for week in 0..4 {
        let monday = opening() + SignedDuration::from_hours(24 * 7 * week);
        let picks = products(&says(&shop.assistant, "daniel", monday, "show me my weekly picks").await);
        let again = monday + SignedDuration::from_hours(24);
        let same = products(&says(&shop.assistant, "daniel", again, "show me my weekly picks").await);
        assert_eq!(picks, same, "in week {week}");
        assert!(picks.len() >= 3 && picks.iter().all(|id| seen.insert(id.clone())), "week {week}: {picks:?}");
    }
}

#[tokio::test]
async fn what_somebody_looks_at_is_kept_with_its_price_of_that_time() {
    let shop = Shop::start().await;
    let at = |n: i64| opening() + SignedDuration::from_secs(n);
    says(&shop.assistant, "mara", at(0), "kettles").await;
    let looked = says(&shop.assistant, "mara", at(1), "tell me more about the first one").await;
    let event = shop.assistant.store.history(&looked.incoming.shopper, 1).unwrap().remove(0);
    assert_eq!(event.price, looked.reply.all_cards().next().unwrap().price);
}

#[tokio::test]
async fn what_costs_less_than_when_it_was_looked_at_is_in_the_home_view_with_the_price_of_then() {
    let shop = Shop::start().await;
    let before = says(&shop.assistant, "mara", opening(), "/start").await;
    assert!(!products(&before).contains(&"KET-001".to_owned()), "{:?}", products(&before));
    let mara = shop.assistant.identity(&ShopperId::parse("mara").unwrap(), true).unwrap();
    let then = opening() - SignedDuration::from_hours(24);
    let looked_at = |id: &str, dollars: i64| Event {
        id: shop.assistant.ids.event(then),
        at: then,
        kind: EventKind::Viewed,
        product: Some(ProductId::parse(id).unwrap()),
        query: None,
        stars: None,
        price: Some(Money::from_minor(dollars * 100, Currency::USD)),
        quantity: None,
        session: None,
    };
    let customer = mara.customer.unwrap();
    let events = [looked_at("KET-001", 99), looked_at("KET-002", 2)].map(|event| (customer.clone(), event));
    let position = FeedPosition { feed: "events:test".to_owned(), rows: 2, finished: true };
    shop.assistant.store.import_events(&events, &position).unwrap();
    let after = says(&shop.assistant, "mara", opening() + SignedDuration::from_secs(1), "/start").await;
    assert!(after.reply.all_text().contains("cost less"), "{}", after.reply.all_text());
    let card = after.reply.all_cards().find(|card| card.product.as_str() == "KET-001").unwrap();
    assert_eq!(card.why.as_deref(), Some("it was $99.00 when you looked at it"));
    let dearer = after.reply.all_cards().filter(|card| card.product.as_str() == "KET-002");
    assert!(dearer.into_iter().all(|card| !card.why.as_deref().unwrap_or_default().contains("it was")));
}

#[tokio::test]
async fn the_sentence_for_a_shopper_is_one_of_the_description_and_not_the_first_of_it() {
    let shop = Shop::start().await;
    let mut told = 0;
    for (n, id) in ["RUN-014", "RUN-015", "RUN-016", "SPT-007", "WCH-005"].into_iter().enumerate() {
        let product = shop.assistant.current.snapshot().catalog.get(&ProductId::parse(id).unwrap());
        let product = product.unwrap().unwrap();
        let at = opening() + SignedDuration::from_secs(n as i64);
        let turn =
            says(&shop.assistant, "mara", at, &format!("tell me more about the {}", product.title)).await;
        let card = turn.reply.all_cards().next().unwrap().clone();
        let first = card.details.lines().next().unwrap();
        let Some(sentence) = first.strip_prefix("For you: ") else { continue };
        told += 1;
        assert!(card.details.matches(sentence).count() == 2, "{}", card.details);
        assert!(!product.description.starts_with(sentence), "{}", card.details);
    }
    assert!(told > 0, "no product had a sentence for a runner");
}

/// The demo shop with one product more, all of whose titles are embedded.
fn with_a_new_product(row: &str) -> (Arc<Assistant>, tempfile::TempDir) {
    let dir = editable_folder();
    let shop = ShopDir::open(dir.path()).unwrap();
    let store = open_store(&shop, opening()).unwrap();
    let products = dir.path().join("index/products.csv");
    let text = std::fs::read_to_string(&products).unwrap();
    std::fs::write(&products, text + row).unwrap();
    let encoder = parts().understander.encoder().unwrap().clone();
    let catalog = Catalog::open(&shop.root, &shop.state, Currency::USD, &mut |_| {}).unwrap();
    let embed = |texts: &[String]| encoder.embed_all(texts).map_err(|error| error.to_string());
    let catalog = catalog.embedded(&embed, &mut |_| {}).unwrap();
    let parts = Parts { catalog, ..parts().clone() };
    (parts.assistant(store, Ids::seeded(7), opening()).unwrap(), dir)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_nobody_has_touched_yet_is_recommended_to_who_likes_its_like() {
    // Of another brand and in another category than anything she has: only what it is called says that it is for her.
    let row =
        "NEW-001,Squall II Women's Running Jacket,Clothing > Novelties,Nobody,138.00,black,,9,,,,,,,,,\n";
    let (assistant, _dir) = tokio::task::spawn_blocking(move || with_a_new_product(row)).await.unwrap();
    let recommended = async |shopper: &str| {
        let mut seen = Vec::new();
        for (n, text) in ["/recommend", "show me more", "show me more"].into_iter().enumerate() {
            let turn = says(&assistant, shopper, opening() + SignedDuration::from_secs(n as i64), text).await;
            seen.extend(turn.steps().flat_map(|step| step.products.clone()).collect::<Vec<_>>());
        }
        seen.into_iter().find(|shown| shown.product.as_str() == "NEW-001")
    };
    let to_mara = recommended("mara").await.expect("it is like the jacket that Mara bought last");
    assert_eq!(to_mara.trace.source, "content", "{to_mara:?}");
    assert!(recommended("daniel").await.is_none_or(|shown| shown.trace.source != "content"));
}
