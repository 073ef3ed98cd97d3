//! One process owns the store; commands that need it while that process runs reach it through this socket.
//!
//! A Unix domain socket in the shop's state folder, lines of JSON, one request a connection. The client sends
//! `{"command":{"args":["transcripts","list"],"cwd":"/srv/shop","width":100,"color":true}}` or `{"turn":{…}}`, and gets
//! `{"stdout":"…"}`, `{"stderr":"…"}` and `{"reply":…}` as they come, and last `{"exit":0}`; or `{"refused":"…"}` for what is
//! no request. Whoever may open the file (its owner) may do all that the shop's operator may.
//!
//! The room knows nothing of commands or turns: the caller supplies a handler.

mod client;
mod output;
mod place;
mod protocol;
mod server;

pub use client::Client;
pub use output::{ChunkWriter, Gone, Output};
pub use protocol::{Chunk, CommandRequest, MAX_REQUEST, Request};
pub use server::Listener;

/// Why the socket could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// There is no socket, or the process that made it is gone.
    #[error("nobody listens at {path}; start `shophand serve`, or run the command by itself")]
    NobodyListens { path: String },
    /// Another process still answers there.
    #[error("another process still answers at {path}; wait until it has ended")]
    Answered { path: String },
    /// The owner did not take the request.
    #[error("the process that owns the store refused the request: {reason}")]
    Refused { reason: String },
    /// The connection ended before the answer did.
    #[error("the process that owns the store went away before it was done; look into its log and try again")]
    CutOff,
    /// The system said no.
    #[error("the socket {path} cannot be used: {reason}")]
    Io { path: String, reason: String },
}

impl SocketError {
    fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        SocketError::Io { path: path.display().to_string(), reason: error.to_string() }
    }
}
