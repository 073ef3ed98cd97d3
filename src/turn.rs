//! One turn of conversation, one way through the house.

use std::sync::{Arc, RwLock};
use std::time::Instant;

use crate::act::{ActError, LinkLimits, Stage, act};
use crate::catalog::Catalog;
use crate::decide::{self, Decision, decide, settle};
use crate::ids::Ids;
use crate::live::{Current, Snapshot};
use crate::model::{
    Acted, Channel, Dialogue, Effect, EventId, Identity, Incoming, Input, Outcome, Reply, Rung, Scored,
    ShownProduct, StageTimings, Tap, TurnId, TurnRecord, Understanding, Versions,
};
use crate::personal::Crowd;
use crate::render::{self, Words, render};
use crate::store::{Store, StoreError, TurnWrite};
use crate::understand::Heard;

/// Why a turn could not be recorded. Nothing was changed; the same message can be handled again.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part panicked.
    #[error("the turn stopped midway: {0}; the message is kept and can be handled again")]
    Stopped(String),
}

/// How a turn enters and leaves the house.
#[derive(Debug, Clone, Default)]
pub struct Passage {
    /// The journaled updates that it handles: several when messages came in a burst.
    pub updates: Vec<i64>,
    /// Whether the reply goes through the outbox.
    pub outbox: bool,
}

/// Everything that a turn needs. Shared by all channels.
pub struct Assistant {
    /// What the shop understands and says, as its files are just now.
    pub current: Arc<Current>,
    /// The products.
    pub catalog: Catalog,
    /// What must survive.
    pub store: Arc<dyn Store>,
    /// What everybody does; replaced as a whole when it is counted anew.
    pub crowd: RwLock<Arc<Crowd>>,
    /// How far history may move a product.
    pub personal_weight: f32,
    /// How often one may guess an order.
    pub limits: LinkLimits,
    /// Makes ids.
    pub ids: Ids,
}

/// What is known before the message is read.
struct Remembered {
    /// Whatever is saved meanwhile, the turn stays with the files that it began with.
    files: Arc<Snapshot>,
    dialogue: Dialogue,
    identity: Identity,
    tap: Option<Tap>,
}

impl Assistant {
    /// Handles one message: understand → decide → act → render → record. When this returns, the turn is on disk,
    /// and the reply may be sent.
    ///
    /// # Errors
    /// [`TurnError`] when the store cannot be read or written. Any other failure is a reply that says so.
    pub async fn turn(
        self: &Arc<Self>,
        incoming: Incoming,
        passage: Passage,
    ) -> Result<TurnRecord, TurnError> {
        match self.once(incoming.clone(), passage.clone()).await {
            // Another turn spent the same one-time link meanwhile: with that known, this one ends differently.
            Err(TurnError::Store(StoreError::Conflict { .. })) => self.once(incoming, passage).await,
            done => done,
        }
    }

    async fn once(self: &Arc<Self>, incoming: Incoming, passage: Passage) -> Result<TurnRecord, TurnError> {
        let mut timings = StageTimings::default();
        let (this, heard) = (self.clone(), incoming.clone());
        let remembered = blocking(move || this.remember(&heard)).await??;

        let started = Instant::now();
        let understanding = self.understand(&incoming, &remembered).await;
        timings.understand = millis(started);

        let started = Instant::now();
        let decision = self.decide(&incoming, &understanding, &remembered);
        timings.decide = millis(started);

        let this = self.clone();
        blocking(move || this.finish(incoming, passage, understanding, decision, &remembered, timings))
            .await?
    }

    /// The dialogue, the person and the meaning of a tapped button.
    fn remember(&self, incoming: &Incoming) -> Result<Remembered, StoreError> {
        let known = self.store.shopper(&incoming.shopper)?;
        let tap = match &incoming.input {
            Input::Tap(token) => {
                let turn = self.store.turn(token.turn)?.filter(|turn| turn.incoming.chat == incoming.chat);
                turn.and_then(|turn| {
                    turn.reply.all_buttons().nth(token.index as usize).map(|b| b.tap.clone())
                })
            }
            _ => None,
        };
        Ok(Remembered {
            files: self.current.snapshot(),
            dialogue: self.store.dialogue(&incoming.dialogue())?.unwrap_or_default(),
            identity: Identity {
                shopper: incoming.shopper.clone(),
                customer: known.as_ref().and_then(|known| known.customer.clone()),
                personalization: known.map(|known| known.personalization).unwrap_or_default(),
                private: incoming.private,
            },
            tap,
        })
    }

    async fn understand(&self, incoming: &Incoming, remembered: &Remembered) -> Understanding {
        let language = incoming.language.as_deref();
        let text = match (&incoming.input, &remembered.tap) {
            (Input::Tap(_), Some(Tap::Say(text))) => text,
            (Input::Text(text) | Input::Edited(text), _) => text,
            (Input::Media { kind, caption }, _) if kind != "sticker" && !caption.trim().is_empty() => caption,
            // Buttons, commands and pictures say what they are: there is nothing to understand.
            _ => {
                let code = &remembered.files.intents.language(language.unwrap_or_default()).code;
                return Understanding::certain(incoming.input.text(), code);
            }
        };
        let expecting = decide::expecting(&remembered.dialogue);
        remembered.files.understander.understand(Heard { text, language, expecting, at: incoming.at }).await
    }

