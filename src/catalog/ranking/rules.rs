//! Rules, ready to be applied to the products of one edition.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::DateTime;
use tantivy::collector::DocSetCollector;
use tantivy::index::SegmentId;
use tantivy::query::{BooleanQuery, Occur};
use tantivy::{DocAddress, DocId};

use super::super::CatalogError;
use super::super::edition::Edition;
use super::super::plan::{BoxQuery, one_of};
use super::super::schema;
use super::super::synonyms::named;
use super::super::text::Words;
use super::{Dates, Effect, Rule, Said, Target};
use crate::model::{CategoryPath, ProductQuery, Sort, Vocabulary};

/// The rules of `ranking.yaml`, held against the products.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Rules {
    pins: Vec<Pin>,
    factors: Vec<Arc<Factor>>,
}

#[derive(Debug)]
struct Pin {
    label: String,
    when: When,
    products: Vec<DocAddress>,
}

#[derive(Debug)]
struct Factor {
    label: String,
    when: When,
    factor: f32,
    /// The products that it is about, sorted.
    products: HashMap<SegmentId, Vec<DocId>>,
}

/// In which searches a rule holds.
#[derive(Debug)]
struct When {
    dates: Dates,
    /// Stems of each query.
    queries: Vec<Vec<String>>,
    categories: Vec<CategoryPath>,
}

/// A product that goes first in one search.
#[derive(Debug, Clone)]
pub(in crate::catalog) struct Pinned {
    /// It.
    pub product: DocAddress,
    /// The rule that says so.
    pub label: String,
    /// The rule is about the category that is looked into, not about the words.
    pub by_category: bool,
}

/// The rules that hold in one search.
#[derive(Debug, Clone, Default)]
pub(in crate::catalog) struct Active {
    /// What goes first, in this order.
    pub pins: Vec<Pinned>,
    factors: Vec<Arc<Factor>>,
}

impl Active {
    /// What the score of a product is multiplied by.
    pub fn factor(&self, segment: SegmentId, doc: DocId) -> f32 {
        self.of(segment, doc).map(|rule| rule.factor).product()
    }

    /// The rules that move a product, by their labels.
    pub fn labels(&self, segment: SegmentId, doc: DocId) -> Vec<String> {
        self.of(segment, doc).map(|rule| rule.label.clone()).collect()
    }

    fn of(&self, segment: SegmentId, doc: DocId) -> impl Iterator<Item = &Factor> {
        let about = move |rule: &&Arc<Factor>| {
            rule.products.get(&segment).is_some_and(|docs| docs.binary_search(&doc).is_ok())
        };
        self.factors.iter().filter(about).map(|rule| rule.as_ref())
    }
}

impl Rules {
    fn is_empty(&self) -> bool {
        self.pins.is_empty() && self.factors.is_empty()
    }

    /// Finds the products of each rule in an edition.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn of(edition: &Edition, rules: &[Rule]) -> Result<Self, CatalogError> {
        let mut ready = Rules::default();
        for rule in rules {
            let when = edition.when(rule);
            match &rule.effect {
                Effect::Pin(ids) => {
                    let mut products = Vec::with_capacity(ids.len());
                    for id in ids {
                        products.extend(edition.products_of(&edition.id(id))?);
                    }
                    ready.pins.push(Pin { label: rule.label(), when, products });
                }
                Effect::Factor { factor, of } => {
                    let products = edition.by_segment(edition.products_of(&edition.target(of))?);
                    let rule = Factor { label: rule.label(), when, factor: *factor, products };
                    ready.factors.push(Arc::new(rule));
                }
            }
        }
        Ok(ready)
    }
}

impl Edition {
    /// The rules that hold in a search at a moment of the shop's time; words count as they were `corrected`. An order by
    /// price or rating is the shopper's own wish, in which no rule has a say.
    pub(in crate::catalog) fn active_rules(
        &self,
        query: &ProductQuery,
        corrected: &[(String, String)],
        at: Option<DateTime>,
    ) -> Active {
        let mut active = Active::default();
        if query.sort != Sort::Relevance || self.rules.is_empty() {
            return active;
        }
        let asked = Asked::of(self, query, corrected);
        for pin in &self.rules.pins {
            let Some(by_category) = pin.when.holds(&asked, at) else { continue };
            for product in &pin.products {
                if !active.pins.iter().any(|known| known.product == *product) {
                    active.pins.push(Pinned { product: *product, label: pin.label.clone(), by_category });
                }
            }
        }
        let factors = self.rules.factors.iter().filter(|rule| rule.when.holds(&asked, at).is_some());
        active.factors = factors.cloned().collect();
        active
    }

    fn when(&self, rule: &Rule) -> When {
        let mut words = self.words.clone();
        let stems = |said: &Said| content(&mut words, &said.text);
        When {
            dates: rule.dates,
            queries: rule.queries.iter().map(stems).collect(),
            categories: rule.categories.iter().flat_map(|said| self.paths_of(said)).collect(),
        }
    }

