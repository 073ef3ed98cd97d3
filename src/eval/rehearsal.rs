//! Plays conversations where nothing can be harmed: the shop's own files over a store that is thrown away.
//!
//! Each conversation has the shop to itself, as it is on its first day with nobody in it but the demo's shoppers, at a
//! fixed hour and with the same ids. So it goes the same whenever, in whatever order and beside whatever it is played.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use super::coverage::Part;
use super::golden::{Golden, Performance, play};
use crate::app::{AppError, Parts, ShopDir, open_store};
use crate::disk::copy_folder;
use crate::ids::Ids;
use crate::intents::IntentSet;
use crate::model::ChatId;
use crate::store::SledStore;
use crate::turn::Assistant;

/// Any number will do, as long as it is always the same.
const SEED: u64 = 7;

/// A shop to play conversations in. Cheap to clone.
#[derive(Clone)]
pub struct Rehearsal {
    parts: Parts,
    /// What each conversation gets a copy of.
    untouched: Arc<TempDir>,
}

/// The shop of one conversation.
pub struct Scene {
    /// Answers.
    pub assistant: Arc<Assistant>,
    _store: TempDir,
}

impl Rehearsal {
    /// Makes the store that every conversation begins with: empty, or with the shoppers of `index/demo` of the shop in
    /// `root`. Blocks.
    ///
    /// # Errors
    /// When there is no room for it, or the demo's files are wrong.
    pub fn prepare(parts: Parts, root: &Path) -> Result<Self, AppError> {
        let untouched = folder()?;
        let shop = ShopDir { root: root.to_owned(), state: untouched.path().to_owned() };
        drop(open_store(&shop, opening())?);
        Ok(Rehearsal { parts, untouched: Arc::new(untouched) })
    }

    /// The same shop without a part of its files. Messages are still understood by the same model: one that means an
    /// intent which is gone has nothing that it could do. Blocks.
    ///
    /// # Errors
    /// When what remains cannot be learnt.
    pub fn without(&self, part: &Part) -> Result<Self, AppError> {
        let mut other = self.clone();
        let rest = Arc::new(part.removed_from(&self.parts.intents));
        if matches!(part, Part::Pattern { .. } | Part::Words { .. }) {
            let Parts { catalog, facts, understander, .. } = &self.parts;
            other.parts.understander = Arc::new(understander.relearn(&rest, &catalog.vocabulary(), facts)?);
        }
        other.parts.intents = rest;
        Ok(other)
    }

    /// The same shop and shoppers with other files or another model.
    #[must_use]
    pub fn with(&self, parts: Parts) -> Self {
        Rehearsal { parts, untouched: self.untouched.clone() }
    }

    /// What the shop understands and says.
    pub fn intents(&self) -> &Arc<IntentSet> {
        &self.parts.intents
    }

    /// Opens the shop for one conversation. Blocks.
    ///
    /// # Errors
    /// When there is no room for its store.
    pub fn open(&self) -> Result<Scene, AppError> {
        let store = folder()?;
        copy_folder(&self.untouched.path().join("store"), store.path())
            .map_err(|e| AppError::State { path: store.path().to_owned(), reason: e.to_string() })?;
        let memory = Arc::new(SledStore::open(store.path())?);
        let assistant = self.parts.assistant(memory, Ids::seeded(SEED), opening())?;
        Ok(Scene { assistant, _store: store })
    }

    /// Plays a conversation in a shop of its own.
    ///
    /// # Errors
    /// When the shop cannot be opened, or its store or index fails.
    pub async fn play(&self, golden: &Golden) -> Result<Performance, anyhow::Error> {
        let this = self.clone();
        let scene = tokio::task::spawn_blocking(move || this.open()).await??;
        play(&scene.assistant, golden, &ChatId::parse("golden")?, opening()).await
    }
}

/// The moment at which every conversation begins: the demo's relative dates count from here. A Friday, in business hours.
pub fn opening() -> Timestamp {
    const OPENING: Timestamp = Timestamp::constant(1_795_168_800, 0);
    OPENING
}

fn folder() -> Result<TempDir, AppError> {
    TempDir::new().map_err(|e| AppError::State { path: std::env::temp_dir(), reason: e.to_string() })
}
