//! From the text of `offers.yaml` to what it says, or to everything that is wrong with it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Effect, Floor, Gauge, Level, Offers, Rule, protected};
use crate::catalog::{Said, dates_of, one_or_more, whole_target};
use crate::model::{Currency, Limits, Money};
use crate::problem::{Place, Report};
use crate::segments::Segments;
use crate::yaml::tree::{self, Fields, Node, Value};

/// The keys of the file.
pub const OFFERS_KEYS: [&str; 3] = ["cost", "proxies", "rules"];
/// Of a rule.
pub const RULE_KEYS: [&str; 23] = [
    "id",
    "title",
    "segment",
    "products",
    "category",
    "brand",
    "tag",
    "attribute",
    "views",
    "sales",
    "stock",
    "age_days",
    "percent",
    "amount",
    "price",
    "floor",
    "cap",
    "budget",
    "pieces",
    "hold_days",
    "control",
    "from",
    "until",
];
/// Of `views` and `sales`.
pub const VELOCITY_KEYS: [&str; 3] = ["days", "at_least", "at_most"];
/// Of `stock` and `age_days`.
pub const LEVEL_KEYS: [&str; 2] = ["at_least", "at_most"];
/// Of `budget`.
pub const BUDGET_KEYS: [&str; 2] = ["money", "quotes"];

/// The longest that a promise without dates may hold, and that demand is looked back on.
const DAYS: u32 = 365;

impl Offers {
    /// Reads the text of an `offers.yaml`; what is wrong goes to the report.
    pub(crate) fn read(text: &str, currency: Currency, segments: &Segments, report: &mut Report<'_>) -> Self {
        let mut offers = Offers { currency: Some(currency), ..Offers::default() };
        let Some(node) = tree::read(text, report) else { return offers };
        if matches!(node.value, Value::Nothing) {
            return offers;
        }
        let file = node.fields(&OFFERS_KEYS, report);
        offers.cost = read_as(&file, "cost", SHARE, share, report);
        offers.proxies = one_or_more("proxies", &file, report);
        for node in file.get("rules").and_then(|node| node.items(report)).unwrap_or_default() {
            let Some(rule) = rule(node, currency, report) else { continue };
            if let Some(first) = offers.rules.iter().find(|known| known.id == rule.id) {
                let (id, line) = (&rule.id, first.place.line);
                report.add(rule.place, format!("the rule {id:?} is in line {line} already"));
                continue;
            }
            if matches!(rule.floor, Some(Floor::OfCost(_))) && offers.cost.is_none() {
                let help = "say at the top of the file what products cost, such as `cost: 55%`".to_owned();
                report.push(rule.place, "this floor is a share of an unknown cost".to_owned(), Some(help));
            }
            offers.rules.push(rule);
        }
        protected::check(&offers, segments, report);
        offers
    }
}

fn rule(node: &Node, currency: Currency, report: &mut Report<'_>) -> Option<Rule> {
    let entries = node.fields(&RULE_KEYS, report);
    let id =
        read_as(&entries, "id", "write it in letters, digits and dashes, such as welcome-10", name, report);
    if entries.get("id").is_none() {
        report.add(node.place, "the key \"id\" is missing: what traces and budgets call this rule");
    }
    let money = |text: &str| amount(text, currency);
    let effect = effect(node, &entries, &money, report);
    let floor = read_as(
        &entries,
        "floor",
        "write an amount, or a share such as 70% or 110% of cost",
        |text: &str| floor(text, &money),
        report,
    );
    let rule = Rule {
        id: id?,
        place: node.place,
        version: String::new(),
        title: title(&entries, report),
        segments: one_or_more("segment", &entries, report),
        of: whole_target(&entries, report),
        levels: levels(&entries, report),
        effect: effect?,
        floor,
        cap: read_as(&entries, "cap", AMOUNT, money, report),
        limits: limits(&entries, &money, report),
        pieces: read_as(&entries, "pieces", "write a whole number from 1 on", count, report).unwrap_or(1),
        hold_days: read_as(&entries, "hold_days", "write 1 to 365", days, report),
        control: read_as(
            &entries,
            "control",
            "write the share that is kept from it, such as 20%",
            part,
            report,
        ),
        dates: dates_of(&entries, "rule", report),
    };
    Some(Rule { version: version(&rule), ..rule })
}

