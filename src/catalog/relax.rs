//! What to let go of when nothing matches, and what each costs the shopper.

use crate::model::{AttributeFilter, Dropped, EntityKind, Facet, PriceRange, ProductQuery};

/// One step: what was let go of, and the query without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// One condition, or several where none alone helps.
    pub dropped: Vec<Dropped>,
    /// What is left.
    pub query: ProductQuery,
    /// How much of the wish is lost, 0 to 1; of several conditions the sum. That of a price is for the caller to say, who
    /// sees by how much it is missed.
    pub loss: f32,
}

/// What giving up a condition costs. The order is what counts: a season or a feature is a preference, a size that does not
/// fit makes the product useless. Set by hand.
fn loss(facet: &Facet) -> f32 {
    match facet {
        Facet::Kind(EntityKind::Season) => 0.1,
        Facet::Column(_) => 0.2,
        Facet::Kind(EntityKind::Feature) => 0.25,
        Facet::Kind(EntityKind::Occasion) => 0.3,
        Facet::Kind(EntityKind::Material) => 0.4,
        Facet::Kind(EntityKind::Colour) => 0.5,
        Facet::Kind(EntityKind::Brand) => 0.6,
        Facet::Kind(EntityKind::Audience) => 0.8,
        Facet::Kind(_) => 0.9,
    }
}

/// What words cost beside the category of what is looked for.
const WORDS: f32 = 0.05;
/// What they cost where they alone say what is looked for: "water bottle for kids".
const THING: f32 = 0.95;
/// What a price costs before anybody has looked by how much it is missed.
const PRICE: f32 = 0.95;

/// The queries to try when `query` finds nothing: first each condition let go of alone, the cheapest loss first; then, if
/// there are several, all of them up to each in turn. The last leaves only the category, or the words where there is no
/// category. What was refused ("not black") and the category are never let go of.
pub fn relaxations(query: &ProductQuery) -> Vec<Relaxation> {
    let conditions = conditions(query);
    let mut steps: Vec<Relaxation> = Vec::new();
    let mut add = |dropped: &[(Dropped, f32)]| {
        let mut relaxed = query.clone();
        dropped.iter().for_each(|(condition, _)| drop_from(condition, &mut relaxed));
        let step = Relaxation {
            dropped: dropped.iter().map(|(condition, _)| condition.clone()).collect(),
            query: relaxed,
            loss: dropped.iter().map(|(_, loss)| loss).sum(),
        };
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

fn drop_from(condition: &Dropped, query: &mut ProductQuery) {
    match condition {
        Dropped::Words => query.text.clear(),
        Dropped::Price => query.price = PriceRange::default(),
        Dropped::Values(values) => query.filters.retain(|filter| !values.contains(filter)),
    }
}

/// Whether a condition alone tells things of one sort from others: a brand, a material, a use, a column.
fn says_what(dropped: &Dropped) -> bool {
    let wide = [EntityKind::Audience, EntityKind::Season, EntityKind::Colour, EntityKind::Size];
    match dropped {
        Dropped::Values(values) => values.iter().any(|filter| !wide.iter().any(|kind| filter.kind == *kind)),
        Dropped::Words | Dropped::Price => false,
    }
}

/// With their losses, the least first.
fn conditions(query: &ProductQuery) -> Vec<(Dropped, f32)> {
    let mut by_facet: Vec<(&Facet, Vec<AttributeFilter>)> = Vec::new();
    for filter in query.filters.iter().filter(|filter| !filter.negated) {
        match by_facet.iter_mut().find(|(facet, _)| **facet == filter.kind) {
            Some((_, values)) => values.push(filter.clone()),
            None => by_facet.push((&filter.kind, vec![filter.clone()])),
        }
    }
    let mut conditions: Vec<(Dropped, f32)> =
        by_facet.into_iter().map(|(facet, values)| (Dropped::Values(values), loss(facet))).collect();
    // "Everything for men" is no answer to a word that nobody knows.
    let anchored = !query.categories.is_empty() || conditions.iter().any(|(dropped, _)| says_what(dropped));
    if !query.text.trim().is_empty() && anchored {
        conditions.push((Dropped::Words, if query.categories.is_empty() { THING } else { WORDS }));
    }
    if !query.price.is_open() {
        conditions.push((Dropped::Price, PRICE));
    }
    conditions.sort_by(|a, b| a.1.total_cmp(&b.1));
    conditions
}