    fn decide(
        &self,
        incoming: &Incoming,
        understanding: &Understanding,
        remembered: &Remembered,
    ) -> Decision {
        let said;
        let incoming = match &remembered.tap {
            Some(Tap::Say(text)) => {
                said = Incoming { input: Input::Text(text.clone()), ..incoming.clone() };
                &said
            }
            _ => incoming,
        };
        let heard = decide::Heard {
            incoming,
            understanding,
            tap: remembered.tap.as_ref(),
            identity: &remembered.identity,
            language: remembered.files.intents.language(&understanding.language),
        };
        decide(&heard, &remembered.dialogue)
    }

    /// Act, render and record, on a blocking thread.
    fn finish(
        &self,
        incoming: Incoming,
        passage: Passage,
        understanding: Understanding,
        decision: Decision,
        remembered: &Remembered,
        mut timings: StageTimings,
    ) -> Result<TurnRecord, TurnError> {
        let id = self.ids.turn(incoming.at);
        let started = Instant::now();
        let (acted, failed) = self.act(&decision, &remembered.identity, &incoming);
        timings.act = millis(started);

        let started = Instant::now();
        let dialogue = settle(decision.dialogue, &acted.outcome);
        let reply = self.render(&acted.outcome, remembered, &understanding, &incoming, id);
        timings.render = millis(started);

        let mut record = TurnRecord {
            id,
            at: incoming.at,
            customer: remembered.identity.customer.clone(),
            action: decision.action,
            products: shown(&acted.outcome),
            reply,
            events: acted.events.iter().map(|event| event.id).collect::<Vec<EventId>>(),
            effects: acted.effects,
            timings,
            versions: self.versions(&remembered.files),
            degraded: failed.or(understanding.degraded),
            understanding,
            incoming,
        };
        let started = Instant::now();
        self.store.record_turn(TurnWrite {
            record: record.clone(),
            events: acted.events,
            dialogue,
            deliver: passage.outbox,
            updates: passage.updates,
        })?;
        record.timings.record = millis(started);
        Ok(record)
    }

    /// A failing part becomes a reply that says so; it is logged here, once.
    fn act(&self, decision: &Decision, identity: &Identity, incoming: &Incoming) -> (Acted, Option<Rung>) {
        let crowd = self.crowd.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let stage = Stage {
            catalog: &self.catalog,
            store: self.store.as_ref(),
            crowd: &crowd,
            personal_weight: self.personal_weight,
            identity,
            incoming,
            now: incoming.at,
            ids: &self.ids,
            page: page_size(incoming.channel),
            limits: self.limits,
        };
        match act(&decision.action, &stage) {
            Ok(acted) => (acted, None),
            Err(error) => {
                tracing::error!(action = decision.action.name(), %error, "the action failed");
                let rung = matches!(error, ActError::Catalog(_)).then_some(Rung::NoIndex);
                let outcome = Outcome::Unavailable { rung };
                (Acted { outcome, events: Vec::new(), effects: Vec::<Effect>::new() }, rung)
            }
        }
    }

    fn render(
        &self,
        outcome: &Outcome,
        remembered: &Remembered,
        understanding: &Understanding,
        incoming: &Incoming,
        id: TurnId,
    ) -> Reply {
        let words = Words {
            language: remembered.files.intents.language(&understanding.language),
            facts: &remembered.files.facts,
            // The random part of the id chooses among variants, so a replay with the same ids says the same words.
            seed: (id.0.random() >> 16) as u64,
        };
        render(outcome, &render::Scene { words, identity: &remembered.identity, now: incoming.at })
    }

    /// Puts a new count of what everybody does in the place of the old one, for turns from now on.
    pub fn replace_crowd(&self, crowd: Crowd) {
        *self.crowd.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(crowd);
    }

    /// Which files answered.
    fn versions(&self, files: &Snapshot) -> Versions {
        Versions {
            shophand: env!("CARGO_PKG_VERSION").to_owned(),
            intents: files.intents.version.clone(),
            facts: files.facts_version.clone(),
            index: self.catalog.version(),
        }
    }
}

/// Five fit a terminal; on a phone each product is a picture of its own, so three.
fn page_size(channel: Channel) -> usize {
    match channel {
        Channel::Terminal => 5,
        Channel::Telegram => 3,
    }
}

fn shown(outcome: &Outcome) -> Vec<ShownProduct> {
    let items: &[Scored] = match outcome {
        Outcome::Found { items, .. } | Outcome::Recommended { items, .. } | Outcome::Alike { items, .. } => {
            items
        }
        Outcome::Detail { item } => std::slice::from_ref(item),
        _ => &[],
    };
    items
        .iter()
        .map(|item| ShownProduct {
            product: item.product.id.clone(),
            score: item.score,
            rank_without_history: item.rank_without_history,
            reason: item.reason.clone(),
            trace: item.trace.clone(),
        })
        .collect()
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Runs what blocks (sled, tantivy) off the async workers.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TurnError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| TurnError::Stopped(error.to_string()))
}
