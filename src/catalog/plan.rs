//! From a [`ProductQuery`] to a query of the index.

use std::collections::BTreeMap;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::model::{
    AmountRange, AttributeFilter, CategoryPath, Column, EntityKind, Facet, ProductQuery, UNISEX, WORD,
};
use crate::text::units;

use super::CatalogError;
use super::concepts::{Concept, Reading};
use super::edition::Edition;
use super::schema;
use super::synonyms::named;

pub(super) type BoxQuery = Box<dyn Query>;

/// How much of the lesser fields' scores is added to that of the best field, so that a word in title and category counts
/// for more than in the title alone.
const TIE_BREAKER: f32 = 0.3;
/// The parts of a search, ready to be put together with more or fewer words required.
pub(super) struct Plan {
    /// What the words ask for …
    pub concepts: Vec<Concept>,
    /// … which of them says what the thing is …
    pub head: Option<usize>,
    /// … and what they require as queries, a number and its unit in one.
    pub words: Vec<BoxQuery>,
    /// How many of these occur in any product at all.
    pub known_words: usize,
    /// Spelling: as written → as searched.
    pub corrected: Vec<(String, String)>,
    /// Words that are in no product.
    pub unknown: Vec<String>,
    /// What must hold and what must not.
    pub filters: Vec<(Occur, BoxQuery)>,
    /// Whether a filter scores, because it could only be looked for in the texts.
    pub filter_scores: bool,
}

impl Plan {
    /// The query that requires `required` of the words.
    pub fn query(&self, required: usize) -> BooleanQuery {
        let mut clauses: Vec<(Occur, BoxQuery)> =
            self.filters.iter().map(|(occur, query)| (*occur, query.box_clone())).collect();
        if required > 0 {
            let words = self.words.iter().map(|word| (Occur::Should, word.box_clone())).collect();
            let words: BoxQuery = match required {
                n if n == self.words.len() => Box::new(BooleanQuery::intersection(
                    self.words.iter().map(|word| word.box_clone()).collect(),
                )),
                n => Box::new(BooleanQuery::with_minimum_required_clauses(words, n)),
            };
            clauses.push((Occur::Must, words));
        }
        if !clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        BooleanQuery::new(clauses)
    }

    /// Whether the order comes from the texts at all.
    pub fn scores(&self) -> bool {
        !self.words.is_empty() || self.filter_scores
    }
}

impl Edition {
    /// Works out what a query asks for.
    pub(super) fn plan(&self, query: &ProductQuery) -> Result<Plan, CatalogError> {
        let Reading { concepts, head, corrected, unknown } = self.read(query)?;
        let unsaid = |filter: &AttributeFilter| !filter.negated && !self.meta.has(&filter.kind);
        // "500 ml" without its number is any amount: the two are looked for as one.
        let wanted: Vec<&[Concept]> = concepts.chunk_by(|one, next| one.number && next.is_unit()).collect();
        let known = wanted.iter().filter(|wanted| wanted.iter().all(|concept| concept.known));
        Ok(Plan {
            words: wanted.iter().map(|wanted| self.all_of(wanted)).collect(),
            known_words: known.count(),
            concepts,
            head,
            corrected,
            unknown,
            filters: self.filters(query)?,
            filter_scores: query.filters.iter().any(unsaid),
        })
    }

    /// The searched fields with their boosts.
    fn boosts(&self) -> impl Iterator<Item = (Field, f32)> {
        let boosts = self.settings.fields;
        [
            (self.fields.title, boosts.title),
            (self.fields.brand, boosts.brand),
            (self.fields.category, boosts.category),
            (self.fields.colour, boosts.colour),
            (self.fields.attributes, boosts.attributes),
            (self.fields.description, boosts.description),
        ]
        .into_iter()
        .filter(|(_, boost)| *boost > 0.0)
    }

    fn all_of(&self, concepts: &[Concept]) -> BoxQuery {
        match concepts {
            [one] => self.concept(one),
            several => {
                let each = several.iter().map(|concept| self.concept(concept));
                Box::new(BooleanQuery::intersection(each.collect()))
            }
        }
    }

    fn concept(&self, concept: &Concept) -> BoxQuery {
        let written: BoxQuery = match concept.stems.as_slice() {
            [one] => self.word(one),
            several => {
                Box::new(BooleanQuery::intersection(several.iter().map(|stem| self.word(stem)).collect()))
            }
        };
        if concept.alternatives.is_empty() {
            return written;
        }
        let mut any = vec![written];
        for (stems, weight) in &concept.alternatives {
            any.push(Box::new(BoostQuery::new(self.phrase(stems), *weight)));
        }
        Box::new(DisjunctionMaxQuery::new(any))
    }

