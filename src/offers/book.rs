//! What one shopper pays, in one turn.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::pricing::WHOLE;
use super::{Market, Rule, Table, Terms, Worked};
use crate::catalog::Prices;
use crate::model::{Currency, Money, Product, ProductId, Quote, Spent};
use crate::segments::Check;

/// How long a promise holds where its rule has neither dates nor `hold_days`.
const HOLD_DAYS: i64 = 7;

/// Who asks, and when.
#[derive(Debug, Clone)]
pub struct Buyer {
    /// The customer, or else the shopper: the same in every channel.
    pub owner: String,
    /// Whether prices may look at who it is: in private, and not against their wish.
    pub personal: bool,
    /// Which segments they are in.
    pub segments: Vec<String>,
    /// What they were promised before.
    pub quotes: Vec<Quote>,
    /// When.
    pub now: Timestamp,
    /// The shop's clock.
    pub timezone: TimeZone,
    /// Whether anything new may be promised.
    pub promises: bool,
}

/// The prices of one shopper in one turn.
#[derive(Debug)]
pub struct Book {
    terms: Arc<Terms>,
    table: Arc<Table>,
    buyer: Buyer,
    held: HashMap<ProductId, Quote>,
    /// What each rule asks of the shopper, in the order of the file.
    standing: Vec<Vec<Check>>,
    /// What each rule has spent.
    spent: Vec<Spent>,
}

/// One rule held against a product and a shopper.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explained {
    /// `welcome@3f2a9c1d`
    pub rule: String,
    /// The line of `index/offers.yaml` where it begins.
    pub line: usize,
    /// What it asks, and what there is.
    pub checks: Vec<Check>,
    /// What it makes of the list price; nothing for a product without one.
    pub worked: Option<Worked>,
    /// Whether it applies: everything passed, and the price is lower.
    pub applies: bool,
}

impl Book {
    /// For one shopper; `spent` tells what the promises by a rule have come to.
    pub fn new(terms: Arc<Terms>, table: Arc<Table>, buyer: Buyer, spent: &dyn Fn(&Rule) -> Spent) -> Self {
        let held = buyer.quotes.iter().filter(|quote| quote.holds(buyer.now));
        let held = held.filter(|quote| (buyer.personal || !quote.personal) && quote.price.minor > 0);
        // Of two that hold, the lower price was promised too.
        let mut by_product: HashMap<ProductId, Quote> = HashMap::new();
        for quote in held {
            let lower = |known: &Quote| quote.price.minor < known.price.minor;
            if by_product.get(&quote.product).is_none_or(lower) {
                by_product.insert(quote.product.clone(), quote.clone());
            }
        }
        let spent: Vec<Spent> = terms.offers.rules.iter().map(spent).collect();
        let clock = buyer.now.to_zoned(buyer.timezone.clone()).datetime();
        let standing = terms.offers.rules.iter().zip(&spent).map(|(rule, spent)| {
            let mut checks = standing(rule, &buyer, clock);
            checks.extend(budget(rule, spent, terms.offers.currency));
            checks
        });
        let standing = standing.collect();
        Book { held: by_product, standing, spent, terms, table, buyer }
    }

    /// What the shopper is promised for a product: what was promised before, as long as it holds and is less than the list
    /// price, else by the rule with the lowest price. Its list price is that of now.
    pub fn quote(&self, product: &Product) -> Option<Quote> {
        self.quote_at(&product.id, product.list_price()?)
    }

    fn quote_at(&self, product: &ProductId, list: Money) -> Option<Quote> {
        // The list price may have fallen below a promise: then nobody pays more for having one.
        if let Some(held) = self.held.get(product).filter(|held| held.reduces(list)) {
            return Some(Quote { list, ..held.clone() });
        }
        let rules = &self.terms.offers.rules;
        let open = |(at, price): &&(usize, i64)| {
            let reduction = (list.minor - price).saturating_mul(i64::from(rules[*at].pieces));
            rules[*at].limits.allow(reduction, &self.spent[*at])
                && self.standing[*at].iter().all(|check| check.passed)
        };
        let (at, price) = self.table.of(product).iter().find(open)?;
        let price = Money { minor: *price, ..list };
        self.buyer.promises.then(|| self.promise(&rules[*at], product, price, list))
    }

