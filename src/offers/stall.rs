//! The market as it was counted last, and what the rules make of the products in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use super::{Demand, Grounds, Market, Table, Terms};
use crate::catalog::{Catalog, CatalogError};
use crate::model::{Event, Money, ProductId};
use crate::segments::{Beside, Figures, Population};
use crate::store::{Store, StoreError};

/// Both, for all turns.
#[derive(Debug, Default)]
pub struct Stall {
    market: RwLock<Arc<Market>>,
    table: Mutex<Option<(Key, Arc<Table>)>>,
}

/// What a table was made of: another one of these, another table.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    catalog: String,
    terms: String,
    market: i64,
    /// Since 1970: ages and demand change from day to day.
    day: i64,
}

impl Stall {
    /// With a market that was counted.
    pub fn new(market: Market) -> Self {
        Stall { market: RwLock::new(Arc::new(market)), table: Mutex::default() }
    }

    /// The last count.
    pub fn market(&self) -> Arc<Market> {
        self.market.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a new count in the place of the old one.
    pub fn replace(&self, market: Market) {
        *self.market.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(market);
    }

    /// What the rules make of the products. The first to ask after a change waits until it is worked out, for a second
    /// where there are fifty thousand products.
    ///
    /// # Errors
    /// When the index fails.
    pub fn table(
        &self,
        terms: &Terms,
        catalog: &Catalog,
        now: Timestamp,
    ) -> Result<Arc<Table>, CatalogError> {
        if terms.offers.rules.is_empty() {
            return Ok(Arc::default());
        }
        let market = self.market();
        // Nothing is promised on demand that nobody has counted yet.
        if market.generation == 0 {
            return Ok(Arc::default());
        }
        let key = Key {
            catalog: catalog.version(),
            terms: terms.version.clone(),
            market: market.generation,
            day: now.as_second().div_euclid(86_400),
        };
        let mut kept = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, table)) = kept.as_ref()
            && *known == key
        {
            return Ok(table.clone());
        }
        let (mut table, mut grounds) = (Table::default(), Grounds::of(&terms.offers));
        catalog.each(&mut |product| {
            grounds.add(&product);
            table.add(&product, &terms.offers, &market, now);
        })?;
        let refused = grounds.refuse(&terms.offers, &terms.segments);
        for refused in &refused {
            let line = refused.place.line;
            tracing::warn!("index/offers.yaml:{line}: the rule reduces nothing: {}", refused.message);
        }
        table.refuse(refused);
        let table = Arc::new(table);
        *kept = Some((key, table.clone()));
        Ok(table)
    }
}

impl Market {
    /// Counts everybody's events; those of the store are read twice. Products are noted as known from now on where rules
    /// may ask how long they have been on offer.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn count(
        store: &dyn Store,
        catalog: &Catalog,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut demand = Demand::default();
        store.each_event(&mut |_, event| demand.add(event))?;
        let usual = demand.usual();
        let everybody = everybody(store, &usual, now)?;
        let population = Population::of(everybody.iter().map(|(_, figures)| figures));
        let mut ids = Vec::new();
        if !terms.offers.rules.is_empty()
            && let Err(error) = catalog.each(&mut |product| ids.push(product.id))
        {
            tracing::warn!(%error, "how long products have been on offer is not known");
        }
        let first_seen = if ids.is_empty() { HashMap::new() } else { store.note_products(&ids, now)? };
        Ok(Market { demand, usual, first_seen, population, generation: now.as_millisecond() })
    }
}

/// The figures of everybody in the store, by owner.
///
/// # Errors
/// When the store cannot be read.
pub fn everybody(
    store: &dyn Store,
    usual: &HashMap<ProductId, Money>,
    now: Timestamp,
) -> Result<Vec<(String, Figures)>, StoreError> {
    let beside = Beside { now, usual: &|id| usual.get(id).copied(), product: &|_| None };
    let mut all: Vec<(String, Figures)> = Vec::new();
    let (mut current, mut history): (String, Vec<Event>) = Default::default();
    store.each_event(&mut |owner, event| {
        if owner != current {
            let before = std::mem::replace(&mut current, owner.to_owned());
            all.push((before, Figures::of(&std::mem::take(&mut history), &beside)));
        }
        history.push(event.clone());
    })?;
    all.push((current, Figures::of(&history, &beside)));
    all.retain(|(owner, _)| !owner.is_empty());
    Ok(all)
}
