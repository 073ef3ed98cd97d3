//! The side of the process that owns the store.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::JoinSet;

use super::{Chunk, MAX_REQUEST, Output, Request, SocketError, place};
use crate::store::SledStore;

/// How long answers under way may take after the shutdown has begun.
const GRACE: Duration = Duration::from_secs(10);

/// How many parts of an answer may wait for a slow client.
const WAITING: usize = 64;

/// A socket that clients can find. Gone from the folder once it is dropped.
#[derive(Debug)]
pub struct Listener {
    listener: tokio::net::UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Makes the socket `path`, in place of one that a dead process has left. Only the owner of the store may do that,
    /// so it is asked for; drop the listener before the store.
    ///
    /// # Errors
    /// [`SocketError::Answered`] when somebody still listens there, [`SocketError::Io`] for anything else.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn bind(path: &Path, _owner: &SledStore) -> Result<Self, SocketError> {
        if place::connect(path).is_ok() {
            return Err(SocketError::Answered { path: path.display().to_string() });
        }
        let io = |error: std::io::Error| SocketError::io(path, &error);
        let listener = place::bind(path).map_err(io)?;
        listener.set_nonblocking(true).map_err(io)?;
        let listener = tokio::net::UnixListener::from_std(listener).map_err(io)?;
        Ok(Listener { listener, path: path.to_owned() })
    }

    /// Answers clients, each with its own task, until `shutdown`; then finishes what is under way.
    ///
    /// The handler's number is the client's exit code. It is not stopped when its client goes away: what it sends
    /// fails then, and [`Output::is_gone`] says so.
    pub async fn serve<H, F>(self, handler: H, shutdown: impl Future<Output = ()>)
    where
        H: Fn(Request, Output) -> F + Send + Sync + 'static,
        F: Future<Output = i32> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let mut clients = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        clients.spawn(attend(stream, handler.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, path = %self.path.display(), "a client could not be let in");
                        // Out of file handles, most likely: give others time to close theirs.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = clients.join_next() => {}
            }
        }
        drop(self);
        let finished = tokio::time::timeout(GRACE, async { while clients.join_next().await.is_some() {} });
        if finished.await.is_err() {
            tracing::warn!(clients = clients.len(), "clients were cut off at shutdown");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the socket could not be removed");
        }
    }
}

/// One connection: one request, one answer.
async fn attend<H, F>(stream: UnixStream, handler: Arc<H>)
where
    H: Fn(Request, Output) -> F,
    F: Future<Output = i32> + Send + 'static,
{
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let outcome = match request(&mut read).await {
        Ok(Some(request)) => {
            let (sender, chunks) = mpsc::channel(WAITING);
            let output = Output(sender);
            let work = tokio::spawn(finish(handler(request, output.clone()), output));
            pass_on(chunks, &mut read, &mut write).await;
            // The work goes on without the client, but a shutdown waits for it.
            work.await.map_err(|error| error.to_string())
        }
        Ok(None) => Ok(()),
        Err(reason) => {
            write_line(&mut write, &Chunk::Refused(reason)).await.map_err(|error| error.to_string())
        }
    };
    if let Err(reason) = outcome {
        tracing::debug!(reason, "a client's connection ended early");
    }
}

/// The handler's work, and then the last line, also when it panics.
async fn finish(work: impl Future<Output = i32> + Send + 'static, output: Output) {
    let code = match tokio::spawn(work).await {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(%error, "a request over the socket broke");
            let sorry = "the process that owns the store failed while doing this; its log says why\n";
            let _gone = output.send(Chunk::Stderr(sorry.to_owned())).await;
            1
        }
    };
    let _gone = output.send(Chunk::Exit(code)).await;
}

/// Reads the request line: `None` when the client went away without one, and why it is none otherwise.
async fn request(read: &mut BufReader<OwnedReadHalf>) -> Result<Option<Request>, String> {
    let mut line = Vec::new();
    let longest = u64::try_from(MAX_REQUEST + 1).unwrap_or(u64::MAX);
    match read.take(longest).read_until(b'\n', &mut line).await {
        Ok(0) | Err(_) => Ok(None),
        Ok(_) if line.last() == Some(&b'\n') => serde_json::from_slice(&line).map(Some).map_err(|error| {
            format!("the request cannot be read: {error}; are both programs of one version?")
        }),
        Ok(_) if line.len() > MAX_REQUEST => Err(format!("the request is longer than {MAX_REQUEST} bytes")),
        Ok(_) => Err("the request has no end".to_owned()),
    }
}

/// Writes the answer as it comes, until its end or until the client goes away.
async fn pass_on(
    mut chunks: Receiver<Chunk>,
    read: &mut BufReader<OwnedReadHalf>,
    write: &mut OwnedWriteHalf,
) {
    let mut rest = [0; 256];
    loop {
        tokio::select! {
            chunk = chunks.recv() => match chunk {
                Some(chunk) => {
                    let last = matches!(chunk, Chunk::Exit(_));
                    if write_line(write, &chunk).await.is_err() || last {
                        return;
                    }
                }
                None => return,
            },
            // A client says nothing more, so the only news is that it has gone.
            more = read.read(&mut rest) => if matches!(more, Ok(0) | Err(_)) {
                return;
            },
        }
    }
}

async fn write_line(write: &mut OwnedWriteHalf, chunk: &Chunk) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(chunk)?;
    line.push(b'\n');
    write.write_all(&line).await
}
