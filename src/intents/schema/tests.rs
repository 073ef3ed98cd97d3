use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::super::{intent_file, word_files, yaml_files};
use super::*;
use crate::render::REQUIRED_REPLIES;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn keys(schema: &Value) -> BTreeSet<&str> {
    schema["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
}

#[test]
fn an_editor_knows_exactly_the_keys_that_the_shop_reads() {
    let [(_, intent), (_, entity), _, (_, grammar), _] = schemas(REQUIRED_REPLIES);
    assert_eq!(keys(&intent), BTreeSet::from(intent_file::KEYS));
    assert_eq!(keys(&intent["$defs"]["With"]), BTreeSet::from(intent_file::WITH_KEYS));
    assert_eq!(keys(&intent["$defs"]["Slot"]), BTreeSet::from(intent_file::SLOT_KEYS));
    assert_eq!(keys(&entity), BTreeSet::from(word_files::ENTITY_KEYS));
    assert_eq!(keys(&entity["$defs"]["LongValue"]), BTreeSet::from(word_files::VALUE_KEYS));
    assert_eq!(keys(&grammar), GRAMMAR_KEYS.iter().copied().collect());
}

/// Writes what is out of date, so that the second run passes; what it wrote is to be committed.
#[test]
fn the_schemas_that_a_new_shop_gets_are_the_ones_of_this_program() {
    let mut renewed = Vec::new();
    for (name, schema) in schemas(REQUIRED_REPLIES) {
        let file = root().join("intents/.schema").join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        if fs::read_to_string(&file).unwrap_or_default() != text {
            fs::write(&file, text).expect("written");
            renewed.push(name);
        }
    }
    assert!(renewed.is_empty(), "intents/.schema was out of date and is renewed now, commit it: {renewed:?}");
}

/// What an editor is told to hold a file to.
fn schema_of(file: &Path) -> &'static str {
    let file = file.to_string_lossy();
    match () {
        () if file.ends_with("/replies.yaml") => "replies.json",
        () if file.ends_with("/grammar.yaml") => "grammar.json",
        () if file.ends_with("/facts.yaml") => "facts.json",
        () if file.contains("/entities/") => "entity.json",
        () => "intent.json",
    }
}

#[test]
fn every_file_of_the_demo_shop_is_right_for_an_editor_too() {
    let schemas = schemas(REQUIRED_REPLIES);
    for file in yaml_files(root()).expect("files") {
        let text = fs::read_to_string(root().join(&file)).expect("a file");
        let value: Value =
            serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let (_, schema) = schemas.iter().find(|(name, _)| *name == schema_of(&file)).expect("a schema");
        assert_eq!(wrong(&value, schema, schema), None, "{}", file.display());
    }
}

#[test]
fn what_the_shop_refuses_an_editor_underlines() {
    let [(_, intent), (_, entity), (_, replies), (_, grammar), _] = schemas(&["found"]);
    for (schema, text) in [
        (&intent, "{intent: a, title: A, action: help, exmaples: [a], patterns: [x]}"),
        (&intent, "{intent: a, title: A, action: serach, examples: [a]}"),
        (&intent, "{intent: A b, title: A, action: help, examples: [a]}"),
        (&intent, "{intent: a, action: help, examples: [a]}"),
        (&intent, "{intent: a, title: A, action: help}"),
        (&intent, "{intent: a, title: A, action: answer, examples: [a]}"),
        (&intent, "{intent: a, title: A, action: help, examples: a}"),
        (&intent, "{intent: a, title: A, action: refine, with: {change: cheeper}, examples: [a]}"),
        (&intent, "{intent: a, title: A, action: help, examples: [a], slots: [{entity: color}]}"),
        (&entity, "{entity: price, values: {}}"),
        (&entity, "{entity: colour, values: {red: {hex: '#f00'}}}"),
        (&replies, "{other: x}"),
        (&grammar, "{below: under}"),
    ] {
        let value: Value = serde_saphyr::from_str(text).expect("YAML");
        assert!(wrong(&value, schema, schema).is_some(), "{text}");
    }
}

