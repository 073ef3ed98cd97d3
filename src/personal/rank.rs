//! The personal order of search results.

use crate::model::{Product, Reason, Trace};

use super::Person;
use super::person::Fit;

/// A product as everybody finds it.
#[derive(Debug, Clone)]
pub struct Plain {
    /// It.
    pub product: Product,
    /// The score without history, 0 to 1.
    pub score: f32,
    /// A merchandiser put it where it stands: history does not move it.
    pub pinned: bool,
    /// How the score came about.
    pub trace: Trace,
}

/// A product with its two scores and its place without history.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// It.
    pub product: Product,
    /// The score without history, 0 to 1.
    pub plain: f32,
    /// How well it fits the shopper, −1 to 1.
    pub fit: f32,
    /// The part of that which others of like taste speak for, 0 to 1.
    pub lean: f32,
    /// 1-based place without history.
    pub rank_without_history: usize,
    /// Why it fits.
    pub reason: Option<Reason>,
    /// A merchandiser put it where it stands.
    pub pinned: bool,
    /// How the plain score came about.
    pub trace: Trace,
}

impl Ranked {
    /// The score that decides: `plain + weight × fit`.
    pub fn score(&self, weight: f32) -> f32 {
        self.plain + weight * self.fit
    }
}

/// Re-orders `hits` (best first, plain scores 0 to 1) for a shopper: no product gains or loses more than `weight`.
/// Products out of stock stay behind those in stock, pinned ones before all others, and what the shopper said is not for
/// them comes last. Without a person the order stays as it is.
pub fn for_shopper(hits: Vec<Plain>, person: Option<&Person<'_>>, weight: f32) -> Vec<Ranked> {
    let fits = person.map(|person| {
        let products: Vec<&Product> = hits.iter().map(|hit| &hit.product).collect();
        person.fits(&products)
    });
    let mut fits = fits.into_iter().flatten();
    let mut ranked: Vec<Ranked> = hits
        .into_iter()
        .enumerate()
        .map(|(i, Plain { product, score, pinned, trace })| {
            let Fit { fit, lean, reason } = fits.next().unwrap_or_default();
            Ranked { product, plain: score, fit, lean, rank_without_history: i + 1, reason, pinned, trace }
        })
        .collect();
    if let Some(Person { profile, .. }) = person.filter(|person| !person.profile.is_empty()) {
        let refused = |ranked: &Ranked| profile.dismissed(&ranked.product.id);
        ranked.sort_by(|a, b| {
            if a.pinned || b.pinned {
                return b.pinned.cmp(&a.pinned).then(a.rank_without_history.cmp(&b.rank_without_history));
            }
            let stock = b.product.in_stock().cmp(&a.product.in_stock());
            refused(a)
                .cmp(&refused(b))
                .then(stock)
                .then_with(|| b.score(weight).total_cmp(&a.score(weight)))
                .then(a.rank_without_history.cmp(&b.rank_without_history))
        });
    }
    ranked
}
