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
    /// The number by which the shopper may call it, from 1; none where it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
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

/// Things side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    /// What stands above each column of values.
    pub columns: Vec<String>,
    /// In order of what a reader wants to know first.
    pub rows: Vec<Row>,
}

/// One property of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Row {
    /// The property.
    pub label: String,
    /// One for each column; empty where it is unknown.
    pub values: Vec<String>,
    /// Whether they are not all the same.
    pub differs: bool,
}

impl Table {
    /// As lines of text, for where no columns fit: the things numbered, then each property with a line for each thing, or
    /// one line where they are the same.
    pub fn lines(&self) -> String {
        let titles = self.columns.iter().enumerate().map(|(i, title)| format!("{}. {title}", i + 1));
        let mut blocks = vec![titles.collect::<Vec<_>>().join("\n")];
        for row in &self.rows {
            let known = |value: &String| if value.is_empty() { "–".to_owned() } else { value.clone() };
            if !row.differs {
                blocks.push(format!("{}: {}", row.label, row.values.first().map_or_else(String::new, known)));
                continue;
            }
            let values = row.values.iter().enumerate();
            let values: Vec<String> =
                values.map(|(i, value)| format!("  {}. {}", i + 1, known(value))).collect();
            blocks.push(format!("{}\n{}", row.label, values.join("\n")));
        }
        blocks.join("\n\n")
    }
}

/// A file that goes with a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, with extension.
    pub name: String,
    /// Its content, UTF-8.
    pub content: String,
}

/// One reply. Knows no channel's API. Text, cards, the file and the buttons stand in this order, then comes what `then` holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reply {
    /// Plain text with line breaks; may be empty when cards say it all.
    pub text: String,
    /// Products side by side, below the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// Products, best first.
    pub cards: Vec<Card>,
    /// What to do next.
    pub buttons: Vec<Button>,
    /// The shopper's data, for `/export`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// Where a message asked for several things, the answers that cannot stand before the cards of this one. They hold
    /// no further ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Reply>,
}

impl Reply {
    /// This reply and those in `then`, in the order in which they are read.
    pub fn parts(&self) -> impl Iterator<Item = &Reply> {
        std::iter::once(self).chain(&self.then)
    }

    /// All products, in the order in which they are read.
    pub fn all_cards(&self) -> impl Iterator<Item = &Card> {
        self.parts().flat_map(|part| &part.cards)
    }

    /// Whether a file goes with it.
    pub fn has_attachment(&self) -> bool {
        self.parts().any(|part| part.attachment.is_some())
    }

    /// Keeps the names of the files and nothing of what is in them.
    pub fn empty_attachments(&mut self) {
        let first = self.attachment.iter_mut();
        for file in first.chain(self.then.iter_mut().filter_map(|part| part.attachment.as_mut())) {
            file.content.clear();
        }
    }

    /// All texts and tables, an empty line between them.
    pub fn all_text(&self) -> String {
        let texts = self.parts().map(Reply::words).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join("\n\n")
    }

    /// The text of this part, with its table in lines.
    pub fn words(&self) -> String {
        match &self.table {
            Some(table) => format!("{}\n\n{}", self.text, table.lines()).trim().to_owned(),
            None => self.text.clone(),
        }
    }

    /// Every button in the order that tokens count: part by part, in each card by card, then the part's own.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.parts().flat_map(Reply::own_buttons)
    }

    /// The buttons of this part alone: card by card, then its own.
    fn own_buttons(&self) -> impl Iterator<Item = &Button> {
        self.cards.iter().flat_map(|card| &card.buttons).chain(&self.buttons)
    }

    /// Each part with the number of its first button among [`Reply::all_buttons`].
    pub fn numbered_parts(&self) -> impl Iterator<Item = (usize, &Reply)> {
        self.parts().scan(0, |next, part| {
            let first = *next;
            *next += part.own_buttons().count();
            Some((first, part))
        })
    }

    /// Puts `other` behind what is there. Words come together as long as no card stands between them; the buttons
    /// below are then shared, each label once.
    pub fn append(&mut self, mut other: Reply) {
        let further = std::mem::take(&mut other.then);
        self.append_one(other);
        self.then.extend(further);
    }

    fn append_one(&mut self, other: Reply) {
        if self.then.is_empty() && self.takes_more() {
            return self.join(other);
        }
        match self.then.last_mut() {
            Some(last) if last.takes_more() => last.join(other),
            _ => self.then.push(other),
        }
    }

    fn takes_more(&self) -> bool {
        self.cards.is_empty() && self.attachment.is_none() && self.table.is_none()
    }

    fn join(&mut self, mut other: Reply) {
        if !self.text.is_empty() && !other.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(&other.text);
        self.table = other.table;
        self.cards = other.cards;
        self.attachment = other.attachment;
        other.buttons.retain(|button| self.buttons.iter().all(|known| known.label != button.label));
        self.buttons.extend(other.buttons);
    }

    /// The index with which the buttons of card `card` begin among those of this part, or the part's own for
    /// `cards.len()`.
    pub fn first_button_of(&self, card: usize) -> usize {
        self.cards.iter().take(card).map(|card| card.buttons.len()).sum()
    }
}
