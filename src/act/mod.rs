//! One file per kind of action: reads the catalogue and the store, writes nothing.
//!
//! What should be remembered comes back as events and effects; the turn records them all at once.

mod complete;
mod home;
mod link;
mod lists;
mod named;
mod narrow;
mod opinion;
mod orders;
mod own;
mod picks;
pub mod prices;
mod privacy;
mod product;
mod question;
mod recommend;
mod relax;
mod search;
mod taste;
mod without_history;

use std::time::Duration;

use jiff::Timestamp;

use crate::catalog::{Catalog, CatalogError};
use crate::ids::Ids;
use crate::model::{
    Acted, Action, Effect, Event, EventKind, Identity, Incoming, IntentName, ListName, ListPage, ListSource,
    Outcome, ProductId, ProductQuery,
};
use crate::personal::Crowd;
use crate::store::{Store, StoreError, TranscriptFilter};
use taste::Taste;

/// Why an action could not be carried out. The shopper gets a sentence, the operator this.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The product index failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How often a shopper may fail to prove who they are.
#[derive(Debug, Clone, Copy)]
pub struct LinkLimits {
    /// Failures allowed within the window.
    pub attempts: usize,
    /// The window.
    pub window: Duration,
}

/// Everything that an action may read. All of it belongs to one shopper's turn.
pub struct Stage<'a> {
    /// The products.
    pub catalog: &'a Catalog,
    /// History and orders.
    pub store: &'a dyn Store,
    /// What everybody does.
    pub crowd: &'a Crowd,
    /// How far history may move a product, in shares of the best text score.
    pub personal_weight: f32,
    /// Who asks.
    pub identity: &'a Identity,
    /// What came in.
    pub incoming: &'a Incoming,
    /// The shopper's history as this turn leaves it, where an action changes it and shows what follows.
    pub history: Option<&'a [Event]>,
    /// When.
    pub now: Timestamp,
    /// Makes the ids of events.
    pub ids: &'a Ids,
    /// How many products a reply shows.
    pub page: usize,
    /// How often one may guess.
    pub limits: LinkLimits,
}

impl Stage<'_> {
    /// An event of now, unless the shopper does not want a history or others read along.
    fn event(&self, kind: EventKind, product: Option<ProductId>, query: Option<String>) -> Vec<Event> {
        if !self.identity.uses_history() {
            return Vec::new();
        }
        let event = Event {
            id: self.ids.event(self.now),
            at: self.now,
            kind,
            product,
            query,
            stars: None,
            price: None,
            quantity: None,
            session: None,
        };
        vec![event]
    }
}

/// The part of a list that a page is taken from: all of it by default.
#[derive(Debug, Clone, Copy, Default)]
struct Rest<'a> {
    /// How many were shown before …
    offset: usize,
    /// … and which, as far as that is known.
    seen: &'a [ProductId],
    /// What the shopper does not want to see in it.
    except: &'a [ProductId],
}

impl Rest<'_> {
    /// How many to pass over: none, where it is known which were shown.
    fn skipped(self) -> usize {
        if self.seen.is_empty() { self.offset } else { 0 }
    }

    /// Whether a product is not left out.
    fn has(self, id: &ProductId) -> bool {
        !self.seen.contains(id) && !self.except.contains(id)
    }

    /// So many have to be looked at for a page.
    fn depth(self, page: usize) -> usize {
        self.offset.max(self.seen.len()) + page
    }
}

