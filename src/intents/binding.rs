//! What an intent may be bound to.

use std::fmt;

use crate::model::Change;

/// What an intent makes the house do. Files name it with `action:` and `with:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// Look for products.
    Search,
    /// Change the search under way.
    Refine(Option<Change>),
    /// A search from before.
    Back,
    /// The next page.
    ShowMore,
    /// Something for this shopper.
    Recommend,
    /// More like one.
    Similar,
    /// Everything about one.
    Detail,
    /// One thing about one, by its own data.
    Question,
    /// What there is of an attribute.
    Values,
    /// Side by side.
    Compare,
    /// Why this.
    Why,
    /// Why this price.
    WhyPrice,
    /// Not for me.
    Dismiss,
    /// Take "not for me" back.
    Undo,
    /// Use that event no more.
    Disuse,
    /// This week's picks.
    Picks,
    /// What lies in the basket.
    Basket,
    /// What costs less than when they looked at it.
    PriceDrops,
    /// A list that merchandisers curate, or which there are.
    Lists,
    /// What goes with the basket.
    Complete,
    /// As everybody else sees it, for once.
    WithoutHistory,
    /// As the shopper sees it again.
    WithHistory,
    /// Say the intent's answer.
    Answer,
    /// Say hello.
    Greet,
    /// What can I ask.
    Help,
    /// One order, or the open ones.
    OrderStatus,
    /// All orders.
    Orders,
    /// Connect the account.
    Link,
    /// A person.
    Handoff,
    /// What is stored.
    Privacy,
    /// As a file.
    Export,
    /// Erase it.
    Forget,
    /// Use the history, or not.
    Personalization {
        /// The choice.
        on: bool,
    },
    /// Never mind.
    Cancel,
    /// Yes.
    Affirm,
    /// No.
    Deny,
}

impl Binding {
    /// Everything that the house can do for an intent.
    pub const ALL: [Binding; 44] = [
        Binding::Search,
        Binding::Refine(None),
        Binding::Refine(Some(Change::Cheaper)),
        Binding::Refine(Some(Change::Dearer)),
        Binding::Refine(Some(Change::Bigger)),
        Binding::Refine(Some(Change::Smaller)),
        Binding::Refine(Some(Change::OtherColour)),
        Binding::Refine(Some(Change::OtherBrand)),
        Binding::Refine(Some(Change::Other)),
        Binding::Back,
        Binding::ShowMore,
        Binding::Recommend,
        Binding::Similar,
        Binding::Detail,
        Binding::Question,
        Binding::Values,
        Binding::Compare,
        Binding::Why,
        Binding::WhyPrice,
        Binding::Dismiss,
        Binding::Undo,
        Binding::Disuse,
        Binding::Picks,
        Binding::Basket,
        Binding::PriceDrops,
        Binding::Lists,
        Binding::Complete,
        Binding::WithoutHistory,
        Binding::WithHistory,
        Binding::Answer,
        Binding::Greet,
        Binding::Help,
        Binding::OrderStatus,
        Binding::Orders,
        Binding::Link,
        Binding::Handoff,
        Binding::Privacy,
        Binding::Export,
        Binding::Forget,
        Binding::Personalization { on: true },
        Binding::Personalization { on: false },
        Binding::Cancel,
        Binding::Affirm,
        Binding::Deny,
    ];
}

impl Binding {
    /// Whether it is a way to look at products, as a merchandisers' list is too.
    pub fn shows_products(self) -> bool {
        use Binding::{Lists, Recommend, Refine, Search, ShowMore};
        matches!(self, Search | Refine(_) | Lists | Recommend | ShowMore)
    }
}

impl fmt::Display for Binding {
    /// As files name it, the parameter in brackets: `refine (cheaper)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binding::Search => "search",
            Binding::Refine(None) => "refine",
            Binding::Refine(Some(change)) => return write!(f, "refine ({})", change.name()),
            Binding::Back => "back",
            Binding::ShowMore => "show_more",
            Binding::Recommend => "recommend",
            Binding::Similar => "similar",
            Binding::Detail => "detail",
            Binding::Question => "question",
            Binding::Values => "values",
            Binding::Compare => "compare",
            Binding::Why => "why",
            Binding::WhyPrice => "why_price",
            Binding::Dismiss => "dismiss",
            Binding::Undo => "undo",
            Binding::Disuse => "disuse",
            Binding::Picks => "picks",
            Binding::Basket => "basket",
            Binding::PriceDrops => "price_drops",
            Binding::Lists => "lists",
            Binding::Complete => "complete",
            Binding::WithoutHistory => "without_history",
            Binding::WithHistory => "with_history",
            Binding::Answer => "answer",
            Binding::Greet => "greet",
            Binding::Help => "help",
            Binding::OrderStatus => "order_status",
            Binding::Orders => "orders",
            Binding::Link => "link",
            Binding::Handoff => "handoff",
            Binding::Privacy => "privacy",
            Binding::Export => "export",
            Binding::Forget => "forget",
            Binding::Personalization { on: true } => "personalization (on)",
            Binding::Personalization { on: false } => "personalization (off)",
            Binding::Cancel => "cancel",
            Binding::Affirm => "affirm",
            Binding::Deny => "deny",
        })
    }
}
