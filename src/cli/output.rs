//! Where a command writes: this terminal, or another process's through the socket. Same lines either way.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::socket::{self, Chunk};

/// Lines for the person who gave the command.
pub trait Output: Send {
    /// A result line; may hold line breaks and colours.
    fn line(&mut self, text: &str);
    /// A remark beside the result: a warning, a hint.
    fn note(&mut self, text: &str);
    /// How far a long piece of work is: `done` of `total` bytes, and what is being done.
    fn progress(&mut self, done: u64, total: u64, what: &str);
    /// Columns of the person's terminal.
    fn width(&self) -> usize;
}

/// This process's own terminal.
pub struct Terminal {
    width: usize,
    bar: Option<ProgressBar>,
}

impl Terminal {
    /// As wide as the terminal is, at most 100 columns, 80 when there is none.
    pub fn new() -> Self {
        Terminal { width: textwrap::termwidth().clamp(40, 100), bar: None }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Output for Terminal {
    fn line(&mut self, text: &str) {
        self.clear();
        anstream::println!("{text}");
    }

    fn note(&mut self, text: &str) {
        self.clear();
        anstream::eprintln!("{text}");
    }

    fn progress(&mut self, done: u64, total: u64, what: &str) {
        let bar = self.bar.get_or_insert_with(|| {
            let template = "{msg} {wide_bar} {bytes}/{total_bytes} {eta}";
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style)
        });
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(what.to_owned());
    }

    fn width(&self) -> usize {
        self.width
    }
}

/// Over a socket, a line of progress each this often is enough.
const REPORT_EVERY: Duration = Duration::from_secs(3);

/// The terminal of a client of the socket. For a blocking thread.
pub struct Remote {
    output: socket::Output,
    width: usize,
    color: bool,
    reported: Instant,
}

impl Remote {
    /// The way back to a client.
    pub fn new(output: socket::Output, width: Option<u16>, color: bool) -> Self {
        Remote { output, width: width.map_or(80, usize::from), color, reported: Instant::now() }
    }

    fn send(&self, wrap: fn(String) -> Chunk, text: &str) {
        let text = if self.color { text.to_owned() } else { anstream::adapter::strip_str(text).to_string() };
        // A client that has gone away reads nothing; the work itself goes on.
        let _gone = self.output.send_blocking(wrap(format!("{text}\n")));
    }
}

impl Output for Remote {
    fn line(&mut self, text: &str) {
        self.send(Chunk::Stdout, text);
    }

    fn note(&mut self, text: &str) {
        self.send(Chunk::Stderr, text);
    }

    fn progress(&mut self, done: u64, total: u64, what: &str) {
        if self.reported.elapsed() >= REPORT_EVERY {
            self.reported = Instant::now();
            self.send(Chunk::Stderr, &format!("{what}: {} %", (done * 100).checked_div(total).unwrap_or(0)));
        }
    }

    fn width(&self) -> usize {
        self.width
    }
}
