//! One row of a catalogue feed as a product.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::model::{CategoryPath, Currency, Money, Product, ProductId};

use super::feed::{Flaw, Record, json_text};
use super::mapping::Row;

/// How the numbers of a feed are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Of all prices.
    pub currency: Currency,
    /// Whether `1.299` is 1299.
    pub decimal_comma: bool,
}

/// `<p>`, `</b>`, `<br/>`, `<!-- … -->`, and scripts and styles with what is in them.
static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let whole = r"<script\b[^>]*>.*?</script\s*>|<style\b[^>]*>.*?</style\s*>|<!--.*?-->";
    Regex::new(&format!(r"(?is){whole}|</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>")).ok()
});

/// Feeds made for web pages write `<b>MacBook&#xAE;</b>`; a shopper should read `MacBook®`.
fn plain(text: &str) -> String {
    let decoded = html_escape::decode_html_entities(text);
    match MARKUP.as_ref().filter(|markup| markup.is_match(&decoded)) {
        Some(markup) => {
            let bare = markup.replace_all(&decoded, " ");
            bare.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        None => decoded.into_owned(),
    }
}

/// Reads a product. The id and the title must be there; everything else may be missing but must be readable.
///
/// # Errors
/// The first [`Flaw`], in the order of the fields.
pub fn product(row: &Row, record: &Record, numbers: Numbers) -> Result<Product, Flaw> {
    let id = row.get("id").or(record.key.as_deref()).unwrap_or_default();
    let id = ProductId::parse(id).map_err(|error| Flaw::new("id", id, error.to_string()))?;
    let title = plain(row.get("title").unwrap_or_default());
    if title.is_empty() {
        return Err(Flaw::new("title", "", "the product has no title"));
    }
    let description = row.get("description").map(plain).filter(|text| *text != title).unwrap_or_default();
    let mut product = Product {
        quote: None,
        id,
        title,
        category: CategoryPath::parse(row.get("category").unwrap_or_default()),
        brand: plain(row.get("brand").unwrap_or_default()),
        price: row.get("price").map(|text| price(text, numbers)).transpose()?,
        colours: row.get("colour").map(values).unwrap_or_default(),
        sizes: row.get("size").map(values).unwrap_or_default(),
        stock: row.get("stock").map(stock).transpose()?,
        rating: row.get("rating").map(rating).transpose()?,
        reviews: row.get("reviews").map(|text| count("reviews", text)).transpose()?.unwrap_or(0),
        description,
        image: row.get("image").map(str::to_owned),
        attributes: attributes(row),
    };
    if let Some(variants) = record.json("variants") {
        add_variants(&mut product, variants, numbers)?;
    }
    Ok(product)
}

/// The fields that are [`Product`]'s own.
pub(super) const OWN: [&str; 12] = [
    "id",
    "title",
    "category",
    "brand",
    "price",
    "colour",
    "size",
    "stock",
    "rating",
    "reviews",
    "description",
    "image",
];

/// Every field of the mapping that is none of [`Product`]'s own, and every further column.
fn attributes(row: &Row) -> BTreeMap<String, Vec<String>> {
    let mapped = row.fields.iter().filter(|(field, _)| !OWN.contains(&field.as_str()));
    let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in mapped.chain(&row.extra) {
        let values = values(text);
        if !values.is_empty() {
            attributes.insert(name.clone(), values);
        }
    }
    attributes
}

/// `red|blue` as its parts.
fn values(text: &str) -> Vec<String> {
    text.split('|').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
}

fn price(text: &str, numbers: Numbers) -> Result<Money, Flaw> {
    Money::parse(text, numbers.currency, numbers.decimal_comma)
        .map_err(|error| Flaw::new("price", text, error.to_string()))
}

fn count(field: &str, text: &str) -> Result<u32, Flaw> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '\'' | ' ' | '\u{a0}')).collect();
    let whole = digits.strip_suffix(".0").unwrap_or(&digits);
    whole.parse().map_err(|_| Flaw::new(field, text, "this is no whole number; write it like 120"))
}

/// Pieces, or a word for it: systems that keep no count say whether there is any.
fn stock(text: &str) -> Result<u32, Flaw> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "in stock" | "in_stock" | "instock" | "available" => Ok(1),
        "false" | "no" | "out of stock" | "out_of_stock" | "outofstock" | "sold out" => Ok(0),
        // A negative count is an oversold product.
        other if other.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok()) => Ok(0),
        _ => count("stock", text),
    }
}

fn rating(text: &str) -> Result<f32, Flaw> {
    let rating: f32 = text
        .replace(',', ".")
        .parse()
        .map_err(|_| Flaw::new("rating", text, "this is no number; write 0 to 5, like 4.5"))?;
    if (0.0..=5.0).contains(&rating) {
        Ok(rating)
    } else {
        Err(Flaw::new("rating", text, "the rating is not between 0 and 5"))
    }
}

/// Takes in the variants of a JSON product: their options become colours, sizes and attributes, and the product costs
/// what the cheapest available one does.
fn add_variants(product: &mut Product, variants: &Value, numbers: Numbers) -> Result<(), Flaw> {
    let variants: Vec<&Value> = match variants {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) if map.values().all(Value::is_object) => map.values().collect(),
        _ => return Ok(()),
    };
    let mut cheapest: Option<(bool, Money)> = None;
    let mut available = 0;
    for variant in &variants {
        let on_offer = variant.get("available").and_then(Value::as_bool).unwrap_or(true);
        available += u32::from(on_offer);
        if let Some(text) = variant.get("price").and_then(json_text) {
            let price = price(&text, numbers)?;
            let better =
                cheapest.is_none_or(|(offered, old)| (on_offer, -price.minor) > (offered, -old.minor));
            if better {
                cheapest = Some((on_offer, price));
            }
        }
        if let Some(Value::Object(options)) = variant.get("options").filter(|_| on_offer) {
            add_options(product, options);
        }
    }
    product.price = product.price.or(cheapest.map(|(_, price)| price));
    if !variants.is_empty() {
        product.stock = product.stock.or(Some(available));
    }
    Ok(())
}

fn add_options(product: &mut Product, options: &serde_json::Map<String, Value>) {
    for (name, value) in options {
        let Some(text) = json_text(value) else { continue };
        let slot = match name.to_lowercase().as_str() {
            "color" | "colour" => &mut product.colours,
            "size" => &mut product.sizes,
            other => product.attributes.entry(other.replace([' ', '-'], "_")).or_default(),
        };
        if !slot.contains(&text) {
            slot.push(text);
        }
    }
}
