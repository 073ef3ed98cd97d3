//! `shophand.toml` and the environment → a validated [`Config`]. What merchandisers decide stands in `index/` and
//! `intents/`; this is for whoever operates the program, and every value has a default that works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::act::LinkLimits;
use crate::understand::encoder::Precision;

/// Whoever writes several messages is answered after so many milliseconds at the latest.
const LONGEST_QUIET_MS: u64 = 3000;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    /// It holds something that is no setting.
    #[error("{path}: {reason}")]
    Invalid { path: PathBuf, reason: String },
}

/// The settings of one shop.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The language model.
    pub model: Model,
    /// The Telegram bot. Its token comes from the environment variable `TELOXIDE_TOKEN` alone, so that it is not
    /// in a file that gets copied around.
    pub telegram: Telegram,
    /// How shoppers prove who they are.
    pub links: Links,
}

/// `[model]`
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    /// Where its files lie; by default beside the program, or in `.deps/model`.
    pub dir: Option<PathBuf>,
    /// In what numbers it computes: `"int8"`, three to four times as fast, or `"fp32"`, as it was trained. By default
    /// int8 where libtorch can, which is on x86-64, and fp32 elsewhere.
    pub precision: Option<Precision>,
}

/// `[telegram]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telegram {
    /// Another Bot API server than Telegram's own.
    pub api_url: Option<String>,
    /// The bot's user name without the `@`, for deep links.
    pub bot: Option<String>,
    /// For how many milliseconds a shopper must be quiet before what they wrote is answered, so that a thought in three
    /// messages gets one answer. A message that ends like a sentence, or answers a question, waits two fifths of that.
    /// 0 answers each message by itself.
    pub quiet_ms: u64,
}

impl Default for Telegram {
    fn default() -> Self {
        Telegram { api_url: None, bot: None, quiet_ms: 800 }
    }
}

/// `[links]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Links {
    /// Failed attempts allowed within the window, per shopper and per order number.
    pub attempts: usize,
    /// The window in minutes.
    pub window_minutes: u64,
    /// How long a deep link is valid, in hours.
    pub token_hours: u64,
}

impl Default for Links {
    fn default() -> Self {
        Links { attempts: 5, window_minutes: 60, token_hours: 72 }
    }
}

impl Links {
    /// In the terms of the action that checks them.
    pub fn limits(&self) -> LinkLimits {
        LinkLimits { attempts: self.attempts, window: Duration::from_secs(self.window_minutes * 60) }
    }
}

impl Config {
    /// Reads `shophand.toml` in the shop's folder; without the file, the defaults.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the line and the key.
    pub fn load(shop: &Path) -> Result<Self, ConfigError> {
        let path = shop.join("shophand.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
            Err(error) => return Err(ConfigError::Unreadable { path, reason: error.to_string() }),
        };
        let config: Config = toml::from_str(&text)
            .map_err(|error| ConfigError::Invalid { path: path.clone(), reason: error.to_string() })?;
        config.check().map_err(|reason| ConfigError::Invalid { path, reason })?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.links.attempts == 0 {
            return Err("links.attempts is 0, so nobody could ever connect; set it to 1 or more".to_owned());
        }
        if self.telegram.quiet_ms > LONGEST_QUIET_MS {
            return Err(format!(
                "telegram.quiet_ms is {}, so shoppers would wait long for every answer; set it to {LONGEST_QUIET_MS} or less",
                self.telegram.quiet_ms
            ));
        }
        if self.links.window_minutes == 0 {
            return Err(
                "links.window_minutes is 0, so attempts would not be limited; set it to 1 or more".to_owned()
            );
        }
        Ok(())
    }
}
