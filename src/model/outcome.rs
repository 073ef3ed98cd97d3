//! What came of an action, and what should be remembered of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Asked, AttributeFilter, Basket, Candidate, Change, CustomerId, EventId, EventKind, Facet, IntentName,
    ListName, Money, Narrowing, Order, OrderNumber, Own, PendingQuestion, Product, ProductId, ProductQuery,
    Quote, Respelled, Rung, SlotRequest, ValueCount,
};

/// The kind under which a receipt of erasure counts the orders that stay: they are the shop's books.
pub const KEPT_ORDERS: &str = "orders kept by the shop";

/// What a reason points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonFacet {
    /// The shopper likes this category.
    Category(String),
    /// This brand.
    Brand(String),
    /// Both are for them.
    Audience(String),
    /// It is the event's product itself.
    Same,
    /// Several others who bought the event's product also bought the one shown.
    AlsoBought,
    /// Several others who looked at the event's product also looked at the one shown.
    AlsoLookedAt,
    /// It goes with the event's product; how many others think so is not told.
    GoesWith,
    /// Shoppers whose history is like theirs chose it; the event is what links them.
    LikeTaste,
}

/// Why a product stands where it stands, by the event that weighs most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The event of the shopper's own history.
    pub event: EventId,
    /// What it was.
    pub kind: EventKind,
    /// The title of the product that it was about.
    pub title: String,
    /// What it says about taste.
    pub facet: ReasonFacet,
}

/// The parts of a score, for "why" and for staff.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// Part → value: `text`, `personal`, `popularity` …
    pub parts: BTreeMap<String, f32>,
    /// Which recommender or index part brought it.
    pub source: String,
    /// The merchandisers' rules that moved it, by kind and place: `pin ranking.yaml:12`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// A product with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The product as it was at that time.
    pub product: Product,
    /// Final score.
    pub score: f32,
    /// 1-based place in the ranking without history.
    pub rank_without_history: usize,
    /// The strongest reason, when history moved it.
    pub reason: Option<Reason>,
    /// How the score came about.
    pub trace: Trace,
}

/// Whether a product is as wanted in one respect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The wish.
    pub wanted: AttributeFilter,
    /// What the product comes in, of that kind; nothing when the catalogue does not say.
    pub on_offer: Vec<String>,
    /// Whether the wish is among it.
    pub fits: bool,
}

/// A condition that was let go of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// The words that no product has.
    Words,
    /// The bounds on the price.
    Price,
    /// These values of one attribute.
    Values(Vec<AttributeFilter>),
}

impl fmt::Display for Dropped {
    /// As operators read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dropped::Words => f.write_str("words"),
            Dropped::Price => f.write_str("price"),
            Dropped::Values(values) => {
                f.write_str(&values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// What became of a search that found nothing as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relaxed {
    /// What was asked for.
    pub asked: ProductQuery,
    /// What had to be dropped to find anything: one condition wherever one is enough.
    pub dropped: Vec<Dropped>,
    /// The other single conditions without which there is something, with the search and how much it finds.
    pub instead: Vec<(Dropped, ProductQuery, usize)>,
}

/// A word that no product has, with one that it is like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// As written.
    pub written: String,
    /// The word of the catalogue.
    pub like: String,
    /// The search with it.
    pub query: ProductQuery,
}

/// One thing that a product's data says in answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It has what was asked after.
    Yes(AttributeFilter),
    /// What it has of an attribute.
    Values { attribute: Facet, values: Vec<String> },
    /// Sentences of its description, word for word.
    Quote(String),
    /// Its title, which says it.
    Title,
}

/// How much of a search's words its products have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// All of them, or they are mere manner of speaking.
    All,
    /// No product has all of them: most, or what these mean.
    Most,
    /// None: only what they mean.
    Meaning,
}

