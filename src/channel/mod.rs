//! Where shoppers write: each channel turns what it gets into an [`Incoming`] and shows the [`Reply`] that comes back.
//!
//! A channel knows nothing of intents, products or orders; it asks a [`Turns`] to take a turn.
//!
//! [`Reply`]: crate::model::Reply

pub mod pictures;
pub mod telegram;
pub mod terminal;

use futures::future::BoxFuture;

use crate::model::{Incoming, TurnRecord};

/// Why a turn came to nothing. Nothing of it was recorded.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the turn failed: {0}")]
pub struct TurnFailed(pub String);

/// The assistant as a channel sees it.
pub trait Turns: Send + Sync {
    /// Takes one turn and records it, its reply in the outbox and the journaled `updates` as handled, all at once.
    ///
    /// # Errors
    /// When it could not be recorded; the shopper then gets [`Turns::apology`].
    fn take(&self, incoming: Incoming, updates: Vec<i64>) -> BoxFuture<'_, Result<TurnRecord, TurnFailed>>;

    /// Whether the house has asked this shopper something in this chat and waits for the answer.
    fn expects(&self, _incoming: &Incoming) -> BoxFuture<'_, bool> {
        Box::pin(async { false })
    }

    /// What a shopper reads when their turn failed. The shop's own sentence where there is one.
    fn apology(&self, _failed: &Incoming) -> String {
        "Sorry, something went wrong on our side. Please try again in a moment.".to_owned()
    }
}
