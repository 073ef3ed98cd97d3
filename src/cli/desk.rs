//! Who answers a conversation: this process, or the one that owns the store already.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anstyle::Style;
use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{AppError, Parts, ShopDir, open_store};
use crate::ids::Ids;
use crate::live::{Meanings, Pace, Reloader, Watch, watch};
use crate::model::{Incoming, TurnRecord};
use crate::socket::{Chunk, Client, CommandRequest, Listener, Output, Request, SocketError};
use crate::store::{Store, StoreError, TranscriptFilter};
use crate::turn::{Assistant, Passage};

use super::errand::{Office, Open};
use super::learning::Learning;
use super::output::Remote;

/// How long to wait while nobody listens and yet somebody owns the store: an owner that is just ending finishes what is in
/// hand. An answer under way is waited for however long it takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks whether it has.
const PACE: Duration = Duration::from_millis(50);

const QUIET: Style = Style::new().dimmed();

/// A place that answers messages.
pub struct Desk {
    shop: ShopDir,
    /// `None` while another process owns the store, and answers through its socket.
    own: Option<Box<Own>>,
}

/// What the owner of the store has.
pub struct Own {
    /// Answers messages.
    pub assistant: Arc<Assistant>,
    /// Does what staff ask for.
    pub office: Arc<Office>,
    close: oneshot::Sender<()>,
    listening: JoinHandle<()>,
    watch: Watch,
    meanings: Meanings,
    learning: Learning,
}

impl Desk {
    /// Opens the shop, or finds the process that has.
    ///
    /// # Errors
    /// [`AppError`] when the shop cannot be opened.
    pub async fn open(shop: &ShopDir) -> Result<Desk> {
        let mut desk = Desk { shop: shop.clone(), own: None };
        desk.take_over().await?;
        Ok(desk)
    }

    /// Handles one message. When the process that owned the store has ended, this one opens the shop and answers.
    ///
    /// # Errors
    /// When it cannot be recorded, or the shop can be opened neither here nor elsewhere.
    pub async fn turn(&mut self, incoming: Incoming) -> Result<TurnRecord> {
        let mut deserted: Option<Instant> = None;
        // Whether the owner went away with the message, perhaps after it was recorded.
        let mut again = false;
        loop {
            if let Some(own) = &self.own {
                return heard(&own.assistant, incoming, again).await;
            }
            let (socket, message) = (self.shop.socket(), incoming.clone());
            let asked = tokio::task::spawn_blocking(move || turn_elsewhere(&socket, message, again)).await?;
            match asked {
                Err(error) if is_cut_off(&error) => {
                    again = true;
                    deserted = None;
                }
                Err(error) if is_nobody(&error) => {
                    if deserted.get_or_insert_with(Instant::now).elapsed() >= PATIENCE {
                        return Err(error);
                    }
                }
                done => return done,
            }
            if !self.take_over().await? {
                tokio::time::sleep(PACE).await;
            }
        }
    }

    /// Opens the shop, unless another process has; whether this one owns it now.
    async fn take_over(&mut self) -> Result<bool> {
        match Own::open(&self.shop).await {
            Err(error) if is_locked(&error) => Ok(false),
            opened => {
                self.own = Some(Box::new(opened?));
                Ok(true)
            }
        }
    }

    /// Ends the conversation; clients of the socket are finished first.
    pub async fn close(self) {
        if let Some(own) = self.own {
            own.close().await;
        }
    }
}

fn turn_elsewhere(socket: &std::path::Path, incoming: Incoming, again: bool) -> Result<TurnRecord> {
    let mut answer = None;
    let mut said = String::new();
    let incoming = Box::new(incoming);
    let request = if again { Request::Again(incoming) } else { Request::Turn(incoming) };
    let client = Client::connect(socket, Duration::ZERO)?;
    let code = client.send(&request, |chunk| match chunk {
        Chunk::Reply(value) => answer = Some(value),
        Chunk::Stderr(text) | Chunk::Stdout(text) => said.push_str(&text),
        Chunk::Exit(_) | Chunk::Refused(_) => {}
    })?;
    match answer {
        Some(value) if code == 0 => serde_json::from_value(value).context("the answer cannot be read"),
        _ => bail!("{}", said.trim()),
    }
}

/// Answers a message; one that comes `again`, because the process that was to answer it has ended, may be recorded already:
/// then that was its turn.
async fn heard(assistant: &Arc<Assistant>, incoming: Incoming, again: bool) -> Result<TurnRecord> {
    if again {
        let (store, message) = (assistant.store.clone(), incoming.clone());
        let earlier = tokio::task::spawn_blocking(move || recorded(store.as_ref(), &message)).await??;
        if let Some(record) = earlier {
            return Ok(record);
        }
    }
    Ok(assistant.turn(incoming, Passage::default()).await?)
}

