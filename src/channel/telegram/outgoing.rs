//! A reply as Telegram can show it. Pure.

use crate::model::{Button, Card, Reply, Token, TurnId};

/// The most that a message may hold, after the marks are taken out; counted here in UTF-16 units, which is never less than
/// what Telegram counts. <https://core.telegram.org/bots/api#sendmessage>
const TEXT: usize = 4096;
/// The same for the words below a picture.
const CAPTION: usize = 1024;
/// The longest title of a card.
const TITLE: usize = 200;
/// The longest reason of a card.
const WHY: usize = 200;
/// The longest label of a button; phones cut longer ones.
const LABEL: usize = 40;
/// Buttons of one message: Telegram takes no more than a hundred.
const BUTTONS: usize = 100;
/// Buttons stand side by side as long as their labels fit a phone's width.
const ROW: usize = 32;
/// For buttons that come without any words.
const POINTER: &str = "👇";

/// One message to send.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OutMessage {
    /// What it shows.
    pub body: Body,
    /// Rows of buttons below it.
    pub keyboard: Vec<Vec<Key>>,
}

/// The content of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Words alone.
    Text(Words),
    /// A product's picture, as the catalogue names it, with words below.
    Photo { image: String, colours: Vec<String>, words: Words },
    /// A file.
    File { name: String, content: String },
}

/// The same words with marks and without.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    /// Telegram's HTML.
    pub html: String,
    /// For when Telegram cannot read the marks.
    pub plain: String,
}

/// A button.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    /// What it says.
    pub label: String,
    /// What comes back when it is tapped: a [`Token`] of at most 32 bytes.
    pub data: String,
}

/// The messages of the reply of `turn`, in order: the words, a card for each product, the file, then those of its further
/// parts. The own buttons of a part stand below the last of its messages.
pub(super) fn messages(turn: TurnId, reply: &Reply) -> Vec<OutMessage> {
    reply.numbered_parts().flat_map(|(first, part)| messages_of(turn, first, part)).collect()
}

/// `first` is the number of the part's first button.
fn messages_of(turn: TurnId, first: usize, part: &Reply) -> Vec<OutMessage> {
    let words = part.words();
    let mut messages: Vec<OutMessage> = split(words.trim(), TEXT).into_iter().map(text).collect();
    for (place, card) in part.cards.iter().enumerate() {
        let keys = keyboard(turn, first + part.first_button_of(place), &card.buttons);
        messages.push(OutMessage { keyboard: keys, ..self::card(card) });
    }
    if let Some(file) = &part.attachment {
        let body = Body::File { name: file.name.clone(), content: file.content.clone() };
        messages.push(OutMessage { body, keyboard: Vec::new() });
    }
    let own = keyboard(turn, first + part.first_button_of(part.cards.len()), &part.buttons);
    if messages.is_empty() && !own.is_empty() {
        messages.push(text(POINTER));
    }
    if let Some(last) = messages.last_mut() {
        last.keyboard.extend(own);
    }
    messages
}

/// A message of words alone.
pub(super) fn text(words: &str) -> OutMessage {
    let words = Words { html: escape(words), plain: words.to_owned() };
    OutMessage { body: Body::Text(words), keyboard: Vec::new() }
}

fn card(card: &Card) -> OutMessage {
    let image = card.image.as_deref().map(str::trim).filter(|image| !image.is_empty());
    let limit = if image.is_some() { CAPTION } else { TEXT };
    let words = words_of(card, limit);
    let body = match image {
        Some(image) => Body::Photo { image: image.to_owned(), colours: card.colours.clone(), words },
        None => Body::Text(words),
    };
    OutMessage { body, keyboard: Vec::new() }
}

/// Title and price in bold, then the details, then the reason in italics; the details give way when room is short.
fn words_of(card: &Card, limit: usize) -> Words {
    let title = shorten(card.title.trim(), TITLE);
    let price = shorten(card.price_text.trim(), TITLE);
    let why = card.why.as_deref().map(|why| shorten(why.trim(), WHY)).filter(|why| !why.is_empty());
    let taken = [title.as_str(), price.as_str(), why.as_deref().unwrap_or_default()];
    // Four line breaks between the parts.
    let taken: usize = taken.iter().map(|part| units(part)).sum::<usize>() + 4;
    let details = shorten(card.details.trim(), limit.saturating_sub(taken));
    let mut plain = Vec::new();
    let mut html = Vec::new();
    for (part, marks) in [(&title, "b"), (&price, "b"), (&details, "")] {
        if !part.is_empty() {
            plain.push(part.clone());
            html.push(marked(part, marks));
        }
    }
    if let Some(why) = why {
        plain.extend([String::new(), why.clone()]);
        html.extend([String::new(), marked(&why, "i")]);
    }
    Words { html: html.join("\n").trim().to_owned(), plain: plain.join("\n").trim().to_owned() }
}

fn marked(text: &str, tag: &str) -> String {
    let text = escape(text);
    if tag.is_empty() { text } else { format!("<{tag}>{text}</{tag}>") }
}

/// Telegram's HTML needs these three replaced and nothing else.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Rows of buttons: side by side while they fit, at most three.
fn keyboard(turn: TurnId, first: usize, buttons: &[Button]) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> = Vec::new();
    let mut width = 0;
    for (place, button) in buttons.iter().enumerate().take(BUTTONS / 2) {
        let label = shorten(button.label.trim(), LABEL);
        let Ok(index) = u16::try_from(first + place) else { break };
        if label.is_empty() {
            continue;
        }
        let length = label.chars().count();
        let key = Key { label, data: Token { turn, index }.to_string() };
        match rows.last_mut() {
            Some(row) if row.len() < 3 && width + length <= ROW => {
                width += length;
                row.push(key);
            }
            _ => {
                width = length;
                rows.push(vec![key]);
            }
        }
    }
    rows
}

/// Pieces of at most `limit`, cut at line ends where there are any, else between words, else anywhere.
fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while units(rest) > limit {
        let most = &rest[..prefix(rest, limit)];
        let cut = most.rfind('\n').or_else(|| most.rfind(' ')).filter(|cut| *cut > 0).unwrap_or(most.len());
        pieces.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    pieces.push(rest);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// At most `limit` units, with an ellipsis when something had to go.
fn shorten(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let head = &text[..prefix(text, limit.saturating_sub(1))];
    let whole = head.rfind(char::is_whitespace).filter(|cut| *cut > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head[..whole].trim_end())
}

/// The longest prefix of at most `limit` units, in bytes.
fn prefix(text: &str, limit: usize) -> usize {
    let mut left = limit;
    for (at, c) in text.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return at,
        }
    }
    text.len()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests;
