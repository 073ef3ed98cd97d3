//! What a shopper gets, in terms that every channel can show.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Action, Money, ProductId, TurnId};

/// What a tap on a button stands for. Kept on our side: a channel only carries the [`Token`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tap {
    /// As though the shopper had written this.
    Say(String),
    /// This, without any guessing.
    Do(Box<Action>),
}

/// A button: what it says and what it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// At most some thirty characters.
    pub label: String,
    /// Its meaning.
    pub tap: Tap,
}

impl Button {
    /// A button that says something for the shopper; by default its own label.
    pub fn say(label: impl Into<String>, words: impl Into<String>) -> Self {
        Button { label: label.into(), tap: Tap::Say(words.into()) }
    }

    /// A button that does something.
    pub fn act(label: impl Into<String>, action: Action) -> Self {
        Button { label: label.into(), tap: Tap::Do(Box::new(action)) }
    }
}

/// The name of a button of a past reply: `TURN.INDEX`, at most 30 bytes, where INDEX counts the buttons in the
/// order of [`Reply::all_buttons`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token {
    /// The turn whose reply held the button.
    pub turn: TurnId,
    /// Which of its buttons.
    pub index: u16,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.turn, self.index)
    }
}

impl FromStr for Token {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (turn, index) = text.split_once('.').ok_or_else(|| format!("{text:?} is no button"))?;
        match (turn.parse(), index.parse()) {
            (Ok(turn), Ok(index)) => Ok(Token { turn, index }),
            _ => Err(format!("{text:?} is no button")),
        }
    }
}

impl TryFrom<String> for Token {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Token> for String {
    fn from(token: Token) -> String {
        token.to_string()
    }
}

/// One product as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Which product.
    pub product: ProductId,
    /// Its title.
    pub title: String,
    /// The line below: brand, colours, sizes, rating.
    pub details: String,
    /// Price; `None` reads "price on request".
    pub price: Option<Money>,
    /// The price as the shopper reads it.
    pub price_text: String,
    /// "because you bought trail shoes".
    pub why: Option<String>,
    /// A URL, or a path under `index/`.
    pub image: Option<String>,
    /// The first colour, for a drawn picture.
    pub colours: Vec<String>,
    /// Buttons of this card.
    pub buttons: Vec<Button>,
    /// Final score, in the ranking for this shopper.
    pub score: f32,
    /// 1-based place that it would have had without any history.
    pub rank_without_history: usize,
}

/// A file that goes with a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, with extension.
    pub name: String,
    /// Its content, UTF-8.
    pub content: String,
}

/// One reply. Knows no channel's API.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reply {
    /// Plain text with line breaks; may be empty when cards say it all.
    pub text: String,
    /// Products, best first.
    pub cards: Vec<Card>,
    /// What to do next.
    pub buttons: Vec<Button>,
    /// The shopper's data, for `/export`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

impl Reply {
    /// Every button in the order that tokens count: card by card, then the reply's own.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.cards.iter().flat_map(|card| &card.buttons).chain(&self.buttons)
    }

    /// The index with which the buttons of card `card` begin, or of the reply's own for `cards.len()`.
    pub fn first_button_of(&self, card: usize) -> usize {
        self.cards.iter().take(card).map(|card| card.buttons.len()).sum()
    }
}