/// The turn of a message: nobody says two things in one chat at the same nanosecond.
fn recorded(store: &dyn Store, incoming: &Incoming) -> Result<Option<TurnRecord>, StoreError> {
    let filter = TranscriptFilter { shopper: Some(incoming.shopper.clone()), ..TranscriptFilter::default() };
    let mut found = None;
    store.each_turn(&filter, &mut |turn| {
        let same = turn.incoming.at == incoming.at && turn.incoming.chat == incoming.chat;
        let older = turn.incoming.at < incoming.at;
        found = same.then_some(turn);
        !same && !older
    })?;
    Ok(found)
}

fn is_cut_off(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(SocketError::CutOff))
}

/// Whether no process answers at the socket.
pub fn is_nobody(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(SocketError::NobodyListens { .. }))
}

/// Whether another process owns the store.
pub fn is_locked(error: &anyhow::Error) -> bool {
    let inner = error.downcast_ref::<AppError>();
    matches!(inner, Some(AppError::Store(StoreError::Locked { .. })))
}

impl Own {
    /// Opens the store first, so that a second process finds out at once, then everything else.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn open(shop: &ShopDir) -> Result<Own> {
        let folder = shop.clone();
        let store = tokio::task::spawn_blocking(move || open_store(&folder, Timestamp::now())).await??;
        let listener = Listener::bind(&shop.socket(), &store)?;
        let (folder, kept) = (shop.clone(), store.clone());
        let opened = tokio::task::spawn_blocking(move || {
            let assistant = Parts::open(&folder, &say)?.newcomer(kept, Ids::random());
            let learning = Learning::begin(assistant.clone()).context("what others do cannot be learnt")?;
            anyhow::Ok((assistant, learning))
        });
        let (assistant, learning) = opened.await??;
        let live = Arc::new(Reloader::new(&shop.root, &shop.state, assistant.current.clone()));
        let watch = watch(live.clone(), Pace::default()).context("the files cannot be watched")?;
        let meanings = Meanings::begin(live.clone()).context("the products cannot be embedded")?;
        let open = Some(Open { assistant: assistant.clone(), live });
        let office = Arc::new(Office { shop: shop.clone(), store, open });
        let (close, closed) = oneshot::channel();
        let (front, back) = (assistant.clone(), office.clone());
        let listening = tokio::spawn(listener.serve(
            move |request, output| attend(request, output, front.clone(), back.clone()),
            async {
                // Dropping the sender closes as well.
                let _closed = closed.await;
            },
        ));
        Ok(Own { assistant, office, close, listening, watch, meanings, learning })
    }

    /// Lets no more clients in and finishes those that are there.
    pub async fn close(self) {
        let _gone = self.close.send(());
        if let Err(error) = self.listening.await {
            tracing::warn!(%error, "the socket did not close well");
        }
        let (watch, meanings, learning) = (self.watch, self.meanings, self.learning);
        let stop = move || {
            learning.stop();
            meanings.stop();
            watch.stop();
        };
        if let Err(error) = tokio::task::spawn_blocking(stop).await {
            tracing::warn!(%error, "watching the files did not end well");
        }
    }
}

/// A first start takes some seconds; whoever sits before it sees what they are spent on.
pub fn say(what: &str) {
    if std::io::stderr().is_terminal() {
        anstream::eprintln!("{QUIET}{what} …{QUIET:#}");
    }
}

/// One request of a client of the socket.
async fn attend(request: Request, output: Output, front: Arc<Assistant>, office: Arc<Office>) -> i32 {
    match request {
        Request::Turn(incoming) => said(&front, *incoming, false, &output).await,
        Request::Again(incoming) => said(&front, *incoming, true, &output).await,
        Request::Command(request) => {
            let done = tokio::task::spawn_blocking(move || errand(&request, output, &office)).await;
            done.unwrap_or(1)
        }
    }
}

async fn said(front: &Arc<Assistant>, incoming: Incoming, again: bool, output: &Output) -> i32 {
    match heard(front, incoming, again).await {
        Ok(record) => answer(&record, output).await,
        Err(error) => {
            tracing::error!(%error, "a turn over the socket failed");
            let _gone = output.send(Chunk::Stderr(error.to_string())).await;
            1
        }
    }
}

async fn answer(record: &TurnRecord, output: &Output) -> i32 {
    match serde_json::to_value(record) {
        Ok(value) => i32::from(output.send(Chunk::Reply(value)).await.is_err()),
        Err(error) => {
            tracing::error!(%error, "a reply could not be sent over the socket");
            1
        }
    }
}

fn errand(request: &CommandRequest, output: Output, office: &Office) -> i32 {
    let mut out = Remote::new(output, request.width, request.color);
    super::errand_of(&request.args, &request.cwd, office, &mut out)
}
