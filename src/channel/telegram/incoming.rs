//! What an update of Telegram's means to us. Pure.

mod rough;

pub(super) use rough::shopper;

use std::ops::Range;

use jiff::Timestamp;
use teloxide::types::{
    CallbackQuery, Chat, Me, MediaKind, Message, MessageEntity, MessageEntityKind, MessageKind, Update,
    UpdateKind, User,
};

use crate::model::{Channel, ChatId, Incoming, Input, ShopperId};

/// An update, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Read {
    /// A shopper did something. A tap carries the id of the callback query, which must be answered; everything else the id of
    /// the message, by which an edit of it is known.
    Turn { incoming: Box<Incoming>, callback: Option<String>, message: Option<i64> },
    /// A tap on a button that is none of ours, or no longer.
    StaleButton { callback: String },
    /// Nothing that needs an answer, and why.
    Skip(String),
}

/// Reads one update as Telegram sent it. `received` is when we got it; a tap carries no time of its own.
pub(super) fn read(json: &str, received: Timestamp, me: &Me) -> Read {
    let understood = |json: &str| serde_json::from_str::<Update>(json).ok().filter(is_understood);
    match understood(json).or_else(|| understood(&rough::without_new_entities(json)?)) {
        Some(update) => meaning(update, received, me),
        None => rough::message(json, received)
            .unwrap_or_else(|| Read::Skip("an update of an unknown kind".to_owned())),
    }
}

/// The Bot API is ahead of teloxide, which reads a message with something new in it as an empty one.
fn is_understood(update: &Update) -> bool {
    match &update.kind {
        UpdateKind::Message(message) | UpdateKind::EditedMessage(message) => {
            !matches!(message.kind, MessageKind::Empty {})
        }
        UpdateKind::Error(_) => false,
        _ => true,
    }
}

fn meaning(update: Update, received: Timestamp, me: &Me) -> Read {
    match update.kind {
        UpdateKind::Message(message) => {
            speak(&message, received, me).unwrap_or_else(|why| Read::Skip(why.to_owned()))
        }
        UpdateKind::EditedMessage(message) => {
            corrected(&message, received, me).unwrap_or_else(|why| Read::Skip(why.to_owned()))
        }
        UpdateKind::CallbackQuery(query) => tap(&query, received),
        UpdateKind::MyChatMember(change) => {
            Read::Skip(format!("the bot is now {:?} in {}", change.new_chat_member.status(), change.chat.id))
        }
        _ => Read::Skip("a kind of update that needs no answer".to_owned()),
    }
}

fn corrected(message: &Message, received: Timestamp, me: &Me) -> Result<Read, &'static str> {
    let Read::Turn { mut incoming, callback, message: id } = speak(message, received, me)? else {
        return Err("nothing to answer");
    };
    incoming.input = match incoming.input {
        Input::Text(text) => Input::Edited(text),
        Input::Command { .. } => Input::Edited(message.text().unwrap_or_default().to_owned()),
        // A new caption, or a live location that moved: the picture was answered already.
        _ => return Err("an edited picture or location"),
    };
    if let Some(at) = message.edit_date() {
        incoming.at = Timestamp::from_second(at.timestamp()).unwrap_or(received);
    }
    Ok(Read::Turn { incoming, callback, message: id })
}

fn speak(message: &Message, received: Timestamp, me: &Me) -> Result<Read, &'static str> {
    if message.sender_chat.is_some() || message.chat.is_channel() {
        return Err("written by a channel or by an anonymous admin");
    }
    let from = message.from.as_ref().filter(|user| !user.is_bot).ok_or("not written by a person")?;
    if message.via_bot.is_some() {
        return Err("written by another bot on behalf of a person");
    }
    let input = input(message, me)?;
    let at = Timestamp::from_second(message.date.timestamp()).unwrap_or(received);
    let incoming = incoming(from, &message.chat, at, input).ok_or("ids that cannot be")?;
    Ok(Read::Turn { incoming: Box::new(incoming), callback: None, message: Some(message.id.0.into()) })
}

fn incoming(from: &User, chat: &Chat, at: Timestamp, input: Input) -> Option<Incoming> {
    Some(Incoming {
        channel: Channel::Telegram,
        chat: ChatId::parse(&format!("telegram:{}", chat.id)).ok()?,
        shopper: ShopperId::parse(&format!("telegram:{}", from.id)).ok()?,
        name: Some(from.first_name.trim().to_owned()).filter(|name| !name.is_empty()),
        private: chat.is_private(),
        language: from.language_code.as_deref().and_then(language),
        at,
        input,
    })
}

/// `pt-BR` → `pt`.
fn language(code: &str) -> Option<String> {
    let first = code.split(['-', '_']).next()?.to_lowercase();
    Some(first).filter(|code| !code.is_empty())
}

fn input(message: &Message, me: &Me) -> Result<Input, &'static str> {
    let Some(text) = message.text() else { return media(message, me) };
    let entities = message.entities().unwrap_or_default();
    let command = command(text);
    if let Some((_, Some(bot), _)) = &command
        && !bot.eq_ignore_ascii_case(me.username())
    {
        return Err("a command for another bot");
    }
    let addressed =
        message.chat.is_private() || command.is_some() || is_addressed(message, text, entities, me);
    if !addressed {
        return Err("people of a group among themselves");
    }
    Ok(match command {
        Some((name, _, payload)) => Input::Command { name, payload },
        None => Input::Text(without_mention(text, entities, me)),
    })
}

