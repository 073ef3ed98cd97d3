//! What the files say, once they are known to be sound.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regex::Regex;

use super::binding::Binding;

use crate::model::{Currency, EntityKind, IntentName, Sort};

/// What must be known before an intent's action runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Which entity fills it.
    pub entity: EntityKind,
    /// Whether to ask for it.
    pub required: bool,
    /// Variants of the question; at least one when required.
    pub ask: Vec<String>,
    /// The question in short, for after an interruption; may be empty.
    pub again: Vec<String>,
}

/// One intent.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Unique within its language.
    pub name: IntentName,
    /// What a shopper reads when asked "did you mean …?".
    pub title: String,
    /// What it does.
    pub binding: Binding,
    /// In the order in which they are asked for.
    pub slots: Vec<Slot>,
    /// Utterances without their marks.
    pub examples: Vec<String>,
    /// Matched against the normalised message; a match is certain.
    pub patterns: Vec<Regex>,
    /// Variants of the answer, with `{variables}`.
    pub answers: Vec<String>,
    /// What a shopper may say next.
    pub buttons: Vec<String>,
    /// The file, relative to the shop's folder.
    pub file: PathBuf,
}

/// One value of an entity kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordValue {
    /// The canonical word, as products carry it.
    pub value: String,
    /// Other words for it.
    pub also: Vec<String>,
    /// `#rrggbb`, for colours.
    pub hex: Option<String>,
    /// Only audiences: of which age they are.
    pub ages: Option<AgeRange>,
    /// Only attributes: the units of their amounts, by which a description tells them.
    pub units: Vec<String>,
}

/// The words of one entity kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityWords {
    /// Which kind.
    pub kind: EntityKind,
    /// Its values, in the order of the file.
    pub values: Vec<WordValue>,
    /// Whether products carry the values in another language, so that shoppers read the first of the other words.
    pub translated: bool,
}

/// The sentences that the house itself says: key → variants with `{variables}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replies(pub BTreeMap<String, Vec<String>>);

impl Replies {
    /// The variants of a key; empty when the file has none, which loading refuses for keys that code uses.
    pub fn variants(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The small words of a language that code reads messages by: `grammar.yaml`. Every phrase is folded to its words;
/// lists are sorted longest phrase first. A language without the file still reads digits and signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grammar {
    /// "please", "thanks a lot": around a request they change nothing.
    pub polite: Vec<String>,
    /// "and", "also": where a second request may begin.
    pub joins: Vec<String>,
    /// "i meant", "no": with them a shopper puts right what was said before.
    pub corrections: Vec<String>,
    /// "one": behind "the blue", "the cheaper", it means a thing that was shown.
    pub single: Vec<String>,
    /// "it": the product that lies open.
    pub pronouns: Vec<String>,
    /// "cheaper": than the one that others shall be like.
    pub cheaper: Vec<String>,
    /// "dearer", likewise.
    pub dearer: Vec<String>,
    /// "i'm looking for": no words for a product search.
    pub filler: Vec<String>,
    /// "not", "without", "anything but".
    pub negation: Vec<String>,
    /// "in", "any": what may stand between a negation and what it denies.
    pub negation_gap: Vec<String>,
    /// "but", "rather": a negation reaches no further.
    pub negation_ends: Vec<String>,
    /// "neither red nor green": what goes on with a denial.
    pub negation_joint: Vec<String>,
    /// "I don't want to", "don't": a message that begins so wants its request not done.
    pub refusals: Vec<String>,
    /// "Don't you have …": what begins like a refusal and is none.
    pub refusals_not: Vec<String>,
    /// "Zeig", "lösche": in languages that deny a command behind its verb, such verbs.
    pub commands: Vec<String>,
    /// "Anything with": what a message begins with that adds words to the search under way.
    pub additions: Vec<String>,
    /// "under", "at most": before an amount.
    pub below: Vec<String>,
    /// "or less": behind one.
    pub below_after: Vec<String>,
    /// "over", "at least": before an amount.
    pub above: Vec<String>,
    /// "or more": behind one.
    pub above_after: Vec<String>,
    /// "around", "about".
    pub around: Vec<String>,
    /// "between", "from".
    pub between: Vec<String>,
    /// "and", "to": what stands between the ends of a range, and between things of a list.
    pub to: Vec<String>,
    /// "with": between two products that are compared.
    pub against: Vec<String>,
    /// "dollars" → USD.
    pub currencies: BTreeMap<String, Currency>,
    /// "days", "cm": a bare number before one is no price.
    pub units: Vec<String>,
    /// "two" → 2, "fifty" → 50.
    pub numbers: BTreeMap<String, u32>,
    /// "and" of "a hundred and fifty".
    pub number_joint: Vec<String>,
    /// "second" → 2.
    pub ordinals: BTreeMap<String, u32>,
    /// "last".
    pub last: Vec<String>,
    /// "option", "number": before a digit that means a place in the list.
    pub ordinal_number: Vec<String>,
    /// "the": makes the ordinal behind it mean a thing.
    pub ordinal_before: Vec<String>,
    /// "one": makes the ordinal before it mean a thing.
    pub ordinal_after: Vec<String>,
    /// "week": makes the ordinal before it mean none.
    pub ordinal_not: Vec<String>,
    /// "size", "eu": what stands before a size.
    pub size: Vec<String>,
    /// "in a": what may stand before a size that is certainly one.
    pub size_before: Vec<String>,
    /// "pairs", "pieces": what stands behind a quantity.
    pub quantity: Vec<String>,
    /// "order number": what stands before an order number that is only digits.
    pub order: Vec<String>,
    /// "phone number", "call me on": what stands before a phone number.
    pub phone: Vec<String>,
    /// "cheapest first" → by price, lowest first.
    pub sort: BTreeMap<String, Sort>,
    /// Whether 1.299 is more than a thousand and 12,50 has cents.
    pub decimal_comma: bool,
    /// "compare": bare digits behind it are places in the list.
    pub ordinal_lead: Vec<String>,
    /// "centimetres" → `cm`, as products write it.
    pub measures: BTreeMap<String, String>,
    /// "6 years old".
    pub ages: AgeWords,
    /// "last Friday".
    pub dates: DateWords,
    /// Whether words are written together (`Lederschuhe`), so that a word may be two of the shop's.
    pub compounds: bool,
    /// Whether what describes a thing stands behind it in brackets: "Laufschuhe (schwarz)".
    pub adjectives_behind: bool,
    /// What may stand between the two (`Hochzeit-s-kleid`).
    pub compound_joints: Vec<String>,
}

/// Words around an age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgeWords {
    /// "aged", "turning": before a bare number of years.
    pub before: Vec<String>,
    /// "year old": behind a number of years.
    pub years: Vec<String>,
    /// "months old": behind a number of months.
    pub months: Vec<String>,
}

