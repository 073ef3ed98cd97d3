//! The shop's Telegram bot, by long polling.
//!
//! ```text
//! getUpdates ─► journal ─► incoming ─► burst ─► lane of the chat ─► turn ─► outbox ─► sendMessage, sendPhoto …
//!   poll         store      dispatch                  lanes                    sender      request
//! ```
//! Nothing is lost by a crash: an update is journaled before it is confirmed, a turn marks it as handled and puts its
//! reply into the outbox in one transaction, and a reply stays in the outbox until Telegram has confirmed every message.

mod burst;
mod dispatch;
mod incoming;
mod lanes;
mod outgoing;
mod pace;
mod poll;
mod request;
mod sender;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use teloxide::prelude::Requester;
use teloxide::types::{BotCommand, Me};
use teloxide::{ApiError, Bot, RequestError};
use tokio::time::{sleep, timeout};

use crate::channel::Turns;
use crate::channel::pictures::Pictures;
use crate::store::{Store, StoreError};
use burst::Windows;
use dispatch::Dispatcher;
use lanes::Lanes;
pub use pace::{Rate, Rates};
use sender::Outbox;

/// Where the bot is and how it behaves.
#[derive(Clone)]
pub struct TelegramConfig {
    /// What @BotFather gave out.
    pub token: String,
    /// Another Bot API server than Telegram's own.
    pub api_url: Option<String>,
    /// What it says of its own.
    pub phrases: Phrases,
    /// Limits and patience.
    pub tuning: Tuning,
}

impl TelegramConfig {
    /// A bot on Telegram's own server, with everything as usual.
    pub fn new(token: impl Into<String>) -> Self {
        TelegramConfig {
            token: token.into(),
            api_url: None,
            phrases: Phrases::default(),
            tuning: Tuning::default(),
        }
    }
}

/// The few words that come from no turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrases {
    /// The toast on a button that no longer means anything; at most 200 characters.
    pub stale_button: String,
    /// The menu of commands with their descriptions.
    pub commands: Vec<(String, String)>,
}

impl Default for Phrases {
    fn default() -> Self {
        let commands = [
            ("recommend", "Ideas picked for you"),
            ("orders", "Your orders and where they are"),
            ("help", "What I can do for you"),
            ("human", "Talk to a person"),
            ("privacy", "What I know about you"),
            ("export", "Get a copy of your data"),
            ("forget", "Erase what I know about you"),
            ("start", "Say hello"),
        ];
        Phrases {
            stale_button: "This button has expired. Just write what you are looking for.".to_owned(),
            commands: commands.map(|(name, what)| (name.to_owned(), what.to_owned())).into(),
        }
    }
}

/// Limits and patience. The defaults suit Telegram; tests are less patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// For how long Telegram may hold a getUpdates open, in whole seconds.
    pub poll: Duration,
    /// How long any other request may take.
    pub request: Duration,
    /// The first pause after a failed request; doubled for each further one.
    pub first_pause: Duration,
    /// The longest such pause.
    pub longest_pause: Duration,
    /// After how long "typing…" is shown.
    pub typing_after: Duration,
    /// How fast messages go out.
    pub rates: Rates,
    /// After a message that may go on, how long to wait for more before it is answered; zero answers each one by itself.
    pub quiet: Duration,
    /// The longest such wait after the first message of several.
    pub longest_quiet: Duration,
    /// Chats whose turns are taken at the same time.
    pub turns_at_once: u32,
    /// How long a shutdown waits for the turns in hand, and then for their replies.
    pub grace: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            poll: Duration::from_secs(25),
            request: Duration::from_secs(30),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            typing_after: Duration::from_secs(1),
            rates: Rates::default(),
            quiet: Duration::from_millis(800),
            longest_quiet: Duration::from_secs(3),
            turns_at_once: 32,
            grace: Duration::from_secs(10),
        }
    }
}

impl Tuning {
    fn backoff(&self) -> Backoff {
        Backoff { next: self.first_pause, longest: self.longest_pause }
    }
}

/// Pauses that double.
struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let pause = self.next.min(self.longest);
        self.next = (pause * 2).min(self.longest);
        pause
    }
}

/// Why the bot cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// 401 or 404.
    #[error("Telegram does not know this bot token; copy it again from @BotFather into TELOXIDE_TOKEN")]
    BadToken,
    /// No URL.
    #[error("the Bot API's address {url:?} is no URL: {reason}; leave it out to use Telegram's own server")]
    BadUrl { url: String, reason: String },
    /// No TLS roots, for example.
    #[error("no HTTP client can be made: {reason}")]
    Client { reason: String },
    /// The journal or the outbox cannot be read at start.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Serves the bot until `shutdown` resolves: then it takes no more updates, finishes the turns in hand and sends their
