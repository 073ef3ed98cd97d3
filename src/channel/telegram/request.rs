//! Single requests to the Bot API, and what its refusals mean.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide::payloads::{SendDocumentSetters, SendMessageSetters, SendPhotoSetters};
use teloxide::prelude::Requester;
use teloxide::requests::{JsonRequest, Payload};
use teloxide::types::{
    ChatId, FileId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ParseMode,
};
use teloxide::{ApiError, Bot, RequestError};

use super::outgoing::Key;
use crate::channel::pictures::Picture;

/// What to do after a failed request.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// 429: this long, then again.
    Wait(Duration),
    /// A passing trouble of the network or of Telegram's.
    Retry(String),
    /// The group has this id now.
    Moved(i64),
    /// Blocked, deactivated, kicked out: nothing reaches this chat.
    Gone(String),
    /// Telegram does not want this message.
    Refused(String),
}

/// What a failed request means for the message.
pub(super) fn judge(error: &RequestError) -> Verdict {
    match error {
        RequestError::RetryAfter(seconds) => Verdict::Wait(seconds.duration()),
        RequestError::MigrateToChatId(chat) => Verdict::Moved(chat.0),
        RequestError::Network(_) | RequestError::InvalidJson { .. } => Verdict::Retry(error.to_string()),
        RequestError::Io(_) => Verdict::Refused(error.to_string()),
        RequestError::Api(error) => judge_answer(error),
    }
}

/// teloxide keeps the words of the answer and not its number, so the words decide.
fn judge_answer(error: &ApiError) -> Verdict {
    let why = match error {
        ApiError::Unknown(words) => words.clone(),
        known => known.to_string(),
    };
    let starts = |heads: &[&str]| heads.iter().any(|head| why.starts_with(head));
    if starts(&["Forbidden", "Unauthorized: bot"])
        || matches!(error, ApiError::ChatNotFound | ApiError::GroupDeactivated)
    {
        return Verdict::Gone(why);
    }
    let passing = ["Internal Server Error", "Bad Gateway", "Gateway Timeout", "Service Unavailable"];
    // A token that was revoked just now is the operator's to mend; the replies wait for it.
    if starts(&passing) || starts(&["Too Many Requests", "Conflict"]) || *error == ApiError::InvalidToken {
        return Verdict::Retry(why);
    }
    Verdict::Refused(why)
}

/// getUpdates whose answer stays JSON: what teloxide cannot read must be journaled too, and is lost in its types.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RawUpdates {
    /// One more than the last update that is safe with us; everything before it is confirmed by asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// How many at most, 1–100.
    pub limit: u8,
    /// For how many seconds Telegram may hold the request open.
    pub timeout: u64,
    /// The kinds that we handle.
    pub allowed_updates: &'static [&'static str],
}

impl Payload for RawUpdates {
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";
}

pub(super) async fn updates(bot: &Bot, ask: RawUpdates) -> Result<Vec<Value>, RequestError> {
    JsonRequest::new(bot.clone(), ask).await
}

pub(super) async fn text(
    bot: &Bot,
    chat: i64,
    words: &str,
    marked: bool,
    keyboard: &[Vec<Key>],
) -> Result<(), RequestError> {
    let no_preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    let mut request = bot.send_message(ChatId(chat), words).link_preview_options(no_preview);
    if marked {
        request = request.parse_mode(ParseMode::Html);
    }
    if let Some(markup) = markup(keyboard) {
        request = request.reply_markup(markup);
    }
    request.await.map(drop)
}

/// Sends a photo; gives the file id with which Telegram finds it again.
pub(super) async fn photo(
    bot: &Bot,
    chat: i64,
    picture: &Picture,
    known: Option<String>,
    caption: &str,
    keyboard: &[Vec<Key>],
) -> Result<Option<String>, RequestError> {
    let file = match (known, picture) {
        (Some(id), _) => InputFile::file_id(FileId(id)),
        (None, Picture::Bytes { name, bytes, .. }) => {
            InputFile::memory(bytes.as_ref().clone()).file_name(name.clone())
        }
        (None, Picture::Url(url)) => {
            let Ok(url) = url.parse() else { return Err(RequestError::Api(ApiError::WrongHttpUrl)) };
            InputFile::url(url)
        }
    };
    let mut request = bot.send_photo(ChatId(chat), file).caption(caption).parse_mode(ParseMode::Html);
    if let Some(markup) = markup(keyboard) {
        request = request.reply_markup(markup);
    }
    let message = request.await?;
    Ok(message.photo().and_then(|sizes| sizes.last()).map(|size| size.file.id.0.clone()))
}

pub(super) async fn file(
    bot: &Bot,
    chat: i64,
    name: &str,
    content: &str,
    keyboard: &[Vec<Key>],
) -> Result<(), RequestError> {
    let file = InputFile::memory(content.as_bytes().to_vec()).file_name(name.to_owned());
    let mut request = bot.send_document(ChatId(chat), file);
    if let Some(markup) = markup(keyboard) {
        request = request.reply_markup(markup);
    }
    request.await.map(drop)
}

fn markup(keyboard: &[Vec<Key>]) -> Option<InlineKeyboardMarkup> {
    let row = |keys: &Vec<Key>| -> Vec<InlineKeyboardButton> {
        keys.iter().map(|key| InlineKeyboardButton::callback(key.label.clone(), key.data.clone())).collect()
    };
    (!keyboard.is_empty()).then(|| InlineKeyboardMarkup::new(keyboard.iter().map(row)))
}
