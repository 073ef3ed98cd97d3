//! The vocabulary of the house: plain values that every other room speaks.
//!
//! In the order of a turn: what comes in ([`Incoming`]), what was understood ([`Understanding`]), what the
//! conversation already holds ([`Dialogue`]), what to do ([`Action`]), what came of it ([`Outcome`], [`Effect`]),
//! what the shopper gets ([`Reply`]) and what is remembered ([`TurnRecord`], [`Event`]).
//! Nothing here does I/O, reads a clock or draws a random number.

mod action;
mod dialogue;
mod event;
mod facet;
mod ids;
mod incoming;
mod list;
mod money;
mod narrowing;
mod offer;
mod order;
mod outcome;
mod own;
mod product;
mod query;
mod reply;
mod shopper;
mod shown;
mod transcript;
mod understanding;
mod vector;
mod vocabulary;

pub use action::{About, Action, Asked, Change, Respelled, Respelling, SlotRequest, Subject};
pub use dialogue::{
    Dialogue, Grounds, ListPage, ListSource, PendingQuestion, SetAside, ShownItem, ShownList,
};
pub use event::{Event, EventKind};
pub use facet::{Facet, WORD};
pub use ids::{
    BadId, ChatId, CustomerId, DialogueKey, EventId, IntentName, ListId, OrderNumber, ProductId, ShopperId,
    TurnId,
};
pub use incoming::{Channel, Incoming, Input, LONGEST_TEXT};
pub use list::ListName;
pub use money::{BadMoney, Currency, Money};
pub use narrowing::{Narrowing, ValueCount};
pub use offer::{Limits, Quote, Spent};
pub use order::{Order, OrderLine, OrderStatus, Tracking};
pub use outcome::{
    Checked, Dropped, Effect, Fit, KEPT_ORDERS, Outcome, Reason, ReasonFacet, Relaxed, Scored, Suggestion,
    Told, Trace,
};
pub use own::{Basket, Own};
pub use product::{CategoryPath, Product, UNISEX};
pub use query::{AmountRange, AttributeFilter, PriceRange, ProductQuery, Sort};
pub use reply::{Attachment, Button, Card, Reply, Row, Table, Tap, Token};
pub use shopper::{Identity, Personalization};
pub use transcript::{Acted, Rung, ShownProduct, StageTimings, Step, TurnRecord, Versions};
pub use understanding::{Candidate, DateRange, Entity, EntityKind, EntityValue, Ordinal, Understanding, Via};
pub use vector::Vector;
pub use vocabulary::{Column, RATING, ShopFacts, Vocabulary, YES};
