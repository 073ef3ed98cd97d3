//! The shapes of `segments.yaml` and `offers.yaml`.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::{attribute, day, one_or_more};
use crate::intents::schema::Text;
use crate::segments::Measure;

/// Who shoppers are to the shop.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Segments")]
pub(super) struct SegmentsFile {
    /// A shopper is in every one whose conditions all hold.
    #[schemars(default)]
    segments: Vec<Segment>,
}

/// One segment.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Segment {
    /// As offers name it.
    name: Text,
    /// In a few words, for staff.
    #[schemars(default, with = "Text")]
    about: String,
    /// Figure and limits; all must hold.
    #[schemars(schema_with = "conditions")]
    when: Text,
}

/// The share of purchases that are of one kind of product.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Bought {
    /// A category path, or one of its levels.
    #[schemars(default, with = "Text")]
    category: String,
    /// A brand.
    #[schemars(default, with = "Text")]
    brand: String,
    /// Column and value.
    #[schemars(default)]
    attribute: BTreeMap<String, Text>,
    /// Such as 30%.
    #[schemars(default, schema_with = "share")]
    at_least: String,
    /// Such as 30%.
    #[schemars(default, schema_with = "share")]
    at_most: String,
}

/// Prices below the list price.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Offers")]
pub(super) struct OffersFile {
    /// What products are taken to cost the shop, as a share of the list price: 55%.
    #[schemars(default, schema_with = "share")]
    cost: String,
    /// Columns, or values of them (`category Baby`), by which no price may differ.
    #[schemars(default, schema_with = "one_or_more")]
    proxies: Text,
    /// The lowest price counts; of two with the same price, the first.
    #[schemars(default)]
    rules: Vec<OfferRule>,
}

/// One rule.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, extend("oneOf" = effects()))]
struct OfferRule {
    /// What traces and budgets call it.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,40}$"))]
    id: String,
    /// What shoppers are told that it is: one text, or one for each language.
    #[schemars(default, schema_with = "title")]
    title: Text,
    /// For whoever is in one of these segments.
    #[schemars(default, schema_with = "one_or_more")]
    segment: Text,
    /// Ids.
    #[schemars(default, schema_with = "one_or_more")]
    products: Text,
    /// Category paths, or their levels.
    #[schemars(default, schema_with = "one_or_more")]
    category: Text,
    /// Brands.
    #[schemars(default, schema_with = "one_or_more")]
    brand: Text,
    /// Values of the column `tag` or `tags`.
    #[schemars(default, schema_with = "one_or_more")]
    tag: Text,
    /// Column and value.
    #[schemars(default, schema_with = "attribute")]
    attribute: Text,
    /// How often a product was looked at.
    #[schemars(default)]
    views: Velocity,
    /// How many pieces were sold.
    #[schemars(default)]
    sales: Velocity,
    /// Pieces in stock.
    #[schemars(default)]
    stock: OfferLevel,
    /// Days since a product was first on offer.
    #[schemars(default)]
    age_days: OfferLevel,
    /// Takes this share off: 10.
    #[schemars(default, schema_with = "percent")]
    percent: f64,
    /// Takes this off: 5.00.
    #[schemars(default, schema_with = "number_or_text")]
    amount: Text,
    /// Sets the price: 49.00.
    #[schemars(default, schema_with = "number_or_text")]
    price: Text,
    /// Below this no price goes: 25.00, 70%, or 110% of cost.
    #[schemars(default, schema_with = "number_or_text")]
    floor: Text,
    /// No more than this is taken off: 15.00.
    #[schemars(default, schema_with = "number_or_text")]
    cap: Text,
    /// What all promises may come to.
    #[schemars(default)]
    budget: Budget,
    /// For how many pieces a promise is; one where it is not said.
    #[schemars(default, range(min = 1))]
    pieces: u32,
    /// How long a promise holds; 7 days, or to the end of the offer, where it is not said.
    #[schemars(default, range(min = 1))]
    hold_days: u32,
    /// The share of shoppers who are kept from it to be compared with: 20%.
    #[schemars(default, schema_with = "share")]
    control: String,
    /// The first day: 2026-11-20, or 2026-11-20 18:00.
    #[schemars(default, schema_with = "day")]
    from: String,
    /// The last day.
    #[schemars(default, schema_with = "day")]
    until: String,
}

/// Within so many days.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Velocity {
    /// How far to look back: 1 to 365.
    #[schemars(range(min = 1))]
    days: u32,
    #[schemars(default)]
    at_least: u32,
    #[schemars(default)]
    at_most: u32,
}

/// Limits of a number.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct OfferLevel {
    #[schemars(default)]
    at_least: u32,
    #[schemars(default)]
    at_most: u32,
}

/// What all promises of a rule may come to.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Budget {
    /// All reductions together: 500.00.
    #[schemars(default, schema_with = "number_or_text")]
    money: String,
    /// How many promises.
    #[schemars(default)]
    quotes: u64,
}

fn conditions(generator: &mut SchemaGenerator) -> Schema {
    let limits = json_schema!({
        "type": "object",
        "properties": {
            "at_least": limit(), "at_most": limit(), "top": share(generator), "bottom": share(generator),
        },
        "additionalProperties": false,
    });
    let of = |measure: Measure| (measure.name().to_owned(), Value::from(limits.clone()));
    let mut measures: serde_json::Map<String, Value> = Measure::ALL.into_iter().map(of).collect();
    measures.insert("bought".to_owned(), Value::from(generator.subschema_for::<Bought>()));
    json_schema!({ "type": "object", "properties": measures, "additionalProperties": false })
}

fn limit() -> Value {
    serde_json::json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^\d+(\.\d+)?%$" }] })
}

fn share(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^\d+(\.\d+)? ?%$" })
}

fn percent(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [
        { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100 },
        { "type": "string", "pattern": r"^\d+(\.\d+)? ?%$" },
    ] })
}

fn number_or_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["number", "string"] })
}

fn title(generator: &mut SchemaGenerator) -> Schema {
    let (one, each) =
        (generator.subschema_for::<Text>(), generator.subschema_for::<BTreeMap<String, Text>>());
    json_schema!({ "anyOf": [one, each] })
}

fn effects() -> Value {
    ["percent", "amount", "price"].iter().map(|key| serde_json::json!({ "required": [key] })).collect()
}
