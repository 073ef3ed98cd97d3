//! Where a handler writes its answer.

use std::io;

use tokio::sync::mpsc::Sender;

use super::Chunk;

/// The client has gone away; what is not important enough to be finished without it can stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client has gone away")]
pub struct Gone;

/// The way back to one client. Waits when the client reads slowly.
#[derive(Debug, Clone)]
pub struct Output(pub(super) Sender<Chunk>);

impl Output {
    /// Sends a part of the answer.
    ///
    /// # Errors
    /// [`Gone`] when nobody is there to read it.
    pub async fn send(&self, chunk: Chunk) -> Result<(), Gone> {
        self.0.send(chunk).await.map_err(|_| Gone)
    }

    /// The same from a blocking thread.
    ///
    /// # Errors
    /// [`Gone`] when nobody is there to read it.
    ///
    /// # Panics
    /// On an async worker.
    pub fn send_blocking(&self, chunk: Chunk) -> Result<(), Gone> {
        self.0.blocking_send(chunk).map_err(|_| Gone)
    }

    /// Whether the client has gone away.
    pub fn is_gone(&self) -> bool {
        self.0.is_closed()
    }

    /// Standard output of the client as a writer, for a blocking thread.
    pub fn stdout(&self) -> ChunkWriter {
        ChunkWriter { output: self.clone(), wrap: Chunk::Stdout, pending: Vec::new() }
    }

    /// Standard error of the client as a writer, for a blocking thread.
    pub fn stderr(&self) -> ChunkWriter {
        ChunkWriter { output: self.clone(), wrap: Chunk::Stderr, pending: Vec::new() }
    }
}

/// Gathers bytes, and sends them as text when it is flushed or dropped, or has gathered many.
/// Fails with `BrokenPipe` when the client has gone away.
#[derive(Debug)]
pub struct ChunkWriter {
    output: Output,
    wrap: fn(String) -> Chunk,
    pending: Vec<u8>,
}

const MANY: usize = 8 << 10;

impl ChunkWriter {
    /// Sends what is whole: bytes of a character that is not yet complete stay, unless `everything` must go.
    fn hand_over(&mut self, everything: bool) -> io::Result<()> {
        let whole = match std::str::from_utf8(&self.pending) {
            Err(error) if !everything && error.error_len().is_none() => error.valid_up_to(),
            _ => self.pending.len(),
        };
        if whole == 0 {
            return Ok(());
        }
        let rest = self.pending.split_off(whole);
        let text = String::from_utf8_lossy(&self.pending).into_owned();
        self.pending = rest;
        let sent = self.output.send_blocking((self.wrap)(text));
        sent.map_err(|gone| io::Error::new(io::ErrorKind::BrokenPipe, gone))
    }
}

impl io::Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= MANY {
            self.hand_over(false)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_over(false)
    }
}

impl Drop for ChunkWriter {
    fn drop(&mut self) {
        // Nobody is left to tell; the client has gone away, and every earlier write said so.
        let _gone = self.hand_over(true);
    }
}
