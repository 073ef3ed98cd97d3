//! From drafts to the files of a shop: what is written, what is added, and what is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::{Draft, Drafts, ImportError, rasa};
use crate::intents::edit::{scalar, with_examples};
use crate::intents::load::ReadLanguage;
use crate::intents::{Files, check_text, marks};
use crate::model::{EntityKind, IntentName};
use crate::problem::count;
use crate::text::key;

/// What the files are written for.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The shop's folder.
    pub shop: &'a Path,
    /// Which language the sentences are in.
    pub language: &'a str,
    /// The action of new intents that come without an answer.
    pub action: &'a str,
    /// The `{variables}` that answers may use.
    pub variables: &'a BTreeSet<String>,
}

/// One file as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the shop's folder.
    pub file: PathBuf,
    /// All of its text.
    pub text: String,
    /// In words: "new: 12 examples, 2 answers".
    pub what: String,
}

/// Everything that an import does, before it is done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to write, in the order of their paths.
    pub changes: Vec<Change>,
    /// What is not taken over, and why.
    pub left: Vec<String>,
}

impl Plan {
    /// Holds drafts against the shop.
    ///
    /// # Errors
    /// [`ImportError::Shop`] when the shop's files are broken, [`ImportError::Language`] when it does not speak the language.
    pub fn of(drafts: Drafts, files: &Files, options: &Options<'_>) -> Result<Plan, ImportError> {
        if !files.problems.is_empty() {
            return Err(ImportError::Shop);
        }
        let language = files.languages.iter().find(|language| language.code == options.language);
        let language = language.ok_or_else(|| ImportError::Language(options.language.to_owned()))?;
        let mut planner =
            Planner { files, language, options, owners: owners(language), plan: Plan::default() };
        planner.plan.left.extend(drafts.left);
        for (name, draft) in drafts.intents {
            planner.intent(&name, draft);
        }
        planner.words(drafts.lookups, drafts.synonyms);
        planner.plan.changes.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(planner.plan)
    }

    /// Writes the files, each as a whole or not at all.
    ///
    /// # Errors
    /// [`ImportError::File`] at the first that cannot be written.
    pub fn carry_out(&self, shop: &Path) -> Result<(), ImportError> {
        for change in &self.changes {
            let path = shop.join(&change.file);
            let folder = path.parent().unwrap_or(shop);
            let written = std::fs::create_dir_all(folder)
                .and_then(|()| crate::disk::replace(&path, change.text.as_bytes()));
            written.map_err(|reason| ImportError::File { file: path, done: "written", reason })?;
        }
        Ok(())
    }
}

/// Whose example each sentence is.
fn owners(language: &ReadLanguage) -> HashMap<String, IntentName> {
    let intents = language.files.intents.iter().map(|(_, parsed)| &parsed.intent);
    intents.flat_map(|i| i.examples.iter().map(|example| (key(example), i.name.clone()))).collect()
}

struct Planner<'a> {
    files: &'a Files,
    language: &'a ReadLanguage,
    options: &'a Options<'a>,
    owners: HashMap<String, IntentName>,
    plan: Plan,
}

