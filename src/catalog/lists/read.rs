//! From the text of `lists.yaml` to what it says, or to everything that is wrong with it.

use super::super::ranking::read::{attributes, dates, one_or_more};
use super::super::ranking::{Said, Target};
use super::{Content, CuratedList, Fitting};
use crate::model::ListId;
use crate::problem::Report;
use crate::yaml::tree::{self, Fields, Node, Text, Value};

/// The keys of the file, of a list, and of bounds on the price.
pub const LISTS_KEYS: [&str; 1] = ["lists"];
pub const LIST_KEYS: [&str; 12] = [
    "id",
    "title",
    "products",
    "query",
    "category",
    "brand",
    "tag",
    "attribute",
    "price",
    "from",
    "until",
    "limit",
];
pub const PRICE_KEYS: [&str; 2] = ["from", "up_to"];

/// No shopper goes through more.
const LONGEST: usize = 1000;

impl CuratedList {
    /// Reads the text of a `lists.yaml`; what is wrong goes to the report.
    pub(in crate::catalog) fn read(text: &str, report: &mut Report<'_>) -> Vec<CuratedList> {
        let Some(node) = tree::read(text, report) else { return Vec::new() };
        if matches!(node.value, Value::Nothing) {
            return Vec::new();
        }
        let file = node.fields(&LISTS_KEYS, report);
        let nodes = file.get("lists").and_then(|node| node.items(report)).unwrap_or_default();
        let mut lists: Vec<CuratedList> = Vec::new();
        for node in nodes {
            let Some(list) = list(node, report) else { continue };
            match lists.iter().find(|known| known.id == list.id) {
                Some(first) => {
                    let message = format!("the id {:?} is already that of another list", list.id.as_str());
                    let help = format!(
                        "the other one begins in line {}; give this one an id of its own",
                        first.place.line
                    );
                    report.add_at(list.place, list.id.as_str(), message, Some(help));
                }
                None => lists.push(list),
            }
        }
        lists
    }
}

fn list(node: &Node, report: &mut Report<'_>) -> Option<CuratedList> {
    let entries = node.fields(&LIST_KEYS, report);
    let id = entries.needed("id", report).and_then(|said| id(&said, report));
    let titles = titles(&entries, report);
    let content = content(&entries, report);
    let dates = dates(&entries, "list", report);
    let limit = limit(&entries, report);
    if titles.is_empty() {
        return None;
    }
    Some(CuratedList { place: entries.get("id")?.place, id: id?, titles, content: content?, dates, limit })
}

fn id(said: &Text, report: &mut Report<'_>) -> Option<ListId> {
    let plain = said.text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let id = ListId::parse(&said.text).ok().filter(|_| plain);
    if id.is_none() {
        let help = "write letters, digits, - and _, such as gift-ideas; shoppers read the title".to_owned();
        report.push(said.place, format!("{:?} is no id of a list", said.text), Some(help));
    }
    id
}

/// `Gift ideas`, or `{en: Gift ideas, de: Geschenkideen}`.
fn titles(entries: &Fields<'_>, report: &mut Report<'_>) -> Vec<(String, Said)> {
    let Some(node) = entries.get("title") else {
        let help = "add `title: Gift ideas`, or `title: {en: Gift ideas, de: Geschenkideen}`".to_owned();
        report.push(entries.place, "the key \"title\" is missing".to_owned(), Some(help));
        return Vec::new();
    };
    if !matches!(node.value, Value::Map(_)) {
        return node.text(report).into_iter().map(|said| (String::new(), Said::from(said))).collect();
    }
    let mut titles = Vec::new();
    for (code, node) in node.map(report).unwrap_or_default() {
        let is_code = (2..=3).contains(&code.text.len()) && code.text.chars().all(|c| c.is_ascii_lowercase());
        if !is_code {
            let help = "write the two letters of a language before its title, like en or de".to_owned();
            report.push(code.place, format!("{:?} is no language code", code.text), Some(help));
        }
        titles.extend(node.text(report).map(|said| (code.text.clone(), Said::from(said))));
    }
    if titles.is_empty() {
        report.add(node.place, "a list needs a title in one language at least");
    }
    titles
}

/// Products by their ids, or a search.
fn content(entries: &Fields<'_>, report: &mut Report<'_>) -> Option<Content> {
    let products = one_or_more("products", entries, report);
    let price = entries.get("price").map(|node| node.fields(&PRICE_KEYS, report));
    let mut bound = |key: &str| amount(key, price.as_ref()?, report);
    let (from, up_to) = (bound("from"), bound("up_to"));
    let of = Target {
        products: Vec::new(),
        brands: one_or_more("brand", entries, report),
        categories: one_or_more("category", entries, report),
        tags: one_or_more("tag", entries, report),
        attributes: attributes(entries, report),
    };
    let query = entries.text("query", report).map(Said::from);
    let searches = query.is_some() || !of.is_empty() || price.is_some();
    match (products.is_empty(), searches) {
        (false, false) => Some(Content::Products(products)),
        (true, true) => Some(Content::Fitting(Box::new(Fitting { query, of, from, up_to }))),
        (true, false) => {
            let help =
                "add `products: [ID, …]`, or `query`, `category`, `brand`, `tag`, `attribute` or `price`";
            report.push(
                entries.place,
                "this list does not say what is in it".to_owned(),
                Some(help.to_owned()),
            );
            None
        }
        (false, true) => {
            let message = "this list names products and says what they must be like";
            let help = "do one of the two: ids are shown in your order, the rest is a search".to_owned();
            report.push(entries.place, message.to_owned(), Some(help));
            None
        }
    }
}

fn amount(key: &str, entries: &Fields<'_>, report: &mut Report<'_>) -> Option<f64> {
    let said = entries.text(key, report)?;
    let amount = said.text.parse::<f64>().ok().filter(|amount| (0.0..1e12).contains(amount));
    if amount.is_none() {
        let help = "write it as a number without a currency, such as 30 or 29.90".to_owned();
        report.push(said.place, format!("{:?} is no price", said.text), Some(help));
    }
    amount
}

fn limit(entries: &Fields<'_>, report: &mut Report<'_>) -> Option<usize> {
    let said = entries.text("limit", report)?;
    let limit = said.text.parse::<usize>().ok().filter(|limit| (1..=LONGEST).contains(limit));
    if limit.is_none() {
        report.add(said.place, format!("{:?} is no number of places; write 1 to {LONGEST}", said.text));
    }
    limit
}
