//! Answering a [`ProductQuery`] from one edition.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, Score, SegmentReader};

use crate::model::{Product, ProductQuery, Sort, Trace};

use super::CatalogError;
use super::edition::Edition;
use super::order::{Columns, Key, Scored, liking};
use super::plan::Plan;
use super::prices::ByDoc;
use super::rank::POOL;
use super::ranking::Active;
use super::schema;

/// What brought a product, for its trace.
const SOURCE: &str = "search";

/// A product that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// It.
    pub product: Product,
    /// 0 to 1, of the best one's score. Without words: how well liked it is.
    pub score: f32,
    /// A rule put it first.
    pub pinned: bool,
    /// How the score came about: its parts, which are multiplied, and the rules that had a say.
    pub trace: Trace,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// What is pinned, then best first; what is out of stock comes last.
    pub items: Vec<Hit>,
    /// How many match in all.
    pub total: usize,
    /// Words whose spelling was corrected: as written → as searched.
    pub corrected: Vec<(String, String)>,
    /// Words that are in no product.
    pub unknown: Vec<String>,
    /// No product has all of the words, so these have most of them.
    pub partial: bool,
    /// They are near in meaning, whatever words they have.
    pub by_meaning: bool,
}

impl Edition {
    /// The first `limit` products that match, and how many there are. `at` is the shop's time, for rules with dates.
    pub(super) fn search(
        &self,
        query: &ProductQuery,
        limit: usize,
        at: Option<DateTime>,
    ) -> Result<Hits, CatalogError> {
        let plan = self.plan(query)?;
        let rules = self.active_rules(query, &plan.corrected, at);
        let mut hits =
            Hits { corrected: plan.corrected.clone(), unknown: plan.unknown.clone(), ..Hits::default() };
        let mut required = plan.words.len();
        let by_words = query.sort == Sort::Relevance && !plan.words.is_empty();
        let pool = if by_words { limit.max(POOL) } else { limit };
        for fewer in required_words(&plan) {
            let (total, mut found) =
                self.ranked(&plan.query(fewer), plan.scores(), query.sort, &rules, pool)?;
            if by_words {
                let products = found.into_iter().map(|(_, at)| at).collect();
                found = self.by_words(&plan, query, products, &rules)?;
                found.truncate(limit);
            }
            if total > 0 {
                required = fewer;
                hits.total = total;
                hits.partial = required < plan.words.len();
                hits.items = self.hits(found, plan.scores(), &rules)?;
                break;
            }
        }
        self.put_pins_first(&mut hits, &rules, query, &plan.query(required))?;
        hits.items.truncate(limit);
        Ok(hits)
    }

    /// How many of the words a search requires in the end; `None` when nothing matches.
    pub(super) fn required(&self, plan: &Plan) -> Result<Option<usize>, CatalogError> {
        for required in required_words(plan) {
            if self.searcher.search(&plan.query(required), &Count)? > 0 {
                return Ok(Some(required));
            }
        }
        Ok(None)
    }

    /// The best of a query's products. Without `scores` they are ordered by how well liked they are.
    pub(super) fn ranked(
        &self,
        query: &dyn Query,
        scores: bool,
        sort: Sort,
        rules: &Active,
        limit: usize,
    ) -> Result<(usize, Vec<(Key, DocAddress)>), CatalogError> {
        let (most, rules) = (self.most_liked(), rules.clone());
        let reduced = match sort {
            Sort::PriceUp | Sort::PriceDown => self.reduced_by_doc(),
            _ => ByDoc::default(),
        };
        let keys = move |segment: &SegmentReader| {
            let (columns, id, rules) = (Columns::of(segment), segment.segment_id(), rules.clone());
            let reduced = reduced.clone();
            move |doc: DocId, text: Score| {
                let (factor, price) = (rules.factor(id, doc), reduced.get(&(id, doc)).copied());
                columns.key(doc, Scored { text, scores, factor, most, price }, sort)
            }
        };
        let top = TopDocs::with_limit(limit.max(1)).tweak_score(keys);
        let (total, mut found) = self.searcher.search(query, &(Count, top))?;
        found.truncate(limit);
        Ok((total, found))
    }

