//! What the index holds of a product.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, OwnedValue, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::{TantivyDocument, doc};

use crate::model::{CategoryPath, EntityKind, Product};

use super::columns;
use super::text::{self, ANALYZER};

/// The fields of the index, in the order of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub id: Field,
    pub title: Field,
    pub brand: Field,
    pub category: Field,
    pub colour: Field,
    pub attributes: Field,
    pub description: Field,
    /// The words of all of these but the description, so that any of them is found in one list.
    pub terms: Field,
    /// Every level of the category path, folded: `shoes`, `shoes > running shoes`.
    pub paths: Field,
    /// `colour=black`, `size=42`, and `has:colour` where the product has any.
    pub facts: Field,
    /// The amounts of each further column, in the smallest unit of their dimension.
    pub amounts: Field,
    pub price: Field,
    pub in_stock: Field,
    pub prior: Field,
    /// How highly it is surely rated, in stars.
    pub rated: Field,
    /// The number of the product in the order of the files, from 0.
    pub row: Field,
    /// The product itself, as JSON.
    pub product: Field,
}

/// The names of the fast fields.
pub(super) const PRICE: &str = "price";
pub(super) const IN_STOCK: &str = "in_stock";
pub(super) const PRIOR: &str = "prior";
pub(super) const RATED: &str = "rated";
pub(super) const ROW: &str = "row";
pub(super) const PATHS: &str = "paths";
pub(super) const FACTS: &str = "facts";

impl Fields {
    pub fn schema() -> (Schema, Fields) {
        let mut builder = Schema::builder();
        let fields = Fields {
            id: builder.add_text_field("id", STRING),
            title: builder.add_text_field("title", searched(IndexRecordOption::WithFreqsAndPositions)),
            brand: builder.add_text_field("brand", searched(IndexRecordOption::WithFreqsAndPositions)),
            category: builder.add_text_field("category", searched(IndexRecordOption::WithFreqsAndPositions)),
            colour: builder.add_text_field("colour", searched(IndexRecordOption::WithFreqsAndPositions)),
            attributes: builder
                .add_text_field("attributes", searched(IndexRecordOption::WithFreqsAndPositions)),
            description: builder.add_text_field("description", searched(IndexRecordOption::WithFreqs)),
            terms: builder.add_text_field("terms", searched(IndexRecordOption::WithFreqs)),
            paths: builder.add_text_field(PATHS, STRING | FAST),
            facts: builder.add_text_field(FACTS, STRING | FAST),
            amounts: builder.add_json_field("amounts", FAST),
            price: builder.add_i64_field(PRICE, FAST | INDEXED),
            in_stock: builder.add_u64_field(IN_STOCK, FAST),
            prior: builder.add_f64_field(PRIOR, FAST),
            rated: builder.add_f64_field(RATED, FAST),
            row: builder.add_u64_field(ROW, FAST),
            product: builder.add_text_field("product", STORED),
        };
        (builder.build(), fields)
    }

    /// The document of a product that came as number `row`.
    pub fn document(&self, product: &Product, json: String, row: u64) -> TantivyDocument {
        let mut document = doc!(
            self.id => product.id.as_str(),
            self.title => text::for_index(&product.title),
            self.brand => text::for_index(&product.brand),
            self.category => text::for_index(&product.category.0.join(" ")),
            self.colour => product.colours.join(" "),
            self.description => text::for_index(&product.description),
            self.in_stock => u64::from(product.in_stock()),
            self.prior => prior(product),
            self.rated => rated(product),
            self.row => row,
            self.product => json,
        );
        let values: Vec<&str> = product.attributes.values().flatten().map(String::as_str).collect();
        document.add_text(self.attributes, text::for_index(&values.join(" ")));
        for text in [&product.title, &product.brand].into_iter().chain(&product.category.0) {
            document.add_text(self.terms, text::for_index(text));
        }
        document.add_text(self.terms, text::for_index(&product.colours.join(" ")));
        document.add_text(self.terms, text::for_index(&values.join(" ")));
        for path in paths(&product.category) {
            document.add_text(self.paths, path);
        }
        for fact in facts(product) {
            document.add_text(self.facts, fact);
        }
        let amounts = columns::amounts(product).into_iter();
        let amounts = amounts.map(|(name, values)| {
            (name.to_owned(), OwnedValue::Array(values.into_iter().map(OwnedValue::F64).collect()))
        });
        document.add_object(self.amounts, amounts.collect());
        if let Some(price) = product.price {
            document.add_i64(self.price, price.minor);
        }
        document
    }
}

fn searched(record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

/// How well liked a product is before anybody says anything: rating (0 to 1) × ln(1 + reviews). 0 without reviews.
pub(super) fn prior(product: &Product) -> f64 {
    f64::from(product.rating.unwrap_or(0.0)) / 5.0 * f64::from(product.reviews).ln_1p()
}

/// The stars that a product has at least, were others asked: its mean rating less the standard error of a mean, for ratings
/// that are spread by one star (Miller, "How Not To Sort By Average Rating"). 5.0 by three people is less than 4.8 by 900.
fn rated(product: &Product) -> f64 {
    product.rating.map_or(0.0, |rating| f64::from(rating) - 1.0 / f64::from(product.reviews.max(1)).sqrt())
}

/// A category path as a term.
pub(super) fn path_term(path: &CategoryPath) -> String {
    text::folded(&path.to_string())
}

/// The terms of a path and of every level above it.
pub(super) fn paths(path: &CategoryPath) -> Vec<String> {
    (1..=path.0.len()).map(|n| path_term(&CategoryPath(path.0[..n].to_vec()))).collect()
}

/// The term of a value of a kind.
pub(super) fn fact(kind: &str, value: &str) -> String {
    let value = if kind == EntityKind::Size.name() { text::folded_size(value) } else { text::folded(value) };
    format!("{kind}={value}")
}

/// The term of every product that has any value of a kind.
pub(super) fn has(kind: &str) -> String {
    format!("has:{kind}")
}

fn facts(product: &Product) -> Vec<String> {
    let mut facts = Vec::new();
    let mut add = |kind: &str, values: &[String]| {
        if values.iter().any(|v| !v.is_empty()) {
            facts.push(has(kind));
            // Nobody filters by prose.
            let short = values.iter().filter(|value| value.chars().count() <= columns::LONGEST);
            facts.extend(short.map(|value| fact(kind, value)));
        }
    };
    add(EntityKind::Colour.name(), &product.colours);
    add(EntityKind::Size.name(), &product.sizes);
    add(EntityKind::Brand.name(), std::slice::from_ref(&product.brand));
    for (name, values) in &product.attributes {
        add(name, values);
    }
    facts
}
