//! More like one product.

use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query};

use crate::model::{Product, ProductQuery, Sort};

use super::edition::Edition;
use super::plan::silent;
use super::ranking::Active;
use super::search::{Hit, Hits};
use super::{CatalogError, schema};

/// How many candidates of the index are looked at closely.
const CANDIDATES: usize = 120;

/// What each likeness counts; they add up to 1.
const TEXT: f32 = 0.35;
const CATEGORY: f32 = 0.3;
const PRICE: f32 = 0.2;
const TRAITS: f32 = 0.1;
const BRAND: f32 = 0.05;

impl Edition {
    /// Products like `product` that satisfy the conditions of `query` (its words are not looked at), never itself.
    pub(super) fn similar(
        &self,
        product: &Product,
        query: &ProductQuery,
        limit: usize,
    ) -> Result<Hits, CatalogError> {
        let mut clauses = self.filters(query)?;
        clauses.push((Occur::MustNot, self.term(self.fields.id, product.id.as_str())));
        clauses.push((Occur::Must, Box::new(self.resembles(product)?)));
        let rules = Active::default();
        let most = CANDIDATES.max(limit);
        let (total, found) = self.ranked(&BooleanQuery::new(clauses), true, Sort::Relevance, &rules, most)?;
        let mut items = self.hits(found, true, &rules)?;
        for hit in &mut items {
            hit.score = likeness(product, hit);
        }
        items.sort_by(|a, b| {
            let stock = b.product.in_stock().cmp(&a.product.in_stock());
            stock.then_with(|| b.score.total_cmp(&a.score))
        });
        items.truncate(limit);
        Ok(Hits { items, total, ..Hits::default() })
    }

    /// Any word of the title, the attributes or the category, and best all of them.
    fn resembles(&self, product: &Product) -> Result<BooleanQuery, CatalogError> {
        let traits: Vec<&str> = product.attributes.values().flatten().map(String::as_str).collect();
        let text = ProductQuery {
            text: format!("{} {}", product.title, product.category.leaf()),
            ..ProductQuery::default()
        };
        let mut any: Vec<(Occur, Box<dyn Query>)> =
            self.plan(&text)?.words.into_iter().map(|word| (Occur::Should, word)).collect();
        let text = ProductQuery { text: traits.join(" "), ..ProductQuery::default() };
        for word in self.plan(&text)?.words {
            any.push((Occur::Should, Box::new(BoostQuery::new(word, 0.3))));
        }
        for path in schema::paths(&product.category) {
            any.push((Occur::Should, silent(self.term(self.fields.paths, &path))));
        }
        Ok(BooleanQuery::new(any))
    }
}

/// 0 to 1: texts, category, price, colours and other traits, brand.
fn likeness(to: &Product, hit: &Hit) -> f32 {
    let other = &hit.product;
    let brand = f32::from(u8::from(!to.brand.is_empty() && to.brand == other.brand));
    TEXT * hit.score
        + CATEGORY * category(to, other)
        + PRICE * price(to, other)
        + TRAITS * traits(to, other)
        + BRAND * brand
}

/// The share of category levels that they have in common.
fn category(a: &Product, b: &Product) -> f32 {
    let levels = a.category.0.len().max(b.category.0.len());
    let shared = a.category.0.iter().zip(&b.category.0).take_while(|(x, y)| x == y).count();
    if levels == 0 { 0.0 } else { shared as f32 / levels as f32 }
}

/// 1 at the same price, a half at twice or half of it; a middling value when one price is unknown.
fn price(a: &Product, b: &Product) -> f32 {
    match (a.price, b.price) {
        (Some(a), Some(b)) if a.minor > 0 && b.minor > 0 => {
            let doublings = (a.minor as f32 / b.minor as f32).log2().abs();
            0.5_f32.powf(doublings)
        }
        _ => 0.4,
    }
}

/// Jaccard index of colours and attribute values.
fn traits(a: &Product, b: &Product) -> f32 {
    let values = |p: &Product| -> Vec<String> {
        let attributes =
            p.attributes.iter().flat_map(|(kind, v)| v.iter().map(move |v| format!("{kind}={v}")));
        p.colours.iter().cloned().chain(attributes).collect()
    };
    let (a, b) = (values(a), values(b));
    let both = a.iter().filter(|value| b.contains(value)).count();
    let either = a.len() + b.len() - both;
    if either == 0 { 0.0 } else { both as f32 / either as f32 }
}
