use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::{
    Channel, ChatId, EventId, EventKind, Incoming, OrderNumber, ProductQuery, Reply, ShopperId, StageTimings,
    Step, TurnId, Understanding, Versions,
};
use crate::understand::entities::{Context, Reader, tests::reader};

/// What a turn over this message records before anything is hidden: a reply that echoes it, and a search of its words.
fn record(reader: &Reader, input: Input) -> (TurnRecord, Vec<Event>) {
    let text = input.text().to_owned();
    let mut understanding = Understanding::certain(&text, "en");
    if !matches!(input, Input::Command { .. }) {
        let reading = reader.read(&text, Context { expecting: None, at: Timestamp::UNIX_EPOCH });
        understanding.via = Via::Nothing;
        (understanding.entities, understanding.search_text) = (reading.entities, reading.search_text);
    }
    let action = match understanding.email() {
        Some(email) => {
            Action::Link { number: OrderNumber::parse("A-1042").ok(), email: Some(email.to_owned()) }
        }
        None => Action::Search {
            query: ProductQuery { text: text.clone(), ..ProductQuery::default() },
            respelled: None,
        },
    };
    let at = Timestamp::UNIX_EPOCH;
    let search = Event {
        id: EventId(ulid::Ulid::nil()),
        at,
        kind: EventKind::Searched,
        product: None,
        query: Some(text.clone()),
        stars: None,
        price: None,
        quantity: None,
        session: None,
    };
    let record = TurnRecord {
        id: TurnId(ulid::Ulid::nil()),
        at,
        customer: None,
        incoming: Incoming {
            channel: Channel::Terminal,
            chat: ChatId::parse("terminal").expect("a chat"),
            shopper: ShopperId::parse("demo:mara").expect("a shopper"),
            name: None,
            private: true,
            language: None,
            at,
            input,
        },
        first: Step { understanding, action, products: Vec::new(), dropped: Vec::new() },
        further: Vec::new(),
        reply: Reply {
            text: format!("Nothing found for {text}. Write to help@shop.example."),
            ..Reply::default()
        },
        events: Vec::new(),
        effects: Vec::new(),
        timings: StageTimings::default(),
        versions: Versions::default(),
        degraded: None,
    };
    (record, vec![search])
}

fn hidden_record(reader: &Reader, input: Input) -> (TurnRecord, String) {
    let (mut record, mut events) = record(reader, input);
    turn(&mut record, &mut events).expect("the record stays one");
    let json = format!(
        "{}{}",
        serde_json::to_string(&record).expect("JSON"),
        serde_json::to_string(&events).expect("JSON")
    );
    (record, json)
}

#[test]
fn a_transcript_shows_marks_and_where_the_other_entities_stand() {
    let text = "it's Mara@Example.com or +1 (555) 010-0199, order A-1042";
    let (record, json) = hidden_record(&reader(), Input::Text(text.to_owned()));
    assert_eq!(record.incoming.input.text(), "it's [e-mail] or [phone], order A-1042");
    assert_eq!(record.first.understanding.text, record.incoming.input.text());
    for entity in &record.first.understanding.entities {
        let words: String = record
            .first
            .understanding
            .text
            .chars()
            .skip(entity.start)
            .take(entity.end - entity.start)
            .collect();
        assert_eq!(words, entity.text);
    }
    assert_eq!(record.first.understanding.email(), Some("[e-mail]"));
    assert_eq!(record.first.understanding.order_number().map(ToString::to_string), Some("A-1042".to_owned()));
    assert!(!json.to_lowercase().contains("mara@example.com") && !json.contains("010-0199"), "{json}");
    assert!(json.contains("help@shop.example"), "the shop's own address is no secret");
}

#[test]
fn an_address_that_an_open_question_knew_is_not_recorded_with_its_answer() {
    let (mut record, mut events) = record(&reader(), Input::Text("A-1042".to_owned()));
    record.first.action = Action::Link {
        number: OrderNumber::parse("A-1042").ok(),
        email: Some("mara@example.com".to_owned()),
    };
    turn(&mut record, &mut events).expect("the record stays one");
    assert_eq!(
        record.first.action,
        Action::Link { number: OrderNumber::parse("A-1042").ok(), email: Some(EMAIL.to_owned()) }
    );
}

#[test]
fn what_commands_and_captions_carry_is_hidden_too() {
    let command = Input::Command { name: "link".to_owned(), payload: "mara@example.com".to_owned() };
    assert!(!hidden_record(&reader(), command).1.contains("mara@"));
    let caption = Input::Media { kind: "photo".to_owned(), caption: "call 555-010-0199".to_owned() };
    assert!(!hidden_record(&reader(), caption).1.contains("010-0199"));
}

#[test]
fn an_exported_dialogue_keeps_its_question_but_not_the_address() {
    let mut value = serde_json::json!({"pending": {"slot": {"known": [
        {"kind": "email", "value": {"email": "mara@example.com"}, "text": "mara@example.com", "start": 0},
        {"kind": "colour", "value": {"word": "red"}, "text": "red", "start": 20},
    ]}}});
    dialogue(&mut value);
    assert!(!value.to_string().contains("mara@"));
    assert!(value.to_string().contains("red"));
}

fn address() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äöüé][a-zA-Z0-9._+-]{0,12}@[a-zA-Z0-9]{1,8}([.-][a-z]{2,6}){0,2}\\.(com|de|example|co\\.uk)"
}

/// International numbers, American ones, German ones, with what people put between the digits.
fn number() -> impl Strategy<Value = String> {
    "(\\+|00)[1-9][0-9]{0,2}[ -]?(\\(0\\))?[1-9][0-9]{1,3}[ /-]?[0-9]{3,4}[ -]?[0-9]{2,4}|\\([2-9][0-9]{2}\\) ?[0-9]{3}-[0-9]{4}|[2-9][0-9]{2}[.-][0-9]{3}[.-][0-9]{4}|01[5-7][0-9][ /-]?[0-9]{7,8}"
}

proptest! {
    #[test]
    fn no_address_and_no_number_survives_in_what_is_stored(
        email in address(),
        phone in number(),
        before in "(my order A-1042|hi|black boots under \\$50|it's|😀|where is|call me on|,){0,3}",
        between in " (and|or|, call|-|not|boots in size 9|under \\$80 at)? ",
        after in "( please|!|\\.| in black| 2 pairs of boots| #2|, A-1042)?",
    ) {
        thread_local!(static READER: Reader = reader());
        let text = format!("{before} {email}{between}{phone}{after}");
        let (record, json) = READER.with(|reader| hidden_record(reader, Input::Text(text.clone())));
        let json = json.to_lowercase();
        prop_assert!(!json.contains(&email.to_lowercase()), "{text}: {json}");
        prop_assert!(!json.contains(&phone), "{text}: {json}");
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let search = digits(&record.first.understanding.search_text);
        prop_assert!(!search.contains(&digits(&phone)), "{text}: {search}");
        prop_assert!(record.first.understanding.text.contains(PHONE) && record.first.understanding.text.contains(EMAIL));
    }
}