    /// A word in any field.
    fn word(&self, stem: &str) -> BoxQuery {
        self.in_fields(self.boosts(), |field| {
            let term = Term::from_field_text(field, stem);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        })
    }

    /// Words that stand together in one field; the description keeps no positions, so it has to hold them all.
    fn phrase(&self, stems: &[String]) -> BoxQuery {
        match stems {
            [one] => self.word(one),
            several => self.in_fields(self.boosts(), |field| {
                let terms: Vec<Term> = several.iter().map(|s| Term::from_field_text(field, s)).collect();
                if field != self.fields.description {
                    return Box::new(PhraseQuery::new(terms));
                }
                let each = terms
                    .into_iter()
                    .map(|term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as BoxQuery);
                Box::new(BooleanQuery::intersection(each.collect()))
            }),
        }
    }

    fn in_fields(
        &self,
        fields: impl Iterator<Item = (Field, f32)>,
        query: impl Fn(Field) -> BoxQuery,
    ) -> BoxQuery {
        let each = fields.map(|(field, boost)| Box::new(BoostQuery::new(query(field), boost)) as BoxQuery);
        Box::new(DisjunctionMaxQuery::with_tie_breaker(each.collect(), TIE_BREAKER))
    }

    /// The conditions of a query as clauses that do not score, but for values that only texts can tell.
    pub(super) fn filters(&self, query: &ProductQuery) -> Result<Vec<(Occur, BoxQuery)>, CatalogError> {
        let mut clauses = Vec::new();
        if !query.categories.is_empty() {
            clauses.push((Occur::Must, self.in_categories(&query.categories)));
        }
        if !query.price.is_open() {
            clauses.push((Occur::Must, silent(self.in_price(query.price))));
        }
        let mut wanted: BTreeMap<Facet, Vec<BoxQuery>> = BTreeMap::new();
        for filter in &query.filters {
            if filter.kind.name() == WORD {
                clauses.extend(self.saying(filter, query)?.into_iter().map(|said| (Occur::MustNot, said)));
            } else if filter.negated {
                let excluded = match &filter.kind {
                    Facet::Kind(EntityKind::Category) => {
                        self.in_categories(&[CategoryPath::parse(&filter.value)])
                    }
                    _ => self.excluded(filter),
                };
                clauses.push((Occur::MustNot, excluded));
            } else {
                wanted.entry(filter.kind.clone()).or_default().push(self.has_value(filter));
            }
        }
        clauses.extend(wanted.into_values().map(|any| (Occur::Must, one_of(any))));
        clauses
            .extend(query.except.iter().map(|id| (Occur::MustNot, self.term(self.fields.id, id.as_str()))));
        Ok(clauses)
    }

    fn in_categories(&self, categories: &[CategoryPath]) -> BoxQuery {
        let mut paths: Vec<CategoryPath> = Vec::new();
        for category in categories {
            paths.extend(named(&self.vocabulary, &category.to_string()));
            let other_name = self.vocabulary.category_names.get(&category.leaf().to_lowercase());
            if paths.is_empty() {
                paths.extend(other_name.into_iter().flatten().cloned());
            }
            if paths.is_empty() {
                paths.extend(named(&self.vocabulary, category.leaf()));
            }
        }
        let terms = paths.iter().map(|path| self.term(self.fields.paths, &schema::path_term(path)));
        silent(one_of(terms.collect()))
    }

    /// A product of this value; where the feed does not say what a product has of this kind, its texts do.
    fn has_value(&self, filter: &AttributeFilter) -> BoxQuery {
        if let Some(range) = &filter.range {
            return self.has_amount(filter, range);
        }
        let said = silent(one_of(self.values(filter).iter().map(|value| self.fact(filter, value)).collect()));
        let told = self.phrase(&self.words.clone().stems(&filter.value));
        one_of(vec![said, self.where_unsaid(&filter.kind, told)])
    }

    /// A product whose amount is within bounds; one whose amount the feed does not say may say exactly that in its texts.
    fn has_amount(&self, filter: &AttributeFilter, range: &AmountRange) -> BoxQuery {
        let said = silent(self.in_range(filter.kind.name(), range));
        match (range.min, range.max) {
            (Some(min), Some(max)) if min == max => {
                let text = format!("{} {}", thousandths(min), range.unit);
                let told = self.phrase(&self.words.clone().stems(&text));
                one_of(vec![said, self.where_unsaid(&filter.kind, told)])
            }
            _ => said,
        }
    }

