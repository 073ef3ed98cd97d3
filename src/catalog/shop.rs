//! `index/shop.yaml`: who the shop is, and the facts that answers may use.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::model::{Currency, ShopFacts};
use crate::yaml::{self, YamlError};

use super::CatalogError;

/// The variables that every answer may use besides the shop's own facts.
const RESERVED: [&str; 5] = ["shop", "currency", "email", "phone", "hours"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopFile {
    name: String,
    currency: String,
    #[serde(default)]
    language: Option<String>,
    order_number: String,
    #[serde(default)]
    contact: Contact,
    #[serde(default)]
    facts: BTreeMap<String, Fact>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Contact {
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    hours: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Fact {
    Whole(i64),
    Number(f64),
    Text(String),
}

impl Fact {
    fn into_text(self) -> String {
        match self {
            Fact::Whole(number) => number.to_string(),
            Fact::Number(number) => number.to_string(),
            Fact::Text(text) => text,
        }
    }
}

/// Reads `index/shop.yaml` of a shop.
///
/// # Errors
/// [`CatalogError::File`] when it is not there, [`CatalogError::Yaml`] with line and column when it is not sound.
pub fn load_shop(shop_dir: &Path) -> Result<ShopFacts, CatalogError> {
    let file = shop_dir.join("index/shop.yaml");
    let text = std::fs::read_to_string(&file).map_err(|error| CatalogError::File {
        file: file.clone(),
        reason: match error.kind() {
            std::io::ErrorKind::NotFound => {
                "there is no such file, so this folder is no shop; `shophand new DIR` makes one".to_owned()
            }
            _ => error.to_string(),
        },
    })?;
    Ok(parse_shop(&file, &text)?)
}

/// Reads the text of a `shop.yaml`.
///
/// # Errors
/// [`YamlError`] at the key that is wrong.
pub fn parse_shop(file: &Path, text: &str) -> Result<ShopFacts, YamlError> {
    let shop: ShopFile = yaml::parse(file, text)?;
    let wrong = |key: &str, message: String| yaml::at_key(file, text, key, message);
    let currency: Currency =
        shop.currency.parse().map_err(|e: crate::model::BadMoney| wrong("currency", e.to_string()))?;
    if shop.name.trim().is_empty() {
        return Err(wrong("name", "the shop's name is empty".to_owned()));
    }
    let is_code = |code: &str| (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase());
    if let Some(code) = shop.language.as_deref().filter(|code| !is_code(code)) {
        return Err(wrong("language", format!("{code:?} is no language code; write two letters, like en")));
    }
    if let Err(error) = regex::Regex::new(&shop.order_number) {
        let short = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        return Err(wrong("order_number", format!("this regex does not compile: {short}")));
    }
    if let Some(name) = RESERVED.iter().find(|name| shop.facts.contains_key(**name)) {
        let message = format!("`{name}` is always there; give this fact another name");
        return Err(wrong(name, message));
    }
    let mut variables: BTreeMap<String, String> =
        shop.facts.into_iter().map(|(name, fact)| (name, fact.into_text())).collect();
    variables.insert("shop".to_owned(), shop.name.clone());
    variables.insert("currency".to_owned(), currency.code().to_owned());
    variables.insert("email".to_owned(), shop.contact.email);
    variables.insert("phone".to_owned(), shop.contact.phone);
    variables.insert("hours".to_owned(), shop.contact.hours);
    Ok(ShopFacts {
        name: shop.name,
        language: shop.language,
        currency,
        order_number: shop.order_number,
        variables,
    })
}
