//! Our own long-polling loop. An update is in the journal before anything else happens to it, and only then confirmed to
//! Telegram by asking for the one after it; so a crash loses none.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use teloxide::{ApiError, Bot, RequestError};
use tokio::time::{sleep, timeout};

use super::dispatch::Dispatcher;
use super::incoming;
use super::request::{self, RawUpdates};
use super::{TelegramError, Tuning, on_blocking};
use crate::store::{Store, StoreError, Update};

/// The kinds of update that [`super::incoming`] knows what to do with.
const KINDS: &[&str] = &["message", "edited_message", "callback_query", "my_chat_member"];
/// The most that Telegram gives at once.
const BATCH: u8 = 100;

/// Polls until Telegram no longer knows the token. Ends only with an error.
pub(super) async fn poll(
    bot: &Bot,
    store: &Arc<dyn Store>,
    desk: &Arc<Dispatcher>,
    tuning: &Tuning,
) -> TelegramError {
    let mut offset = None;
    let mut backoff = tuning.backoff();
    loop {
        let ask = RawUpdates { offset, limit: BATCH, timeout: tuning.poll.as_secs(), allowed_updates: KINDS };
        let answer = timeout(tuning.poll + tuning.request, request::updates(bot, ask)).await;
        match answer {
            Ok(Ok(updates)) => match journal(store, updates).await {
                Ok(batch) => {
                    backoff = tuning.backoff();
                    offset = batch.next_offset.or(offset);
                    for update in batch.fresh {
                        desk.take(update, false).await;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "updates cannot be journaled; Telegram keeps them until they can");
                    sleep(backoff.next()).await;
                }
            },
            Ok(Err(RequestError::Api(ApiError::InvalidToken))) => return TelegramError::BadToken,
            Ok(Err(error)) => pause(&error, backoff.next()).await,
            Err(_) => sleep(backoff.next()).await,
        }
    }
}

async fn pause(error: &RequestError, wait: Duration) {
    let words = error.to_string();
    if words.contains("terminated by other getUpdates") {
        tracing::error!(
            ?wait,
            "another process polls with this bot's token: stop it, or give it a token of its own"
        );
    } else if words.contains("webhook is active") {
        tracing::error!(?wait, "a webhook is set for this bot: remove it, or stop what set it");
    } else {
        tracing::warn!(%error, ?wait, "Telegram cannot be reached; trying again");
    }
    let asked = match error {
        RequestError::RetryAfter(seconds) => seconds.duration(),
        _ => Duration::ZERO,
    };
    sleep(wait.max(asked)).await;
}

/// What came of one answer to getUpdates.
struct Batch {
    /// New to the journal.
    fresh: Vec<Update>,
    /// Behind everything that is in the journal now; `None` for an empty answer.
    next_offset: Option<i64>,
}

/// Journals a batch in order. When the store fails in the middle, what was journaled before counts.
async fn journal(store: &Arc<dyn Store>, updates: Vec<Value>) -> Result<Batch, StoreError> {
    let at = Timestamp::now();
    on_blocking(store, move |store| {
        let mut batch = Batch { fresh: Vec::new(), next_offset: None };
        for value in updates {
            let Some(id) = value.get("update_id").and_then(Value::as_i64) else {
                tracing::error!("an update without an update_id cannot be confirmed nor handled");
                continue;
            };
            let shopper = incoming::shopper(&value);
            let update = Update { id, at, shopper, json: value.to_string(), attempts: 0 };
            match store.journal(&update) {
                Ok(true) => batch.fresh.push(update),
                Ok(false) => tracing::debug!(update = id, "an update came twice"),
                Err(error) if batch.next_offset.is_none() => return Err(error),
                Err(error) => {
                    tracing::error!(update = id, %error, "an update cannot be journaled; Telegram keeps it");
                    break;
                }
            }
            batch.next_offset = batch.next_offset.max(Some(id + 1));
        }
        Ok(batch)
    })
    .await
}