    fn promise(&self, rule: &Rule, product: &ProductId, price: Money, list: Money) -> Quote {
        Quote {
            product: product.clone(),
            rule: rule.id.clone(),
            version: rule.version.clone(),
            price,
            list,
            pieces: rule.pieces,
            at: self.buyer.now,
            until: self.until(rule),
            personal: rule.is_personal(),
            title: rule.title.clone(),
            limits: rule.limits,
        }
    }

    fn until(&self, rule: &Rule) -> Timestamp {
        let end = rule.dates.until.and_then(|end| end.to_zoned(self.buyer.timezone.clone()).ok());
        let end = end.map(|end| end.timestamp());
        let days = rule.hold_days.map(i64::from).or(end.is_none().then_some(HOLD_DAYS));
        let held = days
            .and_then(|days| self.buyer.now.checked_add(jiff::SignedDuration::from_hours(24 * days)).ok());
        [end, held].into_iter().flatten().min().unwrap_or(Timestamp::MAX)
    }

    /// Whether a quote is one of before, so that it need not be kept again.
    pub fn holds(&self, quote: &Quote) -> bool {
        let same = |held: &Quote| *held == Quote { list: held.list, ..quote.clone() };
        self.held.get(&quote.product).is_some_and(same)
    }

    fn reductions(&self, list: &dyn Fn(&ProductId) -> Option<Product>) -> Vec<(ProductId, i64)> {
        let tabled = self.table.products().map(|(id, list)| (id.clone(), list));
        let held = self.held.keys().filter(|id| self.table.of(id).is_empty());
        let held = held.filter_map(|id| Some((id.clone(), list(id)?.list_price()?)));
        let priced = tabled.chain(held).filter_map(|(id, list)| {
            let price = self.quote_at(&id, list)?.price.minor;
            Some((id, price))
        });
        priced.collect()
    }

    /// The rules, by their places in the file, that would reduce a product if this shopper were not in their control group.
    pub fn kept_from(&self, product: &Product) -> Vec<usize> {
        let rules = &self.terms.offers.rules;
        let of = self.table.of(&product.id).iter().map(|(at, _)| *at);
        let kept = of.filter(|at| {
            rules[*at].control.is_some_and(|share| draw(&self.buyer.owner, &rules[*at].id) < share)
        });
        kept.filter(|at| self.standing[*at].iter().filter(|check| !check.passed).count() == 1).collect()
    }

    /// Whether no product can cost this shopper less.
    pub fn is_empty(&self) -> bool {
        let open = self.standing.iter().any(|checks| checks.iter().all(|check| check.passed));
        self.held.is_empty() && !(open && self.buyer.promises)
    }

    /// Whether the budget of a new quote's rule has enough for it after this turn has taken `money` in `quotes` promises.
    pub fn has_left(&self, quote: &Quote, money: i64, quotes: u64) -> bool {
        let place = self.terms.offers.rules.iter().position(|rule| rule.id == quote.rule);
        let spent = place.and_then(|place| self.spent.get(place)).copied().unwrap_or_default();
        let spent = Spent { money: spent.money + money, quotes: spent.quotes + quotes, ..spent };
        quote.limits.allow(quote.reduction(), &spent)
    }

    /// The rule of a quote, as it is now.
    pub fn rule(&self, quote: &Quote) -> Option<&Rule> {
        self.terms.offers.rules.iter().find(|rule| rule.id == quote.rule)
    }

    /// Who it is for.
    pub fn buyer(&self) -> &Buyer {
        &self.buyer
    }

