//! The shape of the YAML files under `index/` as JSON Schema, so that an editor completes keys and underlines mistakes while
//! they are typed.
//!
//! The structs mirror what the readers of the files know; a test holds the keys of the mirrors to the readers'.

mod terms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::Value;

use crate::intents::schema::{Text, without_defaults};
use crate::model::EntityKind;

/// The schemas by the names of their files.
pub fn schemas() -> [(&'static str, Value); 6] {
    [
        ("shop.json", without_defaults(schema_for!(ShopFile).to_value())),
        ("synonyms.json", without_defaults(schema_for!(SynonymFile).to_value())),
        ("ranking.json", without_defaults(schema_for!(RankingFile).to_value())),
        ("lists.json", without_defaults(schema_for!(ListsFile).to_value())),
        ("segments.json", without_defaults(schema_for!(terms::SegmentsFile).to_value())),
        ("offers.json", without_defaults(schema_for!(terms::OffersFile).to_value())),
    ]
}

/// Who the shop is, and the facts that its answers may use.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Shop")]
struct ShopFile {
    /// The shop's name.
    name: Text,
    /// Of all prices: three letters, such as USD.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    currency: String,
    /// The language of the products, such as en.
    #[schemars(default, regex(pattern = "^[a-z]{2,3}$"))]
    language: String,
    /// Whose clock the shop goes by, such as America/New_York; UTC where it is not said.
    #[schemars(default)]
    timezone: String,
    /// What order numbers look like, as a regular expression.
    order_number: String,
    /// How the shop can be reached.
    #[schemars(default)]
    contact: Contact,
    /// Name and value of everything that answers may say as {name}.
    #[schemars(default)]
    facts: BTreeMap<String, Text>,
}

/// How the shop can be reached.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Contact {
    /// {email}
    #[schemars(default, with = "Text")]
    email: String,
    /// {phone}
    #[schemars(default, with = "Text")]
    phone: String,
    /// {hours}
    #[schemars(default, with = "Text")]
    hours: String,
}

/// What shoppers say, and what the shop calls it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Synonyms")]
struct SynonymFile {
    /// [sofa, couch]: each means all of the others. {when: tee, also: [t-shirt]}: one direction only.
    #[schemars(default)]
    synonyms: Vec<Synonym>,
    /// A category, by its path or its last level, and its other names.
    #[schemars(default)]
    categories: BTreeMap<String, Vec<Text>>,
    /// Kind, value, and the narrower values that it takes in: whoever asks for blue is shown navy too.
    #[schemars(default, schema_with = "families")]
    families: BTreeMap<String, BTreeMap<String, Vec<Text>>>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(untagged)]
enum Synonym {
    Alike(#[schemars(length(min = 2))] Vec<Text>),
    OneWay(OneWay),
}

/// One direction only.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct OneWay {
    /// What shoppers say.
    when: Text,
    /// What finds the products besides.
    also: Vec<Text>,
}

/// How products are ordered.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Ranking")]
struct RankingFile {
    /// How much a word counts by where it is found; 0 takes the field out of the search.
    #[schemars(default)]
    fields: Fields,
    /// What a shopper's own history may do.
    #[schemars(default)]
    personal: Personal,
    /// A ranker that `shophand train ranking` has written: a path below index/.
    #[schemars(default)]
    model: String,
    /// What goes first for some words, or for whoever looks into a category.
    #[schemars(default)]
    pins: Vec<Pin>,
    /// What is lifted: the score is multiplied by a factor above 1.
    #[schemars(default)]
    boosts: Vec<Boost>,
    /// What is lowered: the score is multiplied by a factor below 1.
    #[schemars(default)]
    buries: Vec<Bury>,
}

/// How much a word counts by where it is found.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Fields {
    #[schemars(default, range(min = 0))]
    title: f32,
    #[schemars(default, range(min = 0))]
    brand: f32,
    #[schemars(default, range(min = 0))]
    category: f32,
    #[schemars(default, range(min = 0))]
    colour: f32,
    /// Every further column.
    #[schemars(default, range(min = 0))]
    attributes: f32,
    #[schemars(default, range(min = 0))]
    description: f32,
}

/// What a shopper's own history may do.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Personal {
    /// How far it may lift a product: 0 never, 1 as much as the best match of the words.
    #[schemars(default, range(min = 0))]
    weight: f32,
    /// The share of recommendations that are given to products nobody would expect: 0 none, 0.1 one in ten.
    #[schemars(default, range(min = 0))]
    exploration: f32,
    /// The share of recommendations that the long tail and new products get at least: 0 none, 0.1 one in ten.
    #[schemars(default, range(min = 0))]
    floor: f32,
}

/// What goes first.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, extend("anyOf" = [{ "required": ["query"] }, { "required": ["category"] }]))]
struct Pin {
    /// The words of a search, or a list of such words.
    #[schemars(default, schema_with = "one_or_more")]
    query: Text,
    /// A category path, or its last level, or a list of them.
    #[schemars(default, schema_with = "one_or_more")]
    category: Text,
    /// The ids, the first one first.
    #[schemars(schema_with = "one_or_more")]
    products: Text,
    /// The first day: 2026-11-20, or 2026-11-20 18:00.
    #[schemars(default, schema_with = "day")]
    from: String,
    /// The last day.
    #[schemars(default, schema_with = "day")]
    until: String,
}

