//! Golden conversations: dialogues in YAML with what must hold of each reply.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::channel::terminal::input_of;
use crate::model::{Channel, ChatId, Incoming, Input, Money, Product, Reply, ShopperId, Token, TurnRecord};
use crate::turn::{Assistant, Passage};

/// A dialogue that must go as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// What it shows, in a sentence.
    pub about: String,
    /// Who speaks; somebody new when left out.
    #[serde(rename = "as", default)]
    pub shopper: Option<String>,
    /// Message by message.
    pub turns: Vec<GoldenTurn>,
}

/// One message and what must hold of the answer. What is left out may be anything.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GoldenTurn {
    /// What the shopper writes …
    pub says: Option<String>,
    /// … or the label of the button that they tap, of the last reply or one of its cards.
    pub taps: Option<String>,
    /// The action that was decided.
    pub action: Option<String>,
    /// Words of the reply, cards and reasons included, without regard to case.
    pub has: Vec<String>,
    /// Words that must not be in it.
    pub lacks: Vec<String>,
    /// Labels among the buttons.
    pub buttons: Vec<String>,
    /// What must hold of the products.
    pub products: Option<Products>,
}

/// What must hold of the products of a reply.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Products {
    /// At least this many; 1 when left out.
    pub at_least: Option<usize>,
    /// At most this many.
    pub at_most: Option<usize>,
    /// The first one's category path contains this level.
    pub first_in: Option<String>,
    /// Every one's does.
    pub all_in: Option<String>,
    /// None does.
    pub none_in: Option<String>,
    /// Every price is at most this.
    pub up_to: Option<f64>,
    /// Every price is at least this.
    pub from: Option<f64>,
    /// Every one has this colour.
    pub colour: Option<String>,
    /// None has this colour.
    pub not_colour: Option<String>,
    /// Every one is of this brand.
    pub brand: Option<String>,
    /// Every one is cheaper than all of the products shown before.
    pub cheaper_than_before: bool,
    /// None was shown by the turn before.
    pub new: bool,
    /// The first one differs from the one that it would be without history.
    pub moved_by_history: bool,
    /// The first one says why, with these words.
    pub why: Option<String>,
}

/// Something that did not go as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// 1-based.
    pub turn: usize,
    /// What the shopper did.
    pub said: String,
    /// What is wrong, with what was found instead.
    pub what: String,
}

/// Why a file is no golden conversation.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// It cannot be read.
    #[error("{path}: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    /// It is not the YAML of one.
    #[error("{path}: {reason}")]
    Invalid { path: PathBuf, reason: String },
}

impl Golden {
    /// Reads one file.
    ///
    /// # Errors
    /// [`GoldenError`] names the file and the line.
    pub fn load(path: &Path) -> Result<Self, GoldenError> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| GoldenError::Unreadable { path: path.to_owned(), reason: e.to_string() })?;
        serde_saphyr::from_str(&text)
            .map_err(|e| GoldenError::Invalid { path: path.to_owned(), reason: e.to_string() })
    }
}

/// The conversation so far.
struct Played<'a> {
    assistant: &'a Arc<Assistant>,
    last: Option<TurnRecord>,
    before: Vec<Product>,
}

/// Plays the conversation and tells what did not go as written. Messages are ten seconds apart from `start` on;
/// somebody new is a stranger of their own, named by `chat`.
pub async fn play(
    assistant: &Arc<Assistant>,
    golden: &Golden,
    chat: &ChatId,
    start: Timestamp,
) -> Result<Vec<Mismatch>, anyhow::Error> {
    let mut played = Played { assistant, last: None, before: Vec::new() };
    let mut wrong = Vec::new();
    let shopper = ShopperId::parse(golden.shopper.as_deref().unwrap_or(chat.as_str()))?;
    for (i, expected) in golden.turns.iter().enumerate() {
        let said = expected.says.clone().or_else(|| expected.taps.clone()).unwrap_or_default();
        let input = match input(expected, played.last.as_ref()) {
            Ok(input) => input,
            Err(what) => {
                wrong.push(Mismatch { turn: i + 1, said, what });
                break;
            }
        };
        let incoming = Incoming {
            channel: Channel::Terminal,
            chat: chat.clone(),
            shopper: shopper.clone(),
            name: None,
            private: true,
            language: None,
            at: start.saturating_add(SignedDuration::from_secs(10 * i as i64))?,
            input,
        };
        let record = assistant.turn(incoming, Passage::default()).await?;
        let problems = played.check(expected, &record)?;
        wrong.extend(problems.into_iter().map(|what| Mismatch { turn: i + 1, said: said.clone(), what }));
        played.last = Some(record);
    }
    Ok(wrong)
}

fn input(expected: &GoldenTurn, last: Option<&TurnRecord>) -> Result<Input, String> {
    let Some(label) = &expected.taps else {
        let says = expected.says.as_deref().ok_or("this turn neither says nor taps anything")?;
        return Ok(input_of(says, last.map(|turn| (turn.id, &turn.reply))));
    };
    let last = last.ok_or("there is no reply to tap on yet")?;
    let index = last.reply.all_buttons().position(|button| &button.label == label);
    let labels: Vec<&str> = last.reply.all_buttons().map(|button| button.label.as_str()).collect();
    let index = index.ok_or_else(|| format!("there is no button “{label}”, only {labels:?}"))?;
    Ok(Input::Tap(Token { turn: last.id, index: u16::try_from(index).unwrap_or(u16::MAX) }))
}