/// replies. Before anything new it sends what the outbox still holds and takes the turns that a crash cut off.
///
/// # Errors
/// When it cannot begin, or Telegram no longer knows the token.
pub async fn run(
    config: TelegramConfig,
    turns: Arc<dyn Turns>,
    store: Arc<dyn Store>,
    pictures: Arc<Pictures>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), TelegramError> {
    tokio::pin!(shutdown);
    let bot = bot(&config)?;
    let me = tokio::select! {
        me = hello(&bot, &config) => me?,
        () = &mut shutdown => return Ok(()),
    };
    let outbox = Outbox::new(bot.clone(), store.clone(), pictures, config.tuning.clone());
    let desk = Arc::new(Dispatcher {
        lanes: Lanes::new(config.tuning.turns_at_once),
        outbox: outbox.clone(),
        store: store.clone(),
        bot: bot.clone(),
        windows: Windows::default().into(),
        timers: Mutex::default(),
        phrases: config.phrases,
        tuning: config.tuning.clone(),
        me,
        turns,
    });
    let _ended = AbortOnDrop { desk: desk.clone(), outbox: outbox.clone() };
    let serving = async {
        if let Err(error) = resume(&store, &desk, &outbox).await {
            return TelegramError::Store(error);
        }
        poll::poll(&bot, &store, &desk, &config.tuning).await
    };
    let result = tokio::select! {
        error = serving => Err(error),
        () = &mut shutdown => Ok(()),
    };
    desk.finish(config.tuning.grace).await;
    outbox.finish(config.tuning.grace).await;
    result
}

/// When the future of [`run`] is dropped, nothing of it may go on behind the scenes.
struct AbortOnDrop {
    desk: Arc<Dispatcher>,
    outbox: Arc<Outbox>,
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.desk.abort();
        self.outbox.abort();
    }
}

fn bot(config: &TelegramConfig) -> Result<Bot, TelegramError> {
    // The client's own limit must be above both of ours: the poll is held open on purpose.
    let limit = config.tuning.poll + config.tuning.request;
    let client = teloxide::net::default_reqwest_settings().timeout(limit).build();
    let client = client.map_err(|error| TelegramError::Client { reason: error.to_string() })?;
    let bot = Bot::with_client(config.token.trim(), client);
    let Some(url) = &config.api_url else { return Ok(bot) };
    match url.trim_end_matches('/').parse() {
        Ok(parsed) => Ok(bot.set_api_url(parsed)),
        Err(error) => {
            let reason = format!("{error}");
            Err(TelegramError::BadUrl { url: url.clone(), reason })
        }
    }
}

/// Learns the bot's own name, clears a webhook out of the way of polling, and puts up the menu of commands.
async fn hello(bot: &Bot, config: &TelegramConfig) -> Result<Me, TelegramError> {
    let mut backoff = config.tuning.backoff();
    let limit = config.tuning.request;
    let me = loop {
        match timeout(limit, async { bot.get_me().await }).await {
            Ok(Ok(me)) => break me,
            Ok(Err(RequestError::Api(ApiError::InvalidToken))) => return Err(TelegramError::BadToken),
            Ok(Err(error)) => tracing::warn!(%error, "Telegram cannot be reached; trying again"),
            Err(_) => tracing::warn!("Telegram does not answer; trying again"),
        }
        sleep(backoff.next()).await;
    };
    if !matches!(timeout(limit, async { bot.delete_webhook().await }).await, Ok(Ok(_))) {
        tracing::warn!("a webhook, if there is one, could not be removed");
    }
    let commands = config.phrases.commands.iter().map(|(name, what)| BotCommand::new(name, what));
    let commands: Vec<BotCommand> = commands.collect();
    if !matches!(timeout(limit, async { bot.set_my_commands(commands).await }).await, Ok(Ok(_))) {
        tracing::warn!("the menu of commands could not be put up; the commands work all the same");
    }
    tracing::info!(bot = me.username(), "the bot is at work");
    Ok(me)
}

/// Goes on where the last run stopped. The outbox comes first, both because its replies are older and because the turns
/// taken now will add to it.
async fn resume(
    store: &Arc<dyn Store>,
    desk: &Arc<Dispatcher>,
    outbox: &Arc<Outbox>,
) -> Result<(), StoreError> {
    let undelivered = on_blocking(store, |store| store.undelivered()).await?;
    let unhandled = on_blocking(store, |store| store.unhandled()).await?;
    if !undelivered.is_empty() || !unhandled.is_empty() {
        let (replies, updates) = (undelivered.len(), unhandled.len());
        tracing::info!(replies, updates, "going on where the last run stopped");
    }
    for delivery in undelivered {
        outbox.deliver(delivery, None).await;
    }
    for update in unhandled {
        desk.take(update, true).await;
    }
    Ok(())
}

/// The store blocks, and async workers must not.
async fn on_blocking<T: Send + 'static>(
    store: &Arc<dyn Store>,
    work: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let store = store.clone();
    match tokio::task::spawn_blocking(move || work(store.as_ref())).await {
        Ok(result) => result,
        Err(error) => {
            let reason = format!("the store's thread ended: {error}");
            Err(StoreError::Io { path: "of this shop".to_owned(), reason })
        }
    }
}
