//! One shopper as the rankings see them: their own taste, and what others of like taste lean towards.

use std::collections::HashMap;

use crate::model::{Event, Product, ProductId, Reason, ReasonFacet};

use super::{Crowd, Profile};

/// How much the words of titles say beside what shoppers of like taste choose. Found on what a gift shop
/// sold from October on; a third does as well.
const WORDS: f32 = 0.25;
/// What others do is named as the reason from here on; below it their say is too small to be one.
const TELLING: f32 = 0.15;

/// What is known of one shopper in one turn.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Their taste.
    pub profile: &'a Profile,
    /// Their events, oldest first.
    pub history: &'a [Event],
    /// The products that those are about, as far as the catalogue still has them.
    pub products: &'a HashMap<ProductId, Product>,
    /// What everybody does.
    pub crowd: &'a Crowd,
}

/// How well a product fits.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// −1 to 1.
    pub fit: f32,
    /// The share of it that others speak for, 0 to 1.
    pub lean: f32,
    /// The strongest reason by taste.
    pub reason: Option<Reason>,
}

impl Person<'_> {
    /// How well each of these products fits, beside each other: the taste, and as far as that leaves room, what others of like
    /// taste lean towards and what the words of the titles say.
    pub(super) fn fits(&self, products: &[&Product]) -> Vec<Fit> {
        let lean = self.crowd.lean(self.history, products.iter().map(|product| &product.id));
        let words = self.profile.word_fit(products);
        let fit = |((product, lean), words): ((&&Product, f32), f32)| {
            let (taste, reason) = self.profile.score(product);
            let room = 1.0 - taste.abs();
            let lean = room * lean / (1.0 + WORDS);
            Fit { fit: taste + lean + room * WORDS * words / (1.0 + WORDS), lean, reason }
        };
        products.iter().zip(lean).zip(words).map(fit).collect()
    }

    /// The event of the history by which others came from one of its products to this one, when that weighs enough.
    pub fn because_of_others(&self, id: &ProductId, lean: f32) -> Option<Reason> {
        if lean < TELLING {
            return None;
        }
        let event = self.crowd.because(self.history, id)?;
        let event = self.history.iter().find(|known| known.id == event)?;
        let product = self.products.get(event.product.as_ref()?)?;
        Some(Reason {
            event: event.id,
            kind: event.kind,
            title: product.title.clone(),
            facet: ReasonFacet::AlsoBought,
        })
    }
}
