//! `shophand serve`: the Telegram bot, and the socket for everybody else.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use futures::future::BoxFuture;

use crate::app::ShopDir;
use crate::channel::pictures::Pictures;
use crate::channel::telegram::{self, TelegramConfig};
use crate::channel::{TurnFailed, Turns};
use crate::config::Config;
use crate::model::{Incoming, TurnRecord};
use crate::render::Words;
use crate::turn::{Assistant, Passage};

use super::desk::{Own, is_locked};

/// The assistant as a channel sees it.
struct Front(Arc<Assistant>);

impl Turns for Front {
    fn take(&self, incoming: Incoming, updates: Vec<i64>) -> BoxFuture<'_, Result<TurnRecord, TurnFailed>> {
        Box::pin(async move {
            let passage = Passage { updates, outbox: true };
            self.0.turn(incoming, passage).await.map_err(|error| TurnFailed(error.to_string()))
        })
    }

    fn expects(&self, incoming: &Incoming) -> BoxFuture<'_, bool> {
        let (store, key) = (self.0.store.clone(), incoming.dialogue());
        Box::pin(async move {
            let dialogue = tokio::task::spawn_blocking(move || store.dialogue(&key)).await;
            // Only how long to wait depends on it; a store that fails says so in the turn.
            matches!(dialogue, Ok(Ok(Some(dialogue))) if dialogue.pending.is_some())
        })
    }

    fn apology(&self, failed: &Incoming) -> String {
        let files = self.0.current.snapshot();
        let language = files.intents.language(failed.language.as_deref().unwrap_or_default());
        Words { language, facts: &files.facts, seed: 0 }.say("unavailable", &[])
    }
}

/// The assistant for channels that deliver through the outbox.
pub fn front(assistant: Arc<Assistant>) -> Arc<dyn Turns> {
    Arc::new(Front(assistant))
}

/// The pictures of a shop, in the colours of its colour words.
pub fn pictures(shop: &ShopDir, assistant: &Assistant) -> Pictures {
    let current = assistant.current.clone();
    let hex = move |word: &str| {
        let files = current.snapshot();
        let words = files.intents.languages.iter().flat_map(|language| &language.entities);
        let mut values = words.flat_map(|words| &words.values).filter(|value| value.value == word);
        values.find_map(|value| value.hex.clone())
    };
    Pictures::new(shop.root.join("index"), hex)
}

/// Serves until Ctrl-C or SIGTERM, then finishes what is in hand.
///
/// # Errors
/// When the shop cannot be opened, another process serves it, or Telegram refuses the token.
pub async fn run(shop: &ShopDir) -> Result<()> {
    let own = match Own::open(shop).await {
        Err(error) if is_locked(&error) => {
            bail!("{} is being served by another process already; stop that one first", shop.root.display())
        }
        opened => opened?,
    };
    let served = match std::env::var("TELOXIDE_TOKEN") {
        Ok(token) if !token.trim().is_empty() => telegram(&own, shop, token).await,
        _ => {
            eprintln!(
                "No TELOXIDE_TOKEN, so no Telegram: get a token from @BotFather and set it to serve shoppers there."
            );
            eprintln!("Serving `shophand chat` and other commands; Ctrl-C ends.");
            stopped().await;
            Ok(())
        }
    };
    own.close().await;
    served
}

async fn telegram(own: &Own, shop: &ShopDir, token: String) -> Result<()> {
    let settings = Config::load(&shop.root)?.telegram;
    let mut config = TelegramConfig { api_url: settings.api_url, ..TelegramConfig::new(token) };
    config.tuning.quiet = Duration::from_millis(settings.quiet_ms);
    let pictures = Arc::new(pictures(shop, &own.assistant));
    let store = own.office.store.clone();
    eprintln!("Serving on Telegram; Ctrl-C ends.");
    telegram::run(config, front(own.assistant.clone()), store, pictures, stopped()).await?;
    Ok(())
}

/// Resolves on Ctrl-C or SIGTERM.
async fn stopped() {
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
