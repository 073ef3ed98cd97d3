//! What to let go of when nothing matches: the least important first.

use crate::model::{EntityKind, PriceRange, ProductQuery};

/// One step: what was let go of, and the query without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxation {
    /// `price`, `words`, or the value of a filter, each.
    pub dropped: Vec<String>,
    /// What is left.
    pub query: ProductQuery,
}

/// From the condition a shopper would give up first to the one they would give up last. What they refused ("not black")
/// and the category are never let go of.
const ORDER: [EntityKind; 8] = [
    EntityKind::Season,
    EntityKind::Feature,
    EntityKind::Occasion,
    EntityKind::Material,
    EntityKind::Colour,
    EntityKind::Brand,
    EntityKind::Audience,
    EntityKind::Size,
];

/// The queries to try one after the other when `query` finds nothing. First each condition is let go of alone, the
/// least important first; then, if there are several, all of them up to each in turn. The last leaves only the category,
/// or the words where there is no category.
pub fn relaxations(query: &ProductQuery) -> Vec<Relaxation> {
    let conditions = conditions(query);
    let mut steps: Vec<Relaxation> = Vec::new();
    let mut add = |dropped: &[Condition]| {
        let mut relaxed = query.clone();
        let mut names = Vec::new();
        for condition in dropped {
            condition.drop_from(&mut relaxed);
            names.push(condition.name());
        }
        let step = Relaxation { dropped: names, query: relaxed };
        if !step.query.is_empty() && !steps.iter().any(|s| s.query == step.query) {
            steps.push(step);
        }
    };
    for condition in &conditions {
        add(std::slice::from_ref(condition));
    }
    for n in 2..=conditions.len() {
        add(&conditions[..n]);
    }
    steps
}

#[derive(Debug, Clone)]
enum Condition {
    Words,
    Price,
    Value(EntityKind, Vec<String>),
}

impl Condition {
    fn name(&self) -> String {
        match self {
            Condition::Words => "words".to_owned(),
            Condition::Price => "price".to_owned(),
            Condition::Value(_, values) => values.join(", "),
        }
    }

    fn drop_from(&self, query: &mut ProductQuery) {
        match self {
            Condition::Words => query.text.clear(),
            Condition::Price => query.price = PriceRange::default(),
            Condition::Value(kind, _) => query.filters.retain(|f| f.negated || f.kind != *kind),
        }
    }
}

fn conditions(query: &ProductQuery) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for kind in ORDER {
        let wanted = query.filters.iter().filter(|f| !f.negated && f.kind == kind);
        let values: Vec<String> = wanted.map(|f| f.value.clone()).collect();
        if !values.is_empty() {
            conditions.push(Condition::Value(kind, values));
        }
    }
    let anchored = !query.categories.is_empty() || !conditions.is_empty();
    if !query.text.trim().is_empty() && anchored {
        conditions.insert(0, Condition::Words);
    }
    if !query.price.is_open() {
        conditions.push(Condition::Price);
    }
    conditions
}
