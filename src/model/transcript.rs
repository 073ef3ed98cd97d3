//! The record of one turn: everything that staff may ask about it later.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Action, CustomerId, DialogueKey, Dropped, Effect, Event, EventId, Incoming, Outcome, ProductId, Reason,
    Reply, Trace, TurnId, Understanding,
};

/// Which part had failed when a reply came from a lower rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Without the encoder: rules and words only.
    NoEncoder,
    /// Without the product index: answers and menus only.
    NoIndex,
    /// The encoder's queue was full.
    Busy,
}

/// How long each stage took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StageTimings {
    /// Text to meaning, the embedding included.
    pub understand: f64,
    /// Meaning to decision.
    pub decide: f64,
    /// Decision to outcome.
    pub act: f64,
    /// Outcome to reply.
    pub render: f64,
    /// Until it was safe on disk. Zero in the record itself, which is written before that is known.
    pub record: f64,
}

/// Which files answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// Of this program.
    pub shophand: String,
    /// Digest of the intent files.
    pub intents: String,
    /// Digest of the facts in `index/shop.yaml`.
    #[serde(default)]
    pub facts: String,
    /// Generation of the product index.
    pub index: String,
    /// Digest of segments and offers.
    #[serde(default)]
    pub offers: String,
}

/// A product of a reply with its place and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownProduct {
    /// Which.
    pub product: ProductId,
    /// Final score.
    pub score: f32,
    /// 1-based place without history.
    pub rank_without_history: usize,
    /// The strongest reason.
    pub reason: Option<Reason>,
    /// The parts of the score.
    pub trace: Trace,
}

/// One request of a message, from its meaning to what was shown for it. A step that the house takes by itself, to ask
/// an open question again, has the meaning of the whole message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was understood.
    pub understanding: Understanding,
    /// What was decided.
    pub action: Action,
    /// Which products, at which scores, and why.
    pub products: Vec<ShownProduct>,
    /// What a search had to let go of to find these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<Dropped>,
}

/// One turn, complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// Sorts by time.
    pub id: TurnId,
    /// When it was handled.
    pub at: Timestamp,
    /// What came in.
    pub incoming: Incoming,
    /// The linked customer at that time.
    pub customer: Option<CustomerId>,
    /// The first request, in most turns the only one. Its fields stand in the record itself.
    #[serde(flatten)]
    pub first: Step,
    /// What else was asked for or done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Step>,
    /// What was sent.
    pub reply: Reply,
    /// The history events that this turn added.
    pub events: Vec<EventId>,
    /// What else it changed.
    pub effects: Vec<Effect>,
    /// How long it took.
    pub timings: StageTimings,
    /// By which files.
    pub versions: Versions,
    /// Set when a part had failed.
    pub degraded: Option<Rung>,
}

impl TurnRecord {
    /// The dialogue that it belongs to.
    pub fn dialogue(&self) -> DialogueKey {
        self.incoming.dialogue()
    }

    /// All that was asked for and done, in order; at least one.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::once(&self.first).chain(&self.further)
    }
}

/// What `act` hands on: facts for the shopper, and what to remember.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// The facts.
    pub outcome: Outcome,
    /// History.
    pub events: Vec<Event>,
    /// Changes.
    pub effects: Vec<Effect>,
}
