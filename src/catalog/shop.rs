//! `index/shop.yaml`: who the shop is, and the facts that answers may use.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::tz::TimeZone;

use crate::disk;
use crate::model::{Currency, ShopFacts};
use crate::problem::{Problems, Report, nearest};
use crate::yaml::tree::{self, Fields, Text};

use super::CatalogError;

/// The variables that every answer may use besides the shop's own facts.
const RESERVED: [&str; 5] = ["shop", "currency", "email", "phone", "hours"];
/// The keys of the file, and of `contact`.
pub const SHOP_KEYS: [&str; 7] =
    ["name", "currency", "language", "timezone", "order_number", "contact", "facts"];
/// How a shop can be reached.
pub const CONTACT_KEYS: [&str; 3] = ["email", "phone", "hours"];

/// The file's name in a shop.
pub(super) const SHOP: &str = "index/shop.yaml";

/// Reads `index/shop.yaml` of a shop.
///
/// # Errors
/// [`CatalogError::File`] when it is not there, [`CatalogError::Files`] with every mistake in it.
pub fn load_shop(shop_dir: &Path) -> Result<ShopFacts, CatalogError> {
    let file = shop_dir.join(SHOP);
    let bytes = std::fs::read(&file).map_err(|error| CatalogError::File {
        file: file.clone(),
        reason: match error.kind() {
            std::io::ErrorKind::NotFound => {
                "there is no such file, so this folder is no shop; `shophand new DIR` makes one".to_owned()
            }
            _ => error.to_string(),
        },
    })?;
    let broken = |reason| CatalogError::File { file, reason: format!("it {reason}") };
    let text = disk::utf8(bytes).map_err(broken)?;
    Ok(parse_shop(Path::new(SHOP), &text)?)
}

/// Reads the text of a `shop.yaml`.
///
/// # Errors
/// Every mistake with its place.
pub fn parse_shop(file: &Path, text: &str) -> Result<ShopFacts, Problems> {
    let mut report = Report::new(file);
    match read_shop(text, &mut report) {
        Some(facts) if report.problems.is_empty() => Ok(facts),
        _ => {
            report.problems.sort();
            Err(Problems(report.problems))
        }
    }
}

/// Reads it; what is wrong goes to the report.
pub(super) fn read_shop(text: &str, report: &mut Report<'_>) -> Option<ShopFacts> {
    let node = tree::read(text, report)?;
    let keys = node.fields(&SHOP_KEYS, report);
    let name = keys.needed("name", report);
    let currency = keys.needed("currency", report).and_then(|said| currency(&said, report));
    let language = keys.text("language", report).and_then(|said| language(said, report));
    let timezone = keys.text("timezone", report).map_or(Some(TimeZone::UTC), |said| timezone(&said, report));
    let order_number = keys.needed("order_number", report).and_then(|said| pattern(said, report));
    let mut variables = facts(&keys, report);
    let contact = keys.get("contact").map(|node| node.fields(&CONTACT_KEYS, report));
    for key in CONTACT_KEYS {
        let said = contact.as_ref().and_then(|contact| contact.text(key, report));
        variables.insert(key.to_owned(), said.map_or_else(String::new, |said| said.text));
    }
    let (name, currency) = (name?.text, currency?);
    variables.insert("shop".to_owned(), name.clone());
    variables.insert("currency".to_owned(), currency.code().to_owned());
    Some(ShopFacts { name, language, currency, timezone: timezone?, order_number: order_number?, variables })
}

fn currency(said: &Text, report: &mut Report<'_>) -> Option<Currency> {
    let currency: Result<Currency, _> = said.text.parse();
    currency.map_err(|error: crate::model::BadMoney| report.add(said.place, error.to_string())).ok()
}

fn language(said: Text, report: &mut Report<'_>) -> Option<String> {
    let is_code = (2..=3).contains(&said.text.len()) && said.text.chars().all(|c| c.is_ascii_lowercase());
    if !is_code {
        report.add(said.place, format!("{:?} is no language code; write two letters, like en", said.text));
    }
    is_code.then_some(said.text)
}

fn timezone(said: &Text, report: &mut Report<'_>) -> Option<TimeZone> {
    let zone = TimeZone::get(&said.text);
    if zone.is_err() {
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let help = match nearest(&said.text, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => "write it like America/New_York or Europe/Berlin".to_owned(),
        };
        report.push(said.place, format!("{:?} is no time zone", said.text), Some(help));
    }
    zone.ok()
}

fn pattern(said: Text, report: &mut Report<'_>) -> Option<String> {
    if let Err(error) = regex::Regex::new(&said.text) {
        let error = error.to_string();
        let short = error.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        report.add(said.place, format!("this regex does not compile: {short}"));
        return None;
    }
    Some(said.text)
}

fn facts(keys: &Fields<'_>, report: &mut Report<'_>) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for (name, node) in keys.get("facts").and_then(|node| node.map(report)).unwrap_or_default() {
        if RESERVED.contains(&name.text.as_str()) {
            let help = "give this fact another name".to_owned();
            report.push(name.place, format!("`{}` is always there", name.text), Some(help));
        }
        if let Some(said) = node.text(report) {
            facts.insert(name.text.clone(), said.text);
        }
    }
    facts
}
