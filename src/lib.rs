//! Shophand: a shop assistant that a shop runs itself.
//!
//! # One turn of conversation, one way through the house
//!
//! ```text
//! Telegram / terminal
//!         │  Incoming                                  channel
//!         ▼
//!    understand ──► Understanding                      language, intent, entities, one embedding
//!         ▼
//!      decide   ──► Action                             pure: dialogue + understanding → what to do
//!         ▼
//!       act     ──► Outcome + Events + Effects         reads catalog, personal, store; writes nothing
//!         ▼
//!      render   ──► Reply                              pure: text, cards, buttons; knows no channel's API
//!         ▼
//!      record   ──► store, one transaction per turn    transcript, events, dialogue, effects, outbox
//!         ▼
//!       send                                           channel
//! ```
//!
//! Mostly a message asks for one thing; where it asks for several, decide, act and render follow each other for each of
//! them within the one turn.
//!
//! [`turn`] is that picture as one short function; [`app`] is the only place that knows every part.
//!
//! # Invariants
//!
//! `tests/it/tidy.rs` and the tests named below hold the code to them.
//!
//! 1. Each big dependency has one room: teloxide in `channel/telegram`, tantivy in `catalog`, sled in `store/sled`,
//!    rust-bert and tch in `understand`; axum only in the tests' fake of Telegram's server.
//! 2. `decide` and `render` import only `model` and `intents`: no async, no I/O, no clock, no randomness.
//! 3. `act` reads state and never writes it. What should be remembered comes back as events and effects; `turn`
//!    records all of a turn at once.
//! 4. No intent name is known to Rust. A file binds an intent to an action; a merchandiser adds an intent, an answer
//!    or a whole language without touching code. Only action names and entity kinds are code.
//! 5. A message is embedded once at most; what needs its vector takes it from the understanding.
//! 6. Nothing blocking runs on an async worker: the encoder has a thread of its own with a bounded queue; tantivy and
//!    sled run on blocking threads. A full queue is an answer ("busy, one moment"), not a hang.
//! 7. One chat's messages are handled in order, one at a time; different chats at the same time.
//! 8. A shopper never meets silence, a stack trace or somebody else's order. Errors have two audiences: a sentence for
//!    the shopper; for the operator a typed error with the file, line, id or path, logged once where it is handled.
//! 9. At start a missing model, index or store ends the command with a clear error. While serving, losing one degrades,
//!    and the reply's record says which rung it came from ([`model::Rung`]).
//! 10. Same inputs, same files, same version → same reply: time, randomness and ids come in from outside.
//! 11. A shopper is who writes; a dialogue is (chat, shopper). What a group sees carries no orders, history, reasons.
//! 12. One process owns the store. Other commands reach it through a local socket, with the same output.
//! 13. A turn reads the merchandisers' files and the products from one snapshot, from its start to its end; what is saved
//!     or fed in meanwhile goes live for later turns, as a whole or not at all ([`live`], `tests/it/reload/`).
//!
//! # The modules in reading order

// The words that every room speaks.
pub mod model;

// The turn, stage by stage.
pub mod act;
pub mod decide;
pub mod redact;
pub mod render;
pub mod turn;
pub mod understand;

// What the stages read.
pub mod catalog;
pub mod intents;
pub mod live;
pub mod offers;
pub mod personal;
pub mod segments;
pub mod store;
pub mod text;

// How messages and data come in, and who puts the parts together.
pub mod app;
pub mod channel;
pub mod cli;
pub mod config;
pub mod eval;
pub mod ids;
pub mod import;
pub mod report;
pub mod socket;

// Learning to rank and to recommend, over plain numbers: a package of its own, `src/learn/`, compiled for speed. So is
// `src/rank/`, the sums that score products for `catalog`.
pub use learn;

// What several rooms need of the file system and of YAML, and what is said of files that are wrong.
pub mod disk;
pub mod problem;
pub mod yaml;
