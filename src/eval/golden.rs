//! Golden conversations: dialogues in YAML with what must hold of each reply.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::channel::terminal::input_of;
use crate::disk::{Unseen, files_below};
use crate::model::{
    Channel, ChatId, Incoming, Input, Money, Product, Reply, ShopperId, Step, Token, TurnRecord, Via,
};
use crate::turn::{Assistant, Passage};
use crate::yaml::{self, YamlError};

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
    /// What else was decided in the same turn, in order: a message may ask for several things.
    pub then: Vec<String>,
    /// Whether the message was understood for certain, by a pattern or an example, or else by the model's guess.
    pub certain: Option<bool>,
    /// Words of the reply, cards and reasons included, without regard to case.
    pub has: Vec<String>,
    /// Words that must not be in it.
    pub lacks: Vec<String>,
    /// Labels among the buttons.
    pub buttons: Vec<String>,
    /// Words of the merchandisers' rules that moved or priced a product, as the trace names them.
    pub rules: Vec<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// 1-based.
    pub turn: usize,
    /// What the shopper did.
    pub said: String,
    /// What the file expects.
    pub expected: String,
    /// What came instead.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { turn, said, expected, found } = self;
        write!(f, "turn {turn}, “{said}”: expected {expected}, found {found}")
    }
}

/// How a conversation went.
#[derive(Debug, Clone, Default)]
pub struct Performance {
    /// What did not go as written.
    pub wrong: Vec<Mismatch>,
    /// Every turn that was played.
    pub turns: Vec<TurnRecord>,
}

/// What is expected of a turn, and what was found instead.
type Deviation = (String, String);

fn deviation(expected: impl Into<String>, found: impl Into<String>) -> Deviation {
    (expected.into(), found.into())
}

/// Why a file is no golden conversation.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// It cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// By its name it is something else.
    #[error("{0} is no golden conversation: those are YAML files whose names end in .yml")]
    NotYaml(PathBuf),
    /// Nobody says anything in it.
    #[error("{0} has no turns, so nothing could go otherwise; write `turns:` with at least one `says:`")]
    Empty(PathBuf),
    /// It is not the YAML of one.
    #[error("{0}; a golden conversation has `about:` and `turns:`, each with `says:` or `taps:`")]
    Invalid(#[from] YamlError),
}

