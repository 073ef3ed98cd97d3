//! Learning what everybody does, beside the conversations: at the start, and again every ten minutes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::app::{Progress, learn_crowd};
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
        let (news, heard) = mpsc::channel();
        let thread = thread::Builder::new().name("learning".to_owned()).spawn(move || {
            // Whoever sits before the start hears what it does; nobody is disturbed later.
            learn(&assistant, &|what| {
                say(what);
                drop(news.send(News::Doing(what.to_owned())));
            });
            drop(news.send(News::Done));
            thread::park_timeout(AGAIN);
            while !flag.load(Ordering::Relaxed) {
                learn(&assistant, &|_| {});
                thread::park_timeout(AGAIN);
            }
        })?;
        let mut first = First { heard, since, doing: String::new() };
        if !first.is_over(AT_ONCE) {
            tracing::info!("{}messages are answered meanwhile", first.doing);
            thread::Builder::new().name("learnt".to_owned()).spawn(move || {
                if first.is_over(Duration::MAX) {
                    let seconds = first.since.elapsed().as_secs();
                    tracing::info!("{}done after {seconds} s, and in effect", first.doing);
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

/// What is heard of the learning.
enum News {
    /// What it does.
    Doing(String),
    /// It is over, for now.
    Done,
}

/// The first time, as those see it who wait for it.
struct First {
    heard: Receiver<News>,
    since: Instant,
    /// For the log: "Learning from 8000 events: ".
    doing: String,
}

impl First {
    /// Waits for its end, but no longer than this since its beginning.
    fn is_over(&mut self, patience: Duration) -> bool {
        loop {
            match self.heard.recv_timeout(patience.saturating_sub(self.since.elapsed())) {
                Ok(News::Doing(what)) => self.doing = format!("{what}: "),
                Ok(News::Done) => return true,
                Err(_) => return false,
            }
        }
    }
}

fn learn(assistant: &Assistant, progress: Progress<'_>) {
    let catalog = assistant.current.snapshot().catalog.clone();
    match learn_crowd(assistant.store.as_ref(), &catalog, Timestamp::now(), progress) {
        Ok(crowd) => assistant.replace_crowd(crowd),
        Err(error) => tracing::warn!(%error, "what others do was not learnt; what was known before stays"),
    }
}
