//! The lines that go over the socket.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::Incoming;

/// The longest request line in bytes, without its line break.
pub const MAX_REQUEST: usize = 1 << 20;

/// What a client wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// A command line, to be run as though in the client's terminal.
    Command(CommandRequest),
    /// One message of a shopper, to be answered and recorded.
    Turn(Box<Incoming>),
    /// The same, of which the process that owned the store before may have recorded the turn and not sent the reply.
    Again(Box<Incoming>),
}

/// A command and the terminal that its output goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRequest {
    /// What follows the program's name.
    pub args: Vec<String>,
    /// The folder against which relative paths are meant.
    pub cwd: PathBuf,
    /// Columns of the terminal; `None` when the output goes into a file or a pipe.
    #[serde(default)]
    pub width: Option<u16>,
    /// Whether the output may have colours.
    #[serde(default)]
    pub color: bool,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chunk {
    /// Text for the client's standard output.
    Stdout(String),
    /// Text for its standard error.
    Stderr(String),
    /// The answer to a turn.
    Reply(serde_json::Value),
    /// The last line: the exit code.
    Exit(i32),
    /// The last line, when the request was none.
    Refused(String),
}
