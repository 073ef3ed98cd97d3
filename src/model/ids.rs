//! Identifiers. Texts that come from outside are checked once, where they enter; ids that we make sort by time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use ulid::Ulid;

/// Why a text cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Nothing but white space.
    #[error("the {kind} is empty")]
    Empty { kind: &'static str },
    /// Longer than 128 bytes; a store key of that length is no id but a text in the wrong column.
    #[error("the {kind} {text:?} is longer than 128 bytes")]
    TooLong { kind: &'static str, text: String },
    /// A control character, which no id needs and which would garble terminals and logs.
    #[error("the {kind} {text:?} contains a control character")]
    Control { kind: &'static str, text: String },
}

fn checked(kind: &'static str, text: &str) -> Result<SmolStr, BadId> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadId::Empty { kind });
    }
    if text.len() > 128 {
        return Err(BadId::TooLong { kind, text: text.to_owned() });
    }
    if text.chars().any(char::is_control) {
        return Err(BadId::Control { kind, text: text.to_owned() });
    }
    Ok(text.into())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(SmolStr);

        impl $name {
            /// Trims `text` and checks that it is 1 to 128 bytes without control characters.
            ///
            /// # Errors
            /// [`BadId`] says which of these failed.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                checked($kind, text).map(Self)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// Who writes: Telegram's `from.id` as `telegram:123`, or a name given with `--as`.
    ShopperId, "shopper id"
);
text_id!(
    /// Whom the shop knows: the key of imported orders and events. A shopper becomes one by linking.
    CustomerId, "customer id"
);
text_id!(
    /// Where it was written: one chat of a channel, `telegram:456` or `terminal`.
    ChatId, "chat id"
);
text_id!(
    /// The shop's own id of a product.
    ProductId, "product id"
);
text_id!(
    /// The id of a list that merchandisers curate.
    ListId, "list id"
);
text_id!(
    /// The name of an intent, as its file gives it. No code knows any.
    IntentName, "intent name"
);

/// The number of an order, kept as the shop writes it and compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(SmolStr);

impl OrderNumber {
    /// Trims, drops a leading `#` and upper-cases, so that `#a-1042` and `A-1042` are one order.
    ///
    /// # Errors
    /// [`BadId`] when nothing is left, or it is too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let text = text.trim();
        let text = text.strip_prefix('#').unwrap_or(text);
        checked("order number", &text.to_uppercase()).map(Self)
    }

    /// The number as text, upper-cased.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> String {
        number.0.into()
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! time_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Ulid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ulid::DecodeError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    };
}

time_id!(
    /// One turn of one dialogue. A ULID, so turns sort by time wherever they are listed.
    TurnId
);
time_id!(
    /// One event of a shopper's history. A ULID; "why this?" names it.
    EventId
);

/// A dialogue is one shopper in one chat: two people in a group have two dialogues.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DialogueKey {
    /// The chat.
    pub chat: ChatId,
    /// The person in it.
    pub shopper: ShopperId,
}
