//! Words with a fixed meaning: those of the entity files, the catalogue's brands, categories and values.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::tokens::{Message, Token, tokens};
use super::{Found, Words};
use crate::intents::{EntityWords, Language};
use crate::model::{AttributeFilter, CategoryPath, Column, EntityKind, EntityValue, Vocabulary};
use crate::text::{fold, key, singular};

/// A word that the typo tolerance may correct has at least this many letters; shorter ones have too many neighbours.
const SHORTEST: usize = 5;

/// Shorter parts of a compound, in bytes, are found by chance.
const SHORTEST_HALF: usize = 3;

/// What a phrase may mean.
#[derive(Debug, Clone)]
struct Meaning {
    kind: EntityKind,
    value: EntityValue,
    rank: u8,
}

/// All phrases, by their stems.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    phrases: HashMap<String, Meaning>,
    /// Tokens of the longest phrase.
    longest: usize,
    /// Words that are right as they are.
    known: HashSet<String>,
    /// Words of phrases by their first letter: what a typo may have meant.
    targets: BTreeMap<char, Vec<String>>,
    /// What may stand between words that are written together; nothing where they are not.
    joints: Option<Vec<String>>,
    /// Sizes of the catalogue and the files: folded → as the catalogue writes it.
    pub(super) sizes: HashMap<String, String>,
}

impl Lexicon {
    pub(super) fn new(language: &Language, vocabulary: &Vocabulary) -> Lexicon {
        let grammar = &language.grammar;
        let joints = grammar
            .compounds
            .then(|| std::iter::once(String::new()).chain(grammar.compound_joints.iter().cloned()).collect());
        let mut lexicon = Lexicon { joints, ..Lexicon::default() };
        lexicon.add_files(language, vocabulary);
        lexicon.add_catalogue(language, vocabulary);
        lexicon.learn_known(language);
        lexicon.known.extend(vocabulary.words.iter().map(|word| singular(word)));
        lexicon
    }

    /// Where two meanings of a phrase meet, the lower rank stays, then the first.
    fn add(&mut self, phrase: &str, kind: EntityKind, value: EntityValue, rank: u8) {
        let tokens = tokens(&fold(phrase).text);
        let stems: Vec<String> = tokens.into_iter().map(|token| token.stem).collect();
        if stems.is_empty() {
            return;
        }
        self.longest = self.longest.max(stems.len());
        let key = stems.join(" ");
        match self.phrases.get_mut(&key) {
            Some(known) if known.rank < rank => {}
            Some(known) if known.rank == rank => known.also(value),
            _ => drop(self.phrases.insert(key, Meaning { kind, value, rank })),
        }
    }

    fn add_files(&mut self, language: &Language, vocabulary: &Vocabulary) {
        for words in &language.entities {
            if words.kind == EntityKind::Category {
                self.add_categories(words, vocabulary);
                continue;
            }
            let values = vocabulary.values.get(&words.kind);
            for value in &words.values {
                // A product carries the word as the feed spells it: that of the file, or another for the same.
                let named =
                    |name: &String| values.into_iter().flatten().find(|known| key(known) == key(name));
                let spelled = named(&value.value).or_else(|| value.also.iter().find_map(named));
                let canonical = spelled.unwrap_or(&value.value);
                for phrase in std::iter::once(&value.value).chain(&value.also) {
                    self.add(phrase, words.kind, EntityValue::Word(canonical.clone()), rank(words.kind));
                }
                if words.kind == EntityKind::Size {
                    self.sizes.insert(key(&value.value), canonical.clone());
                }
            }
        }
    }

    /// Words for categories; those of a category that the catalogue lacks mean nothing.
    fn add_categories(&mut self, words: &EntityWords, vocabulary: &Vocabulary) {
        for value in &words.values {
            let paths: Vec<CategoryPath> = vocabulary.named(&value.value).cloned().collect();
            for phrase in value.also.iter().filter(|_| !paths.is_empty()) {
                self.add(phrase, EntityKind::Category, EntityValue::Categories(paths.clone()), 2);
            }
        }
    }