    pub(super) fn most_liked(&self) -> f64 {
        self.meta.max_prior.max(f64::MIN_POSITIVE)
    }

    pub(super) fn hits(
        &self,
        found: Vec<(Key, DocAddress)>,
        scores: bool,
        rules: &Active,
    ) -> Result<Vec<Hit>, CatalogError> {
        let best = found.iter().map(|((_, _, score), _)| *score).fold(0.0, f32::max);
        let share = |score: f32| if best > 0.0 { (score / best).clamp(0.0, 1.0) } else { 1.0 };
        found
            .into_iter()
            .map(|((_, _, score), address)| {
                let product = self.product(address)?;
                let segment = self.searcher.segment_reader(address.segment_ord).segment_id();
                let factor = rules.factor(segment, address.doc_id);
                let liked = liking(schema::prior(&product) / self.most_liked(), scores) as f32;
                let mut parts = BTreeMap::from([("liked".to_owned(), liked)]);
                if scores {
                    let words = if factor > 0.0 { score / (liked * factor) } else { 0.0 };
                    parts.insert("words".to_owned(), words);
                }
                let labels = rules.labels(segment, address.doc_id);
                if !labels.is_empty() {
                    parts.insert("rules".to_owned(), factor);
                }
                let trace = Trace { parts, source: SOURCE.to_owned(), rules: labels };
                Ok(Hit { product, score: share(score), pinned: false, trace })
            })
            .collect()
    }

    /// Puts first what is pinned, as far as it meets the conditions. What is pinned for some words need not be in the
    /// category that they name; what is pinned for whoever looks into a category has to fit the words besides too.
    fn put_pins_first(
        &self,
        hits: &mut Hits,
        rules: &Active,
        query: &ProductQuery,
        all: &BooleanQuery,
    ) -> Result<(), CatalogError> {
        if rules.pins.is_empty() {
            return Ok(());
        }
        let conditions = ProductQuery { text: String::new(), categories: Vec::new(), ..query.clone() };
        let conditions = self.plan(&conditions)?.query(0);
        let mut first = Vec::new();
        for pin in &rules.pins {
            let by_itself = self.fits(all, pin.product)?;
            if !by_itself && (pin.by_category || !self.fits(&conditions, pin.product)?) {
                continue;
            }
            let product = self.product(pin.product)?;
            let known = hits.items.iter().position(|hit| hit.product.id == product.id);
            hits.total += usize::from(!by_itself);
            let trace = Trace { source: SOURCE.to_owned(), ..Trace::default() };
            let mut hit = known
                .map_or_else(|| Hit { product, score: 0.0, pinned: true, trace }, |at| hits.items.remove(at));
            hit.pinned = true;
            hit.trace.rules.insert(0, pin.label.clone());
            first.push(hit);
        }
        hits.items.splice(0..0, first);
        Ok(())
    }

    /// Whether a product is among those of a query.
    pub(super) fn fits(&self, query: &dyn Query, product: DocAddress) -> Result<bool, CatalogError> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let segment = self.searcher.segment_reader(product.segment_ord);
        let mut found = weight.scorer(segment, 1.0)?;
        let doc = product.doc_id;
        Ok(found.doc() == doc || (found.doc() < doc && found.seek(doc) == doc))
    }
}

/// All of the words that the catalogue knows, then one fewer each time, down to half of them (rounded down, but one).
fn required_words(plan: &Plan) -> Vec<usize> {
    match (plan.words.len(), plan.known_words) {
        (0, _) => return vec![0],
        (_, 0) => return Vec::new(),
        _ => {}
    }
    let fewest = (plan.known_words / 2).max(1);
    (fewest..=plan.known_words).rev().collect()
}
