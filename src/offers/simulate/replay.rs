//! The orders of a log in the order of time, each priced as the shop would have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::elasticity::{Week, estimate};
use super::sums::{self, Line};
use super::{OfRule, Reach, Simulated};
use crate::catalog::Dates;
use crate::model::{Event, Money, Product, ProductId, Quote, Spent};
use crate::offers::pricing::WHOLE;
use crate::offers::{Book, Buyer, Gauge, Level, Market, Offers, Rule, Table, Terms};
use crate::segments::{Beside, Figures, Population};

/// The limits of segments are counted anew this often.
const RECOUNT: SignedDuration = SignedDuration::from_hours(24 * 30);
const WEEK: i64 = 7 * 86_400;

/// A log of purchases.
pub struct Log<'a> {
    /// Shopper → purchases, in the order of time.
    pub shoppers: &'a BTreeMap<String, Vec<Event>>,
    /// What was sold.
    pub products: &'a HashMap<ProductId, Product>,
}

/// One order: what one shopper bought at once.
struct Order<'a> {
    owner: &'a str,
    at: Timestamp,
    /// How many of the shopper's purchases came before.
    before: usize,
    lines: &'a [Event],
}

/// Plays the rules over the log. `told` hears how far it is.
pub fn simulate(log: &Log<'_>, terms: &Terms, told: &mut dyn FnMut(&str)) -> Simulated {
    let orders = orders(log);
    told(&format!("{} orders of {} shoppers", orders.len(), log.shoppers.len()));
    let mut replay = Replay::new(log, terms);
    for order in &orders {
        replay.take(order);
    }
    told("estimating how demand answers to prices");
    let (by_orders, by_pieces) = weeks(log);
    let (elasticity, elasticity_of_pieces) = (estimate(&by_orders), estimate(&by_pieces));
    let paid =
        |event: &Event| event.price.map_or(0.0, |p| p.as_f64()) * f64::from(event.quantity.unwrap_or(1));
    Simulated {
        shoppers: log.shoppers.len(),
        orders: orders.len(),
        revenue: log.shoppers.values().flatten().map(paid).sum(),
        rules: replay.of_rules(),
        segments: std::mem::take(&mut replay.segments)
            .into_iter()
            .map(|(name, of)| (name, of.reach()))
            .collect(),
        reduced: sums::reduced(&replay.lines),
        sensitivity: sums::sensitivity(&replay.lines, elasticity.map(|elasticity| elasticity.value)),
        break_even: sums::break_even(&replay.lines),
        elasticity,
        elasticity_of_pieces,
        assumptions: assumptions(terms),
    }
}

fn orders<'a>(log: &Log<'a>) -> Vec<Order<'a>> {
    let mut orders = Vec::new();
    for (owner, bought) in log.shoppers {
        let mut before = 0;
        let same = |a: &Event, b: &Event| a.session == b.session && (a.session.is_some() || a.at == b.at);
        for lines in bought.chunk_by(same) {
            orders.push(Order { owner, at: lines[0].at, before, lines });
            before += lines.len();
        }
    }
    orders.sort_by(|a, b| (a.at, a.owner).cmp(&(b.at, b.owner)));
    orders
}

/// What a log cannot say is not asked: views, stock, and days of another year.
fn askable(terms: &Terms) -> Terms {
    let known = |level: &Level| matches!(level.of, Gauge::Sales(_) | Gauge::AgeDays);
    let rule = |rule: &Rule| Rule {
        levels: rule.levels.iter().copied().filter(known).collect(),
        dates: Dates::default(),
        ..rule.clone()
    };
    let offers = Offers { rules: terms.offers.rules.iter().map(rule).collect(), ..terms.offers.clone() };
    Terms { offers, ..terms.clone() }
}

fn assumptions(terms: &Terms) -> Vec<String> {
    let cost = match terms.offers.cost {
        Some(cost) => format!(
            "a product costs the shop {} % of its usual price (cost in the rules' file)",
            cost as f64 / 100.0
        ),
        None => "a product costs the shop nothing, since the rules' file states no cost".to_owned(),
    };
    vec![
        "what somebody paid is taken for the list price of that day".to_owned(),
        "offers are seen by whoever bought the product, and by nobody else: who was drawn in by them is not in the log".to_owned(),
        "the log knows no stock and no views: rules that ask for them are taken to hold".to_owned(),
        "whoever first appears in the log is new: a log that begins in the middle has many of them at its start".to_owned(),
        "the days of rules are left out, since the log is of another time".to_owned(),
        cost,
        "of what costs p instead of l, (p ÷ l)^ε times as many pieces are bought, with one ε for everything".to_owned(),
    ]
}

#[derive(Default)]
struct InSegment {
    all: BTreeSet<String>,
    reached: BTreeSet<String>,
    spend: f64,
}

