//! The outbox: sends replies message by message, each chat in order and at its own pace, until Telegram has confirmed
//! them. Telegram knows no idempotency key, so a message whose confirmation got lost is sent again: at least once.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use quick_cache::sync::Cache;
use teloxide::prelude::Requester;
use teloxide::types::{ChatAction, ChatId as TelegramChat};
use teloxide::{Bot, RequestError};
use tokio::time::{sleep, timeout};

use super::lanes::Lanes;
use super::outgoing::{self, Body, OutMessage};
use super::pace::Pace;
use super::request::{self, Verdict};
use super::{Tuning, on_blocking};
use crate::channel::pictures::{Picture, Pictures};
use crate::model::{ChatId, Reply, TurnId};
use crate::store::{Delivery, Store, StoreError};

/// Pictures whose upload is remembered.
const UPLOADS: usize = 20_000;
/// Chats that are sent to at the same time; the pace for all of them together is the narrower limit.
const CHATS_AT_ONCE: u32 = 1_000;
/// Telegram shows "typing…" for about five seconds.
const TYPING_LASTS: Duration = Duration::from_millis(4_500);

/// See the module.
pub(super) struct Outbox {
    bot: Bot,
    store: Arc<dyn Store>,
    pictures: Arc<Pictures>,
    lanes: Arc<Lanes>,
    pace: Pace,
    uploads: Cache<String, String>,
    moved: Mutex<HashMap<i64, i64>>,
    tuning: Tuning,
}

/// What became of one message.
enum Sent {
    Confirmed,
    /// Telegram will not take this message in any form.
    Refused(String),
    /// Telegram will not take any message for this chat.
    Gone(String),
}

/// The ways to send a message, best first.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// As it is meant, with its picture.
    Full,
    /// Words with marks.
    Marked,
    /// Words.
    Plain,
}

impl Outbox {
    pub(super) fn new(bot: Bot, store: Arc<dyn Store>, pictures: Arc<Pictures>, tuning: Tuning) -> Arc<Self> {
        Arc::new(Outbox {
            bot,
            store,
            pictures,
            lanes: Lanes::new(CHATS_AT_ONCE),
            pace: Pace::new(tuning.rates),
            uploads: Cache::new(UPLOADS),
            moved: Mutex::default(),
            tuning,
        })
    }

    /// Queues a reply for its chat. Without `reply` it is read from the store.
    pub(super) async fn deliver(self: &Arc<Self>, delivery: Delivery, reply: Option<Reply>) {
        let outbox = self.clone();
        let chat = delivery.chat.clone();
        let job = async move {
            let turn = delivery.turn;
            if let Err(error) = outbox.send_reply(delivery, reply).await {
                tracing::error!(%turn, %error, "a delivery could not be noted in the store");
            }
        };
        self.lanes.push(chat, job.boxed()).await;
    }

    /// Queues a sentence that belongs to no turn. It is not kept over a restart.
    pub(super) async fn say(self: &Arc<Self>, chat: ChatId, sentence: String) {
        let Some(id) = telegram_id(&chat) else { return };
        let outbox = self.clone();
        let job = async move {
            outbox.send(id, &outgoing::text(&sentence)).await;
        };
        self.lanes.push(chat, job.boxed()).await;
    }

    /// Shows "typing…" once a turn takes longer than a moment. Never ends by itself.
    pub(super) async fn keep_typing(&self, chat: &ChatId) -> Infallible {
        sleep(self.tuning.typing_after).await;
        loop {
            if let Some(id) = telegram_id(chat) {
                // A courtesy: when it fails, the reply itself is what counts.
                let action = self.bot.send_chat_action(TelegramChat(id), ChatAction::Typing);
                let _ = timeout(self.tuning.request, async { action.await }).await;
            }
            sleep(TYPING_LASTS).await;
        }
    }

    /// Sends what is queued, for at most `grace`; the rest stays in the store for the next start.
    pub(super) async fn finish(&self, grace: Duration) {
        if timeout(grace, self.lanes.drain()).await.is_err() {
            tracing::warn!("some replies are not delivered yet; they go out at the next start");
        }
        self.abort();
    }

    /// Stops at once.
    pub(super) fn abort(&self) {
        self.lanes.abort();
    }

    async fn send_reply(&self, delivery: Delivery, reply: Option<Reply>) -> Result<(), StoreError> {
        let turn = delivery.turn;
        let reply = match reply {
            Some(reply) => Some(reply),
            None => on_blocking(&self.store, move |store| store.turn(turn)).await?.map(|record| record.reply),
        };
        let (Some(reply), Some(chat)) = (reply, telegram_id(&delivery.chat)) else {
            return self.close(turn, Some("its turn or its chat is gone".to_owned())).await;
        };
        let messages = outgoing::messages(turn, &reply);
        let mut given_up = None;
        for (place, message) in messages.iter().enumerate().skip(delivery.sent) {
            match self.send(chat, message).await {
                Sent::Confirmed => {}
                Sent::Refused(why) => {
                    tracing::error!(%turn, message = place + 1, %why, "Telegram refuses a message for good");
                    given_up = Some(why);
                }
                Sent::Gone(why) => {
                    tracing::info!(%turn, chat = %delivery.chat, %why, "the chat takes no more messages");
                    return self.close(turn, Some(why)).await;
                }
            }
            if place + 1 < messages.len() {
                on_blocking(&self.store, move |store| store.delivery_progress(turn, place + 1)).await?;
            }
        }
        self.close(turn, given_up).await
    }

