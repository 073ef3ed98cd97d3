//! From an update to a turn: reads it, answers taps at once, and hands each chat's messages to the assistant in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use teloxide::Bot;
use teloxide::payloads::AnswerCallbackQuerySetters;
use teloxide::prelude::Requester;
use teloxide::types::{CallbackQueryId, Me};
use tokio::time::timeout;

use super::incoming::{Read, read};
use super::lanes::Lanes;
use super::sender::Outbox;
use super::{Phrases, Tuning, on_blocking};
use crate::channel::{TurnFailed, Turns};
use crate::model::{Incoming, TurnRecord};
use crate::store::{Delivery, Store, Update};

/// See the module.
pub(super) struct Dispatcher {
    pub bot: Bot,
    pub me: Me,
    pub turns: Arc<dyn Turns>,
    pub store: Arc<dyn Store>,
    pub outbox: Arc<Outbox>,
    pub lanes: Arc<Lanes>,
    pub phrases: Phrases,
    pub tuning: Tuning,
}

impl Dispatcher {
    /// Takes one journaled update: queues its turn, or notes that it needs none.
    pub(super) async fn take(self: &Arc<Self>, update: Update) {
        // teloxide panics on some updates that it does not expect; one of them must not end the polling.
        let reading = catch_unwind(AssertUnwindSafe(|| read(&update.json, update.at, &self.me)));
        match reading.unwrap_or_else(|panic| Read::Skip(words_of(&*panic))) {
            Read::Turn { incoming, callback } => {
                if let Some(callback) = callback {
                    self.answer_tap(callback, None);
                }
                let desk = self.clone();
                let chat = incoming.chat.clone();
                let job = async move { desk.turn(incoming, update.id).await };
                self.lanes.push(chat, job.boxed()).await;
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

    /// Begins no further turn and waits for those in hand, at most for `grace`. Updates that still wait are journaled and
    /// come again at the next start.
    pub(super) async fn finish(&self, grace: Duration) {
        if timeout(grace, self.lanes.close()).await.is_err() {
            tracing::warn!("a turn takes too long to wait for; it is taken again at the next start");
        }
        self.lanes.abort();
    }

    async fn turn(&self, incoming: Incoming, update: i64) {
        let chat = incoming.chat.clone();
        let taken = AssertUnwindSafe(async { self.turns.take(incoming.clone(), vec![update]).await });
        let outcome = tokio::select! {
            outcome = taken.catch_unwind() => outcome.unwrap_or_else(|panic| Err(TurnFailed(words_of(&*panic)))),
            never = self.outbox.keep_typing(&chat) => match never {},
        };
        match outcome {
            Ok(record) => self.deliver(record).await,
            Err(error) => {
                tracing::error!(update, %chat, %error, "a turn failed; the shopper gets an apology");
                self.outbox.say(chat, self.turns.apology(&incoming)).await;
                // The shopper has been asked to try again; taking it anew at every start could fail every time.
                self.skip(update).await;
            }
        }
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
