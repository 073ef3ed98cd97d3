//! `index/lists.yaml`: lists of products that merchandisers curate, by ids or by what fits a search.

mod read;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use read::{LIST_KEYS, LISTS_KEYS, PRICE_KEYS};

use crate::model::{
    AttributeFilter, EntityKind, Facet, ListId, ListName, Money, PriceRange, Product, ProductQuery, Trace,
    Vocabulary,
};
use crate::problem::Place;

use super::ranking::{Dates, Said, Target};
use super::search::Hit;
use super::synonyms::named;
use super::{Catalog, CatalogError};

/// A list by conditions holds at most so many products: as many as a shopper's history re-orders in a search.
const MOST: usize = 100;
/// The last of a list scores so much: as what is liked least does in a search without words, so that a history moves the
/// products of both alike.
const LAST: f32 = 0.7;

/// One list of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CuratedList {
    /// Where it begins.
    pub place: Place,
    /// Unique in the file.
    pub id: ListId,
    /// Language code → title; an empty code is every language.
    pub titles: Vec<(String, Said)>,
    /// What is in it.
    pub content: Content,
    /// When it is shown.
    pub dates: Dates,
    /// How many products are shown at most.
    pub limit: Option<usize>,
}

/// What is in a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// These, in this order.
    Products(Vec<Said>),
    /// What a search finds.
    Fitting(Box<Fitting>),
}

/// The search behind a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fitting {
    /// Its words.
    pub query: Option<Said>,
    /// Its conditions.
    pub of: Target,
    /// Bounds on the price, in the shop's currency.
    pub from: Option<f64>,
    /// The upper one.
    pub up_to: Option<f64>,
}

/// A list with its products as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Which.
    pub name: ListName,
    /// In the merchandiser's order, those that the shop does not have any more left out.
    pub hits: Vec<Hit>,
    /// How many are shown at most.
    pub limit: Option<usize>,
}

impl CuratedList {
    fn name(&self) -> ListName {
        let titles = self.titles.iter().map(|(code, title)| (code.clone(), title.text.clone()));
        ListName { id: self.id.clone(), titles: titles.collect() }
    }
}

impl Catalog {
    /// The lists of just now, in the order of the file.
    pub fn lists(&self) -> Vec<ListName> {
        self.open_lists().map(CuratedList::name).collect()
    }

    /// A list of just now with its products.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn listed(&self, id: &ListId) -> Result<Option<Listed>, CatalogError> {
        let Some(list) = self.open_lists().find(|list| list.id == *id) else { return Ok(None) };
        let hits = match &list.content {
            Content::Products(ids) => {
                let ids: Vec<_> = ids.iter().filter_map(|said| said.text.parse().ok()).collect();
                in_order(self.get_many(&ids)?)
            }
            Content::Fitting(fitting) => {
                let found = self.search(&self.query_of(fitting), MOST)?;
                // Whoever writes words into a list means all of them.
                if found.partial { Vec::new() } else { found.items }
            }
        };
        Ok(Some(Listed { name: list.name(), hits, limit: list.limit }))
    }

    fn open_lists(&self) -> impl Iterator<Item = &CuratedList> {
        self.edition.lists.iter().filter(|list| list.dates.hold(self.at))
    }

    fn query_of(&self, fitting: &Fitting) -> ProductQuery {
        let Fitting { query, of, from, up_to } = fitting;
        let meta = &self.edition.meta;
        let all = Vocabulary { categories: meta.categories.clone(), ..Vocabulary::default() };
        let tag = if meta.has(&Facet::from("tags")) { "tags" } else { "tag" };
        let brands = of.brands.iter().map(|said| AttributeFilter::new(EntityKind::Brand, &*said.text));
        let tags = of.tags.iter().map(|said| AttributeFilter::new(tag, &*said.text));
        let attributes = of.attributes.iter().flat_map(|(kind, values)| {
            values.iter().map(|said| AttributeFilter::new(kind.text.as_str(), &*said.text))
        });
        let money = |amount: f64| Money {
            minor: (amount * 10_f64.powi(self.currency.decimals() as i32)).round() as i64,
            currency: self.currency,
        };
        ProductQuery {
            text: query.as_ref().map_or_else(String::new, |said| said.text.clone()),
            categories: of.categories.iter().flat_map(|said| named(&all, &said.text)).collect(),
            price: PriceRange { min: from.map(money), max: up_to.map(money) },
            filters: brands.chain(tags).chain(attributes).collect(),
            as_written: true,
            ..ProductQuery::default()
        }
    }
}

/// As hits whose scores fall evenly from 1.
fn in_order(products: Vec<Product>) -> Vec<Hit> {
    let all = products.len().max(1) as f32;
    let hit = |(place, product): (usize, Product)| Hit {
        product,
        score: 1.0 - (1.0 - LAST) * place as f32 / all,
        pinned: false,
        trace: Trace { source: "list".to_owned(), ..Trace::default() },
    };
    products.into_iter().enumerate().map(hit).collect()
}
