//! What segments and prices are worked out from: of the shop that is open, or read for this one command.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;

use crate::act::prices::{self, Sources};
use crate::catalog::{Catalog, load_shop};
use crate::model::{CustomerId, Event, EventId, Identity, Personalization, ShopFacts, ShopperId};
use crate::offers::{Book, Market, Stall, Table, Terms};
use crate::segments::{Beside, Figures};
use crate::store::Store;

use super::errand::Office;

/// The rules, the products and everybody's figures.
pub struct Standing {
    /// The shop's facts.
    pub facts: ShopFacts,
    /// Segments and offers.
    pub terms: Arc<Terms>,
    /// The products, at list prices.
    pub catalog: Catalog,
    /// What everybody does.
    pub market: Arc<Market>,
    /// What the rules make of the products.
    pub table: Arc<Table>,
}

impl Standing {
    /// Of the open shop, so that nothing is counted twice, or else read from its files.
    ///
    /// # Errors
    /// When a file is broken, or the store or the index cannot be read.
    pub fn of(office: &Office, now: Timestamp) -> Result<Self> {
        if let Some(open) = &office.open {
            let (files, stall) = (open.assistant.current.snapshot(), &open.assistant.stall);
            let (facts, terms, catalog) = (files.facts.clone(), files.terms.clone(), files.catalog.clone());
            let table = stall.table(&terms, &catalog, now)?;
            return Ok(Standing { facts, terms, catalog, market: stall.market(), table });
        }
        let facts = load_shop(&office.shop.root)?;
        let terms = Arc::new(Terms::load(&office.shop.root, facts.currency)?);
        let (root, state) = (&office.shop.root, &office.shop.state);
        let catalog = Catalog::open(root, state, facts.currency, &mut |_| {})?;
        let stall = Stall::new(Market::count(office.store.as_ref(), &catalog, &terms, now)?);
        let table = stall.table(&terms, &catalog, now)?;
        Ok(Standing { facts, terms, catalog, market: stall.market(), table })
    }

    /// Somebody's prices as they would see them in a private chat.
    ///
    /// # Errors
    /// When the store or the index cannot be read.
    pub fn book(&self, identity: &Identity, store: &dyn Store, now: Timestamp) -> Result<Arc<Book>> {
        Ok(prices::book(&Sources {
            terms: &self.terms,
            table: self.table.clone(),
            market: &self.market,
            catalog: &self.catalog,
            store,
            identity,
            timezone: &self.facts.timezone,
            now,
            promises: true,
        })?)
    }

    /// The figures of a history.
    pub fn figures(&self, history: &[Event], now: Timestamp) -> Figures {
        let beside = Beside {
            now,
            usual: &|id| self.market.usual.get(id).copied(),
            product: &|id| self.catalog.get(id).ok().flatten(),
        };
        Figures::of(history, &beside)
    }
}

/// Somebody in a private chat, with all that is known of them; a customer who never wrote is known by their id too.
///
/// # Errors
/// When the id is none, or the store cannot be read.
pub fn person(id: &str, store: &dyn Store) -> Result<(Identity, Vec<Event>)> {
    let shopper = ShopperId::parse(id)?;
    let known = store.shopper(&shopper)?;
    let mut history = store.history(&shopper, usize::MAX)?;
    if known.is_none() && history.is_empty() {
        store.each_event(&mut |owner, event| {
            if owner == shopper.as_str() {
                history.push(event.clone());
            }
        })?;
    }
    let written = known.is_some();
    let customer = known.as_ref().and_then(|known| known.customer.clone());
    let identity = Identity {
        customer: customer.or_else(|| CustomerId::parse(id).ok().filter(|_| !written && !history.is_empty())),
        shopper,
        personalization: known.map_or(Personalization::On, |known| known.personalization),
        private: true,
    };
    Ok((identity, history))
}

/// What a customer did whose id is the shopper's, while nothing links the two: to the shop they are two persons.
///
/// # Errors
/// When the store cannot be read.
pub fn namesake(identity: &Identity, history: &[Event], store: &dyn Store) -> Result<Vec<Event>> {
    let id = identity.shopper.as_str();
    let mut theirs = Vec::new();
    if identity.customer.as_ref().is_none_or(|customer| customer.as_str() != id) {
        let own: HashSet<EventId> = history.iter().map(|event| event.id).collect();
        store.each_event(&mut |owner, event| {
            if owner == id && !own.contains(&event.id) {
                theirs.push(event.clone());
            }
        })?;
    }
    Ok(theirs)
}
