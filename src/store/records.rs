//! The records that only the store and its callers know.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    ChatId, CustomerId, Dialogue, Effect, Event, Personalization, ShopperId, TurnId, TurnRecord,
    Understanding, Via,
};

/// All that one turn writes.
#[derive(Debug, Clone)]
pub struct TurnWrite {
    /// The transcript record, with its effects.
    pub record: TurnRecord,
    /// History to add; their ids are in `record.events`.
    pub events: Vec<Event>,
    /// The dialogue from now on.
    pub dialogue: Dialogue,
    /// Whether the reply must be put into the outbox (Telegram), or is shown by the caller at once (terminal).
    pub deliver: bool,
    /// The journaled updates that this turn handles: several when messages came in a burst.
    pub updates: Vec<i64>,
}

/// What is known of a shopper besides their history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopperRecord {
    /// The channel's id.
    pub id: ShopperId,
    /// The customer they have proved to be.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// What the channel calls them.
    #[serde(default)]
    pub name: Option<String>,
    /// Their choice.
    #[serde(default)]
    pub personalization: Personalization,
    /// Their first turn.
    pub first_seen: Timestamp,
    /// Their last turn.
    pub last_seen: Timestamp,
    /// Since when a person is wanted, until staff answer.
    #[serde(default)]
    pub wants_person: Option<Timestamp>,
}

/// A one-time token of a deep link from the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkToken {
    /// 22 or more characters of A–Z a–z 0–9 _ -, unguessable.
    pub token: String,
    /// Whom it makes the shopper.
    pub customer: CustomerId,
    /// It is void from then on.
    pub expires: Timestamp,
}

/// Kind of record → how many.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErasureReceipt(pub BTreeMap<String, usize>);

/// How far a feed was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPosition {
    /// Kind and digest of the file: `orders:3fa9…`. The same bytes resume; other bytes start anew.
    pub feed: String,
    /// Rows that are safely stored.
    pub rows: u64,
    /// Whether the end was reached.
    pub finished: bool,
}

/// Which turns to list. Every condition that is set must hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TranscriptFilter {
    /// Understood as this intent.
    pub intent: Option<String>,
    /// With a confidence below this.
    pub confidence_below: Option<f32>,
    /// Not understood.
    pub out_of_scope: bool,
    /// The shopper asked for a person in this turn.
    pub wants_person: bool,
    /// At or after.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// By this shopper.
    pub shopper: Option<ShopperId>,
    /// All of these words occur in the message or in the reply, in any order, without regard to case.
    pub words: Vec<String>,
}

impl TranscriptFilter {
    /// Whether every condition that is set holds for this turn.
    pub fn matches(&self, turn: &TurnRecord) -> bool {
        let any = |holds: &dyn Fn(&Understanding) -> bool| turn.steps().any(|s| holds(&s.understanding));
        self.intent
            .as_deref()
            .is_none_or(|name| any(&|u| u.intent.as_ref().is_some_and(|i| i.as_str() == name)))
            && self.confidence_below.is_none_or(|bound| any(&|u| u.confidence < bound))
            && (!self.out_of_scope || any(&|u| u.intent.is_none() && u.via != Via::Certain))
            && (!self.wants_person || turn.effects.contains(&Effect::RequestPerson))
            && self.since.is_none_or(|since| turn.at >= since)
            && self.until.is_none_or(|until| turn.at < until)
            && self.shopper.as_ref().is_none_or(|shopper| turn.incoming.shopper == *shopper)
            && self.has_words(turn)
    }

    fn has_words(&self, turn: &TurnRecord) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let mut said = vec![turn.incoming.input.text()];
        said.extend(turn.steps().map(|step| step.understanding.text.as_str()));
        said.extend(turn.reply.parts().map(|part| part.text.as_str()));
        said.extend(turn.reply.all_cards().flat_map(|card| [card.title.as_str(), card.details.as_str()]));
        let said = said.join("\n").to_lowercase();
        self.words.iter().all(|word| said.contains(&word.to_lowercase()))
    }
}

/// A Telegram update as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Telegram's `update_id`.
    pub id: i64,
    /// When we got it.
    pub at: Timestamp,
    /// Who caused it, so that `/forget` finds what still waits; `None` when nobody did.
    #[serde(default)]
    pub shopper: Option<ShopperId>,
    /// The JSON.
    pub json: String,
    /// How often it was begun anew after a run of the program that did not finish it.
    #[serde(default)]
    pub attempts: u32,
}

/// A reply on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The turn whose reply it is.
    pub turn: TurnId,
    /// Where it goes.
    pub chat: ChatId,
    /// How many of its messages were confirmed.
    pub sent: usize,
}
