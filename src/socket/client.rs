//! The side of a command that finds the store owned by another process. Blocking: there is nothing else to do meanwhile.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Chunk, Request, SocketError, place};

/// A connection, good for one request.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
}

impl Client {
    /// Connects to the owner of the store. `patience` is for one who has just started and owns the store already, but does
    /// not listen yet.
    ///
    /// # Errors
    /// [`SocketError::NobodyListens`] or [`SocketError::Io`].
    pub fn connect(path: &Path, patience: Duration) -> Result<Self, SocketError> {
        let end = Instant::now() + patience;
        loop {
            match place::connect(path) {
                Ok(stream) => return Ok(Client { stream }),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                    if Instant::now() >= end {
                        return Err(SocketError::NobodyListens { path: path.display().to_string() });
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(SocketError::io(path, &error)),
            }
        }
    }

    /// Sends the request, hands every part of the answer but the last to `receive`, and returns the exit code.
    ///
    /// # Errors
    /// [`SocketError::Refused`] or [`SocketError::CutOff`].
    pub fn send(mut self, request: &Request, mut receive: impl FnMut(Chunk)) -> Result<i32, SocketError> {
        let mut line = serde_json::to_vec(request)
            .map_err(|error| SocketError::Refused { reason: error.to_string() })?;
        line.push(b'\n');
        // A refusal comes before everything is written, and is worth more than the broken pipe.
        let written = self.stream.write_all(&line);
        for line in BufReader::new(&self.stream).lines() {
            let line = line.map_err(|_| SocketError::CutOff)?;
            match serde_json::from_str(&line) {
                Ok(Chunk::Exit(code)) => return Ok(code),
                Ok(Chunk::Refused(reason)) => return Err(SocketError::Refused { reason }),
                Ok(chunk) => receive(chunk),
                Err(error) => {
                    return Err(SocketError::Refused { reason: format!("its answer is broken: {error}") });
                }
            }
        }
        written.map_err(|_| SocketError::CutOff)?;
        Err(SocketError::CutOff)
    }
}