/// A boost and a bury differ in nothing but their factor.
macro_rules! rule {
    ($(#[$about:meta])* $name:ident, $(#[$factor:meta])*) => {
        $(#[$about])*
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its shape counts")]
        #[schemars(deny_unknown_fields, extend("anyOf" = targets()))]
        struct $name {
            /// Only in searches for these words.
            #[schemars(default, schema_with = "one_or_more")]
            query: Text,
            /// Category paths, or their last levels.
            #[schemars(default, schema_with = "one_or_more")]
            category: Text,
            /// Ids.
            #[schemars(default, schema_with = "one_or_more")]
            products: Text,
            /// Brands.
            #[schemars(default, schema_with = "one_or_more")]
            brand: Text,
            /// Values of the column `tag` or `tags`.
            #[schemars(default, schema_with = "one_or_more")]
            tag: Text,
            /// Column and value, such as {season: winter}.
            #[schemars(default, schema_with = "attribute")]
            attribute: Text,
            $(#[$factor])*
            factor: f32,
            /// The first day: 2026-11-20, or 2026-11-20 18:00.
            #[schemars(default, schema_with = "day")]
            from: String,
            /// The last day.
            #[schemars(default, schema_with = "day")]
            until: String,
        }
    };
}

rule! {
    /// What is lifted: products that fit every condition that is there.
    Boost,
    /// Above 1, such as 1.5.
    #[schemars(extend("exclusiveMinimum" = 1))]
}

rule! {
    /// What is lowered: products that fit every condition that is there.
    Bury,
    /// Below 1, such as 0.5.
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
}

/// Lists of products, each with a title that shoppers can ask for.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Lists")]
struct ListsFile {
    /// In the order in which shoppers see their titles.
    #[schemars(default)]
    lists: Vec<List>,
}

/// Products by their ids, or by what fits a search.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, extend("anyOf" = contents()))]
struct List {
    /// Letters, digits, - and _; no shopper sees it.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]+$"))]
    id: String,
    /// What shoppers read and ask for: one text, or one for each language such as {en: Gift ideas, de: Geschenkideen}.
    #[schemars(schema_with = "titles")]
    title: Text,
    /// The ids, in the order in which a new shopper sees them.
    #[schemars(default, schema_with = "one_or_more")]
    products: Text,
    /// The words of a search.
    #[schemars(default, with = "Text")]
    query: String,
    /// Category paths, or their last levels.
    #[schemars(default, schema_with = "one_or_more")]
    category: Text,
    /// Brands.
    #[schemars(default, schema_with = "one_or_more")]
    brand: Text,
    /// Values of the column `tag` or `tags`.
    #[schemars(default, schema_with = "one_or_more")]
    tag: Text,
    /// Column and value, such as {season: winter}.
    #[schemars(default, schema_with = "attribute")]
    attribute: Text,
    /// Bounds on the price, without a currency.
    #[schemars(default)]
    price: Bounds,
    /// The first day: 2026-11-20, or 2026-11-20 18:00.
    #[schemars(default, schema_with = "day")]
    from: String,
    /// The last day.
    #[schemars(default, schema_with = "day")]
    until: String,
    /// How many products are shown at most.
    #[schemars(default, range(min = 1))]
    limit: u32,
}

/// Bounds on the price, both included.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Bounds {
    #[schemars(default, range(min = 0))]
    from: f32,
    #[schemars(default, range(min = 0))]
    up_to: f32,
}

/// A list says what is in it.
fn contents() -> Value {
    let keys = ["products", "query", "category", "brand", "tag", "attribute", "price"];
    keys.iter().map(|key| serde_json::json!({ "required": [key] })).collect()
}

fn titles(generator: &mut SchemaGenerator) -> Schema {
    let (one, each) =
        (generator.subschema_for::<Text>(), generator.subschema_for::<BTreeMap<String, Text>>());
    json_schema!({ "anyOf": [one, each] })
}

/// A boost or bury says which products.
fn targets() -> Value {
    let keys = ["products", "brand", "category", "tag", "attribute"];
    keys.iter().map(|key| serde_json::json!({ "required": [key] })).collect()
}

fn one_or_more(generator: &mut SchemaGenerator) -> Schema {
    let (one, more) = (generator.subschema_for::<Text>(), generator.subschema_for::<Vec<Text>>());
    json_schema!({ "anyOf": [one, more] })
}

fn attribute(generator: &mut SchemaGenerator) -> Schema {
    let values = one_or_more(generator);
    json_schema!({ "type": "object", "additionalProperties": values })
}

fn day(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?$" })
}

fn families(generator: &mut SchemaGenerator) -> Schema {
    let values = generator.subschema_for::<BTreeMap<String, Vec<Text>>>();
    let kinds = EntityKind::ALL.into_iter().map(|kind| (kind.name().to_owned(), Value::from(values.clone())));
    let kinds: serde_json::Map<String, Value> = kinds.collect();
    json_schema!({ "type": "object", "properties": kinds, "additionalProperties": false })
}
