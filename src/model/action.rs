//! What the house does about a message.

use serde::{Deserialize, Serialize};

use super::{
    AttributeFilter, Candidate, CategoryPath, DateRange, EntityKind, EventId, Facet, Grounds, IntentName,
    ListId, ListPage, Money, OrderNumber, PendingQuestion, ProductId, ProductQuery,
};

/// How a refinement moves the search under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Below the price of what was shown.
    Cheaper,
    /// Above it.
    Dearer,
    /// The next size up.
    Bigger,
    /// The next size down.
    Smaller,
    /// Not the colours that were shown.
    OtherColour,
    /// Not the brands that were shown.
    OtherBrand,
    /// Something else of the kind.
    Other,
}

impl Change {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Change::Cheaper => "cheaper",
            Change::Dearer => "dearer",
            Change::Bigger => "bigger",
            Change::Smaller => "smaller",
            Change::OtherColour => "other_colour",
            Change::OtherBrand => "other_brand",
            Change::Other => "other",
        }
    }
}

/// Words whose spelling was corrected, and the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respelled {
    /// What was written and what it was taken for.
    pub words: Vec<Respelling>,
    /// The search for what was written.
    pub as_written: ProductQuery,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respelling {
    /// By the shopper.
    pub written: String,
    /// As it was searched.
    pub meant: String,
}

/// What somebody wants to know about a product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Attributes by their names: "which sizes".
    pub attributes: Vec<Facet>,
    /// The units that an amount of them has: "how heavy".
    pub units: Vec<String>,
    /// "Is it waterproof?"
    pub wanted: Vec<AttributeFilter>,
    /// The words of the question, for the description.
    pub words: String,
    /// ISO 639-1 code of their language.
    pub language: String,
    /// What the message asks it of, when that may be something else than the product spoken of: "how tall is mount everest".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
}

/// The words by which a question says what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// As written.
    pub words: String,
    /// The categories among them.
    pub things: Vec<CategoryPath>,
}

/// A slot that must be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRequest {
    /// Of which intent.
    pub intent: IntentName,
    /// Which entity.
    pub entity: EntityKind,
}

/// The decision: exactly one of these per turn. A button may carry one too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new product search; with what it would be if no spelling were corrected.
    Search {
        query: ProductQuery,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        respelled: Option<Respelled>,
    },
    /// The search under way, changed. "Cheaper" and "dearer" mean than `than`, which narrows the price of `query`
    /// as long as that leaves anything. `respelled` as in a search.
    Refine {
        query: ProductQuery,
        change: Option<Change>,
        than: Option<Money>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        respelled: Option<Respelled>,
    },
    /// The next page of what was shown.
    ShowMore(ListPage),
    /// A search from before: "back to the shoes".
    Return { query: ProductQuery },
    /// What this shopper may like.
    Recommend,
    /// More like this product, within the price and filters of `query`.
    Similar { product: ProductId, query: ProductQuery },
    /// More like the product that the message names, or else like the one spoken of, or else what the words find.
    SimilarTo { product: Option<ProductId>, named: String, query: ProductQuery, search: ProductQuery },
    /// Everything about one product.
    Detail { product: ProductId },
    /// What the message wants of the product that it names; where it names none, or the one spoken of, `otherwise`.
    #[serde(alias = "detail_of")]
    ByName {
        #[serde(alias = "product")]
        spoken_of: Option<ProductId>,
        named: String,
        #[serde(default)]
        about: About,
        #[serde(default = "Action::which_product")]
        otherwise: Box<Action>,
    },
    /// Whether one product is to be had so: "in blue?", "is it in stock in M?".
    Check { product: ProductId, wanted: Vec<AttributeFilter> },
    /// A question about a product, which its own data answers. `named` is what the message calls it: that goes before the
    /// one spoken of.
    Question {
        product: Option<ProductId>,
        named: String,
        asked: Asked,
        /// Whether anything was shown that could be meant.
        any_shown: bool,
    },
    /// Which colours, brands … there are among what `query` finds.
    Values { query: ProductQuery, attribute: Facet },
    /// Two or three products side by side; those in `named` are looked for by their names.
    Compare {
        products: Vec<ProductId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        named: Vec<String>,
    },
    /// Why this product was shown.
    Why {
        product: ProductId,
        #[serde(default, skip_serializing_if = "Grounds::are_untold")]
        grounds: Grounds,
    },
    /// Why this product costs what it costs.
    WhyPrice { product: ProductId },
    /// This product, and others in the same breath, are not for the shopper: it is to be remembered. `page` is where they saw
    /// it, if that lies open.
    Dismiss {
        product: ProductId,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<ProductId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<ListPage>,
    },
    /// This event of the history is to be used no more; without one, there is none that was spoken of. `page` is the list
    /// that lies open.
    Disuse {
        event: Option<EventId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<ListPage>,
    },
    /// "Undo", and there is nothing to take back.
    NothingToUndo,
    /// This week's picks.
    Picks,
    /// What lies in the basket.
    Basket,
    /// What the shopper looked at and what costs less now.
    PriceDrops,
    /// What goes with what is in the basket, or with this product.
    Complete { product: Option<ProductId> },
    /// A page of the list under way once more as everybody else sees it.
    WithoutHistory(ListPage),
    /// A list that merchandisers curate.
    List { list: ListId },
    /// Which such lists there are.
    Lists,
    /// What a returning shopper finds first.
    Home,
    /// It is not clear which product is meant.
    WhichProduct,
    /// "The second one" of a single one.
    NotSoMany { shown: usize },
    /// The same, and nothing was shown yet that could be meant.
    NothingShown,
    /// The answer of the intent's file.
    Answer { intent: IntentName },
    /// A greeting, with the intent's own words when it has any.
    Greet { intent: Option<IntentName> },
    /// What one can ask here.
    Help,
    /// One order; without a number those placed on these days, or else the open ones.
    OrderStatus {
        number: Option<OrderNumber>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        placed: Option<DateRange>,
    },
    /// All orders of this shopper.
    Orders,
    /// Becoming a known customer by order number and e-mail; what is missing is asked for.
    Link { number: Option<OrderNumber>, email: Option<String> },
    /// Becoming a known customer by a one-time token of a deep link.
    RedeemLink { token: String },
    /// A person, please.
    Handoff,
    /// What is stored about this shopper.
    Privacy,
    /// All of it, as a file.
    Export,
    /// Erase all of it; asks back until `confirmed`.
    Forget { confirmed: bool },
    /// Use the history, or not.
    Personalization { on: bool },
    /// A slot is missing.
    Ask(SlotRequest),
    /// A question of ours that was interrupted, once more and in short.
    AskAgain { question: PendingQuestion },
    /// Two intents are close.
    Clarify { candidates: Vec<Candidate> },
    /// Nothing fitted; after the second time in a row a person is offered. A few words may still be those of products.
    Fallback {
        offer_person: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        perhaps: Option<ProductQuery>,
    },
    /// Drop the question and the search under way.
    Cancel,
    /// A yes, no or thanks that nothing waits for.
    Acknowledge { yes: bool },
    /// "Don't delete my data": what the message names is not done, and we say so.
    Refrain,
    /// A photo, sticker or voice message: say what we can read.
    Unreadable { kind: String },
}

