//! What comes in from a channel, before anything is understood.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChatId, DialogueKey, ShopperId, Token};

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// `shophand chat`.
    Terminal,
    /// The shop's Telegram bot.
    Telegram,
}

/// One thing that a shopper did: wrote, tapped, sent a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// Through which channel.
    pub channel: Channel,
    /// In which chat.
    pub chat: ChatId,
    /// Who. Orders, history and reasons belong to this person alone.
    pub shopper: ShopperId,
    /// What the channel calls them, for a greeting.
    pub name: Option<String>,
    /// False in a group, where nothing personal may be shown.
    pub private: bool,
    /// The language that the channel says the shopper uses, as an ISO 639-1 code.
    pub language: Option<String>,
    /// When the channel received it.
    pub at: Timestamp,
    /// What it is.
    pub input: Input,
}

impl Incoming {
    /// The dialogue that this belongs to.
    pub fn dialogue(&self) -> DialogueKey {
        DialogueKey { chat: self.chat.clone(), shopper: self.shopper.clone() }
    }
}

/// The longest message that is read, in characters: as long as the longest that Telegram carries.
pub const LONGEST_TEXT: usize = 4096;

/// The content of an [`Incoming`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A message in the shopper's own words.
    Text(String),
    /// A correction of an earlier message; answered like a new one.
    Edited(String),
    /// A button of an earlier reply.
    Tap(Token),
    /// `/start abc` is `name: "start", payload: "abc"`.
    Command {
        /// Without the slash and without `@botname`, lower case.
        name: String,
        /// The rest of the line, trimmed.
        payload: String,
    },
    /// Something that carries no words we can read: `photo`, `sticker`, `voice` …, with its caption or emoji.
    Media {
        /// The channel's word for it.
        kind: String,
        /// Caption or emoji, empty when there is none.
        caption: String,
    },
}

impl Input {
    /// The words of it, for transcripts and for understanding.
    pub fn text(&self) -> &str {
        match self {
            Input::Text(text) | Input::Edited(text) => text,
            Input::Command { payload, .. } => payload,
            Input::Media { caption, .. } => caption,
            Input::Tap(_) => "",
        }
    }
}