    fn add_catalogue(&mut self, language: &Language, vocabulary: &Vocabulary) {
        for (kind, values) in &vocabulary.values {
            for value in values {
                let is_number = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
                if *kind == EntityKind::Size {
                    self.sizes.entry(key(value)).or_insert_with(|| value.clone());
                }
                // A bare number is read as a size only where the message says so.
                if !is_number {
                    self.add(value, *kind, EntityValue::Word(value.clone()), rank(*kind) + 1);
                }
            }
        }
        for (name, column) in &vocabulary.columns {
            let Column::Words(values) = column else { continue };
            for value in values.iter().filter(|value| value.chars().any(char::is_alphabetic)) {
                let filter = AttributeFilter::new(name.as_str(), value.as_str());
                self.add(value, EntityKind::Attribute, EntityValue::Attribute(filter), 20);
            }
        }
        for brand in &vocabulary.brands {
            self.add(brand, EntityKind::Brand, EntityValue::Word(brand.clone()), 3);
        }
        // The catalogue's own names of its categories are of another language where this one has words for them: "hat" is
        // no headwear in German.
        let translated = language.entities.iter().any(|w| w.kind == EntityKind::Category && w.translated);
        for (name, paths) in vocabulary.category_names.iter().filter(|_| !translated) {
            self.add(name, EntityKind::Category, EntityValue::Categories(paths.clone()), 2);
        }
        for path in &vocabulary.categories {
            let value = || EntityValue::Categories(vec![path.clone()]);
            self.add(path.leaf(), EntityKind::Category, value(), 2);
            // "Bags & luggage" is also what "bags" and "luggage" mean, if nothing else is.
            let parts = path.leaf().split([',', '&', '/']).flat_map(|part| part.split(" and "));
            for part in parts.filter(|_| !translated) {
                self.add(part, EntityKind::Category, value(), 30);
            }
        }
    }

    fn learn_known(&mut self, language: &Language) {
        let mut targets: BTreeMap<char, HashSet<String>> = BTreeMap::new();
        for stem in self.phrases.keys().flat_map(|phrase| phrase.split(' ')) {
            self.known.insert(stem.to_owned());
            if let Some(first) = stem.chars().next().filter(|_| stem.chars().count() >= SHORTEST) {
                targets.entry(first).or_default().insert(stem.to_owned());
            }
        }
        let mut seen: HashMap<String, u32> = HashMap::new();
        for example in language.intents.iter().flat_map(|intent| &intent.examples) {
            for token in tokens(&fold(example).text) {
                *seen.entry(token.stem).or_default() += 1;
            }
        }
        // Examples hold typos on purpose, but not the same one twice.
        self.known.extend(seen.into_iter().filter(|(_, times)| *times >= 2).map(|(stem, _)| stem));
        let grammar = &language.grammar;
        for phrase in grammar.filler.iter().chain(&grammar.polite).chain(&grammar.units).chain(&grammar.order)
        {
            self.known.extend(tokens(phrase).into_iter().map(|token| token.stem));
        }
        self.targets = targets
            .into_iter()
            .map(|(first, words)| {
                let mut words: Vec<String> = words.into_iter().collect();
                words.sort_unstable();
                (first, words)
            })
            .collect();
    }

    /// Every phrase in a message; overlaps are left to the caller.
    pub(super) fn find(&self, message: &Message) -> Vec<Found> {
        let stems: Vec<String> = message.tokens.iter().map(|token| self.corrected(token)).collect();
        let mut found = Vec::new();
        for from in 0..stems.len() {
            if !self.phrases.contains_key(&stems[from]) {
                found.extend(self.halves(&message.tokens[from]));
            }
            for length in 1..=self.longest.min(stems.len() - from) {
                let Some(meaning) = self.phrases.get(&stems[from..from + length].join(" ")) else { continue };
                found.push(Found {
                    kind: meaning.kind,
                    values: vec![meaning.value.clone()],
                    bytes: message.bytes(from..from + length),
                    rank: 4,
                });
            }
        }
        found
    }

    /// The words that these were taken for, if that is not what they are.
    pub(super) fn respelled(&self, text: &str) -> Option<String> {
        let written = tokens(&fold(text).text);
        let meant = |token: &Token| match self.corrected(token) {
            stem if stem == token.stem => token.text.clone(),
            // As it was written, many or one.
            stem if token.text.ends_with('s') && !token.stem.ends_with('s') => stem + "s",
            stem => stem,
        };
        let all: Vec<String> = written.iter().map(meant).collect();
        let same = written.iter().zip(&all).all(|(token, meant)| token.text == *meant);
        (!same).then(|| all.join(" "))
    }

