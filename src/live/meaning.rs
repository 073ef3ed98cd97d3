//! Works out what products mean, beside everything else: after the start, and whenever a feed has brought new ones.

use std::fmt::Display;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
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
    /// Let go of to stop it: unlike a thread that is unparked, that cannot go unnoticed while it waits for the encoder.
    going: Sender<()>,
    thread: JoinHandle<()>,
}

impl Meanings {
    /// Begins. Without an encoder there is nothing to do.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(reloader: Arc<Reloader>) -> io::Result<Self> {
        let (going, still) = mpsc::channel();
        let work = move || work(|stopped| reloader.embed(stopped), &still);
        let thread = thread::Builder::new().name("meanings".to_owned()).spawn(work)?;
        Ok(Meanings { going, thread })
    }

    /// Stops after the texts that are being embedded; what is embedded is kept for the next time.
    pub fn stop(self) {
        drop(self.going);
        if self.thread.join().is_err() {
            tracing::error!("the embedding of products had come to grief");
        }
    }
}

/// Embeds again and again as long as the other end of `still` is held. `embed` asks whether to stop.
fn work<D, E: Display>(embed: impl Fn(&dyn Fn() -> bool) -> Result<D, E>, still: &Receiver<()>) {
    let stopped = || still.try_recv() == Err(TryRecvError::Disconnected);
    loop {
        let done = embed(&stopped);
        if let Err(error) = &done
            && !stopped()
        {
            tracing::warn!(%error, "products are found by their words alone");
        }
        let pause = if done.is_ok() { PACE } else { PATIENCE };
        if still.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_leaves_while_products_are_embedded_does_not_wait_for_the_next_attempt() {
        let (going, still) = mpsc::channel();
        let (begun, has_begun) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        thread::spawn(move || {
            let embed = |stopped: &dyn Fn() -> bool| {
                let _told = begun.send(());
                while !stopped() {
                    thread::yield_now();
                }
                // Waiting for the encoder takes a wake-up that was meant to end the pause.
                thread::park_timeout(Duration::ZERO);
                Err::<bool, _>("the program ends")
            };
            work(embed, &still);
            let _told = ended.send(());
        });
        assert_eq!(has_begun.recv(), Ok(()));
        drop(going);
        assert_eq!(has_ended.recv_timeout(PATIENCE / 2), Ok(()));
    }
}
