//! What set-up tells the person waiting, on stderr and in Cargo's manner: stdout belongs to the command that follows.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// Between two progress lines where they pile up: a log file, CI.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// One line: what is done, and to what.
pub fn status(verb: &str, what: &str) {
    clear_line();
    // Like Cargo's own: right-aligned in twelve columns.
    if coloured() {
        eprintln!("\x1b[1;32m{verb:>12}\x1b[0m {what}");
    } else {
        eprintln!("{verb:>12} {what}");
    }
}

/// A share of a known whole, redrawn in a terminal and repeated now and then in a log.
pub struct Progress {
    what: String,
    total: u64,
    last_line: Instant,
}

impl Progress {
    /// Starts at nothing of `total` bytes.
    pub fn new(what: &str, total: u64) -> Self {
        Self { what: what.to_owned(), total, last_line: Instant::now() }
    }

    /// `done` bytes are there by now.
    pub fn at(&mut self, done: u64) {
        // The last megabytes may be counted twice while pip moves the file into place.
        let done = done.min(self.total);
        let line = format!("{}: {} of {}", self.what, bytes(done), bytes(self.total));
        if stderr().is_terminal() {
            eprint!("\r\x1b[2K{:>12} {line}", "");
            // A progress line that is not shown harms nobody.
            let _ = stderr().flush();
        } else if self.last_line.elapsed() >= LOG_INTERVAL {
            self.last_line = Instant::now();
            eprintln!("{:>12} {line}", "");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        clear_line();
    }
}

/// A size as people say it, in decimal megabytes as download pages do.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} kB", count / 1_000),
        _ => format!("{} MB", count / 1_000_000),
    }
}

/// A duration as people say it.
pub fn seconds(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f32())
}

fn clear_line() {
    if stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}

fn coloured() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