    async fn close(&self, turn: TurnId, given_up: Option<String>) -> Result<(), StoreError> {
        on_blocking(&self.store, move |store| store.delivered(turn, given_up.as_deref())).await
    }

    /// Sends one message until Telegram has taken it or will never take it.
    async fn send(&self, chat: i64, message: &OutMessage) -> Sent {
        let mut chat = self.home_of(chat);
        let mut picture = self.picture_of(message).await;
        let mut form = match (&message.body, &picture) {
            (Body::Photo { .. }, None) => Form::Marked,
            _ => Form::Full,
        };
        let mut backoff = self.tuning.backoff();
        loop {
            self.pace.turn_of(chat).await;
            let attempt = self.attempt(chat, message, form, picture.as_ref());
            let verdict = match timeout(self.tuning.request, attempt).await {
                Ok(Ok(())) => return Sent::Confirmed,
                Ok(Err(error)) => request::judge(&error),
                Err(_) => Verdict::Retry("no answer in time".to_owned()),
            };
            match verdict {
                Verdict::Wait(wait) => {
                    tracing::info!(chat, seconds = wait.as_secs(), "Telegram asks for a pause in this chat");
                    sleep(wait).await;
                }
                Verdict::Retry(why) => {
                    let wait = backoff.next();
                    tracing::warn!(chat, %why, ?wait, "a message could not be sent; trying again");
                    sleep(wait).await;
                }
                Verdict::Moved(to) => {
                    self.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(chat, to);
                    chat = to;
                }
                Verdict::Gone(why) => return Sent::Gone(why),
                Verdict::Refused(why) => match self.next_form(message, form, picture.as_ref()) {
                    Some(next) => {
                        tracing::warn!(chat, %why, "Telegram refuses a message; sending it more simply");
                        form = next;
                        if form != Form::Full {
                            picture = None;
                        }
                    }
                    None => return Sent::Refused(why),
                },
            }
        }
    }

    /// What to try after a refusal: a fresh upload instead of a remembered one, then words, then words without marks.
    fn next_form(&self, message: &OutMessage, form: Form, picture: Option<&Picture>) -> Option<Form> {
        match (&message.body, form) {
            (Body::File { .. }, _) | (_, Form::Plain) => None,
            (Body::Photo { .. }, Form::Full) => {
                let remembered = picture.is_some_and(|p| self.uploads.remove(key_of(p)).is_some());
                Some(if remembered { Form::Full } else { Form::Marked })
            }
            _ => Some(Form::Plain),
        }
    }

    async fn attempt(
        &self,
        chat: i64,
        message: &OutMessage,
        form: Form,
        picture: Option<&Picture>,
    ) -> Result<(), RequestError> {
        match (&message.body, form, picture) {
            (Body::Photo { words, .. }, Form::Full, Some(picture)) => {
                let known = self.uploads.get(key_of(picture));
                let sent =
                    request::photo(&self.bot, chat, picture, known, &words.html, &message.keyboard).await?;
                if let Some(file) = sent {
                    self.uploads.insert(key_of(picture).to_owned(), file);
                }
                Ok(())
            }
            (Body::Photo { words, .. } | Body::Text(words), form, _) => {
                let marked = form != Form::Plain;
                let words = if marked { &words.html } else { &words.plain };
                request::text(&self.bot, chat, words, marked, &message.keyboard).await
            }
            (Body::File { name, content }, ..) => {
                request::file(&self.bot, chat, name, content, &message.keyboard).await
            }
        }
    }

    async fn picture_of(&self, message: &OutMessage) -> Option<Picture> {
        let Body::Photo { image, colours, .. } = &message.body else { return None };
        let (pictures, image, colours) = (self.pictures.clone(), image.clone(), colours.clone());
        let drawn = tokio::task::spawn_blocking(move || pictures.of(&image, &colours)).await;
        match drawn {
            Ok(Ok(picture)) => Some(picture),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a card goes without its picture");
                None
            }
            Err(error) => {
                tracing::error!(%error, "drawing a picture panicked; the card goes without it");
                None
            }
        }
    }

    /// A group that became a supergroup has a new id.
    fn home_of(&self, chat: i64) -> i64 {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).get(&chat).copied().unwrap_or(chat)
    }
}

fn key_of(picture: &Picture) -> &str {
    match picture {
        Picture::Url(url) => url,
        Picture::Bytes { key, .. } => key,
    }
}

/// `telegram:-100123` → -100123.
fn telegram_id(chat: &ChatId) -> Option<i64> {
    chat.as_str().strip_prefix("telegram:")?.parse().ok()
}
