//! The bot of a shop, running against a fake Telegram.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shophand::channel::Turns;
use shophand::channel::pictures::Pictures;
use shophand::channel::telegram::{self, Rate, Rates, TelegramConfig, TelegramError, Tuning};
use shophand::store::Store;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::fake_telegram::{FakeTelegram, TOKEN};

/// A bot at work.
pub struct Bot {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), TelegramError>>,
}

impl Bot {
    /// Starts the bot of these parts, impatient as tests are.
    pub fn start(fake: &FakeTelegram, turns: Arc<dyn Turns>, store: Arc<dyn Store>) -> Self {
        Self::start_with(config(fake), turns, store)
    }

    /// Starts it with another configuration than [`config`] gives.
    pub fn start_with(config: TelegramConfig, turns: Arc<dyn Turns>, store: Arc<dyn Store>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(telegram::run(config, turns, store, pictures(), shutdown));
        Bot { stop: Some(stop), task }
    }

    /// Shuts it down in good order.
    pub async fn stop(mut self) -> Result<(), TelegramError> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub async fn ended(self) -> Result<(), TelegramError> {
        self.task.await.unwrap()
    }

    /// Cuts it off in the middle of whatever it does.
    pub async fn crash(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// Where the fake is, without Telegram's patience.
pub fn config(fake: &FakeTelegram) -> TelegramConfig {
    let quick = Rate { every: Duration::from_millis(1), burst: 100 };
    let tuning = Tuning {
        poll: Duration::from_secs(1),
        request: Duration::from_secs(5),
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(50),
        quiet: Duration::ZERO,
        typing_after: Duration::from_millis(50),
        rates: Rates { private: quick, group: quick, overall: quick },
        ..Tuning::default()
    };
    TelegramConfig { api_url: Some(fake.url.clone()), tuning, ..TelegramConfig::new(TOKEN) }
}

/// The demo shop's pictures.
pub fn pictures() -> Arc<Pictures> {
    let hexes =
        [("blue", "#2b5fc0"), ("red", "#c0392b")].map(|(word, hex)| (word.to_owned(), hex.to_owned()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("index");
    let hexes: HashMap<String, String> = HashMap::from(hexes);
    Arc::new(Pictures::new(root, move |word| hexes.get(word).cloned()))
}

/// Whether the bot has answered all that was sent so far, and every part of the answers has arrived.
pub fn is_handled(store: &dyn Store) -> impl Fn(&FakeTelegram) -> bool {
    |fake| {
        fake.unconfirmed() == 0
            && store.unhandled().unwrap().is_empty()
            && store.undelivered().unwrap().is_empty()
    }
}
