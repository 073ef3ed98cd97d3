//! Sees that somebody has saved. It looks at the files' stamps several times a second: a hundred of them cost a fraction of
//! a millisecond, and that works wherever files are, also where the system tells nobody of changes (network folders,
//! containers), and however they come about: written in place, renamed over, a whole folder replaced by a checkout.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Reloader;
use super::reload::Outcome;

/// Looking may take at most this share of the time, however many files there are.
const SHARE: u32 = 20;

/// When to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two looks when nothing happens.
    pub every: Duration,
    /// For how long nothing must have changed before the files are read.
    pub quiet: Duration,
    /// After this long they are read although they go on changing.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            every: Duration::from_millis(150),
            quiet: Duration::from_millis(100),
            longest: Duration::from_secs(3),
        }
    }
}

/// Watches until it is dropped or stopped.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Stops, and waits until a reload that is under way is over.
    pub fn stop(mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that watches the files had ended early");
        }
    }
}

/// Brings what is saved live from now on, on a thread of its own.
///
/// # Errors
/// When the system gives no thread.
pub fn watch(reloader: Arc<Reloader>, pace: Pace) -> std::io::Result<Watch> {
    let (stop, stopped) = mpsc::channel::<()>();
    // The files may have changed since the shop was opened: the first look finds them unlike anything seen before.
    let mut eye = Eye { reloader, pace, stopped, seen: None, patience: pace.every };
    let thread = thread::Builder::new().name("files".to_owned()).spawn(move || eye.watch())?;
    Ok(Watch { stop: Some(stop), thread: Some(thread) })
}

struct Eye {
    reloader: Arc<Reloader>,
    pace: Pace,
    stopped: mpsc::Receiver<()>,
    /// What the files looked like when they were read last.
    seen: Option<Sight>,
    /// Until the next look.
    patience: Duration,
}

impl Eye {
    fn watch(&mut self) {
        while self.waits(self.patience) {
            let sight = self.look();
            if self.seen.as_ref() != Some(&sight) && !self.take(sight) {
                return;
            }
        }
    }

    /// Waits for quiet and reloads; false when it is time to stop.
    fn take(&mut self, mut sight: Sight) -> bool {
        let since = Instant::now();
        loop {
            if !self.waits(self.pace.quiet) {
                return false;
            }
            let now = self.look();
            let patient = since.elapsed() < self.pace.longest;
            if now != sight && patient {
                sight = now;
                continue;
            }
            let settled = || !patient || Sight::of(&self.reloader) == now;
            let done = catch_unwind(AssertUnwindSafe(|| self.reloader.reload(since, settled)));
            match done {
                Ok(Outcome::Unsettled) => sight = self.look(),
                Ok(Outcome::Live | Outcome::Broken) => {
                    self.seen = Some(now);
                    return true;
                }
                Err(panic) => {
                    self.reloader.broke(&words_of(&*panic));
                    self.seen = Some(now);
                    return true;
                }
            }
        }
    }

    /// False when it is time to stop.
    fn waits(&self, how_long: Duration) -> bool {
        matches!(self.stopped.recv_timeout(how_long), Err(RecvTimeoutError::Timeout))
    }

    fn look(&mut self) -> Sight {
        let started = Instant::now();
        let sight = Sight::of(&self.reloader);
        self.patience = self.pace.every.max(started.elapsed() * SHARE);
        sight
    }
}

/// What can be seen of the files without reading them.
#[derive(Debug, PartialEq, Eq)]
struct Sight {
    files: BTreeMap<PathBuf, Stamp>,
    edition: String,
}

/// Differs when a file was written or replaced.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    /// Nanoseconds since 1970 of the last change of the content and, where the system has it, of anything; the latter
    /// cannot be set back as copying tools do with the former.
    changed: [i128; 2],
    /// Which file it is, where the system has numbers for that.
    inode: u64,
}

impl Sight {
    fn of(reloader: &Reloader) -> Sight {
        let mut files = BTreeMap::new();
        let root = reloader.root();
        gather(&root.join("intents"), &mut files);
        note(&root.join("index/shop.yaml"), &mut files);
        Sight { files, edition: reloader.edition() }
    }
}

/// A file or folder that vanishes while it is looked at is simply not there.
fn gather(folder: &Path, files: &mut BTreeMap<PathBuf, Stamp>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        // A link to a folder counts as a folder.
        let is_folder =
            entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink() && path.is_dir());
        if is_folder {
            gather(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            note(&path, files);
        }
    }
}

fn note(path: &Path, files: &mut BTreeMap<PathBuf, Stamp>) {
    if let Ok(about) = std::fs::metadata(path) {
        files.insert(path.to_owned(), stamp(&about));
    }
}

#[cfg(unix)]
fn stamp(about: &std::fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    let changed =
        [nanoseconds(about.mtime(), about.mtime_nsec()), nanoseconds(about.ctime(), about.ctime_nsec())];
    Stamp { bytes: about.len(), changed, inode: about.ino() }
}

#[cfg(not(unix))]
fn stamp(about: &std::fs::Metadata) -> Stamp {
    let since = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let changed = since.map_or(0, |since| since.as_nanos() as i128);
    Stamp { bytes: about.len(), changed: [changed, 0], inode: 0 }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}
