//! `index/synonyms.yaml`: what shoppers call things.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::{CategoryPath, EntityKind, Vocabulary};
use crate::yaml::tree::Text;

use super::synonym_file::SynonymFile;
use super::text::{Words, folded};

/// Word sequences and what else finds the same products; all of them as stems.
#[derive(Debug, Default, Clone)]
pub struct Synonyms {
    rules: HashMap<Vec<String>, Vec<Vec<String>>>,
    longest: usize,
    known: HashSet<String>,
    /// The words that the rules are about, as people write them.
    said: BTreeSet<String>,
    categories: BTreeMap<String, Vec<String>>,
    /// Kind → value, folded → the narrower values that it takes in.
    families: BTreeMap<EntityKind, BTreeMap<String, Vec<String>>>,
}

impl Synonyms {
    /// From a file whose rules say in the words of `said` what is asked for; what else finds the same products stands there
    /// in the words of the catalogue.
    pub(super) fn of(file: &SynonymFile, mut said: Words) -> Self {
        let names = |names: &[Text]| -> Vec<String> { names.iter().map(|name| name.text.clone()).collect() };
        let mut words = Words::new();
        let mut synonyms = Synonyms::default();
        for (category, others) in &file.categories {
            synonyms.categories.entry(category.text.clone()).or_default().extend(names(others));
        }
        for (kind, values) in &file.families {
            let values = values.iter().map(|(value, narrower)| (folded(&value.text), names(narrower)));
            synonyms.families.insert(*kind, values.collect());
        }
        for rule in &file.rules {
            for when in &rule.when {
                let also = rule.also.iter().filter(|other| other.text != when.text);
                synonyms.add(&mut said, &mut words, &when.text, also.map(|other| other.text.as_str()));
            }
        }
        synonyms
    }

    fn add<'a>(
        &mut self,
        said: &mut Words,
        words: &mut Words,
        when: &str,
        also: impl Iterator<Item = &'a str>,
    ) {
        let key = said.stems(when);
        if key.is_empty() {
            return;
        }
        self.longest = self.longest.max(key.len());
        self.known.extend(key.iter().cloned());
        self.said.extend(said.plain(when));
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

    /// The words that the rules are about, in lower case.
    pub(super) fn said(&self) -> impl Iterator<Item = &String> {
        self.said.iter()
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
