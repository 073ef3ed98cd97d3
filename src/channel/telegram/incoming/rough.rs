//! Reading what teloxide cannot: the Bot API is ahead of it, and a person should get an answer to a message with something
//! new in it all the same.

use jiff::Timestamp;
use serde_json::Value;
use teloxide::types::{Chat, MessageEntity, User};

use super::{Read, command, incoming};
use crate::model::{Input, ShopperId};

/// The update without those marks in its text that teloxide does not know.
pub(super) fn without_new_entities(json: &str) -> Option<String> {
    let mut update: Value = serde_json::from_str(json).ok()?;
    for kind in ["message", "edited_message"] {
        for list in ["entities", "caption_entities"] {
            let entities = update.get_mut(kind).and_then(|message| message.get_mut(list));
            if let Some(entities) = entities.and_then(Value::as_array_mut) {
                entities.retain(|entity| serde_json::from_str::<MessageEntity>(&entity.to_string()).is_ok());
            }
        }
    }
    Some(update.to_string())
}

/// A person's message in a private chat by the few fields that matter.
pub(super) fn message(json: &str, received: Timestamp) -> Option<Read> {
    let update: Value = serde_json::from_str(json).ok()?;
    let message = update.get("message")?;
    let chat: Chat = serde_json::from_value(message.get("chat")?.clone()).ok()?;
    let from: User = serde_json::from_value(message.get("from")?.clone()).ok()?;
    if !chat.is_private() || from.is_bot {
        return None;
    }
    let text = message.get("text").and_then(Value::as_str);
    let input = match text.map(|text| (command(text), text)) {
        Some((Some((name, _, payload)), _)) => Input::Command { name, payload },
        Some((None, text)) => Input::Text(text.to_owned()),
        None => Input::Media { kind: "message".to_owned(), caption: String::new() },
    };
    let date = message.get("date").and_then(Value::as_i64);
    let at = date.and_then(|at| Timestamp::from_second(at).ok()).unwrap_or(received);
    let incoming = Box::new(incoming(&from, &chat, at, input)?);
    let message = message.get("message_id").and_then(Value::as_i64);
    Some(Read::Turn { incoming, callback: None, message })
}

/// Who caused an update, as far as it says: so that `/forget` finds what still waits in the journal.
pub(in crate::channel::telegram) fn shopper(update: &Value) -> Option<ShopperId> {
    let kinds = update.as_object()?.values();
    let from = kinds.filter_map(|kind| kind.get("from")?.get("id")?.as_i64()).next()?;
    ShopperId::parse(&format!("telegram:{from}")).ok()
}
