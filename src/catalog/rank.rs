//! The ranking behind every search: candidates from the index, scored by what their words and meaning have in common with
//! the query.

use jiff::civil::DateTime;
use rank::blend;
use rank::features::{Asked, Row};
use rank::forward::Part;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

use crate::model::{ProductId, ProductQuery, Sort};

use super::CatalogError;
use super::edition::Edition;
use super::order::{Key, Scored};
use super::plan::Plan;
use super::ranking::Active;

/// How many candidates are scored.
pub(super) const POOL: usize = 300;

/// What to rank, and how deep.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The words and conditions.
    pub query: &'a ProductQuery,
    /// How many products at most.
    pub limit: usize,
}

impl Edition {
    /// The best products with any of the words; those with all of them need not come first.
    pub(super) fn rank(
        &self,
        wanted: &Wanted<'_>,
        at: Option<DateTime>,
    ) -> Result<Vec<(ProductId, f32)>, CatalogError> {
        let plan = self.plan(wanted.query)?;
        let rules = self.active_rules(wanted.query, &plan.corrected, at);
        let pool = wanted.limit.max(POOL);
        let mut found = if plan.words.is_empty() {
            self.ranked(&plan.query(0), plan.scores(), Sort::Relevance, &rules, wanted.limit)?.1
        } else {
            let candidates = self.candidates(&plan, wanted.query, pool)?;
            self.by_words(&plan, wanted.query, candidates, &rules)?
        };
        found.truncate(wanted.limit);
        let ids = found.into_iter().map(|((_, _, score), at)| Ok((self.id_at(at)?, score)));
        ids.collect()
    }

    /// Every candidate of a query with its features, for learning how to rank them.
    pub(super) fn examples(&self, query: &ProductQuery) -> Result<Vec<(ProductId, Row)>, CatalogError> {
        let plan = self.plan(query)?;
        if plan.words.is_empty() {
            return Ok(Vec::new());
        }
        let candidates = self.candidates(&plan, query, POOL)?;
        let rows = self.rows(&plan, query, &candidates)?;
        candidates.into_iter().zip(rows).map(|(at, row)| Ok((self.id_at(at)?, row))).collect()
    }

    fn candidates(
        &self,
        plan: &Plan,
        query: &ProductQuery,
        limit: usize,
    ) -> Result<Vec<DocAddress>, CatalogError> {
        let mut candidates = self.with_any_word(plan, limit)?;
        candidates.extend(self.near(plan, query)?);
        candidates.sort_unstable();
        candidates.dedup();
        Ok(candidates)
    }

    /// The first of the products that have any of the words, by tantivy's own BM25, which need not look at all of them.
    fn with_any_word(&self, plan: &Plan, limit: usize) -> Result<Vec<DocAddress>, CatalogError> {
        let mut stems: Vec<&String> = plan
            .concepts
            .iter()
            .flat_map(|concept| {
                concept.alternatives.iter().flat_map(|(stems, _)| stems).chain(&concept.stems)
            })
            .collect();
        stems.sort_unstable();
        stems.dedup();
        let described = self.settings.fields.description > 0.0;
        let fields = [Some(self.fields.terms), described.then_some(self.fields.description)];
        let terms =
            fields.into_iter().flatten().flat_map(|field| stems.iter().map(move |stem| (field, *stem)));
        let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (field, stem) in terms {
            let term = Term::from_field_text(field, stem);
            any.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        }
        let mut query = BooleanQuery::new(any);
        if !plan.filters.is_empty() {
            let filters = plan.filters.iter().map(|(occur, filter)| (*occur, filter.box_clone()));
            query = BooleanQuery::new(
                filters.chain([(Occur::Must, Box::new(query) as Box<dyn Query>)]).collect(),
            );
        }
        let top = TopDocs::with_limit(limit).order_by_score();
        Ok(self.searcher.search(&query, &top)?.into_iter().map(|(_, at)| at).collect())
    }

    /// Products in the order of their scores for the words, and for what they mean where that is known.
    pub(super) fn by_words(
        &self,
        plan: &Plan,
        query: &ProductQuery,
        products: Vec<DocAddress>,
        rules: &Active,
    ) -> Result<Vec<(Key, DocAddress)>, CatalogError> {
        let rows = self.rows(plan, query, &products)?;
        let most = self.most_liked();
        let mut scores: Vec<f32> = rows.iter().map(blend::score).collect();
        if let Some(ranker) = &self.ranker {
            ranker.adjust(&rows, &mut scores);
        }
        let keyed = products.into_iter().zip(scores).filter_map(|(at, text)| {
            let segment = self.searcher.segment_reader(at.segment_ord).segment_id();
            let factor = rules.factor(segment, at.doc_id);
            let scored = Scored { text, scores: true, factor, most, price: None };
            let columns = self.columns.get(at.segment_ord as usize)?;
            Some((columns.key(at.doc_id, scored, Sort::Relevance), at))
        });
        let mut found: Vec<(Key, DocAddress)> = keyed.collect();
        found.sort_by(|((a_stock, a, _), a_at), ((b_stock, b, _), b_at)| {
            b_stock.cmp(a_stock).then_with(|| b.total_cmp(a)).then_with(|| a_at.cmp(b_at))
        });
        Ok(found)
    }

    /// The features of each product.
    pub(super) fn rows(
        &self,
        plan: &Plan,
        query: &ProductQuery,
        products: &[DocAddress],
    ) -> Result<Vec<Row>, CatalogError> {
        let concepts = plan.concepts.iter().map(|concept| self.as_asked(concept));
        let concepts = concepts.collect::<Result<Vec<_>, _>>()?;
        let asked = Asked::new(concepts, plan.head, self.parts(), self.meta.title_terms);
        let mut tokens = Vec::new();
        let rows = products.iter().map(|at| asked.features(self.forward.record(self.row(*at)), &mut tokens));
        let mut rows: Vec<Row> = rows.collect();
        blend::level(&mut rows);
        if let (Some(meaning), Some(wanted)) = (&self.meaning, self.meant(query)) {
            let keys: Vec<Option<u64>> = products.iter().map(|at| self.keys.of(self.row(*at))).collect();
            blend::compare(&mut rows, wanted.numbers(), &meaning.vectors(&keys));
        }
        Ok(rows)
    }

    /// What a word counts in each part of a product, beside the title's 1.
    fn parts(&self) -> [f32; Part::COUNT] {
        let boosts = self.settings.fields;
        let others =
            [boosts.brand.max(boosts.category), boosts.colour.max(boosts.attributes), boosts.description];
        let unit = if boosts.title > 0.0 {
            boosts.title
        } else {
            others.into_iter().fold(f32::MIN_POSITIVE, f32::max)
        };
        let mut parts = [boosts.title / unit; Part::COUNT];
        for (part, boost) in [Part::Name, Part::Trait, Part::Prose].into_iter().zip(others) {
            parts[part as usize] = boost / unit;
        }
        parts
    }

    /// The number of a product in the order of the files.
    pub(super) fn row(&self, at: DocAddress) -> usize {
        let columns = self.columns.get(at.segment_ord as usize);
        columns.and_then(|columns| columns.row(at.doc_id)).unwrap_or(usize::MAX)
    }

    pub(super) fn id_at(&self, at: DocAddress) -> Result<ProductId, CatalogError> {
        let id = self.forward.record(self.row(at)).id();
        ProductId::parse(id).map_err(|error| CatalogError::Search(error.to_string()))
    }
}
