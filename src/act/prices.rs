//! What the one who asks pays: read before an action, and what it promised to be recorded after it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalog::Catalog;
use crate::model::{Acted, Effect, Identity, Product, ProductId, Quote, Scored, Spent};
use crate::offers::{Book, Buyer, Market, Rule, Table, Terms};
use crate::segments::{Beside, Figures};
use crate::store::Store;

use super::ActError;

/// How many of a shopper's newest events their figures look back on.
const HISTORY: usize = 2000;

/// Where prices come from.
pub struct Sources<'a> {
    /// The shop's rules.
    pub terms: &'a Arc<Terms>,
    /// What they make of the products.
    pub table: Arc<Table>,
    /// What everybody does.
    pub market: &'a Market,
    /// The products, at list prices.
    pub catalog: &'a Catalog,
    /// History, promises and budgets.
    pub store: &'a dyn Store,
    /// Who asks.
    pub identity: &'a Identity,
    /// The shop's clock.
    pub timezone: &'a TimeZone,
    /// When.
    pub now: Timestamp,
    /// Whether anything new may be promised.
    pub promises: bool,
}

/// The prices of the one who asks.
///
/// # Errors
/// [`ActError`] when the store or the index fails.
pub fn book(sources: &Sources<'_>) -> Result<Arc<Book>, ActError> {
    let Sources { terms, identity, store, now, .. } = sources;
    let mut spent: HashMap<String, Spent> = HashMap::new();
    for rule in terms.offers.rules.iter().filter(|rule| !rule.limits.is_open()) {
        spent.insert(rule.id.clone(), store.spent(&rule.id, *now)?);
    }
    let buyer = Buyer {
        owner: identity.customer.as_ref().map_or(identity.shopper.as_str(), |id| id.as_str()).to_owned(),
        personal: identity.uses_history(),
        segments: segments(sources)?,
        quotes: store.quotes(&identity.shopper)?,
        now: *now,
        timezone: sources.timezone.clone(),
        promises: sources.promises,
    };
    let of_rule = |rule: &Rule| spent.get(&rule.id).copied().unwrap_or_default();
    Ok(Arc::new(Book::new(Arc::clone(terms), sources.table.clone(), buyer, &of_rule)))
}

/// Which segments they are in; none where their history may not be used, and none where no rule asks.
fn segments(sources: &Sources<'_>) -> Result<Vec<String>, ActError> {
    let asked = sources.terms.offers.rules.iter().any(|rule| !rule.segments.is_empty());
    if !asked || !sources.identity.uses_history() {
        return Ok(Vec::new());
    }
    let figures = figures(sources)?;
    Ok(sources.terms.segments.of(&figures, &sources.market.population))
}

/// The figures of a shopper as they are now.
///
/// # Errors
/// [`ActError`] when the store or the index fails.
pub fn figures(sources: &Sources<'_>) -> Result<Figures, ActError> {
    let history = sources.store.history(&sources.identity.shopper, HISTORY)?;
    let mut products: HashMap<ProductId, Product> = HashMap::new();
    if sources.terms.segments.ask_for_products() {
        let ids: Vec<ProductId> = history.iter().filter_map(|event| event.product.clone()).collect();
        let known = sources.catalog.get_many(&ids)?;
        products.extend(known.into_iter().map(|product| (product.id.clone(), product)));
    }
    let beside = Beside {
        now: sources.now,
        usual: &|id| sources.market.usual.get(id).copied(),
        product: &|id| products.get(id).cloned(),
    };
    Ok(Figures::of(&history, &beside))
}

/// Notes what the shown products promise: as effects to be recorded, and in the traces. Where a budget has not enough
/// for all of them, the later ones are at their list price.
pub fn promise(acted: &mut Acted, book: &Book) {
    let mut taken: BTreeMap<String, (i64, u64)> = BTreeMap::new();
    let mut promised: Vec<Quote> = Vec::new();
    for product in acted.outcome.products_mut() {
        let Some(quote) = product.quote.clone() else { continue };
        let known = promised.iter().any(|known| known.product == quote.product);
        if known || book.holds(&quote) {
            continue;
        }
        let (money, quotes) = taken.entry(quote.rule.clone()).or_default();
        if book.has_left(&quote, *money, *quotes) {
            *money += quote.reduction();
            *quotes += 1;
            promised.push(*quote);
        } else {
            product.price = product.list_price();
            product.quote = None;
        }
    }
    acted.outcome.scored_mut().into_iter().for_each(|item| note(item, book));
    acted.effects.extend(promised.into_iter().map(|quote| Effect::Quote(Box::new(quote))));
}

/// `offer welcome@3f2a9c1d offers.yaml:12 for new: $17.10 instead of $19.00`.
fn note(item: &mut Scored, book: &Book) {
    let Some(quote) = &item.product.quote else { return };
    let rule = book.rule(quote).filter(|rule| rule.version == quote.version);
    let place = rule
        .map_or_else(|| " (changed since)".to_owned(), |rule| format!(" offers.yaml:{}", rule.place.line));
    let of = rule.map(|rule| &rule.segments).into_iter().flatten().map(|said| said.text.as_str());
    let of: Vec<&str> = of.filter(|name| book.buyer().segments.iter().any(|known| known == name)).collect();
    let of = if of.is_empty() { String::new() } else { format!(" for {}", of.join(", ")) };
    let since = if book.holds(quote) { format!(", promised {}", quote.at) } else { String::new() };
    let Quote { price, list, .. } = quote.as_ref();
    item.trace.rules.push(format!("offer {}{place}{of}: {price} instead of {list}{since}", quote.label()));
}
