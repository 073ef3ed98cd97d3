//! The Telegram channel through the real teloxide, against a fake Bot API server.

mod bursts;
mod conversation;
mod restart;
mod trouble;

use std::sync::Arc;

use shophand::model::Incoming;
use shophand::store::{SledStore, Store};
use tempfile::TempDir;

use crate::support::bot::Bot;
use crate::support::fake_telegram::FakeTelegram;
use crate::support::scripted::{Scene, Scripted};

/// A shop with a bot whose assistant follows a script.
struct Shop {
    fake: FakeTelegram,
    bot: Bot,
    turns: Arc<Scripted>,
    store: Arc<SledStore>,
    _folder: TempDir,
}

impl Shop {
    async fn open(script: impl Fn(&Incoming) -> Scene + Send + Sync + 'static) -> Self {
        let (folder, store) = store();
        let fake = FakeTelegram::start().await;
        let turns = Scripted::new(&store, script);
        let bot = Bot::start(&fake, turns.clone(), store.clone());
        Shop { fake, bot, turns, store, _folder: folder }
    }

    /// Waits until no update and no reply is left over.
    async fn is_done(&self) {
        let done = |fake: &FakeTelegram| {
            fake.unconfirmed() == 0
                && self.store.unhandled().unwrap().is_empty()
                && self.store.undelivered().unwrap().is_empty()
        };
        self.fake.until("everything is handled and delivered", done).await;
    }
}

fn store() -> (TempDir, Arc<SledStore>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::open(&folder.path().join("store")).unwrap());
    (folder, store)
}