/// What is wanted of a product that is named.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Everything about it.
    #[default]
    Detail,
    /// Why it was shown.
    Why,
    /// Why it costs what it costs.
    WhyPrice,
    /// That it is not shown again, on this page or any other.
    Dismiss { page: Option<Box<ListPage>> },
}

impl About {
    /// The action, now that it is known of which product.
    pub fn of(&self, product: ProductId) -> Action {
        match self {
            About::Detail => Action::Detail { product },
            About::Why => Action::Why { product, grounds: Grounds::Untold },
            About::WhyPrice => Action::WhyPrice { product },
            About::Dismiss { page } => {
                Action::Dismiss { product, also: Vec::new(), page: page.as_deref().cloned() }
            }
        }
    }
}

impl Action {
    fn which_product() -> Box<Action> {
        Box::new(Action::WhichProduct)
    }

    /// The word for it in JSON output and filters.
    pub fn name(&self) -> &'static str {
        match self {
            Action::Search { .. } => "search",
            Action::Refine { .. } => "refine",
            Action::ShowMore(_) => "show_more",
            Action::Return { .. } => "return",
            Action::Recommend => "recommend",
            Action::Similar { .. } | Action::SimilarTo { .. } => "similar",
            Action::Detail { .. } | Action::ByName { about: About::Detail, .. } => "detail",
            Action::Check { .. } => "check",
            Action::Question { .. } => "question",
            Action::Values { .. } => "values",
            Action::Compare { .. } => "compare",
            Action::Why { .. } | Action::ByName { about: About::Why, .. } => "why",
            Action::WhyPrice { .. } | Action::ByName { about: About::WhyPrice, .. } => "why_price",
            Action::Dismiss { .. } | Action::ByName { about: About::Dismiss { .. }, .. } => "dismiss",
            Action::Disuse { .. } => "disuse",
            Action::NothingToUndo => "nothing_to_undo",
            Action::Picks => "picks",
            Action::Basket => "basket",
            Action::PriceDrops => "price_drops",
            Action::Complete { .. } => "complete",
            Action::WithoutHistory(_) => "without_history",
            Action::List { .. } => "list",
            Action::Lists => "lists",
            Action::Home => "home",
            Action::WhichProduct => "which_product",
            Action::NotSoMany { .. } => "not_so_many",
            Action::NothingShown => "nothing_shown",
            Action::Answer { .. } => "answer",
            Action::Greet { .. } => "greet",
            Action::Help => "help",
            Action::OrderStatus { .. } => "order_status",
            Action::Orders => "orders",
            Action::Link { .. } => "link",
            Action::RedeemLink { .. } => "redeem_link",
            Action::Handoff => "handoff",
            Action::Privacy => "privacy",
            Action::Export => "export",
            Action::Forget { .. } => "forget",
            Action::Personalization { .. } => "personalization",
            Action::Ask(_) => "ask",
            Action::AskAgain { .. } => "ask_again",
            Action::Clarify { .. } => "clarify",
            Action::Fallback { .. } => "fallback",
            Action::Cancel => "cancel",
            Action::Acknowledge { .. } => "acknowledge",
            Action::Refrain => "refrain",
            Action::Unreadable { .. } => "unreadable",
        }
    }
}