    /// Every rule, why it applies to a product for this shopper or not, and what it makes of the price.
    pub fn explain(&self, product: &Product, market: &Market) -> Vec<Explained> {
        let list = product.list_price();
        let rules = self.terms.offers.rules.iter().zip(&self.standing).enumerate();
        let explained = rules.map(|(place, (rule, standing))| {
            let mut checks = rule.product_checks(product, market, self.buyer.now);
            checks.extend(standing.iter().cloned());
            checks.extend(self.table.refusal(place).map(|why| Check {
                asked: "no protected ground".to_owned(),
                figure: Some(why.to_owned()),
                passed: false,
            }));
            let worked = list.map(|list| self.terms.offers.work_out(rule, list.minor));
            let applies =
                checks.iter().all(|check| check.passed) && worked.is_some_and(|worked| worked.reduces());
            Explained { rule: rule.label(), line: rule.place.line, checks, worked, applies }
        });
        explained.collect()
    }
}

impl Prices for Book {
    fn quote(&self, product: &Product) -> Option<Quote> {
        Book::quote(self, product)
    }

    fn reduced(&self, find: &dyn Fn(&ProductId) -> Option<Product>) -> Vec<(ProductId, i64)> {
        self.reductions(find)
    }
}

fn standing(rule: &Rule, buyer: &Buyer, clock: DateTime) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add =
        |asked: String, figure: Option<String>, passed: bool| checks.push(Check { asked, figure, passed });
    if rule.dates != crate::catalog::Dates::default() {
        let bound = |at: Option<DateTime>| at.map_or_else(|| "…".to_owned(), |at| at.to_string());
        let asked = format!("from {} until {}", bound(rule.dates.from), bound(rule.dates.until));
        add(asked, Some(clock.to_string()), rule.dates.hold(Some(clock)));
    }
    if rule.is_personal() {
        let figure = if buyer.personal { "yes" } else { "no" };
        add(
            "a private chat with a shopper who lets history be used".to_owned(),
            Some(figure.to_owned()),
            buyer.personal,
        );
    }
    if !rule.segments.is_empty() {
        let names: Vec<&str> = rule.segments.iter().map(|said| said.text.as_str()).collect();
        let inside = names.iter().any(|name| buyer.segments.iter().any(|known| known == name));
        let known = if buyer.segments.is_empty() { "none".to_owned() } else { buyer.segments.join(", ") };
        add(format!("segment {}", names.join(" or ")), Some(known), inside);
    }
    if let Some(control) = rule.control {
        let drawn = draw(&buyer.owner, &rule.id);
        let share = control as f64 / 100.0;
        let asked = format!("not in the control group, the first {share} % of a draw by shopper and rule");
        add(asked, Some(format!("{:.2} %", drawn as f64 / 100.0)), drawn >= control);
    }
    checks
}

/// Whether the budget of a rule, if it has one, has anything left.
fn budget(rule: &Rule, spent: &Spent, currency: Option<Currency>) -> Option<Check> {
    let limits = rule.limits;
    let shown = |minor: i64| Money::from_minor(minor, currency.unwrap_or(Currency::USD));
    let money = limits.money.map(|money| format!("{} of {}", shown(spent.money), shown(money)));
    let quotes = limits.quotes.map(|quotes| format!("{} of {quotes} quotes", spent.quotes));
    let figure: Vec<String> = money.into_iter().chain(quotes).collect();
    (!limits.is_open()).then(|| Check {
        asked: "a budget that is not spent".to_owned(),
        figure: Some(figure.join(", ")),
        passed: limits.allow(1, spent),
    })
}

/// In which ten-thousandth a shopper is for a rule: the same whenever, wherever and by whichever program it is drawn.
fn draw(owner: &str, rule: &str) -> i64 {
    let digest = Sha256::new().chain_update(owner).chain_update([0]).chain_update(rule).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    (u64::from_be_bytes(first) % WHOLE as u64) as i64
}