    fn in_range(&self, column: &str, range: &AmountRange) -> BoxQuery {
        use std::ops::Bound;
        let factor = if range.unit.is_empty() { 1.0 } else { units::unit(&range.unit).factor };
        // Feeds round: 0.5 kg is also 500.0 g.
        let slack = |number: f64| number.abs() * 1e-6 + 1e-9;
        let bound = |thousandths: Option<i64>, sign: f64| match thousandths {
            Some(thousandths) => {
                let number = thousandths as f64 / 1000.0 * factor;
                let mut term = Term::from_field_json_path(self.fields.amounts, column, false);
                term.append_type_and_fast_value(number + sign * slack(number));
                Bound::Included(term)
            }
            None => Bound::Unbounded,
        };
        Box::new(RangeQuery::new(bound(range.min, -1.0), bound(range.max, 1.0)))
    }

    /// Products whose texts say a word, in whatever language it was written.
    fn saying(&self, filter: &AttributeFilter, query: &ProductQuery) -> Result<Vec<BoxQuery>, CatalogError> {
        let (text, language) = (filter.value.clone(), query.language.clone());
        let word = ProductQuery { text, language, as_written: true, ..ProductQuery::default() };
        Ok(self.read(&word)?.concepts.iter().map(|concept| self.concept(concept)).collect())
    }

    fn excluded(&self, filter: &AttributeFilter) -> BoxQuery {
        if let Some(range) = &filter.range {
            return self.in_range(filter.kind.name(), range);
        }
        let stems = self.words.clone().stems(&filter.value);
        let telling = [self.fields.title, self.fields.attributes, self.fields.colour];
        let told = self.in_fields(telling.into_iter().map(|field| (field, 1.0)), |field| {
            let terms: Vec<Term> = stems.iter().map(|s| Term::from_field_text(field, s)).collect();
            match terms.as_slice() {
                [] => Box::new(EmptyQuery),
                [one] => Box::new(TermQuery::new(one.clone(), IndexRecordOption::Basic)),
                _ => Box::new(PhraseQuery::new(terms)),
            }
        });
        // Nobody who refuses leather wants suede.
        let said = self.with_family(filter).iter().map(|value| self.fact(filter, value)).collect();
        one_of(vec![one_of(said), self.where_unsaid(&filter.kind, told)])
    }

    fn where_unsaid(&self, kind: &Facet, told: BoxQuery) -> BoxQuery {
        if !self.meta.has(kind) {
            return told;
        }
        let said = self.term(self.fields.facts, &schema::has(kind.name()));
        Box::new(BooleanQuery::new(vec![(Occur::Must, told), (Occur::MustNot, said)]))
    }

    /// The values that satisfy a filter: the value, those that it takes in, and what is for everybody is also for women
    /// and for men.
    fn values(&self, filter: &AttributeFilter) -> Vec<String> {
        let mut values = self.with_family(filter);
        let asked = filter.value.to_lowercase();
        if filter.kind == EntityKind::Audience && matches!(asked.as_str(), "women" | "men") {
            values.push(UNISEX.to_owned());
        }
        values
    }

    fn with_family(&self, filter: &AttributeFilter) -> Vec<String> {
        let mut values = vec![filter.value.clone()];
        match &filter.kind {
            Facet::Kind(kind) => values.extend_from_slice(self.synonyms.family(*kind, &filter.value)),
            Facet::Column(name) => {
                if let Some(Column::Flag { yes }) = self.meta.columns.get(name) {
                    values.extend(yes.iter().cloned());
                }
            }
        }
        values
    }

    fn fact(&self, filter: &AttributeFilter, value: &str) -> BoxQuery {
        self.term(self.fields.facts, &schema::fact(filter.kind.name(), value))
    }

    pub(super) fn term(&self, field: Field, text: &str) -> BoxQuery {
        Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
    }
}

/// `16`, `2.5`
fn thousandths(number: i64) -> String {
    format!("{}", number as f64 / 1000.0)
}

/// Any of them; nothing when there is none.
pub(super) fn one_of(mut queries: Vec<BoxQuery>) -> BoxQuery {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(queries)),
    }
}

/// Decides but does not score.
pub(super) fn silent(query: BoxQuery) -> BoxQuery {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
