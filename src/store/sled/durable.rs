//! On disk when it returns, at the price of one flush for all who wait.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use sled::Db;

/// Lets concurrent writers share one flush.
///
/// sled's own flush ends in `sync_file_range` on Linux, which survives a killed process but neither makes the length of
/// the file durable nor empties the disk's cache; and it does not sync the files of big pages at all. So one writer,
/// the leader, flushes and then syncs for everybody who came before it began; those who come meanwhile commit, wait,
/// and one of them leads the next round.
pub(super) struct Durable {
    data: File,
    blobs: PathBuf,
    synced_blobs: Mutex<HashSet<OsString>>,
    rounds: Mutex<Rounds>,
    changed: Condvar,
}

#[derive(Default)]
struct Rounds {
    started: u64,
    finished: u64,
    running: bool,
}

impl Durable {
    /// For the database whose files are in `folder`. Makes the folder's own entries durable.
    pub(super) fn new(folder: &Path) -> std::io::Result<Self> {
        File::open(folder)?.sync_all()?;
        if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(parent)?.sync_all()?;
        }
        Ok(Durable {
            data: File::options().write(true).open(folder.join("db"))?,
            blobs: folder.join("blobs"),
            synced_blobs: Mutex::default(),
            rounds: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Returns when everything that this thread has committed is on disk.
    pub(super) fn settle(&self, db: &Db) -> sled::Result<()> {
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        // A round that runs already may have flushed before our commit, so it takes the next one.
        let wanted = rounds.started + 1;
        loop {
            if rounds.finished >= wanted {
                return Ok(());
            }
            if !rounds.running {
                break;
            }
            rounds = self.changed.wait(rounds).unwrap_or_else(PoisonError::into_inner);
        }
        rounds.running = true;
        rounds.started += 1;
        let round = rounds.started;
        drop(rounds);
        let outcome = self.sync(db);
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        rounds.running = false;
        if outcome.is_ok() {
            rounds.finished = round;
        }
        drop(rounds);
        self.changed.notify_all();
        outcome
    }

    fn sync(&self, db: &Db) -> sled::Result<()> {
        db.flush()?;
        self.sync_blobs()?;
        self.data.sync_data()?;
        Ok(())
    }

    /// Syncs the pages that are too big for the log and stand in files of their own: usually there is none.
    fn sync_blobs(&self) -> std::io::Result<()> {
        let mut synced = self.synced_blobs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut present = HashSet::new();
        let mut added = false;
        for entry in fs::read_dir(&self.blobs)? {
            let name = entry?.file_name();
            if !synced.contains(&name) {
                match File::open(self.blobs.join(&name)) {
                    Ok(blob) => blob.sync_all()?,
                    // Replaced and removed since it was listed.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
                added = true;
            }
            present.insert(name);
        }
        if added {
            File::open(&self.blobs)?.sync_all()?;
        }
        *synced = present;
        Ok(())
    }
}
