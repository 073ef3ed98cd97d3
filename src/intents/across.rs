//! Checks that need all files of a language: what two of them claim, and what one says about another.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::intent_file::Parsed;
use super::word_files::ParsedWords;
use crate::model::EntityKind;
use crate::problem::{Place, Problem, Report, nearest};
use crate::text::{fold, key};
use crate::yaml::tree::Text;

/// What the files of one language hold, each with its path.
#[derive(Default)]
pub(super) struct LanguageFiles {
    pub(super) intents: Vec<(PathBuf, Parsed)>,
    pub(super) entities: Vec<(PathBuf, ParsedWords)>,
}

pub(super) fn check(files: &LanguageFiles, variables: &BTreeSet<String>, problems: &mut Vec<Problem>) {
    duplicate_intents(files, problems);
    duplicate_kinds(files, problems);
    shared_examples(files, problems);
    for (path, parsed) in &files.intents {
        let mut report = Report::new(path);
        marked_values(parsed, files, &mut report);
        for text in &parsed.spoken {
            unknown_variables(text, variables, &mut report);
        }
        problems.append(&mut report.problems);
    }
}

fn duplicate_intents(files: &LanguageFiles, problems: &mut Vec<Problem>) {
    let mut first: HashMap<&str, (&Path, Place)> = HashMap::new();
    for (path, parsed) in &files.intents {
        let name = parsed.intent.name.as_str();
        if let Some((other, at)) = first.get(name) {
            let message = format!("the intent {name:?} is already in {}:{}", other.display(), at.line);
            add(problems, path, parsed.name_place, message, "give one of the two another name");
        } else {
            first.insert(name, (path, parsed.name_place));
        }
    }
}

fn duplicate_kinds(files: &LanguageFiles, problems: &mut Vec<Problem>) {
    let mut first: HashMap<EntityKind, &Path> = HashMap::new();
    for (path, parsed) in &files.entities {
        let kind = parsed.words.kind;
        if let Some(other) = first.insert(kind, path) {
            let message = format!("the words of {:?} are already in {}", kind.name(), other.display());
            add(problems, path, parsed.name_place, message, "put them into one file");
        }
    }
}

/// One utterance cannot mean two things.
fn shared_examples(files: &LanguageFiles, problems: &mut Vec<Problem>) {
    let mut first: HashMap<String, (&Path, Place, &str)> = HashMap::new();
    for (path, parsed) in &files.intents {
        let name = parsed.intent.name.as_str();
        for (example, place) in parsed.intent.examples.iter().zip(&parsed.example_places) {
            let (other, at, owner) = first.entry(spoken(example)).or_insert((path, *place, name));
            if *owner != name {
                let (here, there) = (path.display(), other.display());
                let message = format!(
                    "the example {example:?} stands in two intents: {owner:?} ({there}:{}) and {name:?} ({here}:{})",
                    at.line, place.line
                );
                add(problems, path, *place, message, "keep it in the intent that it means");
                if let Some(problem) = problems.last_mut() {
                    problem.other = Some(((*other).to_owned(), *at));
                }
            }
        }
    }
}

/// What two examples have in common that are one: their words, or the marks of one that has no words, such as an emoji.
pub(super) fn spoken(example: &str) -> String {
    let words = key(example);
    if words.is_empty() { fold(example).text } else { words }
}

fn add(problems: &mut Vec<Problem>, file: &Path, place: Place, message: String, suggestion: &str) {
    let mut report = Report::new(file);
    report.push(place, message, Some(suggestion.to_owned()));
    problems.append(&mut report.problems);
}

/// `[jet](colour:black)` needs a colour black.
fn marked_values(parsed: &Parsed, files: &LanguageFiles, report: &mut Report<'_>) {
    for (place, mark) in &parsed.marks {
        let Some(value) = &mark.value else { continue };
        let kind = EntityKind::from_name(&mark.entity);
        let Some((file, known)) = files.entities.iter().find(|(_, parsed)| Some(parsed.words.kind) == kind)
        else {
            continue;
        };
        let values = || known.words.values.iter().map(|known| known.value.as_str());
        if !values().any(|known| key(known) == key(value)) {
            let suggestion = match nearest(value, values()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("add it to {}, or name a value that stands there", file.display()),
            };
            let message = format!("unknown {} {value:?}", mark.entity);
            report.add_at(*place, value, message, Some(suggestion));
        }
    }
}

fn unknown_variables(text: &Text, variables: &BTreeSet<String>, report: &mut Report<'_>) {
    let mut rest = text.text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        if before.contains('}') {
            unpaired(text, "}", report);
        }
        let Some((name, behind)) = after.split_once('}') else {
            unpaired(text, "{", report);
            return;
        };
        if !variables.contains(name) {
            let suggestion = match nearest(name, variables.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {{{near}}}?"),
                None => "add it to facts in index/shop.yaml".to_owned(),
            };
            let message = format!("unknown variable {{{name}}}");
            report.add_at(text.place, &format!("{{{name}}}"), message, Some(suggestion));
        }
        rest = behind;
    }
    if rest.contains('}') {
        unpaired(text, "}", report);
    }
}

fn unpaired(text: &Text, brace: &str, report: &mut Report<'_>) {
    let message = format!("a `{brace}` without its other half");
    let suggestion = "a variable is written {name}; no other braces may stand in a text".to_owned();
    report.add_at(text.place, brace, message, Some(suggestion));
}
