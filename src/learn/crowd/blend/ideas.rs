//! The parts of the blend over one log.

use std::sync::Arc;

use super::super::index::Index;
use super::super::log::{Kind, Log};
use super::super::parts::{Content, Counts, Kin, Lookup, Neighbours, Popular, Recommender, Table};

/// All parts, in the order of their features.
#[derive(Debug)]
pub(super) struct Ideas {
    pub products: usize,
    pub parts: Vec<Box<dyn Recommender>>,
    /// What is told of where a product came from: several parts are one source.
    pub sources: Vec<&'static str>,
    ever: Popular,
    lately: Popular,
    /// What goes with what, by cosine.
    pub together: Arc<Table>,
}

/// How far the trail is aligned with neighbours: within a visit the next step lies close by and before it as well as after it;
/// over years what came before says little. Found on the last day but one of a click log and on a shop's reviews.
const VISIT: Kin = Kin::Aligned { trail_fade: 0.4, step_fade: 0.5, length_power: 0.3, before: 0.9 };
const HISTORY: Kin = Kin::Aligned { trail_fade: 0.6, step_fade: 0.6, length_power: 0.5, before: 0.3 };

/// The source of each part.
const SOURCES: [&str; 11] = [
    "neighbours",
    "neighbours",
    "next",
    "next",
    "together",
    "together",
    "together",
    "together",
    "popular",
    "popular",
    "content",
];

impl Ideas {
    /// Counts everything. Without content no part says anything of products that nobody touched.
    pub fn new(log: &Log, content: Option<Content>) -> Self {
        let index = Arc::new(Index::new(log));
        let rarity = Arc::new(index.rarity());
        let Counts { next, after, together, cosine, walk } = Counts::new(&index);
        let aligned = if log.kind == Kind::Visits { VISIT } else { HISTORY };
        let kin = |kin| Box::new(Neighbours::new(index.clone(), rarity.clone(), kin)) as Box<dyn Recommender>;
        let look = |name, table, fade| Box::new(Lookup { name, table, fade }) as Box<dyn Recommender>;
        let (ever, lately) = (Popular::ever(log), Popular::lately(log));
        let parts = vec![
            kin(Kin::Visit),
            kin(aligned),
            look("next", next, 0.0),
            look("after", after, 0.5),
            look("together", together, 0.0),
            look("together, by cosine", cosine.clone(), 0.5),
            look("two steps", walk.clone(), 0.5),
            look("two steps from the whole trail", walk, 0.8),
            Box::new(ever.clone()),
            Box::new(lately.clone()),
            Box::new(content.unwrap_or_default()),
        ];
        Ideas { products: log.products, parts, sources: SOURCES.to_vec(), ever, lately, together: cosine }
    }

    pub fn popularity(&self, item: u32, lately: bool) -> f32 {
        if lately { self.lately.share(item) } else { self.ever.share(item) }
    }

    /// How strongly two products are connected, by any part.
    pub fn link(&self, from: u32, to: u32) -> f32 {
        self.parts.iter().map(|part| part.link(from, to)).sum()
    }
}