impl Planner<'_> {
    fn intent(&mut self, name: &IntentName, draft: Draft) {
        let existing = self.language.files.intents.iter().find(|(_, parsed)| parsed.intent.name == *name);
        let known = existing.is_some();
        if !known && draft.examples.is_empty() {
            self.leave(format!("the response of {name}: no sentence of it was found"));
            return;
        }
        let given = draft.examples.len();
        let examples: Vec<String> =
            draft.examples.iter().filter_map(|example| self.example(name, example)).collect();
        if let Some((file, _)) = existing {
            if !draft.answers.is_empty() {
                self.leave(format!(
                    "{} of {name}: {} has its own",
                    count(draft.answers.len(), "answer"),
                    file.display()
                ));
            }
            self.merge(file, &examples, given);
        } else if examples.is_empty() {
            self.leave(format!("{name}: no sentence of it is new"));
        } else {
            self.create(name, &examples, draft.answers);
        }
    }

    /// The example as it will stand in the file, if it is to stand there.
    fn example(&mut self, name: &IntentName, example: &str) -> Option<String> {
        let example = self.with_known_values(example.split_whitespace().collect::<Vec<_>>().join(" "));
        let plain = match marks(&example) {
            Ok(marked) => key(&marked.plain),
            Err(why) => {
                self.leave(format!("{example:?} of {name}: {why}"));
                return None;
            }
        };
        if plain.is_empty() {
            self.leave(format!("{example:?} of {name}: it has no words"));
            return None;
        }
        match self.owners.get(&plain) {
            Some(owner) if owner == name => None,
            Some(owner) => {
                let owner = owner.clone();
                self.leave(format!("{example:?} of {name}: it is an example of {owner} already"));
                None
            }
            None => {
                self.owners.insert(plain, name.clone());
                Some(example)
            }
        }
    }

    /// Takes out of marks the values that the shop's own words do not have.
    fn with_known_values(&self, example: String) -> String {
        let Ok(marked) = marks(&example) else { return example };
        let mut example = example;
        for mark in marked.marks {
            let Some(value) = &mark.value else { continue };
            let kind = EntityKind::from_name(&mark.entity);
            let words =
                self.language.files.entities.iter().find(|(_, parsed)| Some(parsed.words.kind) == kind);
            let known = words
                .is_some_and(|(_, p)| p.words.values.iter().any(|known| key(&known.value) == key(value)));
            if !known {
                example =
                    example.replace(&format!("({}:{value})", mark.entity), &format!("({})", mark.entity));
            }
        }
        example
    }

    fn merge(&mut self, file: &Path, examples: &[String], given: usize) {
        let Some(before) = self.files.text(file) else { return };
        let examples: Vec<&str> = examples.iter().map(String::as_str).collect();
        let (text, added) = match with_examples(file, before, &examples, "") {
            Ok(longer) => longer,
            Err(error) => return self.leave(error.to_string()),
        };
        if added > 0 {
            let what = format!(
                "{} added, {} were there or are another intent's",
                count(added, "example"),
                given - added
            );
            self.plan.changes.push(Change { file: file.to_owned(), text, what });
        } else {
            self.leave(format!("{} for {}: nothing new", count(given, "sentence"), file.display()));
        }
    }

    fn create(&mut self, name: &IntentName, examples: &[String], answers: Vec<String>) {
        let file = PathBuf::from(format!("intents/{}/imported/{name}.yaml", self.options.language));
        if self.options.shop.join(&file).exists() {
            self.leave(format!("{name}: {} is in the way; give it another name", file.display()));
            return;
        }
        let answers: Vec<String> =
            answers.into_iter().filter(|answer| self.can_be_said(name, answer)).collect();
        let action = if answers.is_empty() { self.options.action } else { "answer" };
        let mut title = name.as_str().replace('_', " ");
        title[..1].make_ascii_uppercase();
        let mut text = format!("intent: {name}\ntitle: {}\naction: {action}\nexamples:\n", scalar(&title));
        text.extend(examples.iter().map(|example| format!("  - {}\n", scalar(example))));
        if !answers.is_empty() {
            text.push_str("answers:\n");
            text.extend(answers.iter().map(|answer| format!("  - {}\n", scalar(answer))));
        }
        match check_text(&file, &text) {
            Ok(()) => {
                let bound = match answers.len() {
                    0 => format!("action {action}, because it came without an answer"),
                    n => count(n, "answer"),
                };
                let what = format!("new: {}, {bound}", count(examples.len(), "example"));
                self.plan.changes.push(Change { file, text, what });
            }
            Err(problems) => self.leave(format!("{name}: {problems}")),
        }
    }

    /// Whether the shop has every `{variable}` of an answer.
    fn can_be_said(&mut self, name: &IntentName, answer: &str) -> bool {
        let inside = answer.split('{').skip(1).map(|part| part.split_once('}').map(|(name, _)| name));
        let unknown =
            inside.map(|name| name.unwrap_or("{")).find(|name| !self.options.variables.contains(*name));
        if let Some(unknown) = unknown {
            self.leave(format!(
                "an answer of {name}: it says {{{unknown}}}, which is no fact of index/shop.yaml: {answer:?}"
            ));
        }
        unknown.is_none()
    }

    /// Lookup tables become entity files where there is none yet; synonyms go behind their values.
    fn words(&mut self, lookups: BTreeMap<String, Vec<String>>, mut synonyms: BTreeMap<String, Vec<String>>) {
        for (entity, values) in lookups {
            let kind = rasa::kind(&entity).filter(|kind| EntityKind::FROM_FILES.contains(kind));
            let Some(kind) = kind else {
                self.leave(format!(
                    "the lookup table {entity:?}: such words come from the catalogue or the program"
                ));
                continue;
            };
            let file =
                PathBuf::from(format!("intents/{}/entities/{}.yaml", self.options.language, kind.name()));
            if self.language.files.entities.iter().any(|(_, parsed)| parsed.words.kind == kind) {
                self.leave(format!(
                    "{} of the lookup table {entity:?}: add what is missing to {}",
                    count(values.len(), "word"),
                    file.display()
                ));
                continue;
            }
            let mut text = format!("entity: {}\nvalues:\n", kind.name());
            for value in &values {
                let also = synonyms.remove(value).unwrap_or_default();
                let also: Vec<String> = also.iter().map(|word| crate::intents::edit::quoted(word)).collect();
                text.push_str(&format!("  {}: [{}]\n", scalar(value), also.join(", ")));
            }
            match check_text(&file, &text) {
                Ok(()) => {
                    let what = format!("new: {} words of the lookup table {entity:?}", values.len());
                    self.plan.changes.push(Change { file, text, what });
                }
                Err(problems) => self.leave(format!("the lookup table {entity:?}: {problems}")),
            }
        }
        for (value, words) in synonyms {
            self.leave(format!(
                "the synonyms of {value:?} ({}): put them behind that value in a file of entities/, or into index/synonyms.yaml",
                words.join(", ")
            ));
        }
    }

    fn leave(&mut self, what: String) {
        self.plan.left.push(what);
    }
}
