//! What a conversation holds between two messages.

use serde::{Deserialize, Serialize};

use super::{Entity, EntityKind, IntentName, Money, OrderNumber, Product, ProductId, ProductQuery};

/// The state of one dialogue. Stored with the turn that made it; an unknown version is a fresh start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dialogue {
    /// The shape of this struct when it was written: see [`Dialogue::VERSION`].
    pub version: u32,
    /// The search under way, which "cheaper" and "show more" go on from.
    pub query: Option<ProductQuery>,
    /// The products last shown, which "the second one" points into.
    pub shown: Option<ShownList>,
    /// The product last spoken of: "it".
    pub focus: Option<ShownItem>,
    /// The question that we asked and that the next message may answer.
    pub pending: Option<PendingQuestion>,
    /// How many messages in a row were not understood.
    pub misunderstood: u32,
}

impl Dialogue {
    /// Raise this when the meaning of a field changes, so that old states are not misread.
    pub const VERSION: u32 = 1;
}

impl Default for Dialogue {
    fn default() -> Self {
        Dialogue {
            version: Self::VERSION,
            query: None,
            shown: None,
            focus: None,
            pending: None,
            misunderstood: 0,
        }
    }
}

/// What was last put before the shopper, in the order in which it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownList {
    /// The products of the last page.
    pub products: Vec<ShownItem>,
    /// Where the next page begins.
    pub next_offset: usize,
    /// Where they came from, and so where the next page comes from.
    pub source: ListSource,
}

/// What a list of products is a page of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSource {
    /// The search under way.
    Search,
    /// Recommendations.
    Recommendations,
    /// Products like this one.
    Alike(ProductId),
    /// A comparison, which has no further page.
    Comparison,
}

/// As much of a shown product as a later message may refer to: "the blue one", "cheaper", "another brand".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownItem {
    /// Which.
    pub id: ProductId,
    /// Its title.
    pub title: String,
    /// Its brand.
    pub brand: String,
    /// Its price.
    pub price: Option<Money>,
    /// Its colours.
    pub colours: Vec<String>,
}

impl From<&Product> for ShownItem {
    fn from(product: &Product) -> Self {
        ShownItem {
            id: product.id.clone(),
            title: product.title.clone(),
            brand: product.brand.clone(),
            price: product.price,
            colours: product.colours.clone(),
        }
    }
}

/// A question of ours that is still open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingQuestion {
    /// An intent lacks a slot.
    Slot {
        /// The intent that will run once it is filled.
        intent: IntentName,
        /// What was asked for.
        entity: EntityKind,
        /// What is known already.
        known: Vec<Entity>,
        /// The words for a search that the first message held.
        search_text: String,
    },
    /// "Did you mean … or …?"
    Clarify {
        /// The intents offered, in order.
        intents: Vec<IntentName>,
    },
    /// "Shall I erase everything?"
    ConfirmForget,
    /// An order number was given by somebody we do not know: we asked for the e-mail address of the order.
    LinkEmail {
        /// The order.
        number: OrderNumber,
    },
}
