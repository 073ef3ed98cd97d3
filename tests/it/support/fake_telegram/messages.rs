//! The methods that put something into a chat.

use std::time::Instant;

use serde_json::{Value, json};

use super::files::Params;
use super::rules::{self, Refusal, bad};
use super::{BOT_ID, BOT_NAME, Got, Photo, State};

/// The bot as a user.
pub fn bot() -> Value {
    json!({ "id": BOT_ID, "is_bot": true, "first_name": "Alder & Finch", "username": BOT_NAME })
}

/// A chat: private, or a supergroup when the id is negative.
pub fn chat(id: i64) -> Value {
    if id < 0 {
        json!({ "id": id, "title": "Trail friends", "type": "supergroup" })
    } else {
        json!({ "id": id, "first_name": format!("Shopper {id}"), "type": "private" })
    }
}

/// sendMessage, sendPhoto, sendDocument: the message as the bot gets it back.
pub fn send(state: &mut State, method: &str, to: i64, params: &Params) -> Result<Value, Refusal> {
    let buttons = rules::buttons(params.json("reply_markup").as_ref())?;
    let mut got = Got { buttons, at: Some(Instant::now()), ..Got::default() };
    let mut content = match method {
        "sendmessage" => text(&mut got, params)?,
        "sendphoto" => photo(state, &mut got, params)?,
        _ => document(&mut got, params)?,
    };
    state.next_message += 1;
    got.id = state.next_message;
    let message = json!({ "message_id": got.id, "from": bot(), "chat": chat(to), "date": 1_763_800_000 });
    content.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
    if let Some(markup) = params.json("reply_markup") {
        content["reply_markup"] = markup;
    }
    state.chats.entry(to).or_default().push(got);
    Ok(content)
}

/// editMessageText, editMessageCaption, editMessageReplyMarkup: the message changes where it stands, and its buttons
/// vanish unless they are sent again.
pub fn edit(state: &mut State, method: &str, to: i64, params: &Params) -> Result<Value, Refusal> {
    let id = params.number("message_id").ok_or_else(|| bad("message identifier is not specified"))?;
    let buttons = rules::buttons(params.json("reply_markup").as_ref())?;
    let message = state.chats.entry(to).or_default().iter_mut().find(|message| message.id == id);
    let message = message.ok_or_else(|| bad("message to edit not found"))?;
    let mut changed = Got { buttons, ..message.clone() };
    let parse_mode = params.text("parse_mode");
    match method {
        "editmessagetext" => {
            changed.html = params.text("text").unwrap_or_default().to_owned();
            changed.text = rules::words(&changed.html, parse_mode, 4096, false)?;
        }
        "editmessagecaption" => {
            changed.html = params.text("caption").unwrap_or_default().to_owned();
            changed.text = rules::words(&changed.html, parse_mode, 1024, true)?;
        }
        _ => {}
    }
    if changed.text == message.text && changed.buttons == message.buttons {
        return Err(bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        ));
    }
    *message = changed;
    Ok(
        json!({ "message_id": id, "from": bot(), "chat": chat(to), "date": 1_763_800_000, "text": message.text }),
    )
}

fn text(got: &mut Got, params: &Params) -> Result<Value, Refusal> {
    got.html = params.text("text").unwrap_or_default().to_owned();
    got.text = rules::words(&got.html, params.text("parse_mode"), 4096, false)?;
    Ok(json!({ "text": got.text }))
}

fn caption(got: &mut Got, params: &Params) -> Result<(), Refusal> {
    got.html = params.text("caption").unwrap_or_default().to_owned();
    got.text = rules::words(&got.html, params.text("parse_mode"), 1024, true)?;
    Ok(())
}

fn photo(state: &mut State, got: &mut Got, params: &Params) -> Result<Value, Refusal> {
    caption(got, params)?;
    let (id, photo) = match (params.file("photo"), params.text("photo")) {
        (Some((_, bytes)), _) => {
            rules::photo(&bytes)?;
            let id = format!("AgACAgIAAxkBAAI{}", state.files.len());
            state.files.insert(id.clone(), bytes.clone());
            (id, Photo::Uploaded(bytes))
        }
        (None, Some(url)) if url.contains("://") => {
            if url.contains(".invalid") {
                return Err(bad("failed to get HTTP URL content"));
            }
            let id = format!("AgACAgIAAxkBAAU{}", state.files.len());
            state.files.insert(id.clone(), Vec::new());
            (id, Photo::Url(url.to_owned()))
        }
        (None, Some(id)) if state.files.contains_key(id) => (id.to_owned(), Photo::Again(id.to_owned())),
        (None, Some(_)) => return Err(bad("wrong file identifier/HTTP URL specified")),
        (None, None) => return Err(bad("there is no photo in the request")),
    };
    got.photo = Some(photo);
    let size = |side: u32| {
        json!({ "file_id": id, "file_unique_id": format!("AQAD{side}"), "file_size": 1000,
        "width": side, "height": side })
    };
    Ok(json!({ "photo": [size(90), size(640)], "caption": got.text }))
}

fn document(got: &mut Got, params: &Params) -> Result<Value, Refusal> {
    caption(got, params)?;
    let (name, bytes) = params.file("document").ok_or_else(|| bad("there is no document in the request"))?;
    if bytes.is_empty() {
        return Err(bad("file must be non-empty"));
    }
    let size = bytes.len();
    got.document = Some((name.clone(), bytes));
    Ok(json!({ "document": { "file_name": name, "file_id": "BQACAgIAAx", "file_unique_id": "AgADx",
        "file_size": size } }))
}
