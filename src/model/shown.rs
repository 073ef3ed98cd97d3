//! The products of an outcome, whatever it is.

use super::{Basket, ListPage, ListSource, Outcome, Product, ProductQuery, Scored};

impl Outcome {
    /// The products that it puts before the shopper, as the record keeps them.
    pub fn items(&self) -> &[Scored] {
        match self {
            Outcome::Found { items, .. }
            | Outcome::Recommended { items, .. }
            | Outcome::Picks { items, .. }
            | Outcome::Own { items, .. }
            | Outcome::Completed { items, .. }
            | Outcome::Listed { items, .. }
            | Outcome::Home { picks: items, .. }
            | Outcome::Alike { items, .. } => items,
            Outcome::WithoutHistory { plain: list, .. }
            | Outcome::Dismissed { then: list, .. }
            | Outcome::Disused { then: list, .. }
            | Outcome::Undone { then: list, .. } => list.items(),
            Outcome::Detail { item, .. } => std::slice::from_ref(item),
            _ => &[],
        }
    }

    /// The same in the order in which they stand before the shopper, with what else the home view has.
    pub fn shown(&self) -> Vec<&Scored> {
        match self {
            Outcome::Home { resume, cheaper, picks, .. } => {
                resume.iter().chain(cheaper.iter().map(|(item, _)| item)).chain(picks).collect()
            }
            _ => self.items().iter().collect(),
        }
    }

    /// The page of a list that it shows; nothing where what it shows is none.
    pub fn page(&self) -> Option<ListPage> {
        let any = ProductQuery::default;
        let (list, query, offset) = match self {
            Outcome::Found { query, offset, .. } => (ListSource::Search, query.clone(), offset),
            Outcome::Picks { .. } => (ListSource::Picks, any(), &0),
            Outcome::Recommended { offset, .. } => (ListSource::Recommendations, any(), offset),
            Outcome::Alike { to, query, offset, .. } => {
                (ListSource::Alike(to.id.clone()), query.clone(), offset)
            }
            Outcome::Completed { with, of, offset, .. } => {
                let named = with.first().filter(|_| *of == Basket::Named).map(|product| product.id.clone());
                (ListSource::GoesWith(named), any(), offset)
            }
            Outcome::Listed { list, offset, .. } => (ListSource::Curated(list.id.clone()), any(), offset),
            _ => return None,
        };
        Some(ListPage { offset: *offset, ..ListPage::first(list, query) })
    }

    /// Every product that it shows or speaks of.
    pub fn products_mut(&mut self) -> Vec<&mut Product> {
        match self {
            Outcome::Alike { to, items, .. } => {
                std::iter::once(to).chain(items.iter_mut().map(|item| &mut item.product)).collect()
            }
            Outcome::Checked { product, .. }
            | Outcome::Told { product, .. }
            | Outcome::PriceExplained { product } => vec![product],
            Outcome::Comparison { products } => products.iter_mut().collect(),
            _ => self.scored_mut().into_iter().map(|item| &mut item.product).collect(),
        }
    }

    /// Every product that it shows at a place.
    pub fn scored_mut(&mut self) -> Vec<&mut Scored> {
        match self {
            Outcome::Found { items, .. }
            | Outcome::Recommended { items, .. }
            | Outcome::Alike { items, .. }
            | Outcome::Picks { items, .. }
            | Outcome::Own { items, .. }
            | Outcome::Completed { items, .. }
            | Outcome::Listed { items, .. } => items.iter_mut().collect(),
            Outcome::WithoutHistory { plain: list, .. }
            | Outcome::Dismissed { then: list, .. }
            | Outcome::Disused { then: list, .. }
            | Outcome::Undone { then: list, .. } => list.scored_mut(),
            Outcome::Home { resume, cheaper, picks, .. } => {
                let cheaper = cheaper.iter_mut().map(|(item, _)| item);
                resume.iter_mut().chain(cheaper).chain(picks.iter_mut()).collect()
            }
            Outcome::Detail { item, .. } => vec![item],
            _ => Vec::new(),
        }
    }
}
