//! The shopper's profile for one turn.

use std::collections::HashMap;

use crate::model::{Event, Product, ProductId};
use crate::personal::{Person, Profile};

use super::{ActError, Stage};

/// How many events a profile looks back on. With the fading of [`Profile`], older ones would weigh next to nothing.
const HISTORY: usize = 300;

/// The shopper's newest events, oldest first; none in a group, and none when they do not want them used.
pub(super) fn history(stage: &Stage<'_>) -> Result<Vec<Event>, ActError> {
    match stage.history {
        _ if !stage.identity.uses_history() => Ok(Vec::new()),
        Some(changed) => Ok(changed.to_vec()),
        None => Ok(stage.store.history(&stage.identity.shopper, HISTORY)?),
    }
}

/// What may be known of the shopper in this turn: nothing in a group, nothing when they said so.
pub(super) struct Taste {
    /// Their newest events, oldest first.
    pub history: Vec<Event>,
    /// The products that those are about, as far as the catalogue has them.
    pub products: HashMap<ProductId, Product>,
    /// Their profile.
    pub profile: Option<Profile>,
}

impl Taste {
    /// Reads the history and builds the profile.
    pub(super) fn of(stage: &Stage<'_>) -> Result<Self, ActError> {
        let history = history(stage)?;
        let mut products: HashMap<ProductId, Product> = HashMap::new();
        for id in history.iter().filter_map(|event| event.product.as_ref()) {
            if !products.contains_key(id)
                && let Some(product) = stage.catalog.get(id)?
            {
                products.insert(id.clone(), product);
            }
        }
        let profile = Profile::new(&history, &products, stage.now);
        let profile = Some(profile).filter(|profile| !profile.is_empty());
        Ok(Taste { history, products, profile })
    }

    /// Whether there is nothing to go by, but perhaps what they do not want.
    pub(super) fn is_cold(&self) -> bool {
        self.profile.as_ref().is_none_or(Profile::is_cold)
    }

    /// The same as far as the shop lets histories re-order what is found: not at all where `personal: weight` is 0.
    pub(super) fn orders<'a>(&'a self, stage: &'a Stage<'_>) -> Option<Person<'a>> {
        self.person(stage).filter(|_| stage.personal_weight > 0.0)
    }

    /// The shopper beside everybody else; nobody when nothing is known of them.
    pub(super) fn person<'a>(&'a self, stage: &'a Stage<'_>) -> Option<Person<'a>> {
        let Taste { history, products, profile } = self;
        profile.as_ref().map(|profile| Person { profile, history, products, crowd: stage.crowd })
    }
}