/// The result of an action: facts, not yet words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Products for a search, one page of them.
    Found {
        /// What was looked for, after relaxation.
        query: ProductQuery,
        /// Best first.
        items: Vec<Scored>,
        /// How many match in all.
        total: usize,
        /// Where this page begins.
        offset: usize,
        /// What had to be dropped to find anything.
        relaxed: Option<Box<Relaxed>>,
        /// What they have of the words.
        fit: Fit,
        /// Words whose spelling was corrected.
        respelled: Option<Respelled>,
        /// A word that is in no product.
        suggestion: Option<Box<Suggestion>>,
        /// How to make it less.
        narrowing: Option<Narrowing>,
        /// "Cheaper" or "dearer" was asked for, and there is nothing beyond these.
        limit: Option<Change>,
    },
    /// Nothing, even after relaxing.
    NothingFound {
        /// What was looked for.
        query: ProductQuery,
        /// A word that is in no product.
        suggestion: Option<Box<Suggestion>>,
    },
    /// Recommendations.
    Recommended {
        /// Best first.
        items: Vec<Scored>,
        /// Where this page begins.
        offset: usize,
        /// True when nothing is known of this shopper, so these are popular things.
        cold_start: bool,
    },
    /// More like one product.
    Alike {
        /// That product.
        to: Product,
        /// Under these conditions.
        query: ProductQuery,
        /// Best first.
        items: Vec<Scored>,
        /// Where this page begins.
        offset: usize,
    },
    /// One product in full.
    Detail {
        /// It.
        item: Scored,
        /// The sentence of its description that fits this shopper's taste best, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_you: Option<String>,
    },
    /// Whether one product is to be had as wanted.
    Checked {
        /// It.
        product: Product,
        /// One for each wish.
        answers: Vec<Checked>,
    },
    /// What one product's own data says in answer to a question; nothing when it does not say.
    Told {
        /// It.
        product: Product,
        /// What was asked.
        asked: Asked,
        /// In the order of the question.
        answers: Vec<Told>,
    },
    /// Which values of an attribute there are among products.
    Values {
        /// Of what.
        query: ProductQuery,
        /// Which attribute.
        attribute: Facet,
        /// Most products first; nothing when the catalogue does not say.
        values: Vec<ValueCount>,
    },
    /// Two or three side by side.
    Comparison {
        /// In the order asked for.
        products: Vec<Product>,
    },
    /// Why a product was shown: `None` when no history was used.
    Explained {
        /// It.
        product: Product,
        /// Why.
        reason: Option<Reason>,
    },
    /// Why a product costs this shopper what it costs: its quote says so, or there is none.
    PriceExplained {
        /// It.
        product: Product,
    },
    /// Products are not for the shopper.
    Dismissed {
        /// They.
        products: Vec<Product>,
        /// What remembers the first; nothing where no history is kept.
        event: Option<EventId>,
        /// The list that lies open without it, or recommendations.
        then: Box<Outcome>,
    },
    /// An event of the history is used no more.
    Disused {
        /// The title of its product, or the words of its search.
        title: String,
        /// The list that lies open as it is without it, or recommendations.
        then: Box<Outcome>,
    },
    /// That products are not for the shopper is taken back.
    Undone {
        /// They.
        products: Vec<Product>,
        /// What remembered it.
        event: EventId,
        /// The list that lies open, with them again.
        then: Box<Outcome>,
    },
    /// No event was spoken of that is not to be used.
    NothingDisused,
    /// There is no "not for me" to take back.
    NothingUndone,
    /// This week's picks: the same all week, and none of an earlier week.
    Picks {
        /// Best first.
        items: Vec<Scored>,
        /// True when nothing is known of this shopper, so these are popular things.
        cold_start: bool,
    },
    /// What goes with other products.
    Completed {
        /// With which.
        with: Vec<Product>,
        /// What those are.
        of: Basket,
        /// Best first; nothing where nobody has shown yet what goes with them.
        items: Vec<Scored>,
        /// How many of the list lie before these …
        offset: usize,
        /// … and how many there are in all.
        total: usize,
    },
    /// What they left behind.
    Own {
        /// Of what kind.
        kind: Own,
        /// The newest first.
        items: Vec<Scored>,
    },
    /// A list once more as everybody else sees it.
    WithoutHistory {
        /// That list.
        plain: Box<Outcome>,
        /// The place that each of its products has with the shopper's history, if it is among the first hundred.
        places: Vec<Option<usize>>,
        /// Whether there is a history that would change it.
        personal: bool,
    },
    /// A list that merchandisers curate, one page of it.
    Listed {
        /// Which.
        list: ListName,
        /// For this shopper the best first; for a newcomer as the merchandisers have it.
        items: Vec<Scored>,
        /// Where this page begins.
        offset: usize,
        /// How many there are in all that can be had.
        total: usize,
        /// Whether a history has ordered it.
        personal: bool,
    },
    /// The lists that there are.
    Lists {
        /// They, in the merchandisers' order.
        lists: Vec<ListName>,
    },
    /// What a returning shopper finds first.
    Home {
        /// Their first name.
        name: Option<String>,
        /// What they looked at or put in the basket last and did not buy.
        resume: Vec<Scored>,
        /// Products that they looked at, which cost less now: what they cost then.
        cheaper: Vec<(Scored, Money)>,
        /// Recommended.
        picks: Vec<Scored>,
        /// Orders under way, newest first.
        orders: Vec<Order>,
        /// Whether there is a basket to complete.
        #[serde(default)]
        basket: bool,
        /// What merchandisers have put together.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lists: Vec<ListName>,
    },
    /// It is not clear which product is meant.
    WhichProduct {
        /// Whether anything was shown that could be named.
        any_shown: bool,
    },
    /// A product that was named is no longer in the catalogue.
    Gone { product: ProductId },
    /// The answer of an intent's file.
    Answered { intent: IntentName },
    /// Hello.
    Greeted {
        /// The intent whose words to use.
        intent: Option<IntentName>,
        /// The shopper's name, in private.
        name: Option<String>,
        /// Whether they have been here before.
        returning: bool,
        /// At the start of a conversation, what merchandisers have put together.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lists: Vec<ListName>,
    },
    /// What one can ask.
    Helped,
    /// One order.
    Order {
        /// It.
        order: Order,
    },
    /// Several orders, newest first.
    Orders {
        /// They.
        orders: Vec<Order>,
        /// Only the open ones were asked for.
        open_only: bool,
    },
    /// No such order of this shopper: the same whether or not it exists.
    NoSuchOrder { number: OrderNumber },
    /// A known customer without orders.
    NoOrders,
    /// We do not know who this is; `number` was typed.
    NotLinked { number: Option<OrderNumber> },
    /// Order number known, e-mail wanted.
    WantsEmail { number: OrderNumber },
    /// Linked.
    Linked { name: Option<String> },
    /// Number and e-mail do not belong together, or there is no such order, or the token is spent.
    LinkRefused,
    /// Too many attempts; try again after so many minutes.
    LinkLocked { minutes: u32 },
    /// Asked for in a group.
    PrivateOnly,
    /// A person was asked for and it is recorded.
    HandoffRecorded,
    /// What is stored, by kind, and whether it is used.
    Privacy {
        /// Kind → number of records.
        counts: BTreeMap<String, usize>,
        /// Whether history shapes replies.
        personalized: bool,
        /// Whether a customer is linked.
        linked: bool,
    },
    /// The shopper's data as JSON.
    Exported { json: String },
    /// "Shall I?"
    ForgetAsked { counts: BTreeMap<String, usize> },
    /// Done; the receipt.
    Forgotten { counts: BTreeMap<String, usize> },
    /// The choice was set.
    PersonalizationSet { on: bool },
    /// A question.
    Asked(SlotRequest),
    /// A question, once more.
    AskedAgain { question: PendingQuestion },
    /// "Did you mean?"
    Clarified { candidates: Vec<Candidate> },
    /// Nothing fitted.
    NotUnderstood { offer_person: bool },
    /// Dropped.
    Cancelled,
    /// A yes or no that nothing waited for.
    Acknowledged { yes: bool },
    /// There are only so many products in the list.
    NotSoMany { shown: usize },
    /// What was not wanted was not done.
    Refrained,
    /// We cannot read that kind of message.
    CannotRead { kind: String },
    /// A part failed; the shopper gets a sentence, the operator a log line.
    Unavailable { rung: Option<Rung> },
}

/// A change that `record` makes in the same transaction as the turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The shopper has proved to be this customer.
    Link(CustomerId),
    /// A deep link's token is spent.
    SpendToken(String),
    /// A link attempt failed; counts towards the limits of the shopper and of the order number.
    LinkFailed {
        /// The number that was tried; `None` for a spent or made-up token.
        number: Option<OrderNumber>,
    },
    /// A person is wanted.
    RequestPerson,
    /// The shopper's choice.
    SetPersonalization(bool),
    /// An event of the history goes.
    RemoveEvent(EventId),
    /// This price is promised to the shopper.
    Quote(Box<Quote>),
    /// Erase everything of this shopper, this turn's words included.
    Forget,
}