    /// The products that fit a target.
    fn target(&self, of: &Target) -> BoxQuery {
        let fact = |kind: &str, said: &Said| self.term(self.fields.facts, &schema::fact(kind, &said.text));
        let any = |kind: &str, said: &[Said]| one_of(said.iter().map(|said| fact(kind, said)).collect());
        let mut all: Vec<BoxQuery> = Vec::new();
        if !of.products.is_empty() {
            all.push(one_of(of.products.iter().map(|id| self.id(id)).collect()));
        }
        if !of.brands.is_empty() {
            all.push(any("brand", &of.brands));
        }
        if !of.categories.is_empty() {
            let paths = of.categories.iter().flat_map(|said| self.paths_of(said));
            let terms = paths.map(|path| self.term(self.fields.paths, &schema::path_term(&path)));
            all.push(one_of(terms.collect()));
        }
        if !of.tags.is_empty() {
            all.push(one_of(vec![any("tag", &of.tags), any("tags", &of.tags)]));
        }
        all.extend(of.attributes.iter().map(|(kind, values)| any(&kind.text, values)));
        Box::new(BooleanQuery::new(all.into_iter().map(|query| (Occur::Must, query)).collect()))
    }

    fn id(&self, said: &Said) -> BoxQuery {
        self.term(self.fields.id, &said.text)
    }

    fn paths_of(&self, said: &Said) -> Vec<CategoryPath> {
        let all = Vocabulary { categories: self.meta.categories.clone(), ..Vocabulary::default() };
        named(&all, &said.text)
    }

    fn products_of(&self, query: &BoxQuery) -> Result<Vec<DocAddress>, CatalogError> {
        let mut found: Vec<DocAddress> = self.searcher.search(query, &DocSetCollector)?.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    fn by_segment(&self, products: Vec<DocAddress>) -> HashMap<SegmentId, Vec<DocId>> {
        let mut by_segment: HashMap<SegmentId, Vec<DocId>> = HashMap::new();
        for address in products {
            let segment = self.searcher.segment_reader(address.segment_ord).segment_id();
            by_segment.entry(segment).or_default().push(address.doc_id);
        }
        by_segment
    }
}

/// A search as rules see it.
struct Asked<'a> {
    edition: &'a Edition,
    query: &'a ProductQuery,
    /// Stems of the words that no condition stands for.
    text: Vec<String>,
    /// Stems of the conditions.
    conditions: Vec<String>,
}

impl<'a> Asked<'a> {
    fn of(edition: &'a Edition, query: &'a ProductQuery, corrected: &[(String, String)]) -> Self {
        let mut words = edition.words.clone();
        let wanted = query.filters.iter().filter(|filter| !filter.negated);
        let conditions = wanted.flat_map(|filter| words.stems(&filter.value)).collect();
        let mut text = query.text.to_lowercase();
        for (written, meant) in corrected {
            text = text.replace(written, meant);
        }
        Asked { edition, query, text: content(&mut words, &text), conditions }
    }

    /// Whether somebody asks for what a rule's words say, with whatever conditions besides. A word of the rule may have
    /// become a category ("sneakers") or a condition ("black") on the way here; none of the search's own words is left.
    fn says(&self, rule: &[String]) -> bool {
        let mut rest: Vec<&str> = rule.iter().map(String::as_str).collect();
        for word in &self.text {
            match rest.iter().position(|said| said == word) {
                Some(at) => {
                    rest.remove(at);
                }
                None => return false,
            }
        }
        let Some(rest) = self.without_categories(&rest) else { return false };
        !rule.is_empty() && rest.iter().all(|word| self.conditions.iter().any(|value| value == word))
    }

    /// What is left of the words without those that name the search's categories; `None` when none do.
    fn without_categories<'w>(&self, words: &[&'w str]) -> Option<Vec<&'w str>> {
        if self.query.categories.is_empty() {
            return Some(words.to_vec());
        }
        let runs = (1..=words.len()).rev().flat_map(|n| (0..=words.len() - n).map(move |at| (at, n)));
        runs.into_iter().find_map(|(at, n)| {
            let paths = self.edition.category_stems.get(&words[at..at + n].join(" "))?;
            let same = |path: &CategoryPath| self.query.categories.contains(path);
            paths.iter().any(same).then(|| [&words[..at], &words[at + n..]].concat())
        })
    }

    fn looks_into(&self, category: &CategoryPath) -> bool {
        let below = |path: &CategoryPath| path.0.starts_with(&category.0);
        !self.query.categories.is_empty() && self.query.categories.iter().all(below)
    }
}

impl When {
    /// Whether it holds in a search, and if so, whether for its category alone.
    fn holds(&self, asked: &Asked<'_>, at: Option<DateTime>) -> Option<bool> {
        if !self.dates.hold(at) {
            return None;
        }
        let everywhere = self.queries.is_empty() && self.categories.is_empty();
        if everywhere || self.queries.iter().any(|rule| asked.says(rule)) {
            return Some(false);
        }
        self.categories.iter().any(|category| asked.looks_into(category)).then_some(true)
    }
}

/// Stems of the words that say something; of all of them where none does.
fn content(words: &mut Words, text: &str) -> Vec<String> {
    let mut of_text = words.of_query(text);
    if of_text.iter().any(|word| !word.stop) {
        of_text.retain(|word| !word.stop);
    }
    of_text.into_iter().map(|word| word.stem).collect()
}
