//! One turn of conversation, one way through the house.

use std::sync::{Arc, RwLock};
use std::time::Instant;

mod course;

use course::Course;

use crate::act::{ActError, LinkLimits, Stage, act, prices};
use crate::decide;
use crate::ids::Ids;
use crate::live::{Current, Snapshot};
use crate::model::{
    Acted, Action, Dialogue, EventId, Identity, Incoming, Input, ShopperId, StageTimings, Tap, TurnRecord,
    Understanding, Vector, Versions,
};
use crate::offers::{Book, Stall};
use crate::personal::Crowd;
use crate::redact;
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

/// How often a turn is tried before it goes without what others want too.
const TRIES: usize = 2;

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
    /// What the shop understands, says and sells, as its files are just now.
    pub current: Arc<Current>,
    /// What must survive.
    pub store: Arc<dyn Store>,
    /// What everybody does; replaced as a whole when it is counted anew.
    pub crowd: RwLock<Arc<Crowd>>,
    /// What is looked at, sold and paid, and what offers make of it.
    pub stall: Stall,
    /// How often one may guess an order.
    pub limits: LinkLimits,
    /// Makes ids.
    pub ids: Ids,
}

/// Who asks, with which files, and how much is shown.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The files of the turn.
    pub files: &'a Snapshot,
    /// Who.
    pub identity: &'a Identity,
    /// What came in, and when.
    pub incoming: &'a Incoming,
    /// How many products are shown.
    pub page: usize,
    /// Whether a price may be promised that was not promised before.
    pub promises: bool,
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
    /// Handles one message: understand → decide → act → render → record, the middle three for each request that the
    /// message makes. When this returns, the turn is on disk, and the reply may be sent.
    ///
    /// # Errors
    /// [`TurnError`] when the store cannot be read or written. Any other failure is a reply that says so.
    pub async fn turn(
        self: &Arc<Self>,
        incoming: Incoming,
        passage: Passage,
    ) -> Result<TurnRecord, TurnError> {
        for _ in 0..TRIES {
            match self.once(incoming.clone(), passage.clone(), true).await {
                // Another turn spent the same one-time link, or the rest of a budget, meanwhile: with that known, this one
                // ends differently.
                Err(TurnError::Store(StoreError::Conflict { .. })) => {}
                done => return done,
            }
        }
        // Many want the last of a budget: this one goes without.
        self.once(incoming, passage, false).await
    }

    async fn once(
        self: &Arc<Self>,
        incoming: Incoming,
        passage: Passage,
        promises: bool,
    ) -> Result<TurnRecord, TurnError> {
        let mut timings = StageTimings::default();
        let (this, heard) = (self.clone(), incoming.clone());
        let remembered = blocking(move || this.remember(&heard)).await??;

        let started = Instant::now();
        let requests = self.understand(&incoming, &remembered).await;
        timings.understand = millis(started);

        let this = self.clone();
        blocking(move || {
            let mut course = Course::new(&this, &incoming, remembered, timings);
            course.promises = promises;
            course.follow(&requests);
            let end = course.end();
            this.record(incoming, passage, end)
        })
        .await?
    }

    /// The dialogue, the person and the meaning of a tapped button.
    fn remember(&self, incoming: &Incoming) -> Result<Remembered, StoreError> {
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
            identity: self.identity(&incoming.shopper, incoming.private)?,
            tap,
        })
    }

    /// What the message asks for: mostly one thing, in its order when there are several.
    async fn understand(&self, incoming: &Incoming, remembered: &Remembered) -> Vec<Understanding> {
        let spoken = remembered.dialogue.language.as_deref();
        let language = spoken.or(incoming.language.as_deref());
        let text = match (&incoming.input, &remembered.tap) {
            (Input::Tap(_), Some(Tap::Say(text))) => text,
            (Input::Text(text) | Input::Edited(text), _) => text,
            (Input::Media { kind, caption }, _) if kind != "sticker" && !caption.trim().is_empty() => caption,
            // Buttons, commands and pictures say what they are: there is nothing to understand.
            _ => {
                let code = &remembered.files.intents.language(language.unwrap_or_default()).code;
                return vec![Understanding::certain(incoming.input.text(), code)];
            }
        };
        let expecting = decide::expecting(&remembered.dialogue);
        let heard = Heard { text, language, expecting, at: incoming.at };
        remembered.files.understander.requests(heard).await
    }

    /// Writes the turn, all of it or nothing.
    fn record(
        &self,
        incoming: Incoming,
        passage: Passage,
        end: course::End,
    ) -> Result<TurnRecord, TurnError> {
        let mut steps = end.steps.into_iter();
        let first = steps.next().ok_or_else(|| TurnError::Stopped("nothing was decided".to_owned()))?;
        let mut record = TurnRecord {
            id: end.id,
            at: incoming.at,
            customer: end.customer,
            first,
            further: steps.collect(),
            reply: end.reply,
            events: end.events.iter().map(|event| event.id).collect::<Vec<EventId>>(),
            effects: end.effects,
            timings: end.timings,
            versions: versions(&end.files),
            degraded: end.degraded,
            incoming,
        };
        let started = Instant::now();
        let mut events = end.events;
        redact::turn(&mut record, &mut events).map_err(|error| TurnError::Stopped(error.to_string()))?;
        self.store.record_turn(TurnWrite {
            record: record.clone(),
            events,
            dialogue: end.dialogue,
            deliver: passage.outbox,
            updates: passage.updates,
        })?;
        record.timings.record = millis(started);
        Ok(record)
    }

    /// What was decided with what the message meant, where products can be compared with it.
    pub fn with_meaning(mut action: Action, meant: &Understanding, files: &Snapshot) -> Action {
        if let (Action::Search { query, .. }, Some(vector)) = (&mut action, &meant.embedding)
            && files.catalog.has_meaning()
            && !query.text.is_empty()
        {
            query.meaning = Some(Vector::of(vector));
        }
        action
    }

    /// Carries out an action as a turn would, for whoever wants to look: nothing is recorded.
    ///
    /// # Errors
    /// [`ActError`] when the index or the store fails.
    pub fn look(&self, action: &Action, at: &Asking<'_>) -> Result<Acted, ActError> {
        let crowd = self.crowd.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let now = at.incoming.at;
        let mut catalog = at.files.catalog.at(at.files.facts.clock(now));
        let book = self.book(at)?;
        if !book.is_empty() {
            catalog = catalog.at_prices_of(book.clone());
        }
        let stage = Stage {
            catalog: &catalog,
            store: self.store.as_ref(),
            crowd: &crowd,
            personal_weight: catalog.settings().personal.weight,
            identity: at.identity,
            incoming: at.incoming,
            history: None,
            now,
            ids: &self.ids,
            page: at.page,
            limits: self.limits,
        };
        let mut acted = act(action, &stage)?;
        prices::promise(&mut acted, &book);
        Ok(acted)
    }

    /// What the one who asks pays.
    ///
    /// # Errors
    /// [`ActError`] when the index or the store fails.
    pub fn book(&self, at: &Asking<'_>) -> Result<Arc<Book>, ActError> {
        let (files, now, market) = (at.files, at.incoming.at, self.stall.market());
        prices::book(&prices::Sources {
            terms: &files.terms,
            table: self.stall.table(&files.terms, &files.catalog, now)?,
            market: &market,
            catalog: &files.catalog,
            store: self.store.as_ref(),
            identity: at.identity,
            timezone: &files.facts.timezone,
            now,
            promises: at.promises,
        })
    }

    /// Who somebody is, as far as the store knows.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn identity(&self, shopper: &ShopperId, private: bool) -> Result<Identity, StoreError> {
        let known = self.store.shopper(shopper)?;
        Ok(Identity {
            shopper: shopper.clone(),
            customer: known.as_ref().and_then(|known| known.customer.clone()),
            personalization: known.map(|known| known.personalization).unwrap_or_default(),
            private,
        })
    }

    /// Puts a new count of what everybody does in the place of the old one, for turns from now on.
    pub fn replace_crowd(&self, crowd: Crowd) {
        *self.crowd.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(crowd);
    }
}

/// Which files answered.
fn versions(files: &Snapshot) -> Versions {
    Versions {
        shophand: env!("CARGO_PKG_VERSION").to_owned(),
        intents: files.intents.version.clone(),
        facts: files.facts_version.clone(),
        index: files.catalog.version(),
        offers: files.terms.version.clone(),
    }
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Runs what blocks (sled, tantivy) off the async workers.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TurnError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| TurnError::Stopped(error.to_string()))
}
