//! Opening the folder, and turning what sled says into our errors.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sled::{Config, Db, Mode};

use super::durable::Durable;
use super::keys::Tree;
use super::{FORMAT, SledStore, codec};
use crate::store::StoreError;

const FORMAT_KEY: &str = "format";

/// Set while a backup is read in, so that half a store is not taken for a whole one.
pub(super) const RESTORING_KEY: &str = "restoring";

impl SledStore {
    /// Opens the store in the folder `path`, or makes one there.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Corrupt`], [`StoreError::NewerFormat`] or [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        let io = |error: std::io::Error| StoreError::Io { path: shown.clone(), reason: error.to_string() };
        fs::create_dir_all(path).map_err(io)?;
        let lock = lock(path, &shown)?;
        remove_unfinished_snapshots(path).map_err(io)?;
        let db = open_database(path, &shown)?;
        let trees = Tree::ALL
            .into_iter()
            .map(|tree| db.open_tree(tree.name()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| fault(&shown, error))?;
        let durable = Durable::new(path).map_err(io)?;
        let store = SledStore { trees, db, durable, writer: Mutex::default(), path: shown.clone(), lock };
        store.check_format()?;
        store.lock.note_made().map_err(io)?;
        Ok(store)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        if self.has(Tree::Meta, RESTORING_KEY.as_bytes())? {
            return Err(self.corrupt("a restore into it was broken off"));
        }
        match self.get::<u32>(Tree::Meta, FORMAT_KEY.as_bytes())? {
            Some(found) if found > FORMAT => {
                Err(StoreError::NewerFormat { path: self.path.clone(), found, known: FORMAT })
            }
            Some(_) => Ok(()),
            None if self.lock.was_made() => Err(self.corrupt("its first records are gone")),
            None => self.write(|changes| changes.put(Tree::Meta, FORMAT_KEY.into(), &FORMAT)),
        }
    }

    /// An error that says that the files cannot be trusted.
    pub(super) fn corrupt(&self, reason: &str) -> StoreError {
        StoreError::Corrupt { path: self.path.clone(), reason: reason.to_owned() }
    }

    /// What sled said, as our error.
    pub(super) fn fault(&self, error: sled::Error) -> StoreError {
        fault(&self.path, error)
    }
}

/// The right to the folder, until it is dropped. The file's content says that a store was once made here: sled takes
/// a log whose beginning is unreadable for an empty one, and a shop must not take that for its first day.
pub(super) struct Lock(File);

impl Lock {
    fn was_made(&self) -> bool {
        self.0.metadata().is_ok_and(|file| file.len() > 0)
    }

    fn note_made(&self) -> std::io::Result<()> {
        if !self.was_made() {
            (&self.0).write_all(b"a store of Shophand; whoever has locked this file owns the folder\n")?;
            self.0.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would leave it to a child process that was forked and has not yet become another program.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the store's lock file could not be unlocked");
        }
    }
}

/// Our own lock, held before sled reads anything: what we tidy up must not be another process's work in progress.
fn lock(path: &Path, shown: &str) -> Result<Lock, StoreError> {
    let io = |error: std::io::Error| StoreError::Io { path: shown.to_owned(), reason: error.to_string() };
    let file =
        File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: shown.to_owned() }),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// A snapshot that was being written when the process was killed makes sled 0.34 refuse to open (sled #1527): it takes
/// the newest name beginning with `snap.`, finished or not. A snapshot only shortens recovery and becomes valid by
/// its renaming, so one that was not renamed can go.
fn remove_unfinished_snapshots(path: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let file = entry?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

fn open_database(path: &Path, shown: &str) -> Result<Db, StoreError> {
    let config = Config::new()
        .path(path)
        .mode(Mode::LowSpace)
        .use_compression(false)
        .cache_capacity(64 << 20)
        // A page of more than a quarter of a segment becomes a file of its own; with 2 MiB hardly any does.
        .segment_size(2 << 20)
        // Only this thread gives space back (sled #1333), so it must run, although every write of ours is flushed anyway.
        .flush_every_ms(Some(1000));
    // Our own lock is ours already, so a lock that sled misses is one that the last store of this very process has
    // not quite let go of: its threads end a moment after it.
    let patience = Instant::now() + Duration::from_secs(5);
    loop {
        // sled 0.34 panics on some corruptions.
        let opened = catch_unwind(AssertUnwindSafe(|| config.open()));
        match opened {
            Ok(Ok(db)) => return Ok(db),
            Ok(Err(error)) if is_lock(&error) && Instant::now() < patience => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(Err(error)) => return Err(fault(shown, error)),
            Err(panic) => {
                let reason = panic_text(panic.as_ref());
                return Err(StoreError::Corrupt { path: shown.to_owned(), reason });
            }
        }
    }
}

fn is_lock(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(io) if io.to_string().contains("could not acquire lock"))
}

fn fault(path: &str, error: sled::Error) -> StoreError {
    let path = path.to_owned();
    match error {
        error if is_lock(&error) => StoreError::Locked { path },
        sled::Error::Io(io) => StoreError::Io { path, reason: io.to_string() },
        sled::Error::Corruption { .. } => {
            StoreError::Corrupt { path, reason: "its checksums do not fit its data".to_owned() }
        }
        other => StoreError::Corrupt { path, reason: other.to_string() },
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the database gave up while reading it").lines().next().unwrap_or_default().to_owned()
}

/// Names a record for a person: the tree and what can be read of the key.
pub(super) fn bad_record(tree: Tree, key: &[u8], reason: String) -> StoreError {
    let key = match tree {
        Tree::Turns | Tree::Outbox | Tree::GivenUp => super::keys::last_id(key).map(|id| id.to_string()),
        _ => None,
    }
    .unwrap_or_else(|| String::from_utf8_lossy(key).replace(char::is_control, " ").trim().to_owned());
    StoreError::BadRecord { key: format!("{}/{key}", tree.name()), reason }
}

/// [`codec::decode`] with the record's name in the error.
pub(super) fn decode<T: serde::de::DeserializeOwned>(
    tree: Tree,
    key: &[u8],
    bytes: &[u8],
) -> Result<T, StoreError> {
    codec::decode(bytes).map_err(|reason| bad_record(tree, key, reason))
}
