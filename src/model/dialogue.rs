//! What a conversation holds between two messages.

use serde::{Deserialize, Serialize};

use super::{
    AttributeFilter, Entity, EntityKind, EventId, IntentName, ListId, Money, OrderNumber, Product, ProductId,
    ProductQuery, Reason,
};

/// The state of one dialogue. Stored with the turn that made it; an unknown version is a fresh start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dialogue {
    /// The shape of this struct when it was written: see [`Dialogue::VERSION`].
    pub version: u32,
    /// The search under way, which "cheaper" and "show more" go on from.
    pub query: Option<ProductQuery>,
    /// The products last shown, which "the second one" points into.
    pub shown: Option<ShownList>,
    /// The list that a comparison was made from: "compare the first and the third" after it means that list's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_from: Option<ShownList>,
    /// The product last spoken of: "it".
    pub focus: Option<ShownItem>,
    /// The event of the history that "why this?" named last: "don't use that".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<EventId>,
    /// What each "not for me" is remembered by that may be taken back, the latest last: "undo".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dismissed: Vec<EventId>,
    /// The question that we asked and that the next message may answer.
    pub pending: Option<PendingQuestion>,
    /// How many messages in a row were not understood.
    pub misunderstood: u32,
    /// How many times in a row the shopper was asked which of two things they mean.
    #[serde(default)]
    pub clarified: u32,
    /// ISO 639-1 code of the language spoken so far; a state from before this was kept has none.
    #[serde(default)]
    pub language: Option<String>,
    /// Searches before the one under way, the latest last: "back to the shoes".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<ProductQuery>,
    /// What "another colour" and "another brand" keep out of the search for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
    /// Whether the last thing shown was one product in full: "in blue?" is then about it.
    #[serde(default)]
    pub on_card: bool,
    /// The attribute whose values the shopper was last offered: a bare "32" is one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<EntityKind>,
    /// A question of ours that this message put off. It is asked again when the turn ends; while we ask back what is
    /// meant, it waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<PendingQuestion>,
    /// The orders just shown, in their order: "the second one", "cancel it".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderNumber>,
    /// How often the open question was asked again after interruptions.
    #[serde(default)]
    pub reminded: u32,
}

/// Conditions that the shopper never said in so many words, so they do not last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SetAside {
    /// Negated.
    pub filters: Vec<AttributeFilter>,
    /// Refinements that they outlive.
    pub refinements: u32,
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
            compared_from: None,
            focus: None,
            explained: None,
            dismissed: Vec::new(),
            pending: None,
            misunderstood: 0,
            clarified: 0,
            earlier: Vec::new(),
            set_aside: None,
            on_card: false,
            offered: None,
            interrupted: None,
            orders: Vec::new(),
            reminded: 0,
            language: None,
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
    /// What earlier pages showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<ProductId>,
    /// Where they came from, and so where the next page comes from.
    pub source: ListSource,
    /// Whether it is as everybody sees it, whatever is known of the shopper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_history: bool,
    /// The conditions of a list that is no search: "something like it, but cheaper".
    #[serde(default, skip_serializing_if = "ProductQuery::is_default")]
    pub within: ProductQuery,
}

impl ShownList {
    /// All that its pages showed so far.
    pub fn all(self) -> impl Iterator<Item = ProductId> {
        self.seen.into_iter().chain(self.products.into_iter().map(|item| item.id))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListPage {
    /// Of which list.
    pub list: ListSource,
    /// Its conditions.
    pub query: ProductQuery,
    /// Where the page begins.
    #[serde(default)]
    pub offset: usize,
    /// What the pages before it showed, as far as that is known: the order may be another by now, and nothing shall come
    /// twice or never.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<ProductId>,
}

impl ListPage {
    /// The first one.
    pub fn first(list: ListSource, query: ProductQuery) -> Self {
        ListPage { list, query, offset: 0, seen: Vec::new() }
    }

    /// The first one of the same list.
    #[must_use]
    pub fn from_the_top(self) -> Self {
        ListPage::first(self.list, self.query)
    }
}

/// What a list of products is a page of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSource {
    /// The search under way.
    Search,
    /// Recommendations.
    Recommendations,
    /// This week's picks, which go on with recommendations.
    Picks,
    /// Products like this one.
    Alike(ProductId),
    /// What goes with this product, or with the basket.
    GoesWith(Option<ProductId>),
    /// A list that merchandisers curate.
    Curated(ListId),
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
    /// Why it stood there.
    #[serde(default, skip_serializing_if = "Grounds::are_untold")]
    pub grounds: Grounds,
}

/// Why a product stood where it was shown: what "why this?" has to answer, whatever has become known since.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// Its card did not say.
    #[default]
    Untold,
    /// Everybody would have found it there, or further up.
    Everybodys,
    /// Its card said so.
    Told(Reason),
}

impl Grounds {
    /// Whether the card did not say.
    pub fn are_untold(&self) -> bool {
        *self == Grounds::Untold
    }
}

impl From<&Product> for ShownItem {
    fn from(product: &Product) -> Self {
        ShownItem {
            id: product.id.clone(),
            title: product.title.clone(),
            brand: product.brand.clone(),
            price: product.price,
            colours: product.colours.clone(),
            grounds: Grounds::Untold,
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
        /// What the shopper has no wish for, or does not know: not asked again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        waived: Vec<EntityKind>,
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
    /// The address came first: we asked for the number of the order.
    LinkNumber {
        /// As it was typed; kept for the very next message alone.
        email: String,
    },
}