/// Everything that the shopper reads, in lower case.
fn words(reply: &Reply) -> String {
    let cards = reply.cards.iter().flat_map(|card| {
        [card.title.as_str(), &card.details, &card.price_text, card.why.as_deref().unwrap_or_default()]
    });
    let file = reply.attachment.as_ref().map_or("", |file| file.content.as_str());
    std::iter::once(reply.text.as_str())
        .chain(cards)
        .chain([file])
        .collect::<Vec<_>>()
        .join("\n")
        .to_lowercase()
}

impl Played<'_> {
    fn check(&mut self, expected: &GoldenTurn, record: &TurnRecord) -> Result<Vec<String>, anyhow::Error> {
        let mut wrong = Vec::new();
        let did = record.action.name();
        if let Some(action) = expected.action.as_deref().filter(|action| *action != did) {
            let heard = record.understanding.intent.as_ref().map_or("nothing", |intent| intent.as_str());
            wrong.push(format!("expected to {action}, but it chose to {did} (understood {heard})"));
        }
        let words = words(&record.reply);
        for part in expected.has.iter().filter(|part| !words.contains(&part.to_lowercase())) {
            wrong.push(format!("“{part}” is not in the reply: {words}"));
        }
        for part in expected.lacks.iter().filter(|part| words.contains(&part.to_lowercase())) {
            wrong.push(format!("“{part}” is in the reply: {words}"));
        }
        for label in &expected.buttons {
            if !record.reply.all_buttons().any(|button| &button.label == label) {
                wrong.push(format!("there is no button “{label}”"));
            }
        }
        let mut products = Vec::new();
        for card in &record.reply.cards {
            products.extend(self.assistant.catalog.get(&card.product)?);
        }
        if let Some(conditions) = &expected.products {
            wrong.extend(conditions.check(&products, &self.before, &record.reply));
        }
        if !products.is_empty() {
            self.before = products;
        }
        Ok(wrong)
    }
}

impl Products {
    fn check(&self, now: &[Product], before: &[Product], reply: &Reply) -> Vec<String> {
        let mut wrong = Vec::new();
        let at_least = self.at_least.unwrap_or(1);
        if now.len() < at_least || self.at_most.is_some_and(|most| now.len() > most) {
            wrong.push(format!(
                "{} products, expected at least {at_least}, at most {:?}",
                now.len(),
                self.at_most
            ));
        }
        if let (Some(level), Some(first)) = (&self.first_in, now.first()) {
            wrong.extend(unless(
                within(first, level),
                first,
                &format!("comes first, not something in {level}"),
            ));
        }
        for product in now {
            wrong.extend(self.check_one(product, before));
        }
        let first = reply.cards.first();
        if self.moved_by_history && first.is_some_and(|card| card.rank_without_history == 1) {
            wrong.push("history moved nothing to the first place".to_owned());
        }
        if let Some(words) = &self.why {
            let why = first.and_then(|card| card.why.clone()).unwrap_or_default();
            if !why.to_lowercase().contains(&words.to_lowercase()) {
                wrong.push(format!("the first product's reason is “{why}”, without “{words}”"));
            }
        }
        wrong
    }

    fn check_one(&self, product: &Product, before: &[Product]) -> Vec<String> {
        let price = product.price.map(|price| price.as_f64());
        let coloured = |colour: &String| product.colours.iter().any(|c| c.eq_ignore_ascii_case(colour));
        let cheapest: Option<Money> = before.iter().filter_map(|p| p.price).min_by_key(|price| price.minor);
        let checks = [
            (self.all_in.as_ref().is_none_or(|level| within(product, level)), "is in another category"),
            (
                !self.none_in.as_ref().is_some_and(|level| within(product, level)),
                "is in a category that was excluded",
            ),
            (self.up_to.is_none_or(|most| price.is_some_and(|p| p <= most)), "is too dear"),
            (self.from.is_none_or(|least| price.is_some_and(|p| p >= least)), "is too cheap"),
            (self.colour.as_ref().is_none_or(coloured), "has another colour"),
            (!self.not_colour.as_ref().is_some_and(coloured), "has the colour that was excluded"),
            (self.brand.as_ref().is_none_or(|brand| *brand == product.brand), "is of another brand"),
            (!self.new || before.iter().all(|old| old.id != product.id), "was shown before"),
            (
                !self.cheaper_than_before
                    || cheapest.is_some_and(|old| product.price.is_some_and(|p| p.minor < old.minor)),
                "is not cheaper than what was shown before",
            ),
        ];
        checks.iter().filter_map(|(holds, what)| unless(*holds, product, what)).collect()
    }
}

fn within(product: &Product, level: &str) -> bool {
    product.category.0.iter().any(|name| name.eq_ignore_ascii_case(level))
}

fn unless(holds: bool, product: &Product, what: &str) -> Option<String> {
    let price = product.price.map_or_else(String::new, |price| price.to_string());
    let about = format!("{} ({}, {}, {price})", product.title, product.category, product.colours.join("/"));
    (!holds).then(|| format!("{about} {what}"))
}
