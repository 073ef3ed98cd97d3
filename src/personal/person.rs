//! One shopper as the rankings see them: their own taste, and what others of like taste lean towards.

use std::collections::HashMap;

use crate::model::{Event, EventKind, Product, ProductId, Reason, ReasonFacet};

use super::{Crowd, Deed, Profile};

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
            // "Not for me" goes before all that speaks for it.
            if self.profile.dismissed(&product.id) {
                return Fit { fit: -1.0, ..Fit::default() };
            }
            let (taste, reason) = self.profile.score(product);
            let room = 1.0 - taste.abs();
            let lean = room * lean / (1.0 + WORDS);
            Fit { fit: taste + lean + room * WORDS * words / (1.0 + WORDS), lean, reason }
        };
        products.iter().zip(lean).zip(words).map(fit).collect()
    }

    /// The event of the history by which others came from one of its products to this one, when that weighs enough and
    /// enough others did so that it can be said.
    pub fn because_of_others(&self, id: &ProductId, lean: f32) -> Option<Reason> {
        if lean < TELLING {
            return None;
        }
        let led = self.crowd.because(self.history, id);
        let led = led.and_then(|event| self.history.iter().find(|known| known.id == event));
        let newest = self.history.iter().rev();
        let shared = led.into_iter().chain(newest).find_map(|event| self.shared(event, id));
        // That so few others think so is not told.
        shared.or_else(|| self.reason(led?, ReasonFacet::GoesWith))
    }

    /// The event of the history by which shoppers of like taste led to this product, however little they moved it.
    pub fn because_of_like_taste(&self, id: &ProductId) -> Option<Reason> {
        let led = self.crowd.because(self.history, id)?;
        self.reason(self.history.iter().find(|known| known.id == led)?, ReasonFacet::LikeTaste)
    }

    /// What enough others did with the event's product and with this one.
    fn shared(&self, event: &Event, id: &ProductId) -> Option<Reason> {
        let own = event.product.as_ref()?;
        let others = |deed| self.crowd.others_did(self.history, own, id, deed);
        let facet = match event.kind {
            EventKind::Purchased if others(Deed::Bought) => ReasonFacet::AlsoBought,
            EventKind::Purchased | EventKind::Carted | EventKind::Clicked | EventKind::Viewed
                if others(Deed::LookedAt) =>
            {
                ReasonFacet::AlsoLookedAt
            }
            _ => return None,
        };
        self.reason(event, facet)
    }

    fn reason(&self, event: &Event, facet: ReasonFacet) -> Option<Reason> {
        let title = self.products.get(event.product.as_ref()?)?.title.clone();
        Some(Reason { event: event.id, kind: event.kind, title, facet })
    }

    /// Why a product is offered beside the event's product, of this title: because of others where enough of them did so.
    pub fn because_it_goes_with(&self, event: &Event, title: &str, id: &ProductId) -> Reason {
        let goes_with = || Reason {
            event: event.id,
            kind: event.kind,
            title: title.to_owned(),
            facet: ReasonFacet::GoesWith,
        };
        self.shared(event, id).unwrap_or_else(goes_with)
    }
}