/// A digest of all that a rule says, wherever it stands.
fn version(rule: &Rule) -> String {
    let said = |all: &[Said]| all.iter().map(|said| said.text.clone()).collect::<Vec<_>>();
    let of = &rule.of;
    let attributes: Vec<(String, Vec<String>)> =
        of.attributes.iter().map(|(column, values)| (column.text.clone(), said(values))).collect();
    let target =
        [said(&rule.segments), said(&of.products), said(&of.brands), said(&of.categories), said(&of.tags)];
    let rest = (&rule.title, &rule.levels, rule.effect, rule.floor, rule.cap, rule.limits);
    let text = format!(
        "{target:?}{attributes:?}{rest:?}{:?}",
        (rule.pieces, rule.hold_days, rule.control, rule.dates)
    );
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

type Amounts<'a> = &'a dyn Fn(&str) -> Option<i64>;

fn effect(node: &Node, entries: &Fields<'_>, money: Amounts<'_>, report: &mut Report<'_>) -> Option<Effect> {
    let found = [
        read_as(entries, "percent", "write a number from 0.01 to 99.99, such as 10", percent, report)
            .map(Effect::Percent),
        read_as(entries, "amount", AMOUNT, money, report).map(Effect::Amount),
        read_as(entries, "price", PRICE, |text: &str| money(text).filter(|price| *price > 0), report)
            .map(Effect::Price),
    ];
    let said = ["percent", "amount", "price"].iter().filter(|key| entries.get(key).is_some()).count();
    if said != 1 {
        let help = "write one of `percent: 10`, `amount: 5.00` and `price: 49.00`".to_owned();
        report.push(node.place, "this rule must say once what it does to the price".to_owned(), Some(help));
        return None;
    }
    found.into_iter().flatten().next()
}

fn levels(entries: &Fields<'_>, report: &mut Report<'_>) -> Vec<Level> {
    let mut levels = Vec::new();
    for (key, gauge) in [("views", Gauge::Views as fn(u32) -> Gauge), ("sales", Gauge::Sales)] {
        let Some(node) = entries.get(key) else { continue };
        let fields = node.fields(&VELOCITY_KEYS, report);
        if fields.get("days").is_none() {
            report.add(node.place, "the key \"days\" is missing: how far to look back");
        }
        let back = read_as(&fields, "days", "write 1 to 365", days, report);
        levels.extend(back.and_then(|back| level(gauge(back), node.place, &fields, report)));
    }
    for (key, gauge) in [("stock", Gauge::Stock), ("age_days", Gauge::AgeDays)] {
        let Some(node) = entries.get(key) else { continue };
        let fields = node.fields(&LEVEL_KEYS, report);
        levels.extend(level(gauge, node.place, &fields, report));
    }
    levels
}

fn level(of: Gauge, place: Place, fields: &Fields<'_>, report: &mut Report<'_>) -> Option<Level> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0);
    let least = read_as(fields, "at_least", "write a whole number", number, report);
    let most = read_as(fields, "at_most", "write a whole number", number, report);
    if least.is_none() && most.is_none() {
        report.push(
            place,
            "this condition has no limit".to_owned(),
            Some("write at_least or at_most".to_owned()),
        );
        return None;
    }
    if let (Some(least), Some(most)) = (least, most)
        && most < least
    {
        report.add(place, format!("nothing is at least {least} and at most {most}"));
    }
    Some(Level { of, least, most })
}

fn limits(entries: &Fields<'_>, money: Amounts<'_>, report: &mut Report<'_>) -> Limits {
    let Some(node) = entries.get("budget") else { return Limits::default() };
    let fields = node.fields(&BUDGET_KEYS, report);
    let number = |text: &str| text.parse::<u64>().ok();
    if fields.get("money").is_none() && fields.get("quotes").is_none() {
        let help = "write `money: 500.00`, `quotes: 200` or both".to_owned();
        report.push(node.place, "this budget has no limit".to_owned(), Some(help));
    }
    Limits {
        money: read_as(&fields, "money", AMOUNT, money, report),
        quotes: read_as(&fields, "quotes", "write a whole number", number, report),
    }
}

/// One text for all languages, or one for each.
fn title(entries: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, String> {
    let Some(node) = entries.get("title") else { return BTreeMap::new() };
    if let Value::Text(_) = node.value {
        return node.text(report).map(|said| (String::new(), said.text)).into_iter().collect();
    }
    let each = node.map(report).unwrap_or_default().iter();
    each.filter_map(|(language, node)| Some((language.text.clone(), node.text(report)?.text))).collect()
}

const AMOUNT: &str =
    "write an amount of the shop's currency, such as 12.50, with no more decimals than it has";
const PRICE: &str =
    "write a price of at least the currency's smallest coin, such as 49.00: no offer gives a product away";
const SHARE: &str = "write a share, such as 55%";

fn read_as<T>(
    entries: &Fields<'_>,
    key: &str,
    help: &str,
    read: impl Fn(&str) -> Option<T>,
    report: &mut Report<'_>,
) -> Option<T> {
    let said = entries.text(key, report)?;
    let value = read(&said.text);
    if value.is_none() {
        report.push(
            said.place,
            format!("{:?} is no {}", said.text, key.replace('_', " ")),
            Some(help.to_owned()),
        );
    }
    value
}

fn name(text: &str) -> Option<String> {
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') && text.len() <= 40;
    fits.then(|| text.to_owned())
}

fn amount(text: &str, currency: Currency) -> Option<i64> {
    Money::exact(text, currency).ok().map(|money| money.minor)
}

fn count(text: &str) -> Option<u32> {
    text.parse().ok().filter(|pieces| *pieces > 0)
}

fn days(text: &str) -> Option<u32> {
    text.parse().ok().filter(|days| (1..=DAYS).contains(days))
}

/// `10` and `10%` are 1000 ten-thousandths; neither nothing nor all, also when it is rounded to them.
fn percent(text: &str) -> Option<i64> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse::<f64>().ok()?;
    let share = (number * 100.0).round();
    (share > 0.0 && share < 10_000.0).then_some(share as i64)
}

/// A share with its sign, above 0 and below 100.
fn part(text: &str) -> Option<i64> {
    text.ends_with('%').then(|| percent(text)).flatten()
}

/// `55%`: up to ten times the whole.
fn share(text: &str) -> Option<i64> {
    let number = text.strip_suffix('%')?.trim().parse::<f64>().ok()?;
    (number > 0.0 && number <= 1000.0).then(|| (number * 100.0).round() as i64)
}

fn floor(text: &str, money: Amounts<'_>) -> Option<Floor> {
    match text.strip_suffix("of cost") {
        Some(of_cost) => share(of_cost.trim()).map(Floor::OfCost),
        None if text.ends_with('%') => share(text).filter(|share| *share <= 10_000).map(Floor::OfList),
        None => money(text).map(Floor::Amount),
    }
}