/// `/start@ShopBot abc` → `start`, `ShopBot`, `abc`.
fn command(text: &str) -> Option<(String, Option<String>, String)> {
    let line = text.trim().strip_prefix('/')?;
    let (word, payload) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (name, bot) = match word.split_once('@') {
        Some((name, bot)) => (name, Some(bot.to_owned())),
        None => (word, None),
    };
    // Telegram's own rule for commands: 1–32 of a–z, 0–9 and underscore.
    let sound = (1..=32).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| c.is_ascii_alphabetic());
    sound.then(|| (name.to_lowercase(), bot, payload.trim().to_owned()))
}

fn is_addressed(message: &Message, text: &str, entities: &[MessageEntity], me: &Me) -> bool {
    let answers_us = message
        .reply_to_message()
        .and_then(|earlier| earlier.from.as_ref())
        .is_some_and(|author| author.id == me.id);
    answers_us || entities.iter().any(|entity| mention(text, entity, me).is_some())
}

/// The bytes of `text` where we are mentioned, if this entity does that.
fn mention(text: &str, entity: &MessageEntity, me: &Me) -> Option<Range<usize>> {
    let range = byte_at(text, entity.offset)?..byte_at(text, entity.offset + entity.length)?;
    let words = text.get(range.clone())?;
    let ours = match &entity.kind {
        MessageEntityKind::Mention => words.trim_start_matches('@').eq_ignore_ascii_case(me.username()),
        MessageEntityKind::TextMention { user } => user.id == me.id,
        _ => false,
    };
    ours.then_some(range)
}

/// Telegram counts in UTF-16 units. `None` in the middle of a character and behind the end, where teloxide's own
/// reading of entities panics.
fn byte_at(text: &str, units: usize) -> Option<usize> {
    let mut left = units;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(c.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

/// The words without "@ShopBot," in them.
fn without_mention(text: &str, entities: &[MessageEntity], me: &Me) -> String {
    let mut words = text.to_owned();
    // Entities are in the order of the text, so taking them out from the end keeps the earlier ranges right.
    for range in entities.iter().rev().filter_map(|entity| mention(text, entity, me)) {
        let Some(rest) = words.get(range.end..) else { continue };
        let rest = rest.trim_start_matches([',', ':']).to_owned();
        words.truncate(range.start);
        words.push_str(&rest);
    }
    words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn media(message: &Message, me: &Me) -> Result<Input, &'static str> {
    let (kind, caption) = kind_of(message).ok_or("a message of the service, not of a person")?;
    let entities = message.caption_entities().unwrap_or_default();
    if !message.chat.is_private()
        && !is_addressed(message, message.caption().unwrap_or_default(), entities, me)
    {
        return Err("people of a group among themselves");
    }
    let caption = match message.caption() {
        Some(text) => without_mention(text, entities, me),
        None => caption,
    };
    Ok(Input::Media { kind: kind.to_owned(), caption })
}

/// Telegram's word for what a message carries, with the emoji of it. `None` for service messages.
fn kind_of(message: &Message) -> Option<(&'static str, String)> {
    let common = match &message.kind {
        MessageKind::Common(common) => common,
        MessageKind::Dice(dice) => {
            return Some(("dice", serde_json::to_value(dice.dice.emoji).ok()?.as_str()?.to_owned()));
        }
        _ => return None,
    };
    let kind = match &common.media_kind {
        MediaKind::Sticker(media) => {
            return Some(("sticker", media.sticker.emoji.clone().unwrap_or_default()));
        }
        MediaKind::Migration(_) => return None,
        MediaKind::Animation(_) => "animation",
        MediaKind::Audio(_) => "audio",
        MediaKind::Contact(_) => "contact",
        MediaKind::Document(_) => "document",
        MediaKind::PaidMedia(_) => "paid_media",
        MediaKind::Game(_) => "game",
        MediaKind::Venue(_) => "venue",
        MediaKind::Location(_) => "location",
        MediaKind::Photo(_) => "photo",
        MediaKind::Poll(_) => "poll",
        MediaKind::Checklist(_) => "checklist",
        MediaKind::Story(_) => "story",
        MediaKind::Video(_) => "video",
        MediaKind::VideoNote(_) => "video_note",
        MediaKind::Voice(_) => "voice",
        MediaKind::Text(_) => "message",
    };
    Some((kind, String::new()))
}

fn tap(query: &CallbackQuery, received: Timestamp) -> Read {
    let callback = query.id.0.clone();
    let token = query.data.as_deref().and_then(|data| data.parse().ok());
    let (Some(token), Some(message)) = (token, &query.message) else {
        return Read::StaleButton { callback };
    };
    match incoming(&query.from, message.chat(), received, Input::Tap(token)) {
        Some(incoming) => {
            Read::Turn { incoming: Box::new(incoming), callback: Some(callback), message: None }
        }
        None => Read::StaleButton { callback },
    }
}

#[cfg(test)]
mod tests;