    /// What a word is made of that is written together: something like `leder` before a category like `schuhe`.
    fn halves(&self, token: &Token) -> Vec<Found> {
        let Some(joints) = &self.joints else { return Vec::new() };
        let places = token.text.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST_HALF);
        for at in places.take_while(|at| at + SHORTEST_HALF <= token.text.len()) {
            let (head, tail) = token.text.split_at(at);
            let Some(thing) = self.phrases.get(&singular(tail)).filter(|m| m.kind == EntityKind::Category)
            else {
                continue;
            };
            let part = joints.iter().filter_map(|joint| head.strip_suffix(joint.as_str()));
            let Some(like) = part.filter_map(|part| self.phrases.get(&singular(part))).next() else {
                continue;
            };
            let middle = token.range.start + at;
            let half = |meaning: &Meaning, bytes| Found {
                kind: meaning.kind,
                values: vec![meaning.value.clone()],
                bytes,
                rank: 4,
            };
            let mut both = vec![half(thing, middle..token.range.end)];
            if like.kind != EntityKind::Category {
                both.insert(0, half(like, token.range.start..middle));
            }
            return both;
        }
        Vec::new()
    }

    /// The stem, or that of the one word that it is most like, if it is no word by itself.
    fn corrected(&self, token: &Token) -> String {
        let stem = &token.stem;
        let letters = stem.chars().count();
        // A compound is no slip of the fingers.
        let is_known =
            !self.halves(token).is_empty() || self.known.contains(stem) || self.known.contains(&token.text);
        if is_known || letters < SHORTEST || !stem.chars().all(char::is_alphabetic) {
            return stem.clone();
        }
        let candidates = stem.chars().next().and_then(|first| self.targets.get(&first));
        let mut near: Vec<(usize, &String)> = candidates
            .into_iter()
            .flatten()
            .filter_map(|word| slip(stem, word, letters).map(|distance| (distance, word)))
            .collect();
        near.sort();
        match near[..] {
            [(_, word)] => word.clone(),
            [(best, word), (second, _), ..] if best < second => word.clone(),
            _ => stem.clone(),
        }
    }
}

/// Whether the values of a kind are words of the lexicon.
pub(super) fn has(kind: EntityKind) -> bool {
    let from_files = EntityKind::FROM_FILES.contains(&kind);
    from_files || matches!(kind, EntityKind::Category | EntityKind::Brand | EntityKind::Attribute)
}

/// How far a typed word is from a meant one, if it can be a slip of the fingers: one letter missing, doubled or
/// swapped; in longer words also a wrong one, or two slips.
fn slip(typed: &str, meant: &str, letters: usize) -> Option<usize> {
    let other = meant.chars().count();
    if letters.abs_diff(other) > 2 {
        return None;
    }
    let distance = strsim::osa_distance(typed, meant);
    let wrong_letter = letters == other && distance == strsim::levenshtein(typed, meant);
    let allowed = match letters.min(other) {
        0..=6 => usize::from(!wrong_letter),
        7..=8 => 1,
        _ => 2,
    };
    (1..=allowed).contains(&distance).then_some(distance)
}

impl Meaning {
    /// Two categories of one name are both meant.
    fn also(&mut self, value: EntityValue) {
        if let (EntityValue::Categories(own), EntityValue::Categories(more)) = (&mut self.value, value) {
            let new: Vec<CategoryPath> = more.into_iter().filter(|path| !own.contains(path)).collect();
            own.extend(new);
        }
    }
}

/// "Men" is a department and an audience: the audience narrows a search in every department.
fn rank(kind: EntityKind) -> u8 {
    match kind {
        EntityKind::Audience => 0,
        EntityKind::Colour => 5,
        EntityKind::Material => 7,
        EntityKind::Size => 9,
        EntityKind::Season => 11,
        EntityKind::Feature => 13,
        _ => 15,
    }
}

impl Words {
    /// Whether a token is a word that stands before sizes.
    pub(super) fn announces_size(&self, message: &Message, at: usize) -> usize {
        self.size.before(&message.tokens, at)
    }
}
