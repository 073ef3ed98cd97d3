//! Learning what everybody does, beside the conversations: at the start, and again every ten minutes.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::app::learn_crowd;
use crate::turn::Assistant;

use super::desk::say;

/// How often it is learnt anew what is popular and what goes together.
const AGAIN: Duration = Duration::from_secs(600);
/// A small shop's log is learnt before the first message; a larger one's goes on while messages are answered.
const AT_ONCE: Duration = Duration::from_secs(2);
/// Whoever ends the program does not wait for a log to be learnt.
const PATIENCE: Duration = Duration::from_millis(500);

/// A thread that learns until it is stopped.
#[derive(Debug)]
pub struct Learning {
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Learning {
    /// Begins, and waits for the end of the first time, but not long. Until then nothing is known of what others do, and
    /// recommendations go by taste and ratings. What was learnt takes effect as a whole.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(assistant: Arc<Assistant>) -> io::Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let (flag, since) = (stopped.clone(), Instant::now());
        let (done, first) = mpsc::channel();
        let thread = thread::Builder::new().name("learning".to_owned()).spawn(move || {
            while !flag.load(Ordering::Relaxed) {
                learn(&assistant);
                // Nobody waits for the later times.
                let _waiting = done.send(());
                thread::park_timeout(AGAIN);
            }
        })?;
        if first.recv_timeout(AT_ONCE).is_err() {
            tracing::info!("messages are answered meanwhile, without what others do");
            thread::Builder::new().name("learnt".to_owned()).spawn(move || {
                if first.recv().is_ok() {
                    tracing::info!("learnt what others do, after {} s", since.elapsed().as_secs());
                }
            })?;
        }
        Ok(Learning { stopped, thread })
    }

    /// Stops. What is being learnt is dropped.
    pub fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        let since = Instant::now();
        while !self.thread.is_finished() && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn learn(assistant: &Assistant) {
    let catalog = assistant.current.snapshot().catalog.clone();
    let since = Instant::now();
    let learnt = learn_crowd(assistant.store.as_ref(), &catalog, Timestamp::now(), &say);
    match learnt {
        Ok(crowd) => {
            assistant.replace_crowd(crowd);
            tracing::debug!("learnt what others do in {} ms", since.elapsed().as_millis());
        }
        Err(error) => tracing::warn!(%error, "what others do was not learnt; what was known before stays"),
    }
}
