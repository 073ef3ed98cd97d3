//! `shophand chat`: a conversation in the terminal, or line by line from a pipe.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use crate::app::ShopDir;
use crate::channel::terminal::{Painter, explained, input_of, readable, turn_as_json};
use crate::model::{Channel, ChatId, Incoming, LONGEST_TEXT, ShopperId, TurnRecord};

use super::desk::Desk;

const PROMPT: Style = AnsiColor::Green.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Who talks, and how the answers are shown.
#[derive(Debug, Args)]
pub struct Chat {
    /// Talk as this shopper; in the demo shop mara, daniel, priya, noor …
    #[arg(long = "as", value_name = "SHOPPER", default_value = "guest")]
    shopper: String,
    /// One JSON object a turn instead of text
    #[arg(long)]
    json: bool,
    /// Show why after each answer
    #[arg(long)]
    trace: bool,
}

/// Holds the conversation until the input ends.
///
/// # Errors
/// When the shop cannot be opened, or a turn cannot be recorded.
pub async fn run(args: &Chat, shop: &ShopDir) -> Result<()> {
    let shopper = ShopperId::parse(&args.shopper)?;
    let desk = Desk::open(shop).await?;
    let mut talk = Talk {
        chat: ChatId::parse(&format!("terminal:{shopper}"))?,
        shopper,
        desk,
        json: args.json,
        trace: args.trace,
        echo: false,
        last: None,
        painter: Painter { width: textwrap::termwidth().clamp(40, 100) },
    };
    let held = if std::io::stdin().is_terminal() && !args.json {
        talk.at_the_keyboard(shop.state.join("chat_history")).await
    } else {
        talk.echo = !args.json;
        talk.through_a_pipe().await
    };
    talk.desk.close().await;
    held
}

struct Talk {
    chat: ChatId,
    shopper: ShopperId,
    desk: Desk,
    json: bool,
    trace: bool,
    echo: bool,
    last: Option<TurnRecord>,
    painter: Painter,
}

impl Talk {
    async fn through_a_pipe(&mut self) -> Result<()> {
        let mut lines = std::io::stdin().lock();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            if lines.read_until(b'\n', &mut bytes).context("standard input cannot be read")? == 0 {
                return Ok(());
            }
            // A stray byte of another encoding must not end the conversation.
            let line = String::from_utf8_lossy(&bytes);
            self.answer(line.trim_start_matches('\u{feff}')).await?;
        }
    }

    async fn at_the_keyboard(&mut self, history: PathBuf) -> Result<()> {
        anstream::println!(
            "\n{QUIET}Ask for a product, an order, or anything about the shop. /help says more, Ctrl-D ends.{QUIET:#}\n"
        );
        let mut editor = rustyline::Editor::<(), FileHistory>::new()?;
        // A first conversation has no history yet.
        let _ = editor.load_history(&history);
        let prompt = format!("{PROMPT}›{PROMPT:#} ");
        loop {
            let read = tokio::task::spawn_blocking({
                let prompt = prompt.clone();
                move || {
                    let line = editor.readline(&prompt);
                    (editor, line)
                }
            });
            let (returned, line) = read.await?;
            editor = returned;
            match line {
                Ok(line) => {
                    editor.add_history_entry(line.as_str())?;
                    self.answer(&line).await?;
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(error.into()),
            }
        }
        editor.save_history(&history).with_context(|| format!("{} cannot be written", history.display()))
    }

    async fn answer(&mut self, line: &str) -> Result<()> {
        if line.trim().is_empty() {
            return Ok(());
        }
        if self.echo {
            anstream::println!("{PROMPT}›{PROMPT:#} {}", line.trim());
        }
        if readable(line).len() < line.trim().len() {
            anstream::eprintln!(
                "{QUIET}That is long: the first {LONGEST_TEXT} characters of it are read.{QUIET:#}"
            );
        }
        let incoming = Incoming {
            channel: Channel::Terminal,
            chat: self.chat.clone(),
            shopper: self.shopper.clone(),
            name: None,
            private: true,
            language: None,
            at: Timestamp::now(),
            input: input_of(line, self.last.as_ref().map(|turn| (turn.id, &turn.reply))),
        };
        let record = self.desk.turn(incoming).await?;
        if self.json {
            println!("{}", turn_as_json(&record, readable(line)));
        } else {
            anstream::println!("{}", self.painter.reply(&record.reply));
            if self.trace {
                anstream::println!("{QUIET}{}{QUIET:#}", explained(&record));
            }
        }
        self.last = Some(record);
        Ok(())
    }
}
