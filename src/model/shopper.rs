//! Who is writing, as far as the house knows.

use serde::{Deserialize, Serialize};

use super::{CustomerId, ShopperId};

/// Whether a shopper's history may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personalization {
    /// It may.
    #[default]
    On,
    /// It may not: everything is ranked as for a stranger.
    Off,
}

/// The person of a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The channel's id of the person.
    pub shopper: ShopperId,
    /// The shop's customer whom the person has proved to be.
    pub customer: Option<CustomerId>,
    /// Their choice.
    pub personalization: Personalization,
    /// False where others read along: then nothing personal is used or shown.
    pub private: bool,
}

impl Identity {
    /// Whether history may shape this reply: the shopper allows it and nobody reads along.
    pub fn uses_history(&self) -> bool {
        self.private && self.personalization == Personalization::On
    }

    /// The customer whose orders may be shown here: the linked one, in a private chat.
    pub fn orders_of(&self) -> Option<&CustomerId> {
        self.customer.as_ref().filter(|_| self.private)
    }
}
