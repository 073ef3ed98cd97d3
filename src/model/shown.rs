//! The products of an outcome, whatever it is.

use super::{Outcome, Product, Scored};

impl Outcome {
    /// The products that it puts before the shopper, as the record keeps them.
    pub fn items(&self) -> &[Scored] {
        match self {
            Outcome::Found { items, .. }
            | Outcome::Recommended { items, .. }
            | Outcome::Dismissed { items, .. }
            | Outcome::Disused { items, .. }
            | Outcome::Picks { items, .. }
            | Outcome::Own { items, .. }
            | Outcome::Completed { items, .. }
            | Outcome::Listed { items, .. }
            | Outcome::Home { picks: items, .. }
            | Outcome::Alike { items, .. } => items,
            Outcome::WithoutHistory { plain, .. } => plain.items(),
            Outcome::Detail { item, .. } => std::slice::from_ref(item),
            _ => &[],
        }
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
            | Outcome::Dismissed { items, .. }
            | Outcome::Disused { items, .. }
            | Outcome::Picks { items, .. }
            | Outcome::Own { items, .. }
            | Outcome::Completed { items, .. }
            | Outcome::Listed { items, .. } => items.iter_mut().collect(),
            Outcome::WithoutHistory { plain, .. } => plain.scored_mut(),
            Outcome::Home { resume, cheaper, picks, .. } => {
                let cheaper = cheaper.iter_mut().map(|(item, _)| item);
                resume.iter_mut().chain(cheaper).chain(picks.iter_mut()).collect()
            }
            Outcome::Detail { item, .. } => vec![item],
            _ => Vec::new(),
        }
    }
}
