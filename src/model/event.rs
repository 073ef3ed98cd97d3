//! What a shopper did, as far as it says something about their taste.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EventId, Money, ProductId};

/// The kinds of event, in the field's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Looked at a product's details.
    Viewed,
    /// Searched; `query` holds the words.
    Searched,
    /// Tapped or clicked a product.
    Clicked,
    /// Put it in the basket.
    Carted,
    /// Bought it.
    Purchased,
    /// "Not for me".
    Dismissed,
    /// Gave stars; `value` holds them.
    Rated,
    /// Has it, and that is all that may still be known of it: what was done with it is used no more.
    Owned,
    /// Has it in the basket, and that is all that may still be known of it.
    Held,
}

/// One event of one shopper's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Sorts by time; "why this?" names it.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Which product; `None` for a search.
    pub product: Option<ProductId>,
    /// The words of a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Stars of a rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<f32>,
    /// Unit price of a purchase, or what a product cost when it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Pieces of a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// The invoice or visit that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}
