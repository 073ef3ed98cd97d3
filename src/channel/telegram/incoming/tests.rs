use std::path::{Path, PathBuf};

use super::*;
use crate::model::Token;

fn me() -> Me {
    serde_json::from_value(serde_json::json!({
        "id": 5_550_001, "is_bot": true, "first_name": "Alder & Finch", "username": "AlderFinchBot",
        "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false,
        "can_connect_to_business": false, "has_main_web_app": false
    }))
    .unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telegram")
}

fn received() -> Timestamp {
    Timestamp::from_second(1_763_809_999).unwrap()
}

fn fixture(name: &str) -> Read {
    let json = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    read(&json, received(), &me())
}

fn turn_of(name: &str) -> Incoming {
    match fixture(name) {
        Read::Turn { incoming, .. } => *incoming,
        other => panic!("{name} is no turn: {other:?}"),
    }
}

fn input_of(name: &str) -> Input {
    turn_of(name).input
}

fn media(kind: &str, caption: &str) -> Input {
    Input::Media { kind: kind.to_owned(), caption: caption.to_owned() }
}

fn command_of(name: &str, payload: &str) -> Input {
    Input::Command { name: name.to_owned(), payload: payload.to_owned() }
}

#[test]
fn a_message_in_private_tells_who_wrote_what_when_and_in_which_language() {
    let incoming = turn_of("text");
    assert_eq!(incoming.input, Input::Text("running shoes under $80, not black 🙂".to_owned()));
    assert_eq!(incoming.chat.as_str(), "telegram:70007");
    assert_eq!(incoming.shopper.as_str(), "telegram:70007");
    assert_eq!(incoming.name.as_deref(), Some("Ada"));
    assert_eq!(incoming.language.as_deref(), Some("pt"));
    assert_eq!(incoming.at.as_second(), 1_763_800_000);
    assert!(incoming.private);
}

#[test]
fn what_telegram_added_since_does_not_silence_the_shopper() {
    assert_eq!(input_of("text_with_unknown_fields"), Input::Text("blue mug".to_owned()));
    assert_eq!(input_of("text_with_unknown_entity"), Input::Text("see soon".to_owned()));
    assert_eq!(input_of("group_mention_with_unknown_entity"), Input::Text("see soon".to_owned()));
    assert_eq!(input_of("private_message_of_a_new_kind"), media("message", ""));
    assert!(matches!(fixture("unknown_kind"), Read::Skip(_)));
    assert!(matches!(read("not even JSON", received(), &me()), Read::Skip(_)));
}

#[test]
fn commands_are_read_whatever_their_case_and_with_the_bots_name() {
    assert_eq!(input_of("start_with_payload"), command_of("start", "Zk3_token-1"));
    assert_eq!(input_of("help_with_bot_name"), command_of("help", ""));
    assert_eq!(command("/ 50% off?"), None);
    assert_eq!(command("/1/2 inch hose"), None);
}

#[test]
fn an_edited_message_is_a_correction_and_an_edited_caption_is_not() {
    let incoming = turn_of("edited_text");
    assert_eq!(incoming.input, Input::Edited("running shoes under $90".to_owned()));
    assert_eq!(incoming.at.as_second(), 1_763_800_060);
    assert!(matches!(fixture("edited_caption"), Read::Skip(_)));
}

#[test]
fn pictures_stickers_and_the_like_are_told_by_their_kind() {
    assert_eq!(input_of("photo"), media("photo", "do you have this one?"));
    assert_eq!(input_of("sticker"), media("sticker", "👍"));
    assert_eq!(input_of("dice"), media("dice", "🎲"));
    for kind in ["voice", "video_note", "video", "location", "document", "contact"] {
        assert_eq!(input_of(kind), media(kind, ""));
    }
}

#[test]
fn a_tap_names_its_button_even_on_a_message_that_telegram_forgot() {
    let token: Token = "01JD9Z3V5YQ8W3N4T6K7M8P9RA.3".parse().unwrap();
    let Read::Turn { incoming, callback, .. } = fixture("tap") else { panic!("no turn") };
    assert_eq!(incoming.input, Input::Tap(token));
    assert_eq!(incoming.at, received(), "the message's own time is when the bot wrote it");
    assert_eq!(callback.as_deref(), Some("300676832160014203"));
    assert!(matches!(input_of("tap_on_an_old_message"), Input::Tap(_)));
    assert!(matches!(fixture("tap_on_a_foreign_button"), Read::StaleButton { .. }));
    assert!(matches!(fixture("tap_in_inline_mode"), Read::StaleButton { .. }));
}

#[test]
fn in_a_group_the_bot_answers_only_when_it_is_spoken_to() {
    let incoming = turn_of("group_mention");
    assert_eq!(incoming.input, Input::Text("🙂 any trail shoes?".to_owned()));
    assert!(!incoming.private);
    assert_eq!(incoming.chat.as_str(), "telegram:-1001234567890");
    assert_eq!(incoming.shopper.as_str(), "telegram:70007");
    assert_eq!(input_of("group_text_mention"), Input::Text("any trail shoes?".to_owned()));
    assert_eq!(input_of("group_reply_to_bot"), Input::Text("and in red?".to_owned()));
    assert_eq!(input_of("group_command"), command_of("orders", ""));
    let unaddressed = [
        "group_chatter",
        "group_mention_of_another",
        "group_reply_to_person",
        "group_command_for_another_bot",
        "group_photo",
    ];
    for name in unaddressed {
        assert!(matches!(fixture(name), Read::Skip(_)), "{name}");
    }
}

#[test]
fn bots_channels_and_service_messages_get_no_answer() {
    let silent = [
        "anonymous_admin",
        "other_bot",
        "channel_post",
        "migrate_to_chat_id",
        "new_chat_members",
        "pinned",
        "my_chat_member_blocked",
        "poll_answer",
    ];
    for name in silent {
        assert!(matches!(fixture(name), Read::Skip(_)), "{name}: {:?}", fixture(name));
    }
}

proptest::proptest! {
    #[test]
    fn no_json_whatsoever_stops_the_reading(json in "\\PC{0,200}", text in "\\PC{0,80}") {
        read(&json, received(), &me());
        let update = serde_json::json!({"update_id": 1, "message": {"message_id": 1, "date": 1, "text": text,
            "chat": {"id": 5, "type": "private", "first_name": "A"},
            "from": {"id": 5, "is_bot": false, "first_name": "A"},
            "entities": [{"type": "mention", "offset": 1, "length": 3}]}});
        read(&update.to_string(), received(), &me());
    }
}