impl InSegment {
    fn reach(self) -> Reach {
        Reach { shoppers: self.all.len(), reached: self.reached.len(), spend: self.spend }
    }
}

#[derive(Default)]
struct Tally {
    shoppers: BTreeSet<String>,
    control: BTreeSet<String>,
    products: BTreeSet<ProductId>,
    lines: Vec<Line>,
    spent: Spent,
    spent_on: Option<Timestamp>,
}

struct Replay<'a> {
    log: &'a Log<'a>,
    terms: Arc<Terms>,
    usual: HashMap<ProductId, Money>,
    market: Market,
    counted: Option<Timestamp>,
    /// Promises that hold, with the pieces that are left of them.
    held: HashMap<(&'a str, ProductId), (Quote, u32)>,
    rules: Vec<Tally>,
    lines: Vec<Line>,
    segments: BTreeMap<String, InSegment>,
}

impl<'a> Replay<'a> {
    fn new(log: &'a Log<'a>, terms: &Terms) -> Self {
        let mut all = Market::default();
        log.shoppers.values().flatten().for_each(|event| all.demand.add(event));
        let terms = Arc::new(askable(terms));
        let rules = terms.offers.rules.iter().map(|_| Tally::default()).collect();
        Replay {
            log,
            usual: all.demand.usual(),
            market: Market::default(),
            counted: None,
            held: HashMap::new(),
            rules,
            lines: Vec::new(),
            segments: BTreeMap::new(),
            terms,
        }
    }

    fn take(&mut self, order: &Order<'a>) {
        if self.counted.is_none_or(|last| order.at >= last + RECOUNT) {
            self.market.population = self.population(order.at);
            self.counted = Some(order.at);
        }
        let history = self.log.shoppers.get(order.owner).map_or(&[][..], |all| &all[..order.before]);
        let segments = self.terms.segments.of(&self.figures(history, order.at), &self.market.population);
        for name in &segments {
            self.segments.entry(name.clone()).or_default().all.insert(order.owner.to_owned());
        }
        self.price(order, &segments);
        for event in order.lines {
            self.market.demand.add(event);
            if let Some(id) = &event.product {
                self.market.first_seen.entry(id.clone()).or_insert(event.at);
            }
        }
    }

    fn figures(&self, history: &[Event], now: Timestamp) -> Figures {
        let beside = Beside {
            now,
            usual: &|id| self.usual.get(id).copied(),
            product: &|id| self.log.products.get(id).cloned(),
        };
        Figures::of(history, &beside)
    }

    /// The figures of everybody who has bought before.
    fn population(&self, now: Timestamp) -> Population {
        let known = self.log.shoppers.values().map(|all| &all[..all.partition_point(|event| event.at < now)]);
        let all: Vec<Figures> =
            known.filter(|history| !history.is_empty()).map(|history| self.figures(history, now)).collect();
        Population::of(all.iter())
    }

    fn price(&mut self, order: &Order<'a>, segments: &[String]) {
        let products: Vec<(Product, u32)> = order.lines.iter().filter_map(|event| self.sold(event)).collect();
        let mut table = Table::default();
        products
            .iter()
            .for_each(|(product, _)| table.add(product, &self.terms.offers, &self.market, order.at));
        if products.iter().all(|(product, _)| table.of(&product.id).is_empty()) {
            return;
        }
        let held: Vec<(Quote, u32)> = products
            .iter()
            .filter_map(|(product, _)| self.held.get(&(order.owner, product.id.clone())))
            .filter(|(quote, _)| quote.holds(order.at))
            .cloned()
            .collect();
        let book = self.book(order, segments, Arc::new(table), &held);
        let mut taken: HashMap<String, (i64, u64)> = HashMap::new();
        // An order may have a product in several lines: the first makes the promise for all of them.
        let mut made: HashMap<ProductId, (Quote, u32)> =
            held.into_iter().map(|(quote, left)| (quote.product.clone(), (quote, left))).collect();
        for (product, pieces) in &products {
            self.note_control(&book, product, order.owner);
            // As in the shop: a promise that is no reduction any more gives way to the rules.
            let reduces = |quote: &Quote| product.price.is_some_and(|list| quote.reduces(list));
            let known = made.get(&product.id).filter(|(quote, _)| reduces(quote)).cloned();
            let (quote, left) = match known.clone() {
                Some(known) => known,
                None => match fresh(&book, product, &mut taken) {
                    Some(quote) => (quote.clone(), quote.pieces),
                    None => continue,
                },
            };
            let reduced = left.min(*pieces);
            self.note(order, segments, product, &quote, reduced, known.is_some());
            made.insert(product.id.clone(), (quote, left - reduced));
        }
        self.held.extend(made.into_iter().map(|(id, promise)| ((order.owner, id), promise)));
    }