/// Each file has one schema in the settings that editors read: two would contradict each other.
#[test]
fn the_editors_settings_give_every_file_of_the_demo_shop_its_one_schema() {
    let settings = fs::read_to_string(root().join(".vscode/settings.json")).expect("settings");
    let settings: Value = serde_json::from_str(&settings).expect("JSON");
    let rules: Vec<(String, Regex)> = settings["yaml.schemas"]
        .as_object()
        .expect("schemas")
        .iter()
        .flat_map(|(schema, globs)| globs.as_array().expect("globs").iter().map(move |glob| (schema, glob)))
        .map(|(schema, glob)| {
            let glob = regex::escape(glob.as_str().expect("a glob")).replace("\\*", "[^/]*");
            (schema.clone(), Regex::new(&format!("^{glob}$")).expect("a regex"))
        })
        .collect();
    let shelves = [
        "shop.yaml",
        "ranking.yaml",
        "lists.yaml",
        "synonyms.yaml",
        "synonyms.de.yaml",
        "segments.yaml",
        "offers.yaml",
    ];
    let shelves = shelves.map(|name| (Path::new("index").join(name), shelf_schema(name)));
    let own = yaml_files(root()).expect("files").into_iter();
    let own = own.map(|file| (file.clone(), Path::new("./intents/.schema").join(schema_of(&file))));
    for (file, own) in own.chain(shelves) {
        let name = file.to_string_lossy();
        let given: Vec<&str> =
            rules.iter().filter(|(_, glob)| glob.is_match(&name)).map(|(s, _)| s.as_str()).collect();
        assert_eq!(given, [own.to_string_lossy()], "{name}");
    }
}

fn shelf_schema(name: &str) -> PathBuf {
    Path::new("./index/.schema").join(format!("{}.json", name.split('.').next().unwrap_or_default()))
}

/// Why a value does not fit, for the keywords that these schemas use; any other keyword fails the test. (The crates that
/// validate all of JSON Schema bring thirty others with them.)
pub(crate) fn wrong(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    let rules = schema.as_object()?;
    rules.iter().find_map(|(keyword, rule)| broken(keyword, rule, value, schema, root))
}

fn broken(keyword: &str, rule: &Value, value: &Value, schema: &Value, root: &Value) -> Option<String> {
    let say = |fits: bool| (!fits).then(|| format!("{keyword} {rule}: {value}"));
    let list = || rule.as_array().into_iter().flatten();
    match keyword {
        "$schema" | "title" | "description" | "$defs" | "default" | "then" | "format" => None,
        "$ref" => wrong(value, root.pointer(&rule.as_str()?[1..]).expect("a definition"), root),
        "type" => say(list()
            .chain(rule.is_string().then_some(rule))
            .any(|name| is_a(value, name.as_str().unwrap_or_default()))),
        "enum" => say(list().any(|allowed| allowed == value)),
        "const" => say(rule == value),
        "pattern" => say(value.as_str().is_none_or(|text| {
            Regex::new(rule.as_str().unwrap_or_default()).expect("a regex").is_match(text)
        })),
        "minItems" => {
            say(value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap_or_default()))
        }
        "oneOf" => say(list().filter(|rule| wrong(value, rule, root).is_none()).count() == 1),
        "exclusiveMinimum" => say(value.as_f64().is_none_or(|number| Some(number) > rule.as_f64())),
        "exclusiveMaximum" => say(value.as_f64().is_none_or(|number| Some(number) < rule.as_f64())),
        "minimum" => say(value.as_f64().is_none_or(|number| Some(number) >= rule.as_f64())),
        "required" => say(value
            .as_object()
            .is_none_or(|map| list().all(|key| map.contains_key(key.as_str().unwrap_or_default())))),
        "items" => value.as_array()?.iter().find_map(|item| wrong(item, rule, root)),
        "properties" => value.as_object()?.iter().find_map(|(key, value)| wrong(value, rule.get(key)?, root)),
        "patternProperties" => value
            .as_object()?
            .iter()
            .find_map(|(key, value)| pattern_of(rule, key).and_then(|rule| wrong(value, rule, root))),
        "additionalProperties" => {
            let known = |key: &str| {
                schema.get("properties").is_some_and(|known| known.get(key).is_some())
                    || schema
                        .get("patternProperties")
                        .is_some_and(|patterns| pattern_of(patterns, key).is_some())
            };
            let mut others = value.as_object()?.iter().filter(|(key, _)| !known(key));
            match rule {
                Value::Bool(false) => others.next().map(|(key, _)| format!("unknown key {key}")),
                rule => others.find_map(|(_, value)| wrong(value, rule, root)),
            }
        }
        "anyOf" => say(list().any(|option| wrong(value, option, root).is_none())),
        "if" if wrong(value, rule, root).is_none() => wrong(value, schema.get("then")?, root),
        "if" => None,
        other => panic!("this test does not know the keyword {other}"),
    }
}

fn pattern_of<'s>(patterns: &'s Value, key: &str) -> Option<&'s Value> {
    let mut patterns = patterns.as_object()?.iter();
    patterns.find(|(pattern, _)| Regex::new(pattern).expect("a regex").is_match(key)).map(|(_, rule)| rule)
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}