impl Golden {
    /// Reads one file.
    ///
    /// # Errors
    /// [`GoldenError`] names the file and the line.
    pub fn load(path: &Path) -> Result<Self, GoldenError> {
        if !is_yaml(path) {
            return Err(GoldenError::NotYaml(path.to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
        let golden: Golden = yaml::parse(path, &text)?;
        if golden.turns.is_empty() { Err(GoldenError::Empty(path.to_owned())) } else { Ok(golden) }
    }
}

/// The conversations of a folder and the folders in it, sorted by path; a file stands for itself.
///
/// # Errors
/// When a folder cannot be read.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, GoldenError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unseen = |Unseen { path, reason }| GoldenError::Unreadable { path, reason };
    let mut found = files_below(path).collect::<Result<Vec<_>, _>>().map_err(unseen)?;
    found.retain(|file| is_yaml(file));
    found.sort();
    Ok(found)
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yml" || e == "yaml")
}

fn unreadable(path: &Path, error: &std::io::Error) -> GoldenError {
    GoldenError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

/// The conversation so far.
struct Played<'a> {
    assistant: &'a Arc<Assistant>,
    last: Option<TurnRecord>,
    before: Vec<Product>,
}

/// Plays the conversation and tells what did not go as written. Messages are ten seconds apart from `start` on;
/// somebody new is a stranger of their own, named by `chat`.
///
/// # Errors
/// When the shopper's name is none, or the store or the index fails.
pub async fn play(
    assistant: &Arc<Assistant>,
    golden: &Golden,
    chat: &ChatId,
    start: Timestamp,
) -> Result<Performance, anyhow::Error> {
    let mut played = Played { assistant, last: None, before: Vec::new() };
    let mut performance = Performance::default();
    let shopper = ShopperId::parse(golden.shopper.as_deref().unwrap_or(chat.as_str()))?;
    performance.wrong.extend(unheard_of(assistant, golden)?);
    for (i, expected) in golden.turns.iter().enumerate() {
        let said = expected.says.clone().or_else(|| expected.taps.clone()).unwrap_or_default();
        let mismatch = |(expected, found)| Mismatch { turn: i + 1, said: said.clone(), expected, found };
        let input = match input(expected, played.last.as_ref()) {
            Ok(input) => input,
            Err(deviation) => {
                performance.wrong.push(mismatch(deviation));
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
        performance.wrong.extend(played.check(expected, &record)?.into_iter().map(mismatch));
        performance.turns.push(record.clone());
        played.last = Some(record);
    }
    Ok(performance)
}

/// That the conversation is held by somebody whom the shop does not know, and who therefore has no history.
fn unheard_of(assistant: &Arc<Assistant>, golden: &Golden) -> Result<Option<Mismatch>, anyhow::Error> {
    let Some(name) = &golden.shopper else { return Ok(None) };
    let known = assistant.store.shopper(&ShopperId::parse(name)?)?.is_some();
    Ok((!known).then(|| Mismatch {
        turn: 1,
        said: format!("as: {name}"),
        expected: "a shopper of index/demo/; leave `as:` out for a stranger".to_owned(),
        found: "nobody of that name".to_owned(),
    }))
}

fn input(expected: &GoldenTurn, last: Option<&TurnRecord>) -> Result<Input, Deviation> {
    let Some(label) = &expected.taps else {
        let says = expected.says.as_deref();
        let says = says.ok_or_else(|| deviation("something that the shopper says or taps", "neither"))?;
        return Ok(input_of(says, last.map(|turn| (turn.id, &turn.reply))));
    };
    let button = format!("the button “{label}”");
    let last = last.ok_or_else(|| deviation(&button, "no reply yet to tap on"))?;
    let index = last.reply.all_buttons().position(|button| &button.label == label);
    let index = index.ok_or_else(|| deviation(button, labels(&last.reply)))?;
    Ok(Input::Tap(Token { turn: last.id, index: u16::try_from(index).unwrap_or(u16::MAX) }))
}

pub(super) fn labels(reply: &Reply) -> String {
    let labels: Vec<String> = reply.all_buttons().map(|button| format!("[{}]", button.label)).collect();
    if labels.is_empty() { "no buttons".to_owned() } else { labels.join(" ") }
}

/// Everything that the shopper reads.
pub(super) fn words(reply: &Reply) -> String {
    let texts: Vec<String> = reply.parts().map(Reply::words).collect();
    let cards = reply.all_cards().flat_map(|card| {
        [card.title.as_str(), &card.details, &card.price_text, card.why.as_deref().unwrap_or_default()]
    });
    let files = reply.parts().filter_map(|part| part.attachment.as_ref());
    let texts = texts.iter().map(String::as_str);
    let parts = texts.chain(cards).chain(files.map(|file| file.content.as_str()));
    parts.filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

impl Played<'_> {
    fn check(&mut self, expected: &GoldenTurn, record: &TurnRecord) -> Result<Vec<Deviation>, anyhow::Error> {
        let mut wrong = expected.check(record);
        let mut products = Vec::new();
        let files = self.assistant.current.snapshot();
        for card in record.reply.all_cards() {
            products.extend(files.catalog.get(&card.product)?);
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

impl GoldenTurn {
    /// All but the products.
    fn check(&self, record: &TurnRecord) -> Vec<Deviation> {
        let mut wrong = Vec::new();
        let did: Vec<&str> = record.steps().map(|step| step.action.name()).collect();
        let heard = heard(record);
        let expected: Vec<&str> = self.action.iter().chain(&self.then).map(String::as_str).collect();
        if !expected.is_empty() && expected != did {
            let (expected, did) = (expected.join(", then "), did.join(", then "));
            wrong.push(deviation(format!("the action {expected}"), format!("{did} (understood {heard})")));
        }
        let certain = !matches!(record.first.understanding.via, Via::Model | Via::Lexical | Via::Nothing);
        if self.certain.is_some_and(|expected| expected != certain) {
            let words = |certain| if certain { "certainty" } else { "a guess" };
            wrong.push(deviation(words(!certain), format!("{} (understood {heard})", words(certain))));
        }
        let words = words(&record.reply);
        let folded = words.to_lowercase();
        for part in self.has.iter().filter(|part| !folded.contains(&part.to_lowercase())) {
            wrong.push(deviation(format!("“{part}” in the reply"), format!("“{words}”")));
        }
        for part in self.lacks.iter().filter(|part| folded.contains(&part.to_lowercase())) {
            wrong.push(deviation(format!("a reply without “{part}”"), format!("“{words}”")));
        }
        let traced: Vec<&str> = record
            .steps()
            .flat_map(|step| &step.products)
            .flat_map(|p| &p.trace.rules)
            .map(String::as_str)
            .collect();
        for rule in self.rules.iter().filter(|rule| !traced.iter().any(|known| known.contains(rule.as_str())))
        {
            wrong.push(deviation(
                format!("the rule “{rule}” in the trace"),
                format!("“{}”", traced.join("; ")),
            ));
        }
        for label in &self.buttons {
            if !record.reply.all_buttons().any(|button| &button.label == label) {
                wrong.push(deviation(format!("the button “{label}”"), labels(&record.reply)));
            }
        }
        wrong
    }
}

/// The intent of each request.
pub(super) fn heard(record: &TurnRecord) -> String {
    let intent = |step: &Step| {
        step.understanding.intent.as_ref().map_or("nothing", |intent| intent.as_str()).to_owned()
    };
    record.steps().map(intent).collect::<Vec<_>>().join(", then ")
}

impl Products {
    fn check(&self, now: &[Product], before: &[Product], reply: &Reply) -> Vec<Deviation> {
        let mut wrong = Vec::new();
        let at_least = self.at_least.unwrap_or(1);
        if now.len() < at_least || self.at_most.is_some_and(|most| now.len() > most) {
            let most = self.at_most.map_or(String::new(), |most| format!(", at most {most}"));
            wrong.push(deviation(format!("at least {at_least} products{most}"), now.len().to_string()));
        }
        if let (Some(level), Some(first)) = (&self.first_in, now.first())
            && !within(first, level)
        {
            wrong.push(deviation(format!("something in {level} first"), described(first)));
        }
        for product in now {
            wrong.extend(self.check_one(product, before));
        }
        let first = reply.all_cards().next();
        if self.moved_by_history
            && let Some(card) = first.filter(|card| card.rank_without_history == 1)
        {
            let found = format!("{}, which is first without it too", card.title);
            wrong.push(deviation("something moved to the first place by history", found));
        }
        if let Some(words) = &self.why {
            let why = first.and_then(|card| card.why.clone()).unwrap_or_default();
            if !why.to_lowercase().contains(&words.to_lowercase()) {
                let expected = format!("“{words}” in the first product's reason");
                wrong.push(deviation(expected, format!("“{why}”")));
            }
        }
        wrong
    }

    fn check_one(&self, product: &Product, before: &[Product]) -> Vec<Deviation> {
        let price = product.price.map(|price| price.as_f64());
        let coloured = |colour: &String| product.colours.iter().any(|c| c.eq_ignore_ascii_case(colour));
        let cheapest: Option<Money> = before.iter().filter_map(|p| p.price).min_by_key(|price| price.minor);
        let cheaper = cheapest.is_some_and(|old| product.price.is_some_and(|p| p.minor < old.minor));
        let within = |level: &String| within(product, level);
        // Each condition with whether it breaks; one that is not set breaks nothing.
        let checks = [
            self.all_in.as_ref().filter(|l| !within(l)).map(|l| format!("all products in {l}")),
            self.none_in.as_ref().filter(|l| within(l)).map(|l| format!("no product in {l}")),
            self.up_to.filter(|most| price.is_none_or(|p| p > *most)).map(|m| format!("prices up to {m}")),
            self.from.filter(|least| price.is_none_or(|p| p < *least)).map(|l| format!("prices from {l}")),
            self.colour.as_ref().filter(|c| !coloured(c)).map(|c| format!("only products in {c}")),
            self.not_colour.as_ref().filter(|c| coloured(c)).map(|c| format!("no product in {c}")),
            self.brand.as_ref().filter(|b| **b != product.brand).map(|b| format!("only products of {b}")),
            (self.new && before.iter().any(|old| old.id == product.id))
                .then(|| "only products that were not shown before".to_owned()),
            (self.cheaper_than_before && !cheaper)
                .then(|| "only products cheaper than all before".to_owned()),
        ];
        checks.into_iter().flatten().map(|expected| deviation(expected, described(product))).collect()
    }
}

fn within(product: &Product, level: &str) -> bool {
    product.category.0.iter().any(|name| name.eq_ignore_ascii_case(level))
}

fn described(product: &Product) -> String {
    let price = product.price.map_or_else(String::new, |price| price.to_string());
    format!("{} ({}, {}, {price})", product.title, product.category, product.colours.join("/"))
}
