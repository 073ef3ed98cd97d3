//! The conversations that the shop has recorded, in a copy of its store.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;

use super::Diff;
use crate::app::ShopDir;
use crate::import::when;
use crate::model::{DialogueKey, TurnRecord};
use crate::socket::{Chunk, Client, CommandRequest, Request};
use crate::store::{SledStore, Store, StoreError, TranscriptFilter};

/// How long a serving process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A copy of the store, and what is in it.
pub(super) struct Recorded {
    /// Its folder, closed.
    pub store: PathBuf,
    /// Each conversation's turns, oldest first.
    pub conversations: Vec<Vec<TurnRecord>>,
    /// When the last of them was.
    pub end: Timestamp,
}

/// Copies the store of the shop, whoever has it open, and picks the conversations; `None` when there are none.
///
/// # Errors
/// When the store cannot be read, or its owner does not answer.
pub(super) fn of(args: &Diff, shop: &ShopDir, aside: &Path) -> Result<Option<Recorded>> {
    if !shop.store().exists() {
        return Ok(None);
    }
    let now = Timestamp::now();
    let since = match args.since.as_deref() {
        Some(text) => Some(when(text, now).map_err(|error| anyhow!("{text:?}: {error}"))?.at),
        None => None,
    };
    let backup = aside.join("backup.jsonl");
    match SledStore::open(&shop.store()) {
        Ok(store) => {
            let file = std::fs::File::create(&backup)?;
            store.backup(&mut std::io::BufWriter::new(file))?;
        }
        Err(StoreError::Locked { .. }) => ask_for_backup(shop, &backup)?,
        Err(error) => return Err(error.into()),
    }
    let folder = aside.join("recorded");
    let store = SledStore::open(&folder)?;
    store.restore(&mut std::io::BufReader::new(std::fs::File::open(&backup)?))?;
    let conversations = newest(&store, args.conversations, since)?;
    let end = conversations.iter().flatten().map(|turn| turn.at).max();
    Ok(end.map(|end| Recorded { store: folder, conversations, end }))
}

fn newest(store: &SledStore, most: usize, since: Option<Timestamp>) -> Result<Vec<Vec<TurnRecord>>> {
    let mut keys: Vec<DialogueKey> = Vec::new();
    let filter = TranscriptFilter { since, ..TranscriptFilter::default() };
    store.each_turn(&filter, &mut |turn| {
        let key = turn.dialogue();
        if keys.len() < most && !keys.contains(&key) {
            keys.push(key);
        }
        keys.len() < most
    })?;
    let mut conversations = Vec::new();
    for key in keys.iter().rev() {
        conversations.push(store.turns_of(key)?);
    }
    Ok(conversations)
}

/// From the process that has the store open.
fn ask_for_backup(shop: &ShopDir, file: &Path) -> Result<()> {
    let args = vec!["backup".to_owned(), file.display().to_string()];
    let request = CommandRequest { args, cwd: std::env::current_dir()?, width: None, color: false };
    let mut said = String::new();
    let client = Client::connect(&shop.socket(), PATIENCE)?;
    let code = client
        .send(&Request::Command(request), |chunk| {
            if let Chunk::Stderr(text) = chunk {
                said.push_str(&text);
            }
        })
        .context("the process that has the store open does not give its conversations")?;
    if code != 0 {
        bail!("the process that has the store open does not give its conversations: {}", said.trim());
    }
    Ok(())
}