/// Carries out what was decided.
///
/// # Errors
/// [`ActError`] when the index or the store fails; nothing has been changed then.
pub fn act(action: &Action, stage: &Stage<'_>) -> Result<Acted, ActError> {
    match action {
        Action::Search { query, respelled } => search::first_page(query, respelled.as_ref(), stage),
        Action::Refine { query, change, than, respelled } => {
            search::refined(query, *change, *than, respelled.as_ref(), stage)
        }
        Action::ShowMore(page) => more(page, stage),
        Action::Return { query } => search::page(query, Rest::default(), stage),
        Action::Recommend => recommend::page(Rest::default(), stage),
        Action::Similar { product, query } => product::similar(product, query, Rest::default(), stage),
        Action::SimilarTo { product, named, query, search } => {
            product::similar_to(product.as_ref(), named, [query, search], stage)
        }
        Action::Detail { product } => product::detail(product, stage),
        Action::ByName { .. } => by_name(action, stage),
        Action::Check { product, wanted } => product::check(product, wanted, stage),
        Action::Question { product, named, asked, any_shown } => {
            question::answer(product.as_ref(), named, asked, *any_shown, stage)
        }
        Action::Values { query, attribute } => narrow::of_attribute(query, attribute, stage),
        Action::Compare { products, named } => product::compare(products, named, stage),
        Action::Why { product, grounds } => product::why(product, grounds, stage),
        Action::WhyPrice { product } => product::why_price(product, stage),
        Action::Dismiss { product, also, page } => opinion::dismiss(product, also, page.as_ref(), stage),
        Action::Disuse { event, page } => opinion::disuse(*event, page.as_ref(), stage),
        Action::NothingToUndo => facts(Outcome::NothingUndone),
        Action::Picks => picks::of_the_week(Rest::default(), stage),
        Action::Basket => own::basket(stage),
        Action::PriceDrops => own::cheaper(stage),
        Action::Complete { product } => complete::page(product.as_ref(), Rest::default(), stage),
        Action::WithoutHistory(page) => without_history::page(page, stage),
        Action::List { list } => lists::page(list, Rest::default(), stage),
        Action::Lists => lists::names(stage),
        Action::Home => home::page(stage),
        Action::WhichProduct => facts(Outcome::WhichProduct { any_shown: true }),
        Action::NotSoMany { shown } => facts(Outcome::NotSoMany { shown: *shown }),
        Action::NothingShown => facts(Outcome::WhichProduct { any_shown: false }),
        Action::Answer { intent } => facts(Outcome::Answered { intent: intent.clone() }),
        Action::Greet { intent } => greet(intent.as_ref(), Vec::new(), stage),
        Action::Help => facts(Outcome::Helped),
        Action::OrderStatus { number, placed } => orders::status(number.as_ref(), *placed, stage),
        Action::Orders => orders::all(stage),
        Action::Link { number, email } => link::by_order(number.as_ref(), email.as_deref(), stage),
        Action::RedeemLink { token } => link::by_token(token, stage),
        Action::Handoff => with(Outcome::HandoffRecorded, Effect::RequestPerson),
        Action::Privacy => privacy::holdings(stage),
        Action::Export => privacy::export(stage),
        Action::Forget { confirmed } => privacy::forget(*confirmed, stage),
        Action::Personalization { on } => privacy::personalization(*on, stage),
        Action::Ask(slot) => facts(Outcome::Asked(slot.clone())),
        Action::AskAgain { question } => facts(Outcome::AskedAgain { question: question.clone() }),
        Action::Clarify { candidates } => facts(Outcome::Clarified { candidates: candidates.clone() }),
        Action::Fallback { offer_person, perhaps } => fallback(*offer_person, perhaps.as_ref(), stage),
        Action::Cancel => facts(Outcome::Cancelled),
        Action::Acknowledge { yes } => facts(Outcome::Acknowledged { yes: *yes }),
        Action::Refrain => facts(Outcome::Refrained),
        Action::Unreadable { kind } => facts(Outcome::CannotRead { kind: kind.clone() }),
    }
}

/// What is wanted of the product that is named, or what is meant otherwise.
fn by_name(action: &Action, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let Action::ByName { spoken_of, named, about, otherwise } = action else { return act(action, stage) };
    let named = product::named(spoken_of.as_ref(), named, stage)?;
    act(&named.map_or_else(|| (**otherwise).clone(), |id| about.of(id)), stage)
}

/// What a few words may still find, where nothing was understood.
fn fallback(
    offer_person: bool,
    perhaps: Option<&ProductQuery>,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    match perhaps {
        Some(query) => search::tentative(query, offer_person, stage),
        None => facts(Outcome::NotUnderstood { offer_person }),
    }
}

/// An outcome that changes nothing.
fn facts(outcome: Outcome) -> Result<Acted, ActError> {
    Ok(Acted { outcome, events: Vec::new(), effects: Vec::new() })
}

/// An outcome with one effect.
fn with(outcome: Outcome, effect: Effect) -> Result<Acted, ActError> {
    Ok(Acted { outcome, events: Vec::new(), effects: vec![effect] })
}

/// One page of any list.
fn more(page: &ListPage, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let rest = Rest { offset: page.offset, seen: &page.seen, except: &page.query.except };
    match &page.list {
        ListSource::Search => search::page(&page.query, rest, stage),
        ListSource::Alike(product) => product::similar(product, &page.query, rest, stage),
        ListSource::GoesWith(product) => complete::page(product.as_ref(), rest, stage),
        ListSource::Curated(id) => lists::page(id, rest, stage),
        ListSource::Picks if page.offset == 0 => picks::of_the_week(rest, stage),
        ListSource::Recommendations | ListSource::Picks => recommend::page(rest, stage),
        ListSource::Comparison => recommend::page(Rest { except: rest.except, ..Rest::default() }, stage),
    }
}

/// A name and "welcome back" only where nobody else reads.
fn greet(intent: Option<&IntentName>, lists: Vec<ListName>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    // A customer whom the shop brought in has not been here for that.
    let mut returning = false;
    if stage.identity.private {
        let theirs =
            TranscriptFilter { shopper: Some(stage.identity.shopper.clone()), ..TranscriptFilter::default() };
        stage.store.each_turn(&theirs, &mut |_| {
            returning = true;
            false
        })?;
        returning |= !Taste::of(stage)?.history.is_empty();
    }
    facts(Outcome::Greeted { intent: intent.cloned(), name: first_name(stage)?, returning, lists })
}

/// The shopper's first name, only where nobody else reads.
fn first_name(stage: &Stage<'_>) -> Result<Option<String>, ActError> {
    let known = stage.store.shopper(&stage.identity.shopper)?.and_then(|shopper| shopper.name);
    let name = known.or_else(|| stage.incoming.name.clone()).filter(|_| stage.identity.private);
    Ok(name.and_then(|name| name.split_whitespace().next().map(str::to_owned)))
}
