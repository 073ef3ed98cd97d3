//! `index/synonyms.yaml`: what shoppers call things.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;

use crate::model::{CategoryPath, EntityKind, Vocabulary};
use crate::yaml::{self, YamlError};

use super::text::{Words, folded};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SynonymFile {
    synonyms: Vec<Rule>,
    categories: BTreeMap<String, Vec<String>>,
    families: BTreeMap<EntityKind, BTreeMap<String, Vec<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Rule {
    Alike(Vec<String>),
    OneWay(OneWay),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWay {
    when: String,
    also: Vec<String>,
}

/// Word sequences and what else finds the same products; all of them as stems.
#[derive(Debug, Default, Clone)]
pub struct Synonyms {
    rules: HashMap<Vec<String>, Vec<Vec<String>>>,
    longest: usize,
    known: HashSet<String>,
    categories: BTreeMap<String, Vec<String>>,
    /// Kind → value, folded → the narrower values that it takes in.
    families: BTreeMap<EntityKind, BTreeMap<String, Vec<String>>>,
}

impl Synonyms {
    /// Reads the text of a `synonyms.yaml`.
    ///
    /// # Errors
    /// [`YamlError`] with line and column, also for a rule that says nothing.
    pub fn parse(file: &Path, text: &str) -> Result<Self, YamlError> {
        Self::in_words(&mut Words::new(), file, text)
    }

    /// Reads the text of a `synonyms.<language>.yaml`: what is said stands in that language, and what else finds the same
    /// products in that of the catalogue.
    ///
    /// # Errors
    /// As [`Synonyms::parse`].
    pub fn parse_in(language: &str, file: &Path, text: &str) -> Result<Self, YamlError> {
        Self::in_words(&mut Words::of_language(language), file, text)
    }

    fn in_words(said: &mut Words, file: &Path, text: &str) -> Result<Self, YamlError> {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Synonyms::default());
        }
        let read: SynonymFile = yaml::parse(file, text)?;
        let mut words = Words::new();
        let families = read.families.into_iter().map(|(kind, values)| {
            (kind, values.into_iter().map(|(value, narrower)| (folded(&value), narrower)).collect())
        });
        let mut synonyms =
            Synonyms { categories: read.categories, families: families.collect(), ..Synonyms::default() };
        for rule in read.synonyms {
            match rule {
                Rule::Alike(texts) => {
                    if texts.len() < 2 {
                        let message = format!("{texts:?} needs two or more words that mean the same");
                        return Err(yaml::at_key(file, text, "synonyms", message));
                    }
                    for when in &texts {
                        let also = texts.iter().filter(|other| *other != when);
                        synonyms.add(said, &mut words, when, also);
                    }
                }
                Rule::OneWay(rule) => synonyms.add(said, &mut words, &rule.when, rule.also.iter()),
            }
        }
        Ok(synonyms)
    }

    fn add<'a>(
        &mut self,
        said: &mut Words,
        words: &mut Words,
        when: &str,
        also: impl Iterator<Item = &'a String>,
    ) {
        let key = said.stems(when);
        if key.is_empty() {
            return;
        }
        self.longest = self.longest.max(key.len());
        self.known.extend(key.iter().cloned());
        let rule = self.rules.entry(key.clone()).or_default();
        for other in also {
            let stems = words.stems(other);
            if !stems.is_empty() && stems != key && !rule.contains(&stems) {
                rule.push(stems);
            }
        }
    }

    /// The longest rule that the stems begin with: how many stems it takes, and the alternatives.
    pub(super) fn at_start<'s>(&'s self, stems: &[String]) -> Option<(usize, &'s [Vec<String>])> {
        (1..=self.longest.min(stems.len())).rev().find_map(|n| {
            let rule = self.rules.get(&stems[..n])?;
            Some((n, rule.as_slice()))
        })
    }

    /// Whether any rule is about this stem, so that it is no misspelling.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.known.contains(stem)
    }

    /// The narrower values that a value takes in: whoever asks for blue is shown navy too, but not the other way round.
    pub(super) fn family(&self, kind: EntityKind, value: &str) -> &[String] {
        let family = self.families.get(&kind).and_then(|values| values.get(&folded(value)));
        family.map_or(&[], Vec::as_slice)
    }

    /// Fills in the other names of categories that the catalogue has. Returns the names of categories that it has not.
    pub(super) fn name_categories(&self, vocabulary: &mut Vocabulary) -> Vec<String> {
        let mut unknown = Vec::new();
        for (category, names) in &self.categories {
            let paths = named(vocabulary, category);
            if paths.is_empty() {
                unknown.push(category.clone());
                continue;
            }
            for name in names {
                let known = vocabulary.category_names.entry(name.trim().to_lowercase()).or_default();
                known.extend(paths.iter().filter(|path| !known.contains(path)).cloned().collect::<Vec<_>>());
            }
        }
        unknown
    }
}

/// The paths that a name means: the path itself, else every path whose last level is so called.
pub(super) fn named(vocabulary: &Vocabulary, name: &str) -> Vec<CategoryPath> {
    let wanted = folded(&CategoryPath::parse(name).to_string());
    let is_path = |path: &&CategoryPath| folded(&path.to_string()) == wanted;
    if let Some(path) = vocabulary.categories.iter().find(is_path) {
        return vec![path.clone()];
    }
    vocabulary.categories.iter().filter(|path| folded(path.leaf()) == wanted).cloned().collect()
}
