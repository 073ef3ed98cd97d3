//! What is measured of a shopper, by the names that files use.

/// A figure of a shopper's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Orders: invoices, or days with purchases where purchases name no invoice.
    Orders,
    /// What all purchases cost together.
    Spent,
    /// What an order costs on average.
    AverageOrder,
    /// Since the last order.
    DaysSinceOrder,
    /// Since the first order.
    DaysSinceFirstOrder,
    /// Mean time between two orders; of two orders at least.
    DaysBetweenOrders,
    /// Time since the last order ÷ mean time between orders: 2 is twice as long as usual.
    Overdue,
    /// The share of purchased lines that cost at least 5 % less than what most pay for the product.
    ReducedShare,
    /// Different products bought.
    Products,
    /// Products looked at or put in the basket in the last 30 days.
    Looks30Days,
    /// Since anything was done at all.
    DaysSinceSeen,
    /// Since the first thing that was done.
    DaysSinceFirstSeen,
}

/// In what a measure is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// The shop's currency.
    Money,
    /// Days.
    Days,
    /// 0 to 100.
    Percent,
    /// A ratio.
    Times,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Measure; 12] = [
        Measure::Orders,
        Measure::Spent,
        Measure::AverageOrder,
        Measure::DaysSinceOrder,
        Measure::DaysSinceFirstOrder,
        Measure::DaysBetweenOrders,
        Measure::Overdue,
        Measure::ReducedShare,
        Measure::Products,
        Measure::Looks30Days,
        Measure::DaysSinceSeen,
        Measure::DaysSinceFirstSeen,
    ];

    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Measure::Orders => "orders",
            Measure::Spent => "spent",
            Measure::AverageOrder => "average_order",
            Measure::DaysSinceOrder => "days_since_order",
            Measure::DaysSinceFirstOrder => "days_since_first_order",
            Measure::DaysBetweenOrders => "days_between_orders",
            Measure::Overdue => "overdue",
            Measure::ReducedShare => "reduced_share",
            Measure::Products => "products",
            Measure::Looks30Days => "looks_30_days",
            Measure::DaysSinceSeen => "days_since_seen",
            Measure::DaysSinceFirstSeen => "days_since_first_seen",
        }
    }

    /// The measure of a name.
    pub fn from_name(name: &str) -> Option<Measure> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// In what it is given.
    pub const fn unit(self) -> Unit {
        match self {
            Measure::Orders | Measure::Products | Measure::Looks30Days => Unit::Count,
            Measure::Spent | Measure::AverageOrder => Unit::Money,
            Measure::Overdue => Unit::Times,
            Measure::ReducedShare => Unit::Percent,
            Measure::DaysSinceOrder
            | Measure::DaysSinceFirstOrder
            | Measure::DaysBetweenOrders
            | Measure::DaysSinceSeen
            | Measure::DaysSinceFirstSeen => Unit::Days,
        }
    }
}

impl Unit {
    /// A figure as staff read it: `14`, `1204.50`, `32 days`, `12 %`, `2.1 ×`.
    pub fn show(self, figure: f64) -> String {
        let short = |figure: f64| {
            let text = format!("{figure:.1}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        };
        match self {
            Unit::Count => short(figure),
            Unit::Money => format!("{figure:.2}"),
            Unit::Days => format!("{} days", short(figure)),
            Unit::Percent => format!("{} %", short(figure)),
            Unit::Times => format!("{} ×", short(figure)),
        }
    }
}
