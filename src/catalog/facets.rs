//! How the products that match a query are spread over each attribute.

use std::collections::HashMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::model::{CategoryPath, Column, EntityKind, Facet, ProductQuery, YES};

use super::CatalogError;
use super::edition::Edition;
use super::schema::{self, FACTS, PATHS};
use super::text::folded;

/// One attribute with how many of the matching products have each of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetCounts {
    /// Which attribute; [`EntityKind::Category`] stands for the next level below what they have in common.
    pub facet: Facet,
    /// The value as the feed writes it (a category as its path), most products first.
    pub values: Vec<(String, usize)>,
    /// How many products have any value.
    pub products: usize,
}

impl Edition {
    /// The attributes of the products that a search for `query` finds, without the size of the page.
    pub(super) fn facets(&self, query: &ProductQuery) -> Result<Vec<FacetCounts>, CatalogError> {
        let plan = self.plan(query)?;
        let Some(required) = self.required(&plan)? else { return Ok(Vec::new()) };
        let facts = TermCounts { field: FACTS, beginnings: self.choices() };
        let paths = TermCounts { field: PATHS, beginnings: vec![String::new()] };
        let (facts, paths) = self.searcher.search(&plan.query(required), &(facts, paths))?;
        let mut by_facet: HashMap<String, Vec<(String, usize)>> = HashMap::new();
        let mut having: HashMap<String, usize> = HashMap::new();
        for (term, count) in facts {
            match (term.strip_prefix("has:"), term.split_once('=')) {
                (Some(name), _) => drop(having.insert(name.to_owned(), count)),
                (None, Some((name, value))) => {
                    by_facet.entry(name.to_owned()).or_default().push((value.to_owned(), count));
                }
                _ => {}
            }
        }
        let mut counts: Vec<FacetCounts> = by_facet
            .into_iter()
            .filter_map(|(name, values)| {
                let facet = Facet::from(name);
                let products = having.get(facet.name()).copied().unwrap_or_default();
                Some(FacetCounts { values: self.as_written(&facet, values)?, facet, products })
            })
            .collect();
        counts.extend(self.categories_of(paths));
        for one in &mut counts {
            one.values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        counts.sort_by(|a, b| a.facet.cmp(&b.facet));
        Ok(counts)
    }

    /// How the terms begin that can be chosen from. A feed may have a number of its own for each product besides, and those
    /// are counted but never read.
    fn choices(&self) -> Vec<String> {
        let vocabulary = &self.vocabulary;
        let kinds = vocabulary.values.keys().map(|kind| kind.name()).chain([EntityKind::Brand.name()]);
        let names = kinds.chain(vocabulary.columns.keys().map(String::as_str));
        let beginnings = names.map(|name| schema::fact(name, "")).chain(["has:".to_owned()]);
        beginnings.collect()
    }

    /// The values as the feed writes them; `None` for a column that is no choice.
    fn as_written(&self, facet: &Facet, values: Vec<(String, usize)>) -> Option<Vec<(String, usize)>> {
        let vocabulary = &self.vocabulary;
        let known: Box<dyn Iterator<Item = &String>> = match facet {
            Facet::Kind(EntityKind::Brand) => Box::new(vocabulary.brands.iter()),
            Facet::Kind(kind) => Box::new(vocabulary.values.get(kind)?.iter()),
            Facet::Column(name) => match vocabulary.columns.get(name)? {
                Column::Words(words) => Box::new(words.iter()),
                Column::Flag { yes } => {
                    let spelled = |(value, _): &(String, usize)| yes.iter().any(|yes| folded(yes) == *value);
                    let count = values.iter().filter(|value| spelled(value)).map(|(_, count)| count).sum();
                    return Some(vec![(YES.to_owned(), count)]);
                }
                Column::Amounts { .. } => return Some(values),
            },
        };
        let mut counts: HashMap<String, usize> = values.into_iter().collect();
        let term = |value: &String| {
            let fact = schema::fact(facet.name(), value);
            fact.split_once('=').map(|(_, value)| value.to_owned())
        };
        Some(known.filter_map(|value| Some((value.clone(), counts.remove(&term(value)?)?))).collect())
    }

    /// The categories one level below the lowest that all products with a category share.
    fn categories_of(&self, paths: HashMap<String, usize>) -> Option<FacetCounts> {
        let known: Vec<(&CategoryPath, usize)> = self
            .vocabulary
            .categories
            .iter()
            .filter_map(|path| Some((path, *paths.get(&folded(&path.to_string()))?)))
            .collect();
        let products: usize = known.iter().filter(|(path, _)| path.0.len() == 1).map(|(_, n)| n).sum();
        let depth =
            (1..).find(|depth| known.iter().filter(|(path, _)| path.0.len() == *depth).count() != 1)?;
        let level = known.into_iter().filter(|(path, _)| path.0.len() == depth);
        let values: Vec<(String, usize)> = level.map(|(path, count)| (path.to_string(), count)).collect();
        (!values.is_empty()).then_some(FacetCounts { facet: EntityKind::Category.into(), values, products })
    }
}

/// In how many products each term of a fast field stands that begins in one of some ways.
struct TermCounts {
    field: &'static str,
    beginnings: Vec<String>,
}

struct SegmentCounts {
    column: Option<StrColumn>,
    beginnings: Vec<String>,
    counts: Vec<usize>,
}

impl Collector for TermCounts {
    type Fruit = HashMap<String, usize>;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let column = segment.fast_fields().str(self.field)?;
        let terms = column.as_ref().map_or(0, |column| column.dictionary().num_terms());
        Ok(SegmentCounts { column, beginnings: self.beginnings.clone(), counts: vec![0; terms] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<HashMap<String, usize>>) -> tantivy::Result<HashMap<String, usize>> {
        let mut all = HashMap::new();
        for (term, count) in segments.into_iter().flatten() {
            *all.entry(term).or_insert(0) += count;
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = HashMap<String, usize>;

    fn collect(&mut self, doc: DocId, _: Score) {
        for ordinal in self.column.iter().flat_map(|column| column.term_ords(doc)) {
            if let Some(count) = usize::try_from(ordinal).ok().and_then(|at| self.counts.get_mut(at)) {
                *count += 1;
            }
        }
    }

    fn harvest(self) -> HashMap<String, usize> {
        let Some(column) = &self.column else { return HashMap::new() };
        let mut terms = HashMap::new();
        for beginning in &self.beginnings {
            // Terms that cannot be read are none that anybody can choose.
            let Ok(mut stream) = column.dictionary().prefix_range(beginning).into_stream() else { continue };
            while stream.advance() {
                let count = usize::try_from(stream.term_ord()).ok().and_then(|at| self.counts.get(at));
                let term = std::str::from_utf8(stream.key());
                if let (Some(count), Ok(term)) = (count.filter(|count| **count > 0), term) {
                    terms.insert(term.to_owned(), *count);
                }
            }
        }
        terms
    }
}
