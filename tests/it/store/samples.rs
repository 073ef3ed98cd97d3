//! Records to store: small, complete, and telling by their numbers when they happened.

use jiff::Timestamp;
use shophand::model::*;
use shophand::store::{LinkToken, ShopperRecord, TurnWrite, Update};
use ulid::Ulid;

/// So many seconds after the shop opened.
pub fn at(second: u64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second as i64).unwrap()
}

fn ulid(second: u64, salt: u128) -> Ulid {
    Ulid::from_parts(at(second).as_millisecond() as u64, salt)
}

pub fn turn_id(second: u64) -> TurnId {
    TurnId(ulid(second, 1))
}

pub fn event_id(second: u64) -> EventId {
    EventId(ulid(second, 2))
}

pub fn shopper(id: &str) -> ShopperId {
    id.parse().unwrap()
}

pub fn customer(id: &str) -> CustomerId {
    id.parse().unwrap()
}

pub fn number(text: &str) -> OrderNumber {
    OrderNumber::parse(text).unwrap()
}

pub fn dialogue_of(id: &str) -> DialogueKey {
    DialogueKey { chat: format!("chat:{id}").parse().unwrap(), shopper: shopper(id) }
}

pub fn viewed(second: u64, product: &str) -> Event {
    Event {
        id: event_id(second),
        at: at(second),
        kind: EventKind::Viewed,
        product: Some(product.parse().unwrap()),
        query: None,
        stars: None,
        price: None,
        quantity: None,
        session: None,
    }
}

/// A message that was understood and answered with "You said: …", with one product viewed.
pub fn turn(id: &str, second: u64, words: &str) -> TurnWrite {
    let event = viewed(second, "RUN-014");
    TurnWrite {
        record: record(id, second, words, vec![event.id]),
        events: vec![event],
        dialogue: Dialogue { misunderstood: second as u32, ..Dialogue::default() },
        deliver: false,
        updates: Vec::new(),
    }
}

/// The same without anything for the history.
pub fn turn_with(id: &str, second: u64, effects: Vec<Effect>) -> TurnWrite {
    let mut turn = turn(id, second, "please");
    turn.events.clear();
    turn.record.events.clear();
    turn.record.effects = effects;
    turn
}

fn record(id: &str, second: u64, words: &str, events: Vec<EventId>) -> TurnRecord {
    TurnRecord {
        id: turn_id(second),
        at: at(second),
        incoming: Incoming {
            channel: Channel::Telegram,
            chat: format!("chat:{id}").parse().unwrap(),
            shopper: shopper(id),
            name: Some(format!("Name of {id}")),
            private: true,
            language: Some("en".to_owned()),
            at: at(second),
            input: Input::Text(words.to_owned()),
        },
        customer: None,
        first: Step {
            understanding: understanding(words),
            action: Action::Help,
            products: Vec::new(),
            dropped: Vec::new(),
        },
        further: Vec::new(),
        reply: Reply { text: format!("You said: {words}"), ..Reply::default() },
        events,
        effects: Vec::new(),
        timings: StageTimings::default(),
        versions: Versions::default(),
        degraded: None,
    }
}

fn understanding(words: &str) -> Understanding {
    Understanding {
        text: words.to_owned(),
        language: "en".to_owned(),
        intent: Some("find_products".parse().unwrap()),
        confidence: 0.9,
        alternatives: Vec::new(),
        via: Via::Model,
        entities: Vec::new(),
        search_text: words.to_owned(),
        degraded: None,
        embedding: None,
    }
}

pub fn order(text: &str, whose: &str, second: u64) -> Order {
    Order {
        number: number(text),
        customer: customer(whose),
        email: Some(format!("{whose}@example.com")),
        status: OrderStatus::Shipped,
        placed_at: Some(at(second)),
        lines: Vec::new(),
        shipping: None,
        total: Some(Money::from_minor(9390, Currency::USD)),
        address: "1 Fell Road".to_owned(),
        payment: "Visa ending 4242".to_owned(),
        tracking: None,
    }
}

pub fn update(id: i64, whose: Option<&str>) -> Update {
    Update {
        id,
        at: at(0),
        shopper: whose.map(shopper),
        json: format!("{{\"update_id\":{id}}}"),
        attempts: 0,
    }
}

pub fn token(text: &str, whose: &str, expires: u64) -> LinkToken {
    LinkToken { token: text.to_owned(), customer: customer(whose), expires: at(expires) }
}

pub fn known_shopper(id: &str, whose: &str) -> ShopperRecord {
    ShopperRecord {
        id: shopper(id),
        customer: Some(customer(whose)),
        name: None,
        personalization: Personalization::On,
        first_seen: at(0),
        last_seen: at(0),
        wants_person: None,
    }
}
