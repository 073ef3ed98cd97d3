//! Learning what everybody does, beside the conversations: at the start, and again every ten minutes.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::app::{Lesson, learn_crowd};
use crate::offers::Market;
use crate::turn::Assistant;

use super::desk::say;

/// How often it is learnt anew what is popular and what goes together.
const AGAIN: Duration = Duration::from_secs(600);
/// Whoever ends the program does not wait for a log to be learnt.
const PATIENCE: Duration = Duration::from_millis(500);

/// A thread that learns until it is stopped.
#[derive(Debug)]
pub struct Learning {
    /// Let go of to stop it.
    going: Sender<()>,
    thread: JoinHandle<()>,
}

impl Learning {
    /// Begins, and waits for the end of the first time unless there are many events. While those are learnt nothing is known
    /// of what others do, and recommendations go by taste and ratings. What was learnt takes effect as a whole.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(assistant: Arc<Assistant>) -> io::Result<Self> {
        let since = Instant::now();
        let (going, still) = mpsc::channel();
        let (news, heard) = mpsc::channel();
        let thread = thread::Builder::new().name("learning".to_owned()).spawn(move || {
            learn(&assistant, &|lesson| {
                let _heard = news.send(lesson);
            });
            // That nothing more comes says that it is over.
            drop(news);
            while still.recv_timeout(AGAIN) == Err(RecvTimeoutError::Timeout) {
                learn(&assistant, &|_| {});
            }
        })?;
        if is_long(&heard) {
            thread::Builder::new().name("learnt".to_owned()).spawn(move || report(&heard, since))?;
        }
        Ok(Learning { going, thread })
    }

    /// Stops. What is being learnt is dropped.
    pub fn stop(self) {
        drop(self.going);
        let since = Instant::now();
        while !self.thread.is_finished() && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Waits until it is over, or turns out to take long.
fn is_long(heard: &Receiver<Lesson>) -> bool {
    while let Ok(lesson) = heard.recv() {
        match lesson {
            Lesson::Long => return true,
            Lesson::Begun(events) => say(&format!("Learning from {events} events")),
        }
    }
    false
}

/// Tells the log of what takes long.
fn report(heard: &Receiver<Lesson>, since: Instant) {
    let mut all = 0;
    while let Ok(lesson) = heard.recv() {
        if let Lesson::Begun(events) = lesson {
            tracing::info!("learning from {events} events; messages are answered meanwhile");
            all = events;
        }
    }
    if all > 0 {
        tracing::info!("learnt from {all} events after {} s, which is in effect", since.elapsed().as_secs());
    }
}

/// Counts what is looked at, sold and paid, for segments and offers.
fn count(assistant: &Assistant) {
    let files = assistant.current.snapshot();
    let counted = Market::count(assistant.store.as_ref(), &files.catalog, &files.terms, Timestamp::now());
    match counted {
        Ok(market) => assistant.stall.replace(market),
        Err(error) => tracing::warn!(%error, "demand was not counted anew; the last count stays"),
    }
}

fn learn(assistant: &Assistant, progress: &dyn Fn(Lesson)) {
    count(assistant);
    let catalog = assistant.current.snapshot().catalog.clone();
    match learn_crowd(assistant.store.as_ref(), &catalog, Timestamp::now(), progress) {
        Ok(crowd) => assistant.replace_crowd(crowd),
        Err(error) => tracing::warn!(%error, "what others do was not learnt; what was known before stays"),
    }
}
