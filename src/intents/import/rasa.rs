//! Rasa's `nlu.yml` and `domain.yml`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::{Drafts, ImportError, OUT_OF_SCOPE, unknown};
use crate::model::EntityKind;
use crate::problem::count;
use crate::problem::{Problems, Report};
use crate::yaml::tree::{self, Node, Value};

pub(super) fn read(file: &Path, text: &str, drafts: &mut Drafts) -> Result<(), ImportError> {
    let mut report = Report::new(file);
    let Some(node) = tree::read(text, &mut report) else {
        return Err(ImportError::Yaml(Problems(report.problems)));
    };
    let (nlu, responses) = (entry(&node, "nlu"), entry(&node, "responses"));
    if nlu.is_none() && responses.is_none() {
        return Err(unknown(file, "it has neither \"nlu\" nor \"responses\""));
    }
    if nlu.is_some_and(|nlu| !matches!(nlu.value, Value::List(_))) {
        return Err(unknown(file, "its \"nlu\" is no list"));
    }
    if responses.is_some_and(|responses| !matches!(responses.value, Value::Map(_))) {
        return Err(unknown(file, "its \"responses\" are no mapping of names to texts"));
    }
    for item in nlu.map(items).unwrap_or_default() {
        training(item, drafts);
    }
    for (name, variants) in responses.map(entries).unwrap_or_default() {
        response(name, variants, drafts);
    }
    Ok(())
}

fn entries(node: &Node) -> Vec<(&str, &Node)> {
    match &node.value {
        Value::Map(entries) => entries.iter().map(|(key, node)| (key.text.as_str(), node)).collect(),
        _ => Vec::new(),
    }
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    entries(node).into_iter().find(|(key, _)| *key == name).map(|(_, node)| node)
}

fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

fn text(node: &Node) -> &str {
    match &node.value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// The examples of an item: a block of `- sentence` lines, or a list of texts or of `{text: …}`.
fn examples(item: &Node) -> Vec<String> {
    let Some(node) = entry(item, "examples") else { return Vec::new() };
    let lines: Vec<String> = match &node.value {
        Value::Text(block) => block
            .lines()
            .map(|line| line.trim().strip_prefix('-').unwrap_or(line.trim()).trim().to_owned())
            .collect(),
        _ => items(node)
            .into_iter()
            .map(|item| text(entry(item, "text").unwrap_or(item)).trim().to_owned())
            .collect(),
    };
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

fn training(item: &Node, drafts: &mut Drafts) {
    let named = |kind: &str| entry(item, kind).map(|node| text(node).to_owned());
    let examples = examples(item);
    if let Some(name) = named("intent") {
        if name == OUT_OF_SCOPE || name == "nlu_fallback" {
            let n = count(examples.len(), "sentence");
            drafts.leave(format!("{n} of {name}: what fits no intent is recognised as such by itself"));
            return;
        }
        let mut foreign = BTreeSet::new();
        let examples: Vec<String> = examples.iter().map(|example| marked(example, &mut foreign)).collect();
        for entity in foreign {
            drafts.leave(format!(
                "the marks of {entity:?} in {name}: this program reads no such entity; the words stay"
            ));
        }
        match drafts.intent(&name) {
            Ok(draft) => draft.examples.extend(examples),
            Err(error) => drafts.leave(format!("the intent {name:?}: {error}")),
        }
    } else if let Some(value) = named("synonym") {
        drafts.synonyms.entry(value).or_default().extend(examples);
    } else if let Some(entity) = named("lookup") {
        drafts.lookups.entry(entity).or_default().extend(examples);
    } else if let Some(name) = named("regex") {
        drafts.leave(format!(
            "the regex {name:?}: patterns here mean an intent for certain, Rasa's are only a hint"
        ));
    }
}

/// `utter_hours` is what is said to the intent `hours`.
fn response(name: &str, variants: &Node, drafts: &mut Drafts) {
    let texts: Vec<String> = items(variants)
        .into_iter()
        .filter_map(|variant| entry(variant, "text"))
        .map(|node| text(node).trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    let intent = name.strip_prefix("utter_").unwrap_or(name);
    match drafts.intent(intent) {
        Ok(draft) => draft.answers.extend(texts),
        Err(error) => drafts.leave(format!("the response {name:?}: {error}")),
    }
}

#[derive(Deserialize)]
struct Annotation {
    entity: String,
    value: Option<String>,
}

/// `[red]{"entity": "color", "value": "scarlet"}` and `[red](color:scarlet)` as marks of this shop's files. Marks of other
/// entities leave their words; their names go to `foreign`.
fn marked(example: &str, foreign: &mut BTreeSet<String>) -> String {
    let mut done = String::with_capacity(example.len());
    let mut rest = example;
    while let Some((before, after)) = rest.split_once('[') {
        done.push_str(before);
        let Some((words, behind)) = after.split_once(']') else {
            done.push_str(after);
            return done;
        };
        rest = behind;
        let (annotation, behind) = annotation(behind);
        rest = behind.unwrap_or(rest);
        let kind = annotation.as_ref().and_then(|found| kind(&found.entity));
        match (kind, annotation) {
            (Some(kind), Some(Annotation { value: Some(value), .. })) if !value.contains([')', ':']) => {
                done.push_str(&format!("[{words}]({}:{value})", kind.name()));
            }
            (Some(kind), _) => done.push_str(&format!("[{words}]({})", kind.name())),
            (None, found) => {
                foreign.extend(found.map(|found| found.entity));
                done.push_str(words);
            }
        }
    }
    done.push_str(rest);
    done
}

/// What stands directly behind the brackets, and the rest.
fn annotation(behind: &str) -> (Option<Annotation>, Option<&str>) {
    if let Some((inside, rest)) = behind.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
        let (entity, value) = match inside.split_once(':') {
            Some((entity, value)) => (entity, Some(value.trim().to_owned())),
            None => (inside, None),
        };
        return (Some(Annotation { entity: entity.trim().to_owned(), value }), Some(rest));
    }
    let end = behind.strip_prefix('{').and_then(|inside| inside.find('}')).map(|at| at + 2);
    let Some(end) = end else { return (None, None) };
    match serde_json::from_str(&behind[..end]) {
        Ok(annotation) => (Some(annotation), Some(&behind[end..])),
        Err(_) => (None, None),
    }
}

/// Rasa's files are mostly spelt the American way.
pub(super) fn kind(entity: &str) -> Option<EntityKind> {
    let name = entity.trim().to_lowercase();
    EntityKind::from_name(if name == "color" { "colour" } else { &name })
}
