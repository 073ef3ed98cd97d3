//! From an update to a turn: reads it, answers taps at once, and hands each chat's messages to the assistant in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use teloxide::Bot;
use teloxide::payloads::AnswerCallbackQuerySetters;
use teloxide::prelude::Requester;
use teloxide::types::{CallbackQueryId, Me};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::burst::{Burst, Due, Part, Quiet, Windows};
use super::incoming::{Read, read};
use super::lanes::Lanes;
use super::sender::Outbox;
use super::{Phrases, Tuning, on_blocking};
use crate::channel::{TurnFailed, Turns};
use crate::model::{ChatId, Incoming, Input, TurnRecord};
use crate::store::{Delivery, Store, Update};

/// An update that was begun so often by runs of the program that ended is not begun again.
const ATTEMPTS: u32 = 5;

/// See the module.
pub(super) struct Dispatcher {
    pub bot: Bot,
    pub me: Me,
    pub turns: Arc<dyn Turns>,
    pub store: Arc<dyn Store>,
    pub outbox: Arc<Outbox>,
    pub lanes: Arc<Lanes>,
    /// Held while a burst goes to its lane, so that nothing of its chat gets there first.
    pub windows: tokio::sync::Mutex<Windows>,
    pub timers: Mutex<JoinSet<()>>,
    pub phrases: Phrases,
    pub tuning: Tuning,
}

impl Dispatcher {
    /// Takes one journaled update: queues its turn, or notes that it needs none.
    /// `resumed` is true for one that an earlier run of the program left unhandled.
    pub(super) async fn take(self: &Arc<Self>, update: Update, resumed: bool) {
        // teloxide panics on some updates that it does not expect; one of them must not end the polling.
        let reading = catch_unwind(AssertUnwindSafe(|| read(&update.json, update.at, &self.me)));
        match reading.unwrap_or_else(|panic| Read::Skip(words_of(&*panic))) {
            Read::Turn { incoming, callback, message } => {
                if let Some(callback) = callback {
                    self.answer_tap(callback, None);
                }
                let (id, attempts) = (update.id, update.attempts);
                let waits = matches!(incoming.input, Input::Text(_)) && !self.tuning.quiet.is_zero();
                let expected = waits && self.turns.expects(&incoming).await;
                let incoming = *incoming;
                self.offer(Part { update: id, message, incoming, attempts, resumed, expected }).await;
            }
            Read::StaleButton { callback } => {
                self.answer_tap(callback, Some(self.phrases.stale_button.clone()));
                self.skip(update.id).await;
            }
            Read::Skip(why) => {
                tracing::info!(update = update.id, %why, "skipped an update");
                self.skip(update.id).await;
            }
        }
    }

    /// Joins it to the burst of its chat, or begins one.
    async fn offer(self: &Arc<Self>, part: Part) {
        let chat = part.incoming.chat.clone();
        let mut windows = self.windows.lock().await;
        let offered = windows.offer(part, Quiet::of(&self.tuning), Instant::now());
        for burst in offered.complete {
            self.queue(burst).await;
        }
        if let Some(id) = offered.opened {
            let desk = self.clone();
            let mut timers = self.timers.lock().unwrap_or_else(PoisonError::into_inner);
            while timers.try_join_next().is_some() {}
            timers.spawn(async move { desk.close_in_time(chat, id).await });
        }
    }

    /// Waits until a window has been quiet for long enough, and has its burst answered.
    async fn close_in_time(self: Arc<Self>, chat: ChatId, id: u64) {
        loop {
            let mut windows = self.windows.lock().await;
            match windows.due(&chat, id, Instant::now()) {
                Due::Now(burst) => return self.queue(burst).await,
                Due::Gone => return,
                Due::At(when) => {
                    drop(windows);
                    tokio::time::sleep_until(when.into()).await;
                }
            }
        }
    }

    async fn queue(self: &Arc<Self>, burst: Burst) {
        let Some(incoming) = burst.incoming() else { return };
        let desk = self.clone();
        let chat = incoming.chat.clone();
        let job = async move { desk.turn(incoming, burst).await };
        self.lanes.push(chat, job.boxed()).await;
    }

    /// Ends everything at once, as losing power would.
    pub(super) fn abort(&self) {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        self.lanes.abort();
    }

    /// Begins no further turn and waits for those in hand, at most for `grace`. Updates that still wait are journaled and
    /// come again at the next start.
    pub(super) async fn finish(&self, grace: Duration) {
        if timeout(grace, self.lanes.close()).await.is_err() {
            tracing::warn!("a turn takes too long to wait for; it is taken again at the next start");
        }
        self.abort();
    }

    async fn turn(&self, incoming: Incoming, burst: Burst) {
        let (chat, updates) = (incoming.chat.clone(), burst.updates());
        if self.is_hopeless(&burst).await {
            tracing::error!(
                ?updates, %chat,
                "the program ended {ATTEMPTS} times while it handled these updates; they are set aside, and the shopper gets an apology"
            );
            return self.give_up(&incoming, updates).await;
        }
        let taken = AssertUnwindSafe(async { self.turns.take(incoming.clone(), updates.clone()).await });
        let outcome = tokio::select! {
            outcome = taken.catch_unwind() => outcome.unwrap_or_else(|panic| Err(TurnFailed(words_of(&*panic)))),
            never = self.outbox.keep_typing(&chat) => match never {},
        };
        match outcome {
            Ok(record) => self.deliver(record).await,
            Err(error) => {
                tracing::error!(?updates, %chat, %error, "a turn failed; the shopper gets an apology");
                // The shopper is asked to try again; taking it anew at every start could fail every time.
                self.give_up(&incoming, updates).await;
            }
        }
    }

    async fn give_up(&self, incoming: &Incoming, updates: Vec<i64>) {
        self.outbox.say(incoming.chat.clone(), self.turns.apology(incoming)).await;
        for update in updates {
            self.skip(update).await;
        }
    }

    /// Counts that updates which an earlier run has left are begun once more. An update that ends the whole program each
    /// time would otherwise do so at every start.
    async fn is_hopeless(&self, burst: &Burst) -> bool {
        let mut most = 0;
        for update in burst.resumed() {
            match on_blocking(&self.store, move |store| store.attempt(update)).await {
                Ok(attempts) => most = most.max(attempts),
                Err(error) => tracing::error!(update, %error, "an attempt could not be counted"),
            }
        }
        most >= ATTEMPTS
    }

    async fn deliver(&self, record: TurnRecord) {
        let delivery = Delivery { turn: record.id, chat: record.incoming.chat, sent: 0 };
        self.outbox.deliver(delivery, Some(record.reply)).await;
    }

    /// Ends the spinner on a tapped button; Telegram wants that within seconds, so it waits for no turn.
    fn answer_tap(&self, callback: String, toast: Option<String>) {
        let mut answer = self.bot.answer_callback_query(CallbackQueryId(callback));
        if let Some(toast) = toast {
            answer = answer.text(toast);
        }
        let limit = self.tuning.request;
        tokio::spawn(async move {
            match timeout(limit, async { answer.await }).await {
                Ok(Ok(_)) => {}
                // After a restart the query is too old, which harms nobody.
                Ok(Err(error)) => tracing::debug!(%error, "a tap could not be acknowledged"),
                Err(_) => tracing::debug!("a tap could not be acknowledged in time"),
            }
        });
    }

    async fn skip(&self, update: i64) {
        if let Err(error) = on_blocking(&self.store, move |store| store.skip_update(update)).await {
            tracing::error!(update, %error, "an update could not be marked as handled");
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", words.unwrap_or_else(|| "without words".to_owned()))
}
