//! The shape of the files as JSON Schema, so that an editor completes keys and underlines mistakes while they are typed.
//!
//! The structs mirror what `intent_file` and `word_files` read; every list of words (actions, changes, entity kinds, keys of
//! the grammar) is the loader's own, and a test holds the keys of the mirrors to the loader's.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::{Map, Value, json};

use super::grammar::{AGE_KEYS, DATE_KEYS, GRAMMAR_KEYS};
use super::intent_file::{CHANGES, action_names};
use super::word_files::OPTIONAL_REPLIES;
use crate::model::EntityKind;

/// The schemas by the names of their files. `replies` are the keys of every `replies.yaml`.
pub fn schemas(replies: &[&str]) -> [(&'static str, Value); 5] {
    [
        ("intent.json", without_defaults(schema_for!(IntentFile).to_value())),
        ("entity.json", without_defaults(schema_for!(EntityFile).to_value())),
        ("replies.json", replies_schema(replies)),
        ("grammar.json", grammar_schema()),
        ("facts.json", facts_schema()),
    ]
}

/// What a key means that is not there is no text that an editor should write.
pub(crate) fn without_defaults(schema: Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let kept = entries.into_iter().filter(|(key, value)| key != "default" || value.is_object());
            Value::Object(kept.map(|(key, value)| (key, without_defaults(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_defaults).collect(),
        other => other,
    }
}

/// A text; `8.50` and `on` count as what they look like.
#[derive(Default)]
pub(crate) struct Text;

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// One thing that a shopper may want.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Intent")]
#[schemars(extend("anyOf" = [{ "required": ["examples"] }, { "required": ["patterns"] }]))]
#[schemars(extend("if" = { "properties": { "action": { "const": "answer" } } }, "then" = { "required": ["answers"] }))]
struct IntentFile {
    /// Its name: lower case with underscores, unique within the language.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]*$"))]
    intent: String,
    /// What a shopper reads when the shop asks "did you mean …?"
    title: Text,
    /// What the shop does.
    #[schemars(schema_with = "action")]
    action: String,
    /// More about the action, where it needs it.
    #[schemars(default)]
    with: With,
    /// What must be known first; asked for in this order.
    #[schemars(default)]
    slots: Vec<Slot>,
    /// 12 to 25 sentences as shoppers type them. Mark words like this: [black](colour), [jet](colour:black)
    #[schemars(default, length(min = 1))]
    examples: Vec<Text>,
    /// Exact wordings as regular expressions over the lower-case message; a match is certain.
    #[schemars(default)]
    patterns: Vec<Text>,
    /// 2 to 4 variants of what to say, with {facts}; one of them is chosen.
    #[schemars(default)]
    answers: Vec<Text>,
    /// What the shopper may say next; tapping a button says its text.
    #[schemars(default)]
    buttons: Vec<Text>,
}

/// Parameters of an action.
#[derive(JsonSchema, Default)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct With {
    /// For `refine`.
    #[schemars(default, schema_with = "change")]
    change: String,
    /// For `personalization`.
    #[schemars(default, schema_with = "state")]
    state: String,
}

/// What must be known before the action runs.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct Slot {
    /// Which entity fills it.
    #[schemars(schema_with = "any_kind")]
    entity: String,
    /// Whether to ask for it.
    #[schemars(default)]
    required: bool,
    /// Variants of the question.
    #[schemars(default)]
    ask: Vec<Text>,
    /// Variants of the question when it is asked once more.
    #[schemars(default)]
    again: Vec<Text>,
}

/// The words of one entity kind.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields, title = "Entity")]
struct EntityFile {
    /// Which kind.
    #[schemars(schema_with = "kind_of_file")]
    entity: String,
    /// Whether products carry the values in another language, so that shoppers read the first of the other words.
    #[schemars(default)]
    translated: bool,
    /// Each value as products.csv spells it, with the other words for it.
    #[schemars(schema_with = "values")]
    values: Map<String, Value>,
}

/// A value with more than other words.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape counts")]
#[schemars(deny_unknown_fields)]
struct LongValue {
    /// Other words for it.
    #[schemars(default)]
    also: Vec<Text>,
    /// The colour, for chips and pictures.
    #[schemars(default, regex(pattern = "^#[0-9a-fA-F]{6}$"))]
    hex: String,
    /// Of an audience: how old it is, in whole years, such as 3-14.
    #[schemars(default, regex(pattern = "^[0-9]+ *- *[0-9]+$"))]
    ages: String,
    /// Of an attribute: the units of its amounts, such as kg or cm.
    #[schemars(default)]
    units: Vec<Text>,
}

fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> Schema {
    json_schema!({ "type": "string", "enum": words.collect::<Vec<_>>() })
}

fn action(_: &mut SchemaGenerator) -> Schema {
    one_of(action_names())
}

fn change(_: &mut SchemaGenerator) -> Schema {
    one_of(CHANGES.iter().map(|(name, _)| *name))
}

/// `on` without quotes is a truth value to some editors.
fn state(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["on", "off", true, false] })
}

fn any_kind(_: &mut SchemaGenerator) -> Schema {
    one_of(EntityKind::ALL.into_iter().map(EntityKind::name))
}

fn kind_of_file(_: &mut SchemaGenerator) -> Schema {
    let by_name = [EntityKind::Category, EntityKind::Attribute].into_iter();
    one_of(by_name.chain(EntityKind::FROM_FILES).map(EntityKind::name))
}

fn values(generator: &mut SchemaGenerator) -> Schema {
    let words = generator.subschema_for::<Vec<Text>>();
    let long = generator.subschema_for::<LongValue>();
    json_schema!({ "type": "object", "additionalProperties": { "anyOf": [{ "type": "null" }, words, long] } })
}

fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

fn object(title: &str, description: &str, properties: Map<String, Value>) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn replies_schema(replies: &[&str]) -> Value {
    let said = json!({ "anyOf": [text(), texts()] });
    let properties = replies.iter().map(|key| ((*key).to_owned(), said.clone())).collect();
    let mut schema = object("Replies", "The sentences that the house itself says", properties);
    let optional = OPTIONAL_REPLIES.map(|prefix| (format!("^{prefix}"), said.clone()));
    schema["patternProperties"] = Value::Object(optional.into_iter().collect());
    schema["required"] = json!(replies);
    schema
}

fn facts_schema() -> Value {
    let mut schema = object("Facts", "The shop's facts in the words of a language", Map::new());
    schema["additionalProperties"] = text();
    schema
}

fn grammar_schema() -> Value {
    let numbers = json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } });
    let words = json!({ "type": "object", "additionalProperties": texts() });
    let shape = |key: &str| match key {
        "numbers" | "ordinals" => numbers.clone(),
        "currency" | "sort" | "measures" => words.clone(),
        "decimal_comma" | "compounds" | "adjectives_behind" => json!({ "type": "boolean" }),
        "ages" => part(&AGE_KEYS, &|_| texts()),
        "dates" => part(&DATE_KEYS, &|key| match key {
            "day_first" => json!({ "type": "boolean" }),
            "months" | "weekdays" => numbers.clone(),
            "days" => json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
            "units" => words.clone(),
            _ => texts(),
        }),
        _ => texts(),
    };
    let properties = GRAMMAR_KEYS.iter().map(|key| ((*key).to_owned(), shape(key))).collect();
    object("Grammar", "The small words that messages are read by", properties)
}

/// A mapping inside a file.
fn part(keys: &[&str], shape: &dyn Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), shape(key))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

#[cfg(test)]
pub(crate) mod tests;
