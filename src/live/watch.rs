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
use crate::catalog::{product_files, ranking_files};
use crate::disk::{Unseen, files_below};
use crate::offers::OFFERS;
use crate::segments::SEGMENTS;

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

impl Pace {
    /// For products, whose files are large and may be minutes in the writing.
    fn of_products(self) -> Self {
        Pace { every: self.every * 2, quiet: self.quiet * 3, longest: self.longest * 20 }
    }
}

/// Watches until it is dropped or stopped.
#[derive(Debug)]
pub struct Watch {
    eyes: Vec<(Sender<()>, JoinHandle<()>)>,
}

impl Watch {
    /// Stops, and waits until a reload that is under way is over.
    pub fn stop(self) {
        let (stops, threads): (Vec<_>, Vec<_>) = self.eyes.into_iter().unzip();
        drop(stops);
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("the thread that watches the files had ended early");
            }
        }
    }
}

/// Brings what is saved live from now on, on threads of its own.
///
/// # Errors
/// When the system gives no thread.
pub fn watch(reloader: Arc<Reloader>, pace: Pace) -> std::io::Result<Watch> {
    let mut watch = Watch { eyes: Vec::new() };
    for (name, kind, pace) in [("files", Kind::Files, pace), ("products", Kind::Products, pace.of_products())]
    {
        let (stop, stopped) = mpsc::channel::<()>();
        // The files may have changed since the shop was opened: the first look finds them unlike anything seen before.
        let reloader = reloader.clone();
        let mut eye = Eye { reloader, kind, pace, stopped, seen: None, patience: pace.every };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || eye.watch())?;
        watch.eyes.push((stop, thread));
    }
    Ok(watch)
}

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Everything that is read in a moment.
    Files,
    /// The products, whose index takes a while.
    Products,
}

struct Eye {
    reloader: Arc<Reloader>,
    kind: Kind,
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
            match catch_unwind(AssertUnwindSafe(|| self.bring_live(since, patient, &now))) {
                Ok(Outcome::Unsettled) => sight = self.look(),
                Ok(Outcome::Live | Outcome::Broken) => {
                    self.seen = Some(now);
                    return true;
                }
                Err(panic) => {
                    match self.kind {
                        Kind::Files => self.reloader.broke(&words_of(&*panic)),
                        Kind::Products => self.reloader.broke_products(&words_of(&*panic)),
                    }
                    self.seen = Some(now);
                    return true;
                }
            }
        }
    }

    fn bring_live(&self, since: Instant, patient: bool, now: &Sight) -> Outcome {
        match self.kind {
            Kind::Files => {
                let settled = || !patient || Sight::of(&self.reloader, self.kind) == *now;
                self.reloader.reload(since, settled)
            }
            Kind::Products => match self.reloader.restock(&mut |_| {}) {
                Ok(_) => Outcome::Live,
                Err(_) => Outcome::Broken,
            },
        }
    }

    /// False when it is time to stop.
    fn waits(&self, how_long: Duration) -> bool {
        matches!(self.stopped.recv_timeout(how_long), Err(RecvTimeoutError::Timeout))
    }

    fn look(&mut self) -> Sight {
        let started = Instant::now();
        let sight = Sight::of(&self.reloader, self.kind);
        self.patience = self.pace.every.max(started.elapsed() * SHARE);
        sight
    }
}

/// What can be seen of the files without reading them.
#[derive(Debug, PartialEq, Eq)]
struct Sight(BTreeMap<PathBuf, Stamp>);

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
    fn of(reloader: &Reloader, kind: Kind) -> Sight {
        let mut files = BTreeMap::new();
        let root = reloader.root();
        match kind {
            Kind::Files => {
                gather(&root.join("intents"), &mut files);
                ranking_files(root).iter().for_each(|file| note(file, &mut files));
                for name in ["index/shop.yaml", SEGMENTS, OFFERS] {
                    note(&root.join(name), &mut files);
                }
                let model = reloader.snapshot().catalog.settings().model_file(&root.join("index"));
                model.iter().for_each(|file| note(file, &mut files));
            }
            Kind::Products => {
                product_files(root, reloader.state()).iter().for_each(|file| note(file, &mut files));
            }
        }
        Sight(files)
    }
}

/// What vanishes while it is looked at is simply not there.
fn gather(folder: &Path, files: &mut BTreeMap<PathBuf, Stamp>) {
    let yaml = |path: &PathBuf| path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    for found in files_below(folder) {
        match found {
            Ok(path) if yaml(&path) => note(&path, files),
            Ok(_) => {}
            // What cannot be read is an error of the shop's files, until it is mended or gone.
            Err(Unseen { path, .. }) => note(&path, files),
        }
    }
}

fn note(path: &Path, files: &mut BTreeMap<PathBuf, Stamp>) {
    // A link that leads nowhere is something to see too.
    if let Ok(about) = std::fs::metadata(path).or_else(|_| std::fs::symlink_metadata(path)) {
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