/// Units in which one counts back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateUnit {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl DateUnit {
    /// By their names in files.
    pub const NAMED: [(&str, DateUnit); 4] = [
        ("day", DateUnit::Day),
        ("week", DateUnit::Week),
        ("month", DateUnit::Month),
        ("year", DateUnit::Year),
    ];
}

/// Words of dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateWords {
    /// Whether 3/12 is the third of December. With points (3.12.) the day always comes first.
    pub day_first: bool,
    /// "march" → 3.
    pub months: BTreeMap<String, u32>,
    /// "monday" → 1.
    pub weekdays: BTreeMap<String, u32>,
    /// "yesterday" → -1.
    pub days: BTreeMap<String, i32>,
    /// "weeks" → week.
    pub units: BTreeMap<String, DateUnit>,
    /// "a": one of a unit.
    pub one: Vec<String>,
    /// "ago": behind a number of units.
    pub ago: Vec<String>,
    /// "vor": before a number of units, in languages that say it so.
    pub ago_before: Vec<String>,
    /// "last", "the past".
    pub last: Vec<String>,
    /// "this".
    pub this: Vec<String>,
    /// "on", "from", "in": makes a weekday, a month or `3/12` a date.
    pub before: Vec<String>,
    /// "of", "the": between day and month.
    pub gap: Vec<String>,
}

/// All files of one language.
#[derive(Debug, Clone)]
pub struct Language {
    /// ISO 639-1.
    pub code: String,
    /// Sorted by name.
    pub intents: Vec<Intent>,
    /// One per kind.
    pub entities: Vec<EntityWords>,
    /// What the house says.
    pub replies: Replies,
    /// The small words.
    pub grammar: Grammar,
    /// Facts of `index/shop.yaml` in the words of this language: `facts.yaml`.
    pub facts: BTreeMap<String, String>,
}

impl Language {
    /// The intent of that name.
    pub fn intent(&self, name: &IntentName) -> Option<&Intent> {
        self.intents.binary_search_by(|intent| intent.name.cmp(name)).ok().map(|i| &self.intents[i])
    }

    /// The units of an attribute's amounts.
    pub fn units_of(&self, attribute: &str) -> &[String] {
        let files = self.entities.iter().filter(|words| words.kind == EntityKind::Attribute);
        let value = files.flat_map(|words| &words.values).find(|value| value.value == attribute);
        value.map_or(&[], |value| value.units.as_slice())
    }

    /// What shoppers read for a value that products carry: `black` → `schwarz`.
    pub fn shown<'v>(&'v self, kind: EntityKind, value: &'v str) -> &'v str {
        let files = self.entities.iter().filter(|words| words.kind == kind && words.translated);
        let same = |known: &&WordValue| known.value.eq_ignore_ascii_case(value);
        let words = files.flat_map(|words| words.values.iter().find(same)).next();
        words.and_then(|words| words.also.first()).map_or(value, String::as_str)
    }
}

/// All languages of a shop.
#[derive(Debug, Clone)]
pub struct IntentSet {
    /// Digest of every file, for the record of each turn.
    pub version: String,
    /// At least one; the first is the fallback: the shop's own, else the one with the most intents and examples.
    pub languages: Vec<Language>,
}

impl IntentSet {
    /// The language of that code, or the shop's first.
    pub fn language(&self, code: &str) -> &Language {
        self.languages.iter().find(|language| language.code == code).unwrap_or(&self.languages[0])
    }
}

/// Ages in whole years, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeRange {
    /// The youngest.
    pub from: u32,
    /// The oldest.
    pub to: u32,
}
