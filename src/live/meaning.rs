//! Works out what products mean, beside everything else: after the start, and whenever a feed has brought new ones.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Reloader;

/// Between two looks whether there is something new.
const PACE: Duration = Duration::from_secs(1);
/// After a failure, which is rarely over at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// A thread that embeds until it is stopped.
#[derive(Debug)]
pub struct Meanings {
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Meanings {
    /// Begins. Without an encoder there is nothing to do.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(reloader: Arc<Reloader>) -> io::Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = stopped.clone();
        let thread =
            thread::Builder::new().name("meanings".to_owned()).spawn(move || work(&reloader, &flag))?;
        Ok(Meanings { stopped, thread })
    }

    /// Stops after the texts that are being embedded; what is embedded is kept for the next time.
    pub fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        if self.thread.join().is_err() {
            tracing::error!("the embedding of products had come to grief");
        }
    }
}

fn work(reloader: &Reloader, stopped: &AtomicBool) {
    while !stopped.load(Ordering::Relaxed) {
        let done = reloader.embed(&|| stopped.load(Ordering::Relaxed));
        if let Err(error) = &done
            && !stopped.load(Ordering::Relaxed)
        {
            tracing::warn!(%error, "products are found by their words alone");
        }
        thread::park_timeout(if done.is_ok() { PACE } else { PATIENCE });
    }
}