    /// A line's product at the price that was paid.
    fn sold(&self, event: &Event) -> Option<(Product, u32)> {
        let (id, price) = (event.product.as_ref()?, event.price.filter(|price| price.minor > 0)?);
        let known = self.log.products.get(id)?;
        Some((Product { price: Some(price), ..known.clone() }, event.quantity.unwrap_or(1)))
    }

    fn book(&self, order: &Order<'_>, segments: &[String], table: Arc<Table>, held: &[(Quote, u32)]) -> Book {
        let buyer = Buyer {
            owner: order.owner.to_owned(),
            personal: true,
            segments: segments.to_vec(),
            quotes: held.iter().map(|(quote, _)| quote.clone()).collect(),
            now: order.at,
            timezone: TimeZone::UTC,
            promises: true,
        };
        let place = |rule: &Rule| self.terms.offers.rules.iter().position(|known| known.id == rule.id);
        let spent = |rule: &Rule| place(rule).map(|place| self.rules[place].spent).unwrap_or_default();
        Book::new(self.terms.clone(), table, buyer, &spent)
    }

    /// Who would have had an offer if they were not in its control group.
    fn note_control(&mut self, book: &Book, product: &Product, owner: &str) {
        for place in book.kept_from(product) {
            self.rules[place].control.insert(owner.to_owned());
        }
    }

    fn note(
        &mut self,
        order: &Order<'_>,
        segments: &[String],
        product: &Product,
        quote: &Quote,
        pieces: u32,
        held: bool,
    ) {
        let Some(place) = self.terms.offers.rules.iter().position(|rule| rule.id == quote.rule) else {
            return;
        };
        let (Some(list), usual) = (product.price, self.usual.get(&product.id)) else { return };
        let cost =
            usual.unwrap_or(&list).as_f64() * self.terms.offers.cost.unwrap_or(0) as f64 / WHOLE as f64;
        let line = Line { pieces, list: list.as_f64(), price: quote.price.as_f64(), cost };
        let tally = &mut self.rules[place];
        tally.shoppers.insert(order.owner.to_owned());
        tally.products.insert(product.id.clone());
        if !held {
            tally.spent.add(quote.reduction());
            if tally.spent_on.is_none() && !quote.limits.allow(quote.reduction(), &tally.spent) {
                tally.spent_on = Some(order.at);
            }
        }
        if pieces > 0 {
            tally.lines.push(line);
            self.lines.push(line);
        }
        for name in segments {
            let of = self.segments.entry(name.clone()).or_default();
            of.reached.insert(order.owner.to_owned());
            of.spend += f64::from(pieces) * (line.list - line.price);
        }
    }

    fn of_rules(&self) -> Vec<OfRule> {
        let rules = self.terms.offers.rules.iter().zip(&self.rules);
        let one = |(rule, tally): (&Rule, &Tally)| OfRule {
            rule: rule.label(),
            shoppers: tally.shoppers.len(),
            control: tally.control.len(),
            quotes: tally.spent.quotes,
            products: tally.products.len(),
            reduced: sums::reduced(&tally.lines),
            spent_on: tally.spent_on.map(|at| at.to_string()),
        };
        rules.map(one).collect()
    }
}

/// A new promise, if its budget has enough for it beside those of the same order.
fn fresh(book: &Book, product: &Product, taken: &mut HashMap<String, (i64, u64)>) -> Option<Quote> {
    let quote = book.quote(product)?;
    let (money, quotes) = taken.entry(quote.rule.clone()).or_default();
    if !book.has_left(&quote, *money, *quotes) {
        return None;
    }
    *money += quote.reduction();
    *quotes += 1;
    Some(quote)
}

/// Each product's weeks: with its median price and how many orders, and how many pieces, were sold.
fn weeks(log: &Log<'_>) -> (Vec<Week>, Vec<Week>) {
    let mut numbers: HashMap<&ProductId, usize> = HashMap::new();
    let mut sold: BTreeMap<(usize, i64), (Vec<f64>, f64)> = BTreeMap::new();
    for event in log.shoppers.values().flatten() {
        let (Some(id), Some(price)) = (&event.product, event.price.filter(|price| price.minor > 0)) else {
            continue;
        };
        let next = numbers.len();
        let product = *numbers.entry(id).or_insert(next);
        let of = sold.entry((product, event.at.as_second().div_euclid(WEEK))).or_default();
        of.0.push(price.as_f64());
        of.1 += f64::from(event.quantity.unwrap_or(1));
    }
    let (mut by_orders, mut by_pieces) = (Vec::new(), Vec::new());
    for ((product, week), (mut prices, pieces)) in sold {
        prices.sort_by(f64::total_cmp);
        let price = prices[prices.len() / 2];
        by_orders.push(Week { product, week, price, sold: prices.len() as f64 });
        by_pieces.push(Week { product, week, price, sold: pieces });
    }
    (by_orders, by_pieces)
}
