//! A Bot API server for tests. It keeps updates until they are confirmed, shows what each chat would see, refuses what
//! Telegram refuses, and fails on request. The real teloxide talks to it over HTTP.

mod api;
mod files;
mod messages;
mod rules;
mod shopper;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use shopper::Shopper;

/// The bot's own id.
pub const BOT_ID: i64 = 5_550_001;
/// The bot's name in groups.
pub const BOT_NAME: &str = "AlderFinchBot";
/// The only token that it takes.
pub const TOKEN: &str = "5550001:fake-token";

/// What a chat sees of one message.
#[derive(Debug, Clone, Default)]
pub struct Got {
    /// Telegram's number of it.
    pub id: i64,
    /// The words, without marks: a text or a caption.
    pub text: String,
    /// The words as they were sent.
    pub html: String,
    /// The picture: its bytes, or a URL.
    pub photo: Option<Photo>,
    /// Name and bytes of a file.
    pub document: Option<(String, Vec<u8>)>,
    /// Rows of (label, callback data).
    pub buttons: Vec<Vec<(String, String)>>,
    /// When it arrived.
    pub at: Option<Instant>,
}

impl Got {
    /// The labels, row by row.
    pub fn labels(&self) -> Vec<Vec<&str>> {
        self.buttons.iter().map(|row| row.iter().map(|(label, _)| label.as_str()).collect()).collect()
    }
}

/// How a photo came.
#[derive(Clone, PartialEq)]
pub enum Photo {
    /// Uploaded.
    Uploaded(Vec<u8>),
    /// By the id of an earlier upload.
    Again(String),
    /// By an address.
    Url(String),
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Photo::Uploaded(bytes) => write!(f, "uploaded, {} bytes", bytes.len()),
            Photo::Again(id) => write!(f, "again {id}"),
            Photo::Url(url) => write!(f, "{url}"),
        }
    }
}

/// A trouble to make.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 429 with this `retry_after`.
    TooMany(u32),
    /// 403: blocked by the user.
    Blocked,
    /// 500.
    ServerError,
    /// The connection breaks before anything was done.
    Dropped,
    /// The message arrives and the answer is lost.
    AnswerLost,
    /// The answer takes its time.
    Slow(Duration),
    /// 400: the photo cannot be processed.
    PhotoRefused,
    /// 400: the group is a supergroup of this id now.
    Moved(i64),
    /// 409: another process polls.
    Conflict,
}

#[derive(Default)]
struct State {
    next_update: i64,
    next_message: i64,
    waiting: VecDeque<Value>,
    again: Vec<Value>,
    last_confirmed: Vec<Value>,
    polls: u64,
    chats: HashMap<i64, Vec<Got>>,
    read: HashMap<i64, usize>,
    faults: HashMap<i64, VecDeque<Fault>>,
    poll_faults: VecDeque<Fault>,
    files: HashMap<String, Vec<u8>>,
    answered: Vec<(String, Option<String>)>,
    typing: Vec<i64>,
    commands: Vec<(String, String)>,
    calls: Vec<(String, i64)>,
}

struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

/// See the module. Clones are the same server, which stops with the last of them.
#[derive(Clone)]
pub struct FakeTelegram {
    /// Where it listens: what `set_api_url` wants.
    pub url: String,
    shared: Arc<Shared>,
    _server: Arc<Server>,
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl FakeTelegram {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let state = State { next_update: 814_000_100, next_message: 1, ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Notify::new() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = api::router(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        FakeTelegram { url, shared, _server: Arc::new(Server(server)) }
    }

    /// The person with this id, in a private chat with the bot.
    pub fn shopper(&self, id: i64) -> Shopper {
        Shopper::new(self.clone(), id)
    }

    /// Makes an update of these fields wait for the bot; gives its `update_id`.
    pub fn update(&self, fields: Value) -> i64 {
        let mut state = self.shared.lock();
        state.next_update += 1;
        let id = state.next_update;
        let mut update = json!({ "update_id": id });
        update.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        state.waiting.push_back(update);
        drop(state);
        self.shared.changed.notify_waiters();
        id
    }

    /// Sends the update that was confirmed last a second time, as Telegram sometimes does.
    pub fn repeats_the_last_update(&self) {
        let mut state = self.shared.lock();
        let last = state.last_confirmed.last().cloned().expect("no update was confirmed yet");
        state.again.push(last);
        drop(state);
        self.shared.changed.notify_waiters();
    }

    /// The next messages to `chat` meet these faults, one each.
    pub fn fails(&self, chat: i64, faults: impl IntoIterator<Item = Fault>) {
        self.shared.lock().faults.entry(chat).or_default().extend(faults);
    }

    /// The next polls meet these faults, one each.
    pub fn polls_fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.lock().poll_faults.extend(faults);
    }

    /// Callback queries that were answered, with their toasts.
    pub fn answered_taps(&self) -> Vec<(String, Option<String>)> {
        self.shared.lock().answered.clone()
    }

    /// How often "typing…" was shown in a chat.
    pub fn typings(&self, chat: i64) -> usize {
        self.shared.lock().typing.iter().filter(|shown| **shown == chat).count()
    }

    /// The menu of commands.
    pub fn commands(&self) -> Vec<(String, String)> {
        self.shared.lock().commands.clone()
    }

    /// How many requests of this method came for a chat, refused ones included.
    pub fn calls(&self, method: &str, chat: i64) -> usize {
        self.shared.lock().calls.iter().filter(|(name, to)| name == method && *to == chat).count()
    }

    /// Updates that the bot has not confirmed.
    pub fn unconfirmed(&self) -> usize {
        self.shared.lock().waiting.len()
    }

    /// Everything that a chat has seen.
    pub fn chat(&self, chat: i64) -> Vec<Got> {
        self.shared.lock().chats.get(&chat).cloned().unwrap_or_default()
    }

    /// Waits until something holds, for at most ten seconds.
    pub async fn until(&self, what: &str, mut holds: impl FnMut(&FakeTelegram) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !holds(self) {
            assert!(Instant::now() < deadline, "waited in vain until {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}
